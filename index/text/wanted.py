"""What a question wants to be told, and where a sentence holds such a thing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from index.text.accents import is_foreign
from index.text.mentions import (
    DAY,
    counts,
    is_measure,
    name_matches,
    numbers,
    people_matches,
)
from index.text.questions import Kind, counted, kind_of, measured, written_in
from index.text.syllables import folded_syllables

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """``unit`` is what a "how many" counts or what its answer is written in (folded syllables),
    ``measure`` what it measures, ``exact`` whether a day ("day") or a year ("year") is asked for.
    ``spoken`` are the lower-cased words of the question: what it says itself it does not ask for.
    """

    kind: Kind
    unit: tuple[str, ...]
    measure: str | None
    exact: str | None
    spoken: frozenset[str]

    @property
    def is_sure(self) -> bool:
        """Whether a sentence without ``values`` cannot answer: a price needs its money."""
        if self.kind is Kind.HOW_MANY:
            return is_measure(self.unit)
        return self.kind is Kind.WHO or (self.kind is Kind.WHEN and self.exact is not None)


_EXACT = re.compile(
    r" (?:(?P<year>nam (?:nao|may|bao nhieu)|(?:what|which) year)"
    r"|(?P<day>(?:ngay|hom) (?:nao|may|bao nhieu)|(?:what|which) (?:day|date))) "
)


def wanted(question: str) -> Wanted:
    bare = f" {' '.join(folded_syllables(question))} "
    exact = _EXACT.search(bare)
    kind = kind_of(question)
    unit: tuple[str, ...] = ()
    if kind is Kind.HOW_MANY and not is_foreign(question):
        unit = counted(question) or written_in(question)
    return Wanted(
        kind=kind,
        unit=unit,
        measure=measured(question),
        exact=exact.lastgroup if exact else None,
        spoken=frozenset(re.findall(r"\w+", question.lower())),
    )


def values(sentence: str, want: Wanted) -> list[Span] | None:
    """Where ``sentence`` holds what is wanted and the question does not say itself.

    None where that cannot be told from the look of it: a definition, a list, yes or no.
    """
    finder = _FINDERS.get(want.kind)
    if finder is None:
        return None
    return [
        (start, end)
        for start, end in finder(sentence, want)
        if not want.spoken.issuperset(re.findall(r"\w+", sentence[start:end].lower()))
    ]


def _quantities(sentence: str, want: Wanted) -> Iterator[Span]:
    matches = counts(sentence, want.unit) if want.unit else numbers(sentence)
    yield from (match.span() for match in matches)
    for unit, pattern in _OTHERWISE:
        if want.unit[:1] == (unit,):
            yield from (match.span() for match in pattern.finditer(sentence))
    yield from (match.span() for match in _SPELLED.finditer(sentence) if _counts(match, want.unit))


# What is not a number with its unit behind it: "12h30", "ở tuổi 55".
_OTHERWISE = (
    ("gio", re.compile(r"\b\d{1,2}(?:h|g|:)\d{0,2}\b")),
    ("tuoi", re.compile(r"\btuổi \d+|\bsinh năm \d{4}|\((?:\d{2}|\d{4})\)", re.IGNORECASE)),
)
# "Một" and "vài" count less often than they introduce; "năm" is a year more often than five.
_SPELLED = re.compile(
    r"\b(?:hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|chục|trăm|nghìn|ngàn|triệu|nửa"
    r"|two|three|four|five|six|seven|eight|nine|ten)\b",
    re.IGNORECASE,
)


def _counts(spelled: re.Match[str], unit: tuple[str, ...]) -> bool:
    """Whether the number that is spelled out counts ``unit``; without one, whether it counts."""
    if not unit:
        return spelled[0].lower() != "năm"
    behind = folded_syllables(spelled.string[spelled.end() : spelled.end() + 30])[:2]
    return unit[0] in behind


_CLOSE_DAY = re.compile(
    r"\d{1,2}\s?[/.-]\s?\d{1,2}(?:\s?[/.-]\s?\d{2,4})?(?!\d)"
    r"|\b(?:ngày|mùng|mồng)\s+\d{1,2}\b(?!\s?[/.-]\s?\d)|\d{1,2}\s+tháng\s+\d{1,2}"
    r"|\b(?:thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:1\d{3}|20\d\d)\b")


def _times(sentence: str, want: Wanted) -> Iterator[Span]:
    pattern = {"day": _CLOSE_DAY, "year": _YEAR}.get(want.exact or "", DAY)
    yield from (match.span() for match in pattern.finditer(sentence))


def _persons(sentence: str, want: Wanted) -> Iterator[Span]:
    yield from (match.span() for match in people_matches(sentence))


def _places(sentence: str, want: Wanted) -> Iterator[Span]:
    yield from (match.span() for match in name_matches(sentence) if match.start())


_ORGANISATION = re.compile(
    r"\b(?:công ty|tập đoàn|tổng công ty|hợp tác xã|sở|bộ|cục|tổng cục|chi cục|công an|ubnd"
    r"|ủy ban|uỷ ban|trường|đại học|đh|học viện|viện|trung tâm|bệnh viện|ngân hàng|ban|phòng|hội"
    r"|hiệp hội|liên đoàn|tòa án|toà án|tand|viện kiểm sát|vks|đài|báo|quỹ|câu lạc bộ|clb|đội"
    r"|nhà máy|hãng|văn phòng|tổ chức|cơ quan|đoàn|đảng|quân chủng|bộ đội|hải quan|kho bạc)\b"
    r"[^,.;:()]{0,80}",
    re.IGNORECASE,
)


def _organisations(sentence: str, want: Wanted) -> Iterator[Span]:
    yield from (match.span() for match in _ORGANISATION.finditer(sentence))
    yield from (match.span() for match in name_matches(sentence) if match.start())


_DOCUMENT = re.compile(
    r"\b(?:quyết định|nghị định|thông tư(?: liên tịch)?|nghị quyết|công văn|chỉ thị|văn bản"
    r"|kết luận|pháp lệnh|hướng dẫn)\s+(?:số\s+)?\d[\w/.-]*|\bluật\s+(?=[^\W\d_])\S+(?:\s\S+)?",
    re.IGNORECASE,
)


def _documents(sentence: str, want: Wanted) -> Iterator[Span]:
    yield from (match.span() for match in _DOCUMENT.finditer(sentence))


_REASON = re.compile(
    r"\b(?:nguyên nhân|lý do|lí do|do|vì|bởi|nhờ|nhằm|khiến|dẫn đến|because|due to)\b",
    re.IGNORECASE,
)


def _reasons(sentence: str, want: Wanted) -> Iterator[Span]:
    yield from (match.span() for match in _REASON.finditer(sentence))


_FINDERS: dict[Kind, Callable[[str, Wanted], Iterator[Span]]] = {
    Kind.HOW_MANY: _quantities,
    Kind.WHEN: _times,
    Kind.WHO: _persons,
    Kind.WHERE: _places,
    Kind.WHY: _reasons,
    Kind.ORGANISATION: _organisations,
    Kind.DOCUMENT: _documents,
}
