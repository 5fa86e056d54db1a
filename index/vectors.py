"""Inner products over sentence vectors, exact under any filter. The only module that imports faiss.

A part is one segment's vectors. A small part is searched exactly from its half-precision rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Halves = npt.NDArray[np.float16]
Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class DenseIndex:
    """The vectors of one generation; row numbers run through ``parts`` in the order given."""

    def __init__(self, parts: Sequence[Halves], dimension: int) -> None:
        self._parts = [part for part in parts if len(part)]
        sizes = [len(part) for part in self._parts]
        self._firsts = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
        self._indexes = [_exact(part, dimension) for part in self._parts]

    def __len__(self) -> int:
        return int(self._firsts[-1])

    def search(self, vector: Floats, n: int, allowed: Mask | None = None) -> tuple[Rows, Floats]:
        """The ``n`` nearest rows and their inner products with ``vector``, best first.

        ``allowed`` has one entry a row; fewer than ``n`` come back when fewer are allowed.
        """
        found: list[tuple[Rows, Floats]] = []
        for part, first, last in zip(self._indexes, self._firsts, self._firsts[1:], strict=False):
            mask = None if allowed is None else allowed[first:last]
            if mask is not None and not mask.any():
                continue
            rows, scores = _search(part, vector, n, mask)
            found.append((rows + first, scores))
        if not found:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        rows = np.concatenate([one for one, _ in found])
        scores = np.concatenate([one for _, one in found])
        best = np.argsort(-scores, kind="stable")[:n]
        return rows[best], scores[best]

    def vectors(self, rows: Rows) -> Floats:
        """The stored vectors of ``rows``, shape (len(rows), dimension)."""
        if not self._parts:
            return np.zeros((0, 0), np.float32)
        rows = np.asarray(rows, np.int64)
        out = np.empty((len(rows), self._parts[0].shape[1]), np.float32)
        owner = np.searchsorted(self._firsts, rows, side="right") - 1
        for number in np.unique(owner):
            mine = owner == number
            out[mine] = self._parts[number][rows[mine] - self._firsts[number]]
        return out


def _exact(part: Halves, dimension: int) -> Any:
    """A FAISS index whose codes are the half-precision rows as they are."""
    import faiss

    index = faiss.IndexScalarQuantizer(
        dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )
    faiss.copy_array_to_vector(part.view(np.uint8).reshape(-1), index.codes)
    index.ntotal = len(part)
    return index


def _search(index: Any, vector: Floats, n: int, mask: Mask | None) -> tuple[Rows, Floats]:
    import faiss

    query = np.ascontiguousarray(vector, np.float32).reshape(1, -1)
    limit = min(n, index.ntotal)
    if mask is None:
        scores, rows = index.search(query, limit)
    else:
        bits = np.packbits(mask, bitorder="little")
        selector = faiss.IDSelectorBitmap(len(bits), faiss.swig_ptr(bits))
        parameters = faiss.SearchParameters()
        parameters.sel = selector
        scores, rows = index.search(query, limit, params=parameters)
    kept = rows[0] >= 0
    return rows[0][kept], scores[0][kept]
