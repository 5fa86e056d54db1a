"""An encoder that never encodes a passage twice: what makes a grid of chunk sizes affordable."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from index.encoders import Encoder, EncoderSpec, Progress, Vectors
from index.errors import StorageFailed

_BATCH = 500  # keys of one SELECT
_PROBES = (
    "Sáng nay, cầu Vàm Sông được khánh thành.",
    "Năm 2022, toàn tỉnh tổ chức 392 cuộc đối thoại giữa người đứng đầu cấp ủy với nhân dân.",
    "What does the passage say?",
)


class Remembering:
    """``encoder``, with the vectors of passages kept in the file ``path``.

    Questions are always encoded: their time is measured. The file may be deleted at any time.
    """

    def __init__(self, encoder: Encoder, path: Path) -> None:
        self._encoder = encoder
        self._path = path
        self.encoded = 0

    @property
    def spec(self) -> EncoderSpec:
        return self._encoder.spec

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encoder.encode_queries(texts)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """As the encoder gives them; ``encoded`` counts those that were not remembered.

        Raises StorageFailed when the file cannot be used.
        """
        keys = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=60)) as store:
                store.execute(
                    "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB)"
                )
                known = _known(store, keys, self.spec.dimension)
                if progress is not None and known:
                    progress(sum(key in known for key in keys))
                known |= self._learn(store, keys, texts, known, progress)
        except sqlite3.Error as error:
            raise StorageFailed(
                f"{self._path} cannot be used ({error}); delete it and run again."
            ) from error
        rows = [known[key] for key in keys]
        return np.stack(rows) if rows else np.empty((0, self.spec.dimension), np.float32)

    def _learn(
        self,
        store: sqlite3.Connection,
        keys: Sequence[bytes],
        texts: Sequence[str],
        known: dict[bytes, Vectors],
        progress: Progress | None,
    ) -> dict[bytes, Vectors]:
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if not new:
            return {}
        vectors = self._encoder.encode_passages(list(new.values()), progress)
        self.encoded += len(new)
        rows = [(key, row.tobytes()) for key, row in zip(new, vectors, strict=True)]
        with store:
            store.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
        return dict(zip(new, vectors, strict=True))


def encoder_digest(encoder: Encoder) -> str:
    """Hex digest of what ``encoder`` is and of the vectors that it gives to a few sentences.

    The name of a model does not tell how its weights are quantised today; its vectors do.
    """
    vectors = np.round(encoder.encode_passages(_PROBES), 3) + 0.0  # no negative zero
    told = repr(encoder.spec).encode() + vectors.tobytes()
    return hashlib.sha256(told).hexdigest()[:24]


def _known(
    store: sqlite3.Connection, keys: Sequence[bytes], dimension: int
) -> dict[bytes, Vectors]:
    found: dict[bytes, Vectors] = {}
    distinct = list(dict.fromkeys(keys))
    for start in range(0, len(distinct), _BATCH):
        some = distinct[start : start + _BATCH]
        marks = ",".join("?" * len(some))
        for key, data in store.execute(f"SELECT * FROM vectors WHERE key IN ({marks})", some):
            if len(data) == dimension * 4:
                found[key] = np.frombuffer(data, np.float32)
    return found
