"""Numbers, days and names in a sentence: what may be the answer to how many, when, who or where."""

from __future__ import annotations

import re

from index.text.questions import Kind

_UPPER = "A-ZÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯẠ-Ỹ"
_NAME = re.compile(rf"[{_UPPER}][\w’'.-]*(?:\s+[{_UPPER}][\w’'.-]*)*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*(?:\s?%)?")
_SPELLED = re.compile(
    r"\b(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|trăm|nghìn|ngàn|triệu|tỷ|tỉ|vài|nửa)\b", re.I
)
_DAY = re.compile(
    r"\d{1,2}\s?[/.-]\s?\d{1,2}(?:\s?[/.-]\s?\d{2,4})?|\b(?:1\d{3}|20\d\d)\b"
    r"|\b(?:ngày|tháng|năm|thế kỷ|thập niên|mùa|quý)\s+\w+|\d{1,2}(?:h|g|:)\d{0,2}",
    re.IGNORECASE,
)


def names(sentence: str) -> list[str]:
    """Runs of capitalised words; the first word of the sentence counts like any other."""
    return _NAME.findall(sentence)


def numbers(sentence: str) -> list[str]:
    return _NUMBER.findall(sentence)


def holds_answer(sentence: str, kind: Kind, asked: set[str]) -> bool | None:
    """Whether ``sentence`` holds something of the ``kind`` that the question does not say itself.

    ``asked`` are the lower-cased words of the question. None where the kind has no such sign.
    """
    if kind is Kind.HOW_MANY:
        new = any(n not in asked for n in numbers(sentence))
        return new or bool(_SPELLED.search(sentence))
    if kind is Kind.WHEN:
        return any(not set(d.lower().split()) <= asked for d in _DAY.findall(sentence))
    if kind in (Kind.WHO, Kind.WHERE):
        return any(not set(n.lower().split()) <= asked for n in names(sentence[1:]))
    return None
