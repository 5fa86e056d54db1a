"""Which article of an index has the same text, word for word.

Texts are not compared with every other: the places where sentences begin and end are in memory
anyway, and two texts that agree in all of them are nearly always one. Only those are read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from index.storage.segment import Segment
from index.storage.tables import ALIVE, Rows

_ODD = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)


class Copies:
    """Articles by the spans of their sentences; rows as in IndexWriter."""

    def __init__(self, segments: Sequence[Segment], firsts: npt.NDArray[np.int64]) -> None:
        self._rows: dict[int, list[int]] = {}
        for segment, first in zip(segments, firsts.tolist(), strict=False):
            alive = np.flatnonzero(segment.state == ALIVE)
            marks = _marks(segment.sentences, segment.articles["first_sentence"])[alive]
            for number, mark in zip(alive.tolist(), marks.tolist(), strict=True):
                self._rows.setdefault(mark, []).append(first + number)

    def add(self, row: int, sentences: Rows) -> None:
        self._rows.setdefault(_mark(sentences), []).append(row)

    def find(self, sentences: Rows, is_copy: Callable[[int], bool]) -> int | None:
        """The first row with these ``sentences`` of which ``is_copy`` holds."""
        return next(filter(is_copy, self._rows.get(_mark(sentences), ())), None)


def _mark(sentences: Rows) -> int:
    return int(_marks(sentences, np.zeros(1, np.int64))[0])


def _marks(sentences: Rows, firsts: Rows) -> npt.NDArray[np.uint64]:
    """A number for the sentences of each article, the same for the same spans."""
    mixed = sentences["start"].astype(np.uint64) * _ODD[0]
    mixed ^= (sentences["end"].astype(np.uint64) + mixed) * _ODD[1]
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(mixed, dtype=np.uint64)])
    bounds = np.append(firsts.astype(np.int64), len(sentences))
    marks: npt.NDArray[np.uint64] = sums[bounds[1:]] - sums[bounds[:-1]]
    return marks
