"""Which articles tell the same story, so that a story takes one place among the hits.

Two newspapers that report an event within three days write of the same rare things: their
articles' mean vectors are close, and so are their titles and openings, syllables and pairs of them
weighed by rarity. One newspaper seldom tells a story twice, but often several of one kind, so
within a source, and where a date is missing, only a near copy counts. Titles that name different
days (yesterday's weather, today's) are never of one story. The limits were set on half of the
events of the stories data (docs/log.md).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt

from index.backend import Reader, Told
from index.text.syllables import fold, syllables

Floats = npt.NDArray[np.float32]

_DAYS = 3
# Below _NEAR no story was ever shared; reading the texts of such articles is saved.
_NEAR, _COSINE_WEIGHT, _SAME, _COPY = 0.90, 4.0, 3.90, 0.60
_OPENING = 250  # syllables
_DAY = re.compile(r"(?<![\d/.,-])(\d{1,2})[/.-](\d{1,2})(?![\d/.,-]?\d)")
# They print what others wrote: two of their articles are of two newspapers.
_AGGREGATORS = frozenset(["baomoi.com", "news.google.com", "msn.com", "tinmoi.vn"])
# Articles whose mean and gist stay in memory, about 50 KB each.
_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Gist:
    """Terms of a title and its opening, weighed, together of length 1; the days the title names."""

    weights: dict[str, float]
    days: frozenset[tuple[int, int]]

    def likeness(self, other: Gist) -> float:
        """0 where nothing is shared, 1 where all is."""
        few, many = sorted((self.weights, other.weights), key=len)
        return sum(weight * many.get(term, 0.0) for term, weight in few.items())

    def other_day(self, other: Gist) -> bool:
        return bool(self.days and other.days) and self.days.isdisjoint(other.days)


class Folding:
    """Which articles of a generation tell one story. Safe to use from many threads.

    ``inverse_frequency`` is the weight of a folded syllable.
    """

    def __init__(self, view: Reader, inverse_frequency: Callable[[str], float]) -> None:
        self._view = view
        self._inverse_frequency = inverse_frequency
        self._told = lru_cache(maxsize=_KEPT)(view.told)
        self._means: dict[int, Floats] = {}
        self._gist = lru_cache(maxsize=_KEPT)(self._read_gist)

    def folded(self, articles: list[int]) -> list[list[int]]:
        """``articles`` (rows, best first) by story: the best one leads, its retellings follow.

        An article that is like two stories makes them one.
        """
        self._learn(articles)
        stories: list[list[int]] = []
        for row in articles:
            like = [story for story in stories if any(self.same(one, row) for one in story)]
            if not like:
                stories.append([row])
                continue
            first, *others = like
            first += sorted([row, *chain.from_iterable(others)], key=articles.index)
            stories = [story for story in stories if story not in others]
        return stories

    def same(self, one: int, other: int) -> bool:
        """Whether two articles (rows) tell one story."""
        told = self._told(one), self._told(other)
        if told[0].story == told[1].story:
            return True
        dated = told[0].published and told[1].published
        if dated and abs(told[0].published - told[1].published) > _DAYS:
            return False
        means = self._learn([one, other])
        cosine = float(means[one] @ means[other])
        if cosine < _NEAR:
            return False
        first, second = self._gist(one), self._gist(other)
        if first.other_day(second):
            return False
        likeness = first.likeness(second)
        if dated and _rivals(*told):
            return _COSINE_WEIGHT * cosine + likeness > _SAME
        return likeness > _COPY and self._shared(one, other) > _COPY

    def _shared(self, one: int, other: int) -> float:
        """The share of the shorter article's runs of three syllables that the other has too.

        Of a timetable and the next one, title and opening are alike; the rest is not.
        """
        first, second = self._runs(one), self._runs(other)
        return len(first & second) / (min(len(first), len(second)) or 1)

    def _runs(self, row: int) -> frozenset[tuple[str, ...]]:
        article = self._view.article(row)
        units = syllables(fold(f"{article.title} {article.text}"))
        return frozenset(zip(units, units[1:], units[2:], strict=False))

    def _learn(self, articles: list[int]) -> dict[int, Floats]:
        """The mean vectors of ``articles`` at least; those not known yet are read all at once."""
        means = self._means
        new = [row for row in articles if row not in means]
        if not new:
            return means
        if len(means) > _KEPT:
            means = {row: means[row] for row in articles if row in means}
        _, _, vectors, counts = self._view.sentences(new)
        sums = np.add.reduceat(vectors, np.cumsum(counts) - counts)
        lengths = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6)
        # Other threads may set theirs meanwhile: what is returned is this one's, whole.
        self._means = means = means | dict(zip(new, sums / lengths, strict=True))
        return means

    def _read_gist(self, row: int) -> Gist:
        article = self._view.article(row)
        # A syllable takes four letters and a blank at most, as a rule.
        opening = syllables(fold(article.text[: 8 * _OPENING]))[:_OPENING]
        units = [*syllables(fold(article.title)), *opening]
        rare = {unit: self._inverse_frequency(unit) for unit in set(units)}
        weights = {unit: _counted(n) * rare[unit] for unit, n in Counter(units).items()}
        # A pair is as rare as its rarer syllable: that of the pair itself takes long to look up.
        for (a, b), n in Counter(pairwise(units)).items():
            weights[f"{a}_{b}"] = _counted(n) * max(rare[a], rare[b])
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        days = ((int(day), int(month)) for day, month in _DAY.findall(article.title))
        return Gist({term: weight / length for term, weight in weights.items()}, frozenset(days))


def _rivals(one: Told, other: Told) -> bool:
    """Whether two newspapers wrote them."""
    known = one.source and other.source
    return bool(known) and (one.source != other.source or one.source in _AGGREGATORS)


def _counted(times: int) -> float:
    return 1 + math.log(times)
