"""Syllables, folding and the terms that the lexical leg matches.

Vietnamese writes its syllables apart, so a word is a run of one to four syllables; pairs of
neighbours stand in for words. Folding takes the accents off (``Đà Nẵng`` -> ``da nang``), so that a
question typed without them still matches.
"""

from __future__ import annotations

import re
import unicodedata

_SYLLABLE = re.compile(r"[^\W_]+")
_FOLD_D = str.maketrans("đĐ", "dD")


def syllables(text: str) -> list[str]:
    """The runs of letters and digits of ``text``, lower-cased, accents kept, in order."""
    return _SYLLABLE.findall(unicodedata.normalize("NFC", text).lower())


def fold(text: str) -> str:
    """``text`` without accents, ``đ`` as ``d``; case, spacing and everything else are kept."""
    decomposed = unicodedata.normalize("NFD", text.translate(_FOLD_D))
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn")


def terms(text: str) -> list[str]:
    """Folded syllables, then pairs of neighbours joined by ``_``: what postings are made of."""
    units = syllables(fold(text))
    return units + [f"{a}_{b}" for a, b in zip(units, units[1:], strict=False)]
