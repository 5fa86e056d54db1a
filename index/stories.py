"""Which articles tell one story: near-copies, and what several newspapers report of one event.

Two newspapers that print the same are two articles and one story; two articles of one newspaper
are two stories unless one is nearly a copy of the other, because a follow-up brings news of its
own. Articles are compared by a MinHash sketch of their syllable pairs, by the mean of their first
sentence vectors and by how many days lie between them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from index.text.syllables import syllables
from index.types import Article

Vectors = npt.NDArray[np.float32]
Sketch = npt.NDArray[np.uint32]

SENTENCES = 12
"""How many sentences of an article its vector is the mean of: the news is told first."""

_PERMUTATIONS = 128
_BANDS = 16
_COPY = 0.75  # of the syllable pairs shared: a copy with a changed figure has .9 and more
_DAYS = 3  # between reports of one event
# A logistic regression on the pairs of half of the events of shared/data/stories, asking for odds
# of e to 1; benchmarks/stories.py fits it again and scores the other half.
_COSINE, _OVERLAP, _DISTANCE, _BIAS = 61.4, 25.4, -1.57, -63.2
_LEAST_COSINE = 0.85
# They carry what other newspapers wrote, so their name says nothing about who did.
_AGGREGATORS = frozenset({"baomoi.com", "news.google.com", "msn.com"})


@dataclass(frozen=True, slots=True)
class Telling:
    """What is compared of an article: ``vector`` has length 1, ``sketch`` 128 minima."""

    source: str | None
    day: date | None
    vector: Vectors
    sketch: Sketch


def telling(article: Article, sentences: Vectors) -> Telling:
    """``sentences`` are the vectors of the article's sentences in reading order, one or more."""
    mean = sentences[:SENTENCES].mean(axis=0)
    vector = (mean / max(float(np.linalg.norm(mean)), 1e-9)).astype(np.float32)
    return Telling(article.source, article.published, vector, sketch(article))


def sketch(article: Article) -> Sketch:
    """The MinHash of the article's pairs of neighbouring syllables."""
    from datasketch import MinHash

    spoken = syllables(f"{article.title} {article.text}")
    minima = MinHash(num_perm=_PERMUTATIONS, seed=1)
    minima.update_batch([f"{a} {b}".encode() for a, b in dict.fromkeys(pairwise(spoken))])
    values: npt.NDArray[np.uint64] = minima.hashvalues
    return values.astype(np.uint32)


def same_story(one: Telling, other: Telling) -> float:
    """How sure it is that both tell one story; above 0 they do.

    Copies are known by their words alone; reports of one event must come from two newspapers and
    within days of each other, so both must be dated and name their source.
    """
    overlap = float(np.mean(one.sketch == other.sketch))
    if overlap >= _COPY:
        return 100 * overlap
    days = abs((one.day - other.day).days) if one.day and other.day else None
    if days is None or days > _DAYS or not _other_newspaper(one.source, other.source):
        return -100.0
    cosine = float(one.vector @ other.vector)
    return _COSINE * cosine + _OVERLAP * math.sqrt(overlap) + _DISTANCE * days + _BIAS


def _other_newspaper(one: str | None, other: str | None) -> bool:
    """Unknown newspapers may be the same one; an aggregator stands for many."""
    if one is None or other is None:
        return False
    return one != other or one in _AGGREGATORS


class Stories:
    """The stories of a growing index: articles have numbers, a story that of its first article."""

    def __init__(self) -> None:
        self._tellings: dict[int, Telling] = {}
        self._story: dict[int, int] = {}
        self._by_day: dict[int, _Shelf] = defaultdict(_Shelf)
        self._by_band: dict[bytes, int] = {}

    def add(self, number: int, told: Telling, story: int | None = None) -> int:
        """The story of the article, which is known from now on.

        With ``story`` given it is taken as it is: that is how an index that exists is read in.
        """
        if story is None:
            found = {other: same_story(told, self._tellings[other]) for other in self._near(told)}
            best = max(found, key=lambda other: found[other], default=None)
            alike = best is not None and found[best] > 0
            story = self._story[best] if best is not None and alike else number
        self._tellings[number] = told
        self._story[number] = story
        if told.day is not None:
            self._by_day[told.day.toordinal()].put(number, told.vector)
        for band in _bands(told.sketch):
            self._by_band.setdefault(band, number)
        return story

    def _near(self, told: Telling) -> Iterator[int]:
        """Articles that may tell the same: copies of any day, reports of the days around."""
        yield from {self._by_band[band] for band in _bands(told.sketch) if band in self._by_band}
        if told.day is not None:
            today = told.day.toordinal()
            for day in range(today - _DAYS, today + _DAYS + 1):
                if day in self._by_day:
                    yield from self._by_day[day].near(told.vector)


class _Shelf:
    """The vectors of one day's articles, in an array that grows by doubling."""

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._vectors: Vectors = np.empty((0, 0), np.float32)

    def put(self, number: int, vector: Vectors) -> None:
        if len(self._numbers) == len(self._vectors):
            room = np.zeros((max(4, 2 * len(self._numbers)), len(vector)), np.float32)
            room[: len(self._numbers)] = self._vectors[: len(self._numbers)] if self._numbers else 0
            self._vectors = room
        self._vectors[len(self._numbers)] = vector
        self._numbers.append(number)

    def near(self, vector: Vectors) -> list[int]:
        cosines = self._vectors[: len(self._numbers)] @ vector
        return [self._numbers[row] for row in np.flatnonzero(cosines >= _LEAST_COSINE)]


def _bands(sketch: Sketch) -> list[bytes]:
    """Sketches that agree in nine places of ten share a band nearly always (.9999)."""
    return [bytes([at]) + part.tobytes() for at, part in enumerate(np.split(sketch, _BANDS))]
