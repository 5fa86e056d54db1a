"""Figures, days and pairs of numbers in a text, in one form: "gần 2.000" is 2000 with a bound.

Vietnamese writes 1.200.000 and 7,2 where English writes 1,200,000 and 7.2; a separator in front of
exactly three digits separates thousands, any other one starts the decimals. What both languages
spell out ("hai mươi lăm", "1,2 triệu", "3 million") is read as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from index.text.dates import MONTHS, date_mentions
from index.text.syllables import fold


@dataclass(frozen=True, slots=True)
class Figure:
    """``text[start:end]`` says ``value``; ``bound`` is -1 for "gần", 1 for "hơn", else 0.

    ``weak`` marks a figure of one word ("hai", "three"), which is as often part of a name or of a
    phrase.
    """

    start: int
    end: int
    value: Fraction
    unit: str | None = None
    bound: int = 0
    weak: bool = False


_SCALES = {
    "tram": 10**2,
    "hundred": 10**2,
    "nghin": 10**3,
    "ngan": 10**3,
    "thousand": 10**3,
    "van": 10**4,
    "trieu": 10**6,
    "million": 10**6,
    "ty": 10**9,
    "ti": 10**9,
    "billion": 10**9,
}
_UNITS = {
    "%": "%",
    "phan tram": "%",
    "percent": "%",
    "per cent": "%",
    "dong": "VND",
    "vnd": "VND",
    "usd": "USD",
    "do la": "USD",
    "dollars": "USD",
    "euro": "EUR",
    "euros": "EUR",
    "km": "km",
    "kilometers": "km",
    "kilometres": "km",
    "m": "m",
    "met": "m",
    "meters": "m",
    "metres": "m",
    "kg": "kg",
    "tan": "t",
    "tons": "t",
    "tonnes": "t",
    "ta": "q",
    "ha": "ha",
    "hecta": "ha",
    "hectares": "ha",
}
# "25. 000": a number that a crawler broke at its dot.
_DIGITS = re.compile(r"(?<![\d.,])\d{1,3}(?:\. \d{3})+(?!\d)|(?<![\d.,])\d+(?:[.,]\d+)*")
_SCALE = re.compile(
    r"\s*(" + "|".join(sorted(_SCALES, key=len, reverse=True)) + r")\b(?!\s+(?:le|gia|so)\b)"
)
_UNIT = re.compile(
    r"\s*(?:("
    + "|".join(sorted((u for u in _UNITS if u != "%"), key=len, reverse=True))
    + r")(?![\w])|(%))"
)
_BELOW = re.compile(
    r"\b(?:gần|dưới|chưa đến|chưa tới|ít hơn|nearly|almost|under|below|less than|fewer than)"
    r"\s+(?:\$\s*)?$",
    re.IGNORECASE,
)
_ABOVE = re.compile(
    r"\b(?:hơn|trên|vượt|over|above|more than|at least|ít nhất)\s+(?:\$\s*)?$", re.IGNORECASE
)
_FEWER = re.compile(r"\b(?:ít|kém|less|fewer)\s+(?:hơn|than)\s+$", re.IGNORECASE)

_ONES = {
    "không": 0, "linh": 0, "lẻ": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4,
    "năm": 5, "lăm": 5, "nhăm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_TENS = {"mười": 10, "mươi": 10, "chục": 10}
_LARGE = {
    "trăm": 10**2, "hundred": 10**2, "nghìn": 10**3, "ngàn": 10**3, "thousand": 10**3,
    "triệu": 10**6, "million": 10**6, "tỷ": 10**9, "tỉ": 10**9, "billion": 10**9,
}  # fmt: skip
_NEVER_FIRST = frozenset("không linh lẻ mốt lăm nhăm tư năm mươi chục".split())
_WORD = re.compile(r"[^\W\d_]+")


def figures(text: str) -> list[Figure]:
    """Every figure of ``text`` that is not part of a day, in reading order."""
    taken = [(day.start, day.end) for day in date_mentions(text)]
    taken += [match.span() for match in _PAIR.finditer(text)]
    lowered = fold(text).lower()
    aligned = lowered if len(lowered) == len(text) else text.lower()
    found = [
        _with_surroundings(text, aligned, match)
        for match in _DIGITS.finditer(text)
        if not any(start <= match.start() < end for start, end in taken)
    ]
    spans = [(one.start, one.end) for one in found]
    found += [
        one for one in _spelled(text) if not any(a < one.end and one.start < b for a, b in spans)
    ]
    return sorted(found, key=lambda one: one.start)


def _with_surroundings(text: str, folded: str, match: re.Match[str]) -> Figure:
    value, end = plain_value(match.group()), match.end()
    while scale := _SCALE.match(folded, end):
        value, end = value * _SCALES[scale.group(1)], scale.end()
    unit = _UNIT.match(folded, end)
    before = text[: match.start()]
    name = _UNITS[unit.group(1) or unit.group(2)] if unit else None
    if before.rstrip().endswith("$"):
        name = "USD"
    return Figure(match.start(), unit.end() if unit else end, value, name, _bound(before))


def _bound(before: str) -> int:
    tail = before[-24:]
    if _BELOW.search(tail) or _FEWER.search(tail):
        return -1
    return 1 if _ABOVE.search(tail) else 0


def plain_value(digits: str) -> Fraction:
    """``1.200.000`` and ``1,200,000`` as 1200000, ``7,2`` and ``7.2`` as 7.2."""
    digits = digits.replace(" ", "")
    parts = re.split(r"[.,]", digits)
    if len(parts) == 1:
        return Fraction(int(digits))
    marks = re.findall(r"[.,]", digits)
    if len(set(marks)) == 2 and marks.count(marks[-1]) == 1:
        return Fraction("".join(parts[:-1]) + "." + parts[-1])
    grouped = all(len(part) == 3 for part in parts[1:]) and len(parts[0]) <= 3
    if grouped and parts[0].lstrip("0"):
        return Fraction(int("".join(parts)))
    if len(parts) == 2:
        return Fraction(".".join(parts))
    return Fraction(int("".join(parts)))


def _spelled(text: str) -> Iterator[Figure]:
    """Runs of number words: "ba trăm linh năm", "twenty five"."""
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(text):
        known = word.group().lower()
        joined = not run or re.fullmatch(r"[\s-]+", text[run[-1].end() : word.start()])
        if joined and (known in _LARGE or known in _TENS or known in _ONES):
            run.append(word)
            continue
        yield from _of_run(text, run)
        run = [word] if known in _LARGE or known in _TENS or known in _ONES else []
    yield from _of_run(text, run)


def _of_run(text: str, run: list[re.Match[str]]) -> Iterator[Figure]:
    while run and (run[0].group().lower() in _NEVER_FIRST or run[0].group().lower() in _LARGE):
        run = run[1:]
    # Behind a number "năm" is a year: the five there is "lăm", but for "linh năm".
    while run and run[-1].group().lower() in {"năm", "không", "linh", "lẻ"}:
        if len(run) > 1 and run[-2].group().lower() in {"linh", "lẻ"}:
            break
        run = run[:-1]
    if not run:
        return
    total, group = 0, 0
    for match in run:
        word = match.group().lower()
        if word in _ONES:
            group = group + _ONES[word]
        elif word in _TENS:
            group = (group - group % 10) + max(group % 10, 1) * 10
        elif _LARGE[word] == 100:
            group = max(group, 1) * 100
        else:
            total, group = total + max(group, 1) * _LARGE[word], 0
    before = text[: run[0].start()]
    weak = len(run) == 1
    yield Figure(run[0].start(), run[-1].end(), Fraction(total + group), None, _bound(before), weak)


_MONTH = "(?P<{}>" + "|".join(MONTHS) + r")[a-z]*\.?"
_PAIR = re.compile(
    r"(?<![\w/.,-])(?P<a>\d{1,2})(?P<s>\s?[/–-]\s?)(?P<b>\d{1,2})(?![\w/.,-]*\d)(?!\w)"
    r"|(?<!\w)(?P<c>\d{1,2}) tháng (?P<d>\d{1,2})(?!\d)"
    rf"|\b{_MONTH.format('m')} (?P<e>\d{{1,2}})(?:st|nd|rd|th)?\b(?!,? \d{{4}})"
    rf"|(?<!\d)(?P<f>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH.format('n')}(?! \d{{4}})(?!\w)",
    re.IGNORECASE,
)


def number_pairs(text: str) -> list[tuple[int, int]]:
    """ "31-12", "3/4", "31 tháng 12", "December 31": a day and a month, a score or a share.

    What ``date_mentions`` reads as a whole day with its year is not given again.
    """
    days = [(day.start, day.end) for day in date_mentions(text) if day.precision == "day"]
    pairs = []
    for match in _PAIR.finditer(text):
        if any(start <= match.start() < end for start, end in days):
            continue
        part = match.groupdict()
        if part["a"]:
            pairs.append((int(part["a"]), int(part["b"])))
        elif part["c"]:
            pairs.append((int(part["c"]), int(part["d"])))
        else:
            month = 1 + MONTHS.index((part["m"] or part["n"])[:3].lower())
            pairs.append((int(part["e"] or part["f"]), month))
    return pairs
