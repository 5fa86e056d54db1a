"""Which articles tell the same story, so that a story takes one place among the hits.

Two newspapers that report an event within three days write of the same rare things: their
articles' mean vectors are close, and so are their titles and openings, syllables and pairs of them
weighed by rarity. One newspaper seldom tells a story twice, but often several of one kind, so
within a source, and where a date is missing, only a near copy counts. Titles that name different
days (yesterday's weather, today's) are never of one story. The limits were set on half of the
events of the stories data (docs/log.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from index.backend import Reader, Told
from index.text.syllables import folded_syllables
from index.types import Article

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

_DAYS = 3
# Below _NEAR no story was ever shared; reading the texts of such articles is saved.
_NEAR, _COSINE_WEIGHT, _SAME, _COPY = 0.90, 4.0, 3.90, 0.60
_OPENING = 250  # syllables
_DAY = re.compile(r"(?<![\d/.,-])(\d{1,2})[/.-](\d{1,2})(?![\d/.,-]?\d)")
# They print what others wrote: two of their articles are of two newspapers.
_AGGREGATORS = frozenset(["baomoi.com", "news.google.com", "msn.com", "tinmoi.vn"])
# Articles whose gist stays in memory, about 6 KB each.
_KEPT = 1_000
# Makes one number of two, odd so that none is lost.
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Gist:
    """The terms of a title and its opening as numbers, weighed; the days that the title names.

    The weights together have the length 1. A term's number means something in this process only.
    """

    terms: npt.NDArray[np.uint64]
    weights: Floats
    days: frozenset[tuple[int, int]]

    def other_day(self, other: Gist) -> bool:
        return bool(self.days and other.days) and self.days.isdisjoint(other.days)


def likeness(gists: Sequence[Gist]) -> Floats:
    """Of every two, 0 where nothing is shared, 1 where all is; shape (gists, gists)."""
    terms = np.concatenate([one.terms for one in gists])
    _, columns, times = np.unique(terms, return_inverse=True, return_counts=True)
    owners = np.repeat(np.arange(len(gists)), [len(one.terms) for one in gists])
    shared = times > 1
    places, here = np.cumsum(shared) - 1, shared[columns]
    table = np.zeros((len(gists), int(shared.sum())), np.float32)
    table[owners[here], places[columns[here]]] = np.concatenate([one.weights for one in gists])[
        here
    ]
    # A product of matrices would wake the threads of BLAS, for less than it takes to wake them.
    alike: Floats = np.einsum("ij,kj->ik", table, table)
    return alike


class Folding:
    """Which articles of a generation tell one story. Safe to use from many threads.

    ``article`` reads one, ``inverse_frequency`` is the weight of a folded syllable.
    """

    def __init__(
        self,
        view: Reader,
        article: Callable[[int], Article],
        inverse_frequency: Callable[[str], float],
    ) -> None:
        self._view = view
        self._article = article
        self._inverse_frequency = inverse_frequency
        self._gist = lru_cache(maxsize=_KEPT)(self._read_gist)

    def folded(self, articles: list[int], means: Floats) -> list[list[int]]:
        """``articles`` (rows, best first) by story: the best one leads, its retellings follow.

        ``means`` are their mean vectors, of length 1.
        """
        told = [self._view.told(row) for row in articles]
        cosines = means @ means.T
        copies = _equal([one.story for one in told])
        near = np.triu(_near(told, cosines) & ~copies, 1)
        read = np.flatnonzero(near.any(axis=0) | near.any(axis=1)).tolist()
        gists = {place: self._gist(articles[place]) for place in read}
        alike = np.zeros_like(cosines)
        if gists:
            alike[np.ix_(read, read)] = likeness(list(gists.values()))

        def same(one: int, other: int) -> bool:
            if copies[one, other]:
                return True
            if gists[one].other_day(gists[other]):
                return False
            if _rivals(told[one], told[other]):
                return bool(_COSINE_WEIGHT * cosines[one, other] + alike[one, other] > _SAME)
            return bool(alike[one, other] > _COPY) and (
                self._shared(articles[one], articles[other]) > _COPY
            )

        likely = np.argwhere(near | np.triu(copies, 1)).tolist()
        stories = by_story(len(articles), likely, same)
        return [[articles[place] for place in story] for story in stories]

    def _shared(self, one: int, other: int) -> float:
        """The share of the shorter article's runs of three syllables that the other has too.

        Of a timetable and the next one, title and opening are alike; the rest is not.
        """
        first, second = self._runs(one), self._runs(other)
        return len(first & second) / (min(len(first), len(second)) or 1)

    def _runs(self, row: int) -> frozenset[tuple[str, ...]]:
        article = self._article(row)
        units = folded_syllables(f"{article.title} {article.text}")
        return frozenset(zip(units, units[1:], units[2:], strict=False))

    def _read_gist(self, row: int) -> Gist:
        article = self._article(row)
        # A syllable takes four letters and a blank at most, as a rule.
        opening = folded_syllables(article.text[: 8 * _OPENING])[:_OPENING]
        units = [*folded_syllables(article.title), *opening]
        numbers = np.fromiter(map(hash, units), np.int64, len(units)).astype(np.uint64)
        single, first, places, times = np.unique(
            numbers, return_index=True, return_inverse=True, return_counts=True
        )
        rare = np.array([self._inverse_frequency(units[place]) for place in first.tolist()])
        # A pair is as rare as its rarer syllable: that of the pair itself takes long to look up.
        pair, pair_times = np.unique(places[:-1] * len(single) + places[1:], return_counts=True)
        one, other = np.divmod(pair, max(len(single), 1))
        weights = np.concatenate(
            [_counted(times) * rare, _counted(pair_times) * np.maximum(rare[one], rare[other])]
        )
        terms = np.concatenate([single, single[one] * _SPREAD + single[other]])
        length = float(np.linalg.norm(weights)) or 1.0
        days = ((int(day), int(month)) for day, month in _DAY.findall(article.title))
        return Gist(terms, (weights / length).astype(np.float32), frozenset(days))


def by_story(
    count: int, likely: Iterable[Sequence[int]], same: Callable[[int, int], bool]
) -> list[list[int]]:
    """The numbers below ``count`` by story, each story in order, stories in that of their first.

    Only ``likely`` pairs are asked about, and only when that can matter: what is like two stories
    makes them one.
    """
    story = list(range(count))
    for one, other in likely:
        if story[one] != story[other] and same(one, other):
            kept, gone = sorted((story[one], story[other]))
            story = [kept if first == gone else first for first in story]
    members: dict[int, list[int]] = {}
    for number, first in enumerate(story):
        members.setdefault(first, []).append(number)
    return list(members.values())


def _equal(values: Sequence[int]) -> Mask:
    column = np.array(values)
    equal: Mask = column[:, None] == column
    return equal


def _near(told: Sequence[Told], cosines: Floats) -> Mask:
    """Which two are near in time, where that is known, and near in meaning."""
    days = np.array([one.published for one in told])
    dated = days > 0
    apart = np.abs(days[:, None] - days) > _DAYS
    near: Mask = (cosines >= _NEAR) & ~(apart & dated[:, None] & dated)
    return near


def _rivals(one: Told, other: Told) -> bool:
    """Whether two newspapers wrote them, each on a day that is known."""
    known = one.source and other.source and one.published and other.published
    return bool(known) and (one.source != other.source or one.source in _AGGREGATORS)


def _counted(times: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    counted: npt.NDArray[np.float64] = 1 + np.log(times)
    return counted
