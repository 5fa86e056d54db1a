"""The syllables of many texts at once, as numbers.

A question is compared with some twenty thousand characters, and of their syllables a dozen are its
own. So they are not made into strings: a few passes of numpy over the characters give every one a
number. Equal syllables have equal numbers; that two different ones have is as likely as guessing 64
bits.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from index.text.syllables import fold, normal

Numbers = npt.NDArray[np.uint64]

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
    characters = [chr(code) for code in range(_COMMON)]
    bare = np.arange(_COMMON, dtype=np.uint64)
    written = [character for character in characters if character.isalnum()]
    # All at once: one after the other would take as long as the rest of a question.
    for character, folded in zip(written, fold("\n".join(written)).split("\n"), strict=True):
        bare[ord(character)] = _one(folded, character)
    return np.array([_kind(character) for character in characters], np.int64), bare


def _character(code: int) -> tuple[int, int]:
    character = chr(code)
    return _kind(character), _one(fold(character), character)


def _kind(character: str) -> int:
    """What regular expressions take for a digit, and for a letter."""
    return 2 if character.isdecimal() else 1 if character.isalnum() else 0


def _one(folded: str, character: str) -> int:
    return ord(folded) if len(folded) == 1 else ord(character)
