"""The bare answer inside a sentence: a number, a day, a person or a place, or nothing.

A guess is worse than none. Where two candidates stand equally there is no short answer; one stands
out when it is what the asked word takes ("trao … cho X"), directly behind the thing that is asked
about, or in the only clause that speaks of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from index.text.accents import is_foreign
from index.text.dates import date_mentions
from index.text.mentions import counts, names, numbers, people
from index.text.places import COUNTRIES, PLACES
from index.text.questions import Kind, binding, counted, kind_of
from index.text.syllables import fold, folded_syllables


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    start: int


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
    asked = frozenset(folded_syllables(question))
    most = _ASKED_AT_MOST.get(kind, 0.5)
    found = [one for one in finder(question, sentence) if _asked_share(one.text, asked) <= most]
    return _the_one(found) or _the_one(_in_its_clause(found, asked, sentence))


# What is in the question already is not what it asks for; but a theme repeats what it is of.
_ASKED_AT_MOST = {Kind.OTHER: 0.9}


def _asked_share(text: str, asked: frozenset[str]) -> float:
    """The share of the syllables of ``text`` that the question holds, 0 to 1."""
    words = folded_syllables(text)
    return sum(word in asked for word in words) / max(len(words), 1)


def _the_one(found: list[_Candidate]) -> str | None:
    texts = {one.text for one in found}
    return texts.pop() if len(texts) == 1 else None


# Words of the question that a clause must hold more of than every other one.
_CLEARLY_MORE = 3


def _in_its_clause(
    found: list[_Candidate], asked: frozenset[str], sentence: str
) -> list[_Candidate]:
    """The candidates of the one clause that speaks of what is asked; none if there is no such."""
    ends = [match.end() for match in re.finditer(r";\s", sentence)]
    clauses = list(zip([0, *ends], [*ends, len(sentence)], strict=True))
    about = asked - binding(foreign=False)
    held = [len(about & set(folded_syllables(sentence[a:b]))) for a, b in clauses]
    best = held.index(max(held))
    others = (*held[:best], *held[best + 1 :])
    if any(held[best] - other < _CLEARLY_MORE for other in others):
        return []
    start, end = clauses[best]
    return [one for one in found if start <= one.start < end]


# --- how many

_BEFORE = re.compile(r"(?:gần|hơn|khoảng|trên|dưới|tới|ít nhất|xấp xỉ|chừng)\s+$", re.IGNORECASE)
_FROM = re.compile(r"\d+(?:[.,]\d+)*(?:\s+(?:đến|tới)\s+|[-–])$")
_BEHIND = re.compile(
    r"\s?%|\s+(?:triệu|tỷ|tỉ|nghìn|ngàn)\b(?:\s+(?:đồng|USD|km2?|m[23]?|ha|tấn|kg)\b)?"
    r"|\s?(?:đồng|USD|km2?|[cm]?m[23]?|ha|tấn|tạ|kg|lít|héc-?ta)\b(?:/\w+)?",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"\b(dài|rộng|cao|sâu|dày|nặng)\s+(?:là\s+|khoảng\s+)*bao nhiêu\b", re.IGNORECASE
)
_MONEY = re.compile(r"\b(?:đồng|USD|tỷ|tỉ)\b")
_CLOCK = re.compile(r"\b(?:mấy|may|bao nhiêu) (?:giờ|gio)\b", re.IGNORECASE)
_HOUR = re.compile(
    r"\b\d{1,2} giờ(?: \d{1,2}(?: phút)?)?(?: (?:sáng|trưa|chiều|tối|đêm)(?: \d{1,2}[/-]\d{1,2})?)?"
)
_ORDINAL = re.compile(r"\b(?:thứ|thu|lần|lan|hạng|hang|khóa|khoa) (?:mấy|may)\b", re.IGNORECASE)


def _counts(question: str, sentence: str) -> list[_Candidate]:
    """The numbers in front of what is counted; all numbers only where nothing is named."""
    if _ORDINAL.search(question):
        return []
    if _CLOCK.search(question):
        return [_Candidate(match.group(), match.start()) for match in _HOUR.finditer(sentence)]
    unit = counted(question)
    counting = unit and not is_foreign(question)
    found = counts(sentence, unit) if counting else numbers(sentence)
    phrases = [_number_phrase(sentence, match) for match in found]
    # "0,3 đến 0,6" begins where "0,3" does, and stands behind it.
    phrases = list({one.start: one for one in phrases}.values())
    return _of_its_measure(question, sentence, phrases)


def _of_its_measure(question: str, sentence: str, found: list[_Candidate]) -> list[_Candidate]:
    """What stands right behind the measure that is asked for, "dài 412 m, rộng 12 m"; else all.

    No length and no weight is a sum of money.
    """
    match = _MEASURE.search(question)
    if match is None:
        return found
    measure = fold(match.group(1)).lower()
    behind = [one for one in found if folded_syllables(sentence[: one.start])[-1:] == [measure]]
    return behind if len(behind) == 1 else [one for one in found if not _MONEY.search(one.text)]


def _number_phrase(sentence: str, match: re.Match[str]) -> _Candidate:
    before = _FROM.search(sentence[: match.start()]) or _BEFORE.search(sentence[: match.start()])
    behind = _BEHIND.match(sentence, match.end())
    start = before.start() if before else match.start()
    return _Candidate(sentence[start : behind.end() if behind else match.end()], start)


# --- when


_EXACTLY = re.compile(
    r"\b(ngày|hôm|ngay|hom|năm|nam) (?:nào|nao|mấy|may)\b|\bwhat (day|date|year)\b"
)
_DAY_AND_MONTH = re.compile(
    r"(?:(?<=[Nn]gày )|(?<=[Ss]áng )|(?<=[Cc]hiều )|(?<=[Tt]ối ))\d{1,2}[-/]\d{1,2}(?![-/\d])"
)


def _days(question: str, sentence: str) -> list[_Candidate]:
    """The days named, and nothing less exact than what is asked for: a day, or a year."""
    mentions = date_mentions(sentence)
    exact = _EXACTLY.search(question.lower())
    if exact and (exact.group(1) or exact.group(2)) in ("năm", "nam", "year"):
        mentions = [one for one in mentions if one.year is not None]
    elif exact:
        mentions = [one for one in mentions if one.day is not None]
    found = [_Candidate(sentence[m.start : m.end], m.start) for m in mentions]
    found += [
        _Candidate(match.group(), match.start())
        for match in _DAY_AND_MONTH.finditer(sentence)
        if not any(one.start <= match.start() < one.end for one in mentions)
    ]
    return _behind_what_is_asked(question, sentence, found) or found


def _behind_what_is_asked(
    question: str, sentence: str, found: list[_Candidate]
) -> list[_Candidate]:
    """What follows the thing itself: "Quyết định số 290-QĐ/TW, ngày 25/02/2010"."""
    asked = folded_syllables(question)
    pairs = set(pairwise(asked))
    behind = []
    for one in found:
        lead = re.sub(r"[,(]?\s*(?:ngày|vào|năm|tháng)?\s*$", "", sentence[: one.start])
        last = folded_syllables(lead)[-2:]
        if len(last) == 2 and tuple(last) in pairs:
            behind.append(one)
    return behind if len(behind) == 1 else []


# --- who

_DONE_BY = re.compile(r"\bdo ai ((?:đã )?\w+(?: \w+)?)", re.IGNORECASE)
_GIVEN_TO = re.compile(
    r"\b(?:những )?ai (?:đã |từng )?(?:được|nhận|vinh dự|vinh dự được) .*?(?:trao|tặng|thưởng|khen)"
    r"|\b(?:trao|tặng)\b.* cho (?:những )?ai\b|\bwho (?:was|were|got) (?:\w+ )?(?:awarded|given)",
    re.IGNORECASE,
)
_TO = re.compile(r"\bcho (?:các |những )?(?:đồng chí|ông|bà|anh|chị|em)?\s*$", re.IGNORECASE)
_IS_WHO = re.compile(r"\blà ai\b", re.IGNORECASE)
_NO_PERSON = re.compile(
    r"\b(?:ở|tại|từ|đến|người|nước|đảo|tỉnh|thành phố|vùng|khu vực|sông|núi|huyện|xã|phường|thôn"
    r"|quận)\s+$",
    re.IGNORECASE,
)


def _people(question: str, sentence: str) -> list[_Candidate]:
    """Who it was: the doer in front of the asked verb ("do ai tổ chức"), whom it was given to, else
    the people named. Who a named person is, is told by no name."""
    if done := _DONE_BY.search(question):
        doer = re.search(rf"\bdo (\w[^,;.]{{2,60}}?) {re.escape(done.group(1))}\b", sentence)
        if doer:
            return [_Candidate(doer.group(1), doer.start(1))]
    if _IS_WHO.search(question) and question.startswith(tuple(people(question))):
        return []
    found = [
        one
        for one in _placed(people(sentence), sentence)
        if not _NO_PERSON.search(sentence[: one.start]) and not one.text.startswith(PLACES)
    ]
    if _GIVEN_TO.search(question):
        return [one for one in found if _TO.search(sentence[: one.start])]
    return found


def _placed(texts: list[str], sentence: str) -> list[_Candidate]:
    found, at = [], 0
    for text in texts:
        at = sentence.index(text, at)
        found.append(_Candidate(text, at))
        at += len(text)
    return found


# --- where

_AT = re.compile(
    r"(?:\bở|\btại|\bđến|\btừ|\btỉnh|\bthành phố|\bhuyện|(?<!tác )\bxã|\bquận|\bphường)\s+$"
)
_KIND_OF_PLACE = re.compile(
    r"(?<!các )(?<!nhà )\b(quốc gia|nước|thành phố|tỉnh|huyện|xã|phường|quận|thôn|sông|đảo) nào\b",
    re.IGNORECASE,
)


def _places(question: str, sentence: str) -> list[_Candidate]:
    """Names behind "ở" and its like; of the kind that is asked for, where one is."""
    found = [one for one in _placed(names(sentence), sentence) if not _in_a_list(one, sentence)]
    wanted = _KIND_OF_PLACE.search(question)
    if wanted is None:
        return [one for one in found if _AT.search(sentence[: one.start]) and _whole(one.text)]
    kind = wanted.group(1).lower()
    if kind in ("quốc gia", "nước"):
        return [one for one in found if one.text in COUNTRIES]
    named = [one for one in found if sentence[: one.start].lower().endswith(f"{kind} ")]
    return named or [one for one in found if kind == "tỉnh" and one.text in PLACES]


def _in_a_list(one: _Candidate, sentence: str) -> bool:
    rest = sentence[one.start + len(one.text) :]
    return any(
        re.match(rf"(?:\s*\([^)]*\))?(?:,| và| hay| hoặc)\s+{re.escape(name)}", rest)
        for name in names(rest)
    )


def _whole(name: str) -> bool:
    """One syllable of Vietnamese is the beginning of something: "tại Viện nghiên cứu"."""
    return " " in name or name in COUNTRIES or is_foreign(name)


# --- what it is called

_CALLED = re.compile(r"[“\"]([^”\"]{3,120})[”\"]")


_ASKED_BEFORE = re.compile(r"\s(?:những |là )?(?:gì|nào)\b", re.IGNORECASE)
_LONG_RUN = 4


def _quoted(question: str, sentence: str) -> list[_Candidate]:
    """What stands in quotes behind the very words that are asked about: "chủ đề “…”".

    Behind the two words in front of "gì", or behind four that the question has in this order.
    """
    asked = folded_syllables(question)
    end = _ASKED_BEFORE.search(question)
    head = folded_syllables(question[: end.start()])[-2:] if end else []
    runs = {tuple(asked[at : at + _LONG_RUN]) for at in range(len(asked) - _LONG_RUN + 1)}
    found = []
    for match in _CALLED.finditer(sentence):
        before = folded_syllables(sentence[: match.start()].removesuffix("là "))
        if tuple(before[-_LONG_RUN:]) in runs or (len(head) == 2 and before[-2:] == head):
            found.append(_Candidate(match.group(1), match.start(1)))
    return found


_FINDERS: dict[Kind, Callable[[str, str], list[_Candidate]]] = {
    Kind.HOW_MANY: _counts,
    Kind.WHEN: _days,
    Kind.WHO: _people,
    Kind.WHERE: _places,
    Kind.OTHER: _quoted,
}
