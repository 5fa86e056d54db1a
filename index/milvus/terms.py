"""How often terms stand in the chunks of an index, told from a sample of its articles.

Milvus does not say in how many rows a term stands. Accents are restored by thousands of such
counts a question, so they have to be here, and a sample has to do: the weight of a term follows the
logarithm of its count. An archive of no more passages than the sample is counted whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.lexical import FIELDS

# Passages; 4 s of one core and 20 MB.
SAMPLE = 7_000


@dataclass(frozen=True, slots=True)
class _Counts:
    """Sorted hashes of terms (of this process) and in how many chunks each stands."""

    hashes: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]


class TermCounts:
    """``chunks`` are the sampled chunks' terms by field; ``documents`` is how many there are.

    ``whole`` tells whether the sample is all of them, ``length`` how many folded terms a chunk has
    on average.
    """

    def __init__(
        self, chunks: Iterable[Mapping[str, Sequence[str]]], documents: int, whole: bool
    ) -> None:
        self.whole = whole
        hashes: dict[str, list[npt.NDArray[np.int64]]] = {field: [] for field in FIELDS}
        sampled = terms = 0
        for chunk in chunks:
            sampled += 1
            terms += len(chunk[FIELDS[0]])
            for field in FIELDS:
                distinct = set(chunk[field])
                hashes[field].append(np.fromiter(map(hash, distinct), np.int64, len(distinct)))
        self.documents = max(documents, sampled)
        self.length = terms / max(sampled, 1)
        self._scale = self.documents / max(sampled, 1)
        self._fields = {field: _counted(each) for field, each in hashes.items()}

    def frequency(self, term: str, field: str = FIELDS[0]) -> int:
        """In how many chunks ``term`` stands; 0 when the sample has none that holds it."""
        known = self._fields[field]
        wanted = hash(term)
        at = int(np.searchsorted(known.hashes, wanted))
        if at == len(known.hashes) or known.hashes[at] != wanted:
            return 0
        return round(int(known.counts[at]) * self._scale)


def _counted(each: Sequence[npt.NDArray[np.int64]]) -> _Counts:
    return _Counts(*np.unique(np.concatenate([np.zeros(0, np.int64), *each]), return_counts=True))
