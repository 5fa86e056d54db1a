"""Inner products over sentence vectors, under any filter. The only module that imports faiss.

A part is one segment's vectors. A small part is searched exactly. A large one has codes of four
bits a dimension besides: they are scanned with FAISS's fast scan (a quarter of the time), and the
best of them are scored again from the half-precision rows, which stay on disk. Measured on 250,000
sentences of real news, 1,000 such candidates hold every one of the true first 100.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Halves = npt.NDArray[np.float16]
Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

# Fewer rows are scanned in a millisecond as they are. Part of the format: see ``code_size``.
CODED_FROM = 1 << 15
_SAMPLE = _STEP = 1 << 13
_CANDIDATES = 10  # for each row that is asked for
_FEW = 1 << 12  # allowed rows that are scored without a scan
_BLOCK = 512
_NOTHING = (np.zeros(0, np.int64), np.zeros(0, np.float32))


@dataclass(frozen=True, slots=True)
class Part:
    """A segment's vectors, shape (rows, dimension), and what ``encode`` made of them."""

    rows: Halves
    codes: bytes | None = None


class DenseIndex:
    """The vectors of one generation; row numbers run through ``parts`` in the order given."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = [_open(part) for part in parts if len(part.rows)]
        sizes = [len(part.rows) for part in self._parts]
        self._firsts = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])

    def __len__(self) -> int:
        return int(self._firsts[-1])

    def search(self, vector: Floats, n: int, allowed: Mask | None = None) -> tuple[Rows, Floats]:
        """The ``n`` nearest rows and their inner products with ``vector``, best first.

        ``allowed`` has one entry a row; fewer than ``n`` come back when fewer are allowed.
        """
        query = np.ascontiguousarray(vector, np.float32).reshape(1, -1)
        exact, estimated = [_NOTHING], [_NOTHING]
        for part, first, last in zip(self._parts, self._firsts, self._firsts[1:], strict=False):
            mask = None if allowed is None else allowed[first:last]
            if n > 0 and (mask is None or mask.any()):
                with _one_thread():
                    rows, scores = part.search(query, n, mask)
                (exact if part.exact else estimated).append((rows + first, scores))
        # in the order of the disk
        candidates = np.sort(_best(estimated, _CANDIDATES * n)[0])
        return _best([*exact, (candidates, self._scores(query[0], candidates))], n)

    def _scores(self, query: Floats, rows: Rows) -> Floats:
        """The exact scores of ``rows``, in blocks that stay in the processor's cache."""
        blocks = [rows[first : first + _BLOCK] for first in range(0, len(rows), _BLOCK)]
        return np.concatenate([_NOTHING[1], *(self.vectors(block) @ query for block in blocks)])

    def vectors(self, rows: Rows) -> Floats:
        """The stored vectors of ``rows``, shape (len(rows), dimension)."""
        rows = np.asarray(rows, np.int64)
        if not len(rows):
            return np.zeros((0, self._parts[0].rows.shape[1] if self._parts else 0), np.float32)
        out = np.empty((len(rows), self._parts[0].rows.shape[1]), np.float32)
        owner = np.searchsorted(self._firsts, rows, side="right") - 1
        for number in np.unique(owner):
            mine = owner == number
            out[mine] = self._parts[number].rows[rows[mine] - self._firsts[number]]
        return out


def encode(rows: Halves) -> list[bytes | memoryview]:
    """The codes of a large part, in pieces of ``code_size`` bytes together; none for a small one.

    For each dimension the 16 values that stand for it, then the codes as FAISS packs them. No
    header, so nothing in it can be wrong. Takes 7 s of one core for 250,000 rows of 384.
    """
    if len(rows) < CODED_FROM:
        return []
    import faiss

    index = _scanner(rows.shape[1])
    index.pq.cp.niter = 10
    sample = (np.arange(_SAMPLE) * (len(rows) / _SAMPLE)).astype(np.int64)
    with _one_thread():
        index.train(rows[sample].astype(np.float32))
    for first in range(0, len(rows), _STEP):
        index.add(rows[first : first + _STEP].astype(np.float32))
    values = faiss.vector_to_array(index.pq.centroids)
    return [values.astype("<f4").tobytes(), _packed(index, *rows.shape).copy().data]


@contextmanager
def _one_thread() -> Iterator[None]:
    """FAISS has nothing to share out for one question, and waits for its threads all the same.

    Training is thousands of short steps, so there it is the same. Counts for the caller's thread.
    """
    import faiss

    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)


def code_size(rows: int, dimension: int) -> int:
    """How many bytes ``encode`` makes of so many rows."""
    if rows < CODED_FROM:
        return 0
    return dimension * 16 * 4 + _packed_size(rows, dimension)


def _packed_size(rows: int, dimension: int) -> int:
    blocks, pairs = -(-rows // 32), -(-dimension // 2)
    return blocks * 32 * pairs


def _scanner(dimension: int) -> Any:
    """An empty index of four bits a dimension."""
    import faiss

    # One list: the inverted file is here because it can filter.
    everything = faiss.IndexFlatIP(dimension)
    everything.add(np.zeros((1, dimension), np.float32))
    metric = faiss.METRIC_INNER_PRODUCT
    index: Any = faiss.IndexIVFPQFastScan(everything, dimension, 1, dimension, 4, metric)
    index.by_residual = False
    return index


def _packed(index: Any, rows: int, dimension: int) -> npt.NDArray[np.uint8]:
    """The codes inside of ``index``, to be read or written."""
    import faiss

    lists = faiss.downcast_InvertedLists(index.invlists)
    found: npt.NDArray[np.uint8] = faiss.rev_swig_ptr(
        lists.get_codes(0), _packed_size(rows, dimension)
    )
    return found


class _Part(Protocol):
    """An open part. ``exact`` says whether its scores are; else they are estimates to rank by."""

    rows: Halves
    exact: bool

    def search(self, query: Floats, n: int, mask: Mask | None) -> tuple[Rows, Floats]:
        """Rows that hold the ``n`` nearest, best first; ``query`` has shape (1, dimension)."""
        ...


def _open(part: Part) -> _Part:
    return _Exact(part.rows) if part.codes is None else _Coded(part.rows, part.codes)


class _Exact:
    """A FAISS index whose codes are the half-precision rows as they are."""

    exact = True

    def __init__(self, rows: Halves) -> None:
        import faiss

        self.rows = rows
        self._index = faiss.IndexScalarQuantizer(
            rows.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        faiss.copy_array_to_vector(rows.view(np.uint8).reshape(-1), self._index.codes)
        self._index.ntotal = len(rows)

    def search(self, query: Floats, n: int, mask: Mask | None) -> tuple[Rows, Floats]:
        import faiss

        return _search(self._index, query, min(n, len(self.rows)), mask, faiss.SearchParameters)


class _Coded:
    """Four-bit codes in memory, rows on disk."""

    exact = False

    def __init__(self, rows: Halves, codes: bytes) -> None:
        import faiss

        self.rows = rows
        count, dimension = rows.shape
        values = np.frombuffer(codes, "<f4", dimension * 16)
        self._index = _scanner(dimension)
        faiss.copy_array_to_vector(values, self._index.pq.centroids)
        self._index.is_trained = True
        lists = faiss.downcast_InvertedLists(self._index.invlists)
        lists.resize(0, count)
        faiss.rev_swig_ptr(lists.get_ids(0), count)[:] = np.arange(count)
        _packed(self._index, count, dimension)[:] = np.frombuffer(codes, np.uint8)[values.nbytes :]
        self._index.ntotal = count

    def search(self, query: Floats, n: int, mask: Mask | None) -> tuple[Rows, Floats]:
        import faiss

        wanted = min(_CANDIDATES * n, len(self.rows))
        if mask is not None and np.count_nonzero(mask) <= max(wanted, _FEW):
            rows = np.flatnonzero(mask)
            return _best([(rows, self.rows[rows].astype(np.float32) @ query[0])], wanted)
        return _search(self._index, query, wanted, mask, faiss.SearchParametersIVF)


def _best(found: Sequence[tuple[Rows, Floats]], n: int) -> tuple[Rows, Floats]:
    """The ``n`` rows with the highest scores, best first."""
    rows = np.concatenate([one for one, _ in found])
    scores = np.concatenate([one for _, one in found])
    order = np.argsort(-scores, kind="stable")[:n]
    return rows[order], scores[order]


def _search(index: Any, query: Floats, n: int, mask: Mask | None, kind: Any) -> tuple[Rows, Floats]:
    import faiss

    if mask is None:
        scores, rows = index.search(query, n)
    else:
        bits = np.packbits(mask, bitorder="little")
        parameters = kind()
        parameters.sel = faiss.IDSelectorBitmap(len(bits), faiss.swig_ptr(bits))
        scores, rows = index.search(query, n, params=parameters)
    kept = rows[0] >= 0
    return rows[0][kept], scores[0][kept]
