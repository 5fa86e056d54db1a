"""The bare answer inside a sentence: a number, a day, a person or a place, or nothing.

A guess is worse than none: where two candidates stand equally there is no short answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from index.text.dates import date_mentions
from index.text.mentions import counts, names, numbers, people
from index.text.questions import Kind, counted, kind_of
from index.text.syllables import fold, syllables

_BEFORE = re.compile(r"(?:gần|hơn|khoảng|trên|dưới|tới|ít nhất|xấp xỉ|chừng)\s+$", re.IGNORECASE)
_BEHIND = re.compile(
    r"\s?%|\s+(?:triệu|tỷ|tỉ|nghìn|ngàn)(?:\s+(?:đồng|USD))?|\s+(?:đồng|USD|km|m|ha|tấn|kg)\b",
    re.IGNORECASE,
)
_DONE_BY = re.compile(r"\bdo ai ((?:đã )?\w+(?: \w+)?)", re.IGNORECASE)
_PLACE = re.compile(r"(?:\bở|\btại|\bđến|\btừ|\btỉnh|\bthành phố|\bhuyện|\bxã|\bquận|\bphường)\s+$")


def short_answer(question: str, sentence: str, published: date | None = None) -> str | None:
    """The one thing in ``sentence`` that the question asks for, verbatim; None if not certain.

    To a question about the day an article came out, ``published`` is the answer.
    """
    kind = kind_of(question)
    if kind is Kind.PUBLISHED and published:
        return f"{published.day}/{published.month}/{published.year}"
    finder = _FINDERS.get(kind)
    if finder is None:
        return None
    asked = set(syllables(fold(question)))
    found = {one for one in finder(question, sentence) if not set(syllables(fold(one))) <= asked}
    return found.pop() if len(found) == 1 else None


def _counts(question: str, sentence: str) -> list[str]:
    """The numbers in front of what is counted, else all numbers, as the sentence puts them."""
    found = counts(sentence, counted(question)) or numbers(sentence)
    return [_number_phrase(sentence, match) for match in found]


def _number_phrase(sentence: str, match: re.Match[str]) -> str:
    before = _BEFORE.search(sentence[: match.start()])
    behind = _BEHIND.match(sentence, match.end())
    return sentence[
        before.start() if before else match.start() : behind.end() if behind else match.end()
    ]


def _days(question: str, sentence: str) -> list[str]:
    return [sentence[m.start : m.end] for m in date_mentions(sentence)]


def _people(question: str, sentence: str) -> list[str]:
    """Who it was: the doer in front of the asked verb ("do ai tổ chức"), else the people named."""
    done = _DONE_BY.search(question)
    if done is None:
        return people(sentence)
    doer = re.search(rf"\bdo (\w[^,;.]{{2,60}}?) {re.escape(done.group(1))}\b", sentence)
    return [doer.group(1)] if doer else people(sentence)


def _places(question: str, sentence: str) -> list[str]:
    return [name for name in names(sentence) if _PLACE.search(sentence[: sentence.index(name)])]


_FINDERS: dict[Kind, Callable[[str, str], list[str]]] = {
    Kind.HOW_MANY: _counts,
    Kind.WHEN: _days,
    Kind.WHO: _people,
    Kind.WHERE: _places,
}
