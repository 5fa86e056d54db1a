"""Inner products over sentence vectors, under any filter. The only module that imports faiss.

A part is one segment's vectors, and how it is searched follows from its size alone. A small part is
searched exactly. A large one has codes of four bits a dimension besides: FAISS's fast scan reads
them in a quarter of the time, and the best rows are scored again from the half-precision rows,
which stay on disk. The codes of a very large one stand in lists, each around a centre, and only the
lists whose centres are near to the question are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from index.codes import BLOCK_ROWS, CODED_FROM, Codes, lists_for, packed_size, padding

Halves = npt.NDArray[np.float16]
Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_SAMPLE = _STEP = 1 << 13
_SAMPLE_A_LIST = 32
_READ = 8  # one list of so many is read
_READ_MOST = 2  # and one of so many when a filter allows few rows
_CANDIDATES, _FEWEST_CANDIDATES = 10, 1024  # for each row that is asked for, and at least
_FEW = 1 << 12  # allowed rows that are scored without a scan
_BLOCK = 512
_NOTHING = (np.zeros(0, np.int64), np.zeros(0, np.float32))


@dataclass(frozen=True, slots=True)
class Part:
    """A segment's vectors, shape (rows, dimension), and what ``encode`` made of them.

    ``lists`` is how many lists the codes stand in.
    """

    rows: Halves
    codes: bytes | None = None
    lists: int = 1


class DenseIndex:
    """The vectors of one generation; row numbers run through ``parts`` in the order given."""

    def __init__(self, parts: Iterable[Part]) -> None:
        # One after the other: what is read from the disk is let go before the next is read.
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
        candidates = np.sort(_best(estimated, _candidates(n))[0])
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
        halves = np.empty((len(rows), self._parts[0].rows.shape[1]), np.float16)
        owner = np.searchsorted(self._firsts, rows, side="right") - 1
        turns = np.flatnonzero(np.diff(owner)) + 1
        for start, stop in pairwise([0, *turns.tolist(), len(rows)]):
            number = owner[start]
            halves[start:stop] = self._parts[number].rows[rows[start:stop] - self._firsts[number]]
        return widened(halves)


def widened(halves: Halves) -> Floats:
    """The same numbers in single precision, in a fifth of the time that numpy's conversion takes.

    Exponent and fraction move to where single precision has them, and a factor makes up for the
    other zero of its exponent. What is no finite number becomes 65,536 or more.
    """
    bits = halves.view(np.int16).astype(np.int32)
    bits <<= 13
    bits &= ~0x70000000  # the sign was drawn out over what belongs to the exponent
    singles = bits.view(np.float32)
    singles *= np.float32(2.0**112)
    return singles


def kind_of(rows: int, lists: int) -> str:
    """How a part of so many rows is searched, in words."""
    if rows < CODED_FROM:
        return "exact"
    if lists == 1:
        return "4-bit codes, rescored"
    return f"4-bit codes in {lists} lists, {lists // _READ} read, rescored"


def encode(rows: Halves) -> Iterator[bytes]:
    """The codes of a part, in pieces; none for a small one. See ``index.codes``."""
    if len(rows) < CODED_FROM:
        return
    import faiss

    count, dimension = rows.shape
    lists = lists_for(count)
    index = _scanner(dimension, lists)
    with _one_thread():
        index.train(_sample(rows, max(_SAMPLE, _SAMPLE_A_LIST * lists)))
    for first in range(0, count, _STEP):
        index.add(rows[first : first + _STEP].astype(np.float32))
    yield faiss.vector_to_array(index.pq.centroids).astype("<f4").tobytes()
    if lists > 1:
        yield index.quantizer.reconstruct_n(0, lists).astype("<f4").tobytes()
        owner = np.empty(count, "<u2")
        for number in range(lists):
            owner[_ids(index, number)] = number
        yield owner.tobytes()
    written = 0
    for number in range(lists):
        packed = _packed(index, number, dimension).tobytes()
        yield packed
        written += len(packed)
    yield bytes(padding(count, dimension, lists, written))


def _sample(rows: Halves, count: int) -> Floats:
    chosen = (np.arange(count) * (len(rows) / count)).astype(np.int64)
    return rows[chosen].astype(np.float32)


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


def _scanner(dimension: int, lists: int) -> Any:
    """An empty index of four bits a dimension, its one list ready, several yet to be trained."""
    import faiss

    centres = faiss.IndexFlatIP(dimension)
    if lists == 1:
        # The inverted file is here because it can filter.
        centres.add(np.zeros((1, dimension), np.float32))
    metric = faiss.METRIC_INNER_PRODUCT
    index: Any = faiss.IndexIVFPQFastScan(centres, dimension, lists, dimension, 4, metric)
    index.by_residual = False
    index.pq.cp.niter = index.cp.niter = 10
    index.cp.min_points_per_centroid = _SAMPLE_A_LIST
    return index


def _ids(index: Any, number: int) -> Rows:
    """The rows of a list, to be read or written."""
    import faiss

    lists = faiss.downcast_InvertedLists(index.invlists)
    found: Rows = faiss.rev_swig_ptr(lists.get_ids(number), lists.list_size(number))
    return found


def _packed(index: Any, number: int, dimension: int) -> npt.NDArray[np.uint8]:
    """The codes of a list, to be read or written."""
    import faiss

    lists = faiss.downcast_InvertedLists(index.invlists)
    size = packed_size(-(-lists.list_size(number) // BLOCK_ROWS), dimension)
    found: npt.NDArray[np.uint8] = faiss.rev_swig_ptr(lists.get_codes(number), size)
    return found


class _Part(Protocol):
    """An open part. ``exact`` says whether its scores are; else they are estimates to rank by."""

    rows: Halves
    exact: bool

    def search(self, query: Floats, n: int, mask: Mask | None) -> tuple[Rows, Floats]:
        """Rows that hold the ``n`` nearest, best first; ``query`` has shape (1, dimension)."""
        ...


def _open(part: Part) -> _Part:
    return _Exact(part.rows) if part.codes is None else _Coded(part.rows, part.codes, part.lists)


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

        return _search(self._index, query, min(n, len(self.rows)), mask, faiss.SearchParameters())


class _Coded:
    """Four-bit codes in memory, rows on disk."""

    exact = False

    def __init__(self, rows: Halves, codes: bytes, lists: int) -> None:
        import faiss

        self.rows = rows
        self._lists = lists
        count, dimension = rows.shape
        stored = Codes.read(codes, count, dimension, lists)
        self._index = _scanner(dimension, lists)
        faiss.copy_array_to_vector(stored.values, self._index.pq.centroids)
        if lists > 1:
            self._index.quantizer.add(stored.centres)
        self._index.is_trained = True
        order = np.argsort(stored.owners, kind="stable")
        first = start = 0
        for number, size in enumerate(np.bincount(stored.owners).tolist()):
            if size:
                faiss.downcast_InvertedLists(self._index.invlists).resize(number, size)
                _ids(self._index, number)[:] = order[first : first + size]
                into = _packed(self._index, number, dimension)
                into[:] = stored.packed[start : start + len(into)]
                first, start = first + size, start + len(into)
        self._index.ntotal = count

    def search(self, query: Floats, n: int, mask: Mask | None) -> tuple[Rows, Floats]:
        wanted = min(_candidates(n), len(self.rows))
        if mask is None:
            return self._scan(query, wanted, None, _READ)
        allowed = int(np.count_nonzero(mask))
        if allowed <= max(wanted, _FEW):
            rows = np.flatnonzero(mask)
            return _best([(rows, widened(self.rows[rows]) @ query[0])], wanted)
        few = allowed * _READ < len(self.rows)
        found = self._scan(query, wanted, mask, _READ_MOST if few else _READ)
        return found if len(found[0]) >= min(n, allowed) else self._scan(query, wanted, mask, 1)

    def _scan(self, query: Floats, n: int, mask: Mask | None, share: int) -> tuple[Rows, Floats]:
        import faiss

        parameters: Any = faiss.SearchParametersIVF()
        parameters.nprobe = max(1, self._lists // share)
        return _search(self._index, query, n, mask, parameters)


def _candidates(n: int) -> int:
    """How many rows are ranked by their codes to have the ``n`` nearest among them.

    In an archive of millions the nearest ten are so alike that the codes of a hundred more are.
    """
    return max(_CANDIDATES * n, _FEWEST_CANDIDATES)


def _best(found: Sequence[tuple[Rows, Floats]], n: int) -> tuple[Rows, Floats]:
    """The ``n`` rows with the highest scores, best first."""
    rows = np.concatenate([one for one, _ in found])
    scores = np.concatenate([one for _, one in found])
    order = np.argsort(-scores, kind="stable")[:n]
    return rows[order], scores[order]


def _search(
    index: Any, query: Floats, n: int, mask: Mask | None, parameters: Any
) -> tuple[Rows, Floats]:
    import faiss

    if mask is not None:
        bits = np.packbits(mask, bitorder="little")
        parameters.sel = faiss.IDSelectorBitmap(len(bits), faiss.swig_ptr(bits))
    scores, rows = index.search(query, n, params=parameters)
    kept = rows[0] >= 0
    return rows[0][kept], scores[0][kept]
