"""Which articles tell the same story, so that a story takes one place among the hits.

Two newspapers that report an event within three days write nearly the same: their articles' mean
vectors are close, and runs of three syllables recur. One newspaper seldom tells a story twice, but
often several of one kind (yesterday's weather, today's), so within a source, and where a date is
missing, only a near copy counts. The limits were set on half of the events of the stories data
(docs/log.md).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from index.backend import Reader
from index.text.syllables import fold, syllables

Floats = npt.NDArray[np.float32]

_DAYS = 3
_NEAR, _SHARED_WEIGHT, _SAME = 0.90, 0.2, 0.935
_COPY_NEAR, _COPY_SHARED = 0.97, 0.6
# Articles whose mean and shingles stay in memory, about 30 KB each.
_KEPT = 1_000


class Folding:
    """Which articles of a generation tell one story. Safe to use from many threads."""

    def __init__(self, view: Reader) -> None:
        self._view = view
        self._mean = lru_cache(maxsize=_KEPT)(self._read_mean)
        self._shingles = lru_cache(maxsize=_KEPT)(self._read_shingles)

    def folded(self, articles: list[int]) -> list[list[int]]:
        """``articles`` (rows, best first) by story: the best one leads, its retellings follow."""
        stories: list[list[int]] = []
        for row in articles:
            for story in stories:
                if any(self.same(member, row) for member in story):
                    story.append(row)
                    break
            else:
                stories.append([row])
        return stories

    def same(self, one: int, other: int) -> bool:
        """Whether two articles (rows) tell one story."""
        first, second = self._view.told(one), self._view.told(other)
        if first.story == second.story:
            return True
        dated = first.published and second.published
        if dated and abs(first.published - second.published) > _DAYS:
            return False
        named = first.source and second.source
        rivals = dated and named and first.source != second.source
        cosine = float(self._mean(one) @ self._mean(other))
        if cosine < (_NEAR if rivals else _COPY_NEAR):
            return False
        shared = self._shared(one, other)
        return cosine + _SHARED_WEIGHT * shared > _SAME if rivals else shared > _COPY_SHARED

    def _shared(self, one: int, other: int) -> float:
        """The share of the shorter article's runs of three syllables that the other has too."""
        first, second = self._shingles(one), self._shingles(other)
        return len(first & second) / (min(len(first), len(second)) or 1)

    def _read_mean(self, row: int) -> Floats:
        _, _, vectors, _ = self._view.sentences([row])
        mean = vectors.sum(axis=0)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-6), np.float32)

    def _read_shingles(self, row: int) -> frozenset[int]:
        article = self._view.article(row)
        units = syllables(fold(f"{article.title} {article.text}"))
        return frozenset(map(hash, zip(units, units[1:], units[2:], strict=False)))
