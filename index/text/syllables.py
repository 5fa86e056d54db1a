"""Syllables, folding and the terms that the lexical leg matches.

Vietnamese writes its syllables apart, so a word is a run of one to four syllables; pairs of
neighbours stand in for words. Folding takes the accents off (``Đà Nẵng`` -> ``da nang``), so that a
question typed without them still matches.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from itertools import chain, pairwise

Cut = Callable[[str], tuple[str, ...]]

_SYLLABLE = re.compile(r"[^\W\d_]+|\d+")
_DIGIT = re.compile(r"\d")
# Both look back from behind their first character: the search for one is quick.
_THOUSANDS = re.compile(r"\d(?<![\d.,]\d)\d{0,2}([.,])\d{3}(?:\1\d{3})*(?![.,]?\d)")
_LEADING_ZERO = re.compile(r"0(?:(?<![\d.,]0)(?=\d(?!\d))|(?<=\d\.0)(?=\d\.\d{4}(?!\d)))")
# Words between blanks that stay in memory, and the longest that may, about 200 bytes each: texts
# repeat their words.
_KEPT, _KEPT_LENGTH = 1 << 15, 32
_LETTERS = "aăâeêioôơuưydAĂÂEÊIOÔƠUƯYD"
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")


def _precomposed() -> dict[int, str]:
    """Every accented Vietnamese letter that is one character, and its bare letter."""
    letters = {ord("đ"): "d", ord("Đ"): "D"}
    for letter in _LETTERS:
        bare = unicodedata.normalize("NFD", letter)[0]
        for tone in _TONES:
            whole = unicodedata.normalize("NFC", letter + tone)
            if len(whole) == 1 and whole != bare:
                letters[ord(whole)] = bare
    return letters


_FOLDED = _precomposed()


def syllables(text: str) -> list[str]:
    """The runs of letters and of digits of ``text``, lower-cased, accents kept, in order.

    A number, a day and the number of a decree have one form however they are set: ``1.200`` is
    ``1200``, ``05/06`` is ``5 6``, ``290QĐ/TW`` and ``290 - QĐ-TW`` are ``290 qđ tw``.
    """
    return _all_cut(text.split(), _cut, _kept_cut)


def folded_syllables(text: str) -> list[str]:
    """``syllables(fold(text))``."""
    return _all_cut(text.split(), _cut_folded, _kept_cut_folded)


def normal(text: str) -> str:
    """``text`` with the runs that are its syllables, and other characters between them."""
    text = unicodedata.normalize("NFC", text).lower()
    if _DIGIT.search(text):
        text = _LEADING_ZERO.sub("", _THOUSANDS.sub(_joined, text))
    return text


def _all_cut(words: list[str], cut: Cut, kept: Cut) -> list[str]:
    """What ``cut`` makes of the words; ``kept`` does so too, and remembers it."""
    longest = max(map(len, words), default=0)
    return list(chain.from_iterable(map(kept if longest <= _KEPT_LENGTH else cut, words)))


def _cut(word: str) -> tuple[str, ...]:
    """The syllables of a word: nothing that makes one reaches over a blank."""
    return tuple(_SYLLABLE.findall(normal(word)))


def _cut_folded(word: str) -> tuple[str, ...]:
    return _cut(fold(word))


_kept_cut: Cut = lru_cache(maxsize=_KEPT)(_cut)
_kept_cut_folded: Cut = lru_cache(maxsize=_KEPT)(_cut_folded)


def _joined(number: re.Match[str]) -> str:
    return number[0].replace(number[1], "")


def fold(text: str) -> str:
    """``text`` without accents, ``đ`` as ``d``; case, spacing and everything else are kept."""
    text = text.translate(_FOLDED)
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn").translate(_FOLDED)


def pairs(units: list[str]) -> list[str]:
    """Neighbours joined by ``_``."""
    return [f"{a}_{b}" for a, b in pairwise(units)]


def terms(text: str) -> list[str]:
    """Folded syllables, then pairs of neighbours: what postings are made of."""
    units = folded_syllables(text)
    return units + pairs(units)
