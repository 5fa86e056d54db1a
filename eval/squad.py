"""Exact match, token F1 and containment, with SQuAD's normalisation made right for Vietnamese.

SQuAD lower-cases, drops punctuation and the articles a, an, the. In Vietnamese ``an`` is a syllable
(``Nghệ An``, ``an toàn``), so MLQA drops classifiers instead; its list is used here. Beyond it: an
accent is a letter and stays; where it sits does not matter (``hòa``, ``hoà``); ``2.000``,
``2,000`` and ``2000`` are one number, ``25/02/2010`` and ``ngày 25 tháng 2 năm 2010`` one date; a
hyphen parts words instead of joining them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from index.text.unicode import clean

_DROPPED = frozenset({"của", "là", "cái", "chiếc", "những"})  # MLQA's list for Vietnamese
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?![\d]|[.,]\d)")
_DECIMAL = re.compile(r"(?<![\d.,])(\d+)[.,](\d+)(?![\d]|[.,]\d)")
_DATE = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?![\d/.-]\d|\d)")
_DATE_WORD = re.compile(r"\b(?:ngày|tháng|năm)\s+(?=\d)")
_TOKEN = re.compile(r"\d+·\d+|[^\W_]+")


def tokens(text: str) -> list[str]:
    """The normalised tokens of ``text``, which two right answers have in common."""
    text = clean(text).lower()
    text = _DATE.sub(lambda date: f"{int(date[1])} {int(date[3])} {date[4]}", text)
    text = _DATE_WORD.sub("", text)
    text = _THOUSANDS.sub(lambda number: re.sub(r"\D", "", number[0]), text)
    text = _DECIMAL.sub(r"\1·\2", text)
    found = (_number(token) or _tone_last(token) for token in _TOKEN.findall(text))
    return [token for token in found if token not in _DROPPED_FORMS]


def exact(given: str, gold: Iterable[str]) -> bool:
    """Whether ``given`` is one of the ``gold`` answers."""
    said = tokens(given)
    return bool(said) and any(said == tokens(answer) for answer in gold)


def token_f1(given: str, gold: Iterable[str]) -> float:
    """The best F1 of the tokens of ``given`` against one of the ``gold`` answers."""
    said = Counter(tokens(given))
    return max((_f1(said, Counter(tokens(answer))) for answer in gold), default=0.0)


def contains(text: str, gold: Iterable[str]) -> bool:
    """Whether ``text`` says one of the ``gold`` answers, token for token: 392 does not say 39."""
    said = f" {' '.join(tokens(text))} "
    answers = (" ".join(tokens(answer)) for answer in gold)
    return any(f" {answer} " in said for answer in answers if answer)


def _f1(said: Counter[str], right: Counter[str]) -> float:
    common = (said & right).total()
    return 2 * common / (said.total() + right.total()) if common else 0.0


def _number(token: str) -> str | None:
    return token.lstrip("0") or "0" if token.isdecimal() else None


def _tone_last(syllable: str) -> str:
    """The tone mark behind the syllable, so that its place on the vowels does not matter."""
    decomposed = unicodedata.normalize("NFD", syllable)
    tone = "".join(c for c in decomposed if c in _TONES)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in _TONES)) + tone


_DROPPED_FORMS = frozenset(map(_tone_last, _DROPPED))
