"""The syllables of many texts at once, as numbers.

A question is compared with some twenty thousand characters, and of their syllables a dozen are its
own. So they are not made into strings: a few passes of numpy over the characters give every one a
number. Equal syllables have equal numbers; that two different ones have is as likely as guessing 64
bits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from index.text.syllables import fold, normal

Numbers = npt.NDArray[np.uint64]

_LETTER, _DIGIT = re.compile(r"[^\W\d_]"), re.compile(r"\d")
# Characters below it are looked up in a table: Latin with all its accents, and punctuation.
_COMMON = 0x2100
# A syllable's number is a polynomial in this, modulo 2**64. It is odd, so it can be divided by.
_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)


@dataclass(frozen=True, slots=True)
class Spelled:
    """One number a syllable, with its accents and without; ``lengths`` has one entry a text."""

    accented: Numbers
    folded: Numbers
    lengths: npt.NDArray[np.int64]


def spelled(texts: Iterable[str]) -> Spelled:
    """The syllables of ``texts``, one text after the other, as ``syllables`` finds them."""
    return _numbered([normal(text) for text in texts])


def numbers(folded: Iterable[str]) -> Numbers:
    """The numbers of folded syllables."""
    # Folding takes a Korean syllable apart.
    return _numbered([unicodedata.normalize("NFC", unit) for unit in folded]).folded


def _numbered(texts: list[str]) -> Spelled:
    """``texts`` are as ``normal`` makes them: what is left is to find the runs."""
    joined = f" {' '.join(texts)} "
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4")
    kinds, bare = _looked_up(codes)
    edges = kinds[1:] != kinds[:-1]
    begins = np.flatnonzero(edges & (kinds[1:] > 0)) + 1
    ends = np.flatnonzero(edges & (kinds[:-1] > 0)) + 1
    powers, inverses = _powers(_BASE, len(codes)), _powers(_INVERSE, len(codes))[begins]

    def polynomials(values: Numbers) -> Numbers:
        sums = np.cumsum(values * powers, dtype=np.uint64)
        found: Numbers = (sums[ends - 1] - sums[begins - 1]) * inverses
        return found

    bounds = np.cumsum([1, *(len(text) + 1 for text in texts)])
    lengths = np.diff(np.searchsorted(begins, bounds))
    return Spelled(polynomials(codes.astype(np.uint64)), polynomials(bare), lengths)


def _powers(base: int, count: int) -> Numbers:
    powers: Numbers = np.cumprod(np.full(count, base, np.uint64), dtype=np.uint64)
    return powers


def _looked_up(codes: npt.NDArray[np.uint32]) -> tuple[npt.NDArray[np.int64], Numbers]:
    """For each character 1 for a letter, 2 for a digit, else 0; and itself without its accent."""
    kinds, bare = _common()
    common = np.minimum(codes, _COMMON - 1)
    kinds, bare = kinds[common], bare[common]
    if codes.max() >= _COMMON:
        for code in np.unique(codes[codes >= _COMMON]).tolist():
            here = codes == code
            kinds[here], bare[here] = _character(code)
    return kinds, bare


@lru_cache(maxsize=1)
def _common() -> tuple[npt.NDArray[np.int64], Numbers]:
    kinds, bare = zip(*map(_character, range(_COMMON)), strict=True)
    return np.array(kinds, np.int64), np.array(bare, np.uint64)


@lru_cache(maxsize=1 << 14)
def _character(code: int) -> tuple[int, int]:
    character = chr(code)
    kind = 1 if _LETTER.match(character) else 2 if _DIGIT.match(character) else 0
    folded = fold(character)
    return kind, ord(folded) if len(folded) == 1 else code
