"""What a Vietnamese syllable can look like: onset, rhyme and tone.

Good enough to tell Vietnamese from the same bytes read in a wrong encoding; not a dictionary.
"""

from __future__ import annotations

import re
import unicodedata

_ONSET = "ngh|ng|gh|gi|kh|nh|ph|qu|th|tr|ch|b|c|d|đ|g|h|k|l|m|n|p|q|r|s|t|v|x|"
_OPEN = (
    "uyê|oai|oay|oeo|uây|uya|uyu|iêu|yêu|ươi|ươu|uôi|oa|oe|oă|uâ|uê|uơ|uy|ai|ao|au|ay|âu|ây|eo|êu|"
    "ia|iu|iê|yê|oi|ôi|ơi|oo|ua|ui|uô|ưa|ưi|ươ|ưu|a|ă|â|e|ê|i|o|ô|ơ|u|ư|y"
)
_CODA = "ch|ng|nh|c|m|n|p|t|"
_SYLLABLE = re.compile(f"(?:{_ONSET})(?:{_OPEN})(?P<coda>{_CODA})")
_ACUTE, _DOT, _TONES = "\u0301", "\u0323", "\u0300\u0301\u0303\u0309\u0323"
_STOPS = frozenset({"c", "ch", "p", "t"})


def is_syllable(word: str) -> bool:
    """Whether ``word``, in lower case and NFC, could be one syllable of Vietnamese."""
    decomposed = unicodedata.normalize("NFD", word)
    tones = [mark for mark in decomposed if mark in _TONES]
    if len(tones) > 1 or len(word) > 7:
        return False
    base = unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in _TONES))
    match = _SYLLABLE.fullmatch(base)
    if match is None:
        return False
    return match["coda"] not in _STOPS or not tones or tones[0] in (_ACUTE, _DOT)
