"""The bare answer inside a sentence: a number, a day, a person or a place, or nothing.

A guess is worse than none: where two candidates stand equally there is no short answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from index.text.dates import date_mentions
from index.text.mentions import names
from index.text.questions import Kind, kind_of
from index.text.syllables import fold, syllables

_NUMBER = re.compile(
    r"(?:(?:gần|hơn|khoảng|trên|dưới|tới|đến|ít nhất|xấp xỉ)\s+)?"
    r"\d+(?:[.,]\d+)*(?:\s?%|\s+(?:triệu|tỷ|tỉ|nghìn|ngàn)(?:\s+(?:đồng|USD|người))?)?",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"\d+(?:[.,]\d+)*")
_AFTER_HOW_MANY = re.compile(r"(?:bao nhiêu|mấy|how many|how much)\s+(\w+(?:\s+\w+)?)", re.I)
_HEADS = frozenset(
    """
    ban bộ sở ủy hội công trường đài báo viện cục tổng liên mặt đảng quốc nhà văn phòng trung tâm
    đại học đoàn quân tòa phòng cơ ubnd hđnd mttq thành tỉnh huyện xã quận phường thị nghị quyết
    quyết định luật năm tháng ngày ảnh đồng ông bà anh chị theo tại sáng chiều tối trong ngoài
    """.split()
)
_PLACE = re.compile(r"(?:\bở|\btại|\bđến|\btừ|\btỉnh|\bthành phố|\bhuyện|\bxã|\bquận|\bphường)\s+$")


def short_answer(question: str, sentence: str) -> str | None:
    """The one thing in ``sentence`` that the question asks for, verbatim; None if not certain."""
    finder = _FINDERS.get(kind_of(question))
    if finder is None:
        return None
    asked = set(syllables(fold(question)))
    found = {one for one in finder(question, sentence) if not set(syllables(fold(one))) <= asked}
    return found.pop() if len(found) == 1 else None


def _counts(question: str, sentence: str) -> list[str]:
    """Numbers, those in front of the thing that is counted first and alone."""
    days = [(m.start, m.end) for m in date_mentions(sentence)]
    found = [
        m
        for m in _NUMBER.finditer(sentence)
        if not any(a <= m.start() < b or a < m.end() <= b for a, b in days)
    ]
    counted = _AFTER_HOW_MANY.search(question)
    if counted:
        wanted = syllables(fold(counted.group(1)))
        for length in (2, 1):
            unit = wanted[:length]
            near = [
                m
                for m in found
                if syllables(fold(sentence[m.end() : m.end() + 30]))[: len(unit)] == unit
            ]
            if near:
                return [m.group().strip() for m in near]
    return [m.group().strip() for m in found if _PLAIN.search(m.group())]


def _days(question: str, sentence: str) -> list[str]:
    return [sentence[m.start : m.end] for m in date_mentions(sentence)]


def _people(question: str, sentence: str) -> list[str]:
    return [name.rstrip(".") for name in names(sentence) if _is_person(name)]


def _is_person(name: str) -> bool:
    words = name.split()
    return 2 <= len(words) <= 4 and words[0].lower() not in _HEADS


def _places(question: str, sentence: str) -> list[str]:
    return [
        name.rstrip(".")
        for name in names(sentence)
        if _PLACE.search(sentence[: sentence.index(name)])
    ]


_FINDERS: dict[Kind, Callable[[str, str], list[str]]] = {
    Kind.HOW_MANY: _counts,
    Kind.WHEN: _days,
    Kind.WHO: _people,
    Kind.WHERE: _places,
}
