"""Vietnamese and English phrases for time, each with the arithmetic that makes days of it.

A template is a pattern in which a blank stands for white space; its groups go to the function
beside it together with the day of asking. What is said without a year is the latest one that has
begun by then. A day that the calendar does not have raises ValueError.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from index.text.dates import MONTHS
from index.text.syllables import fold

Days = tuple[date, date]
Parts = dict[str, str | None]
Resolver = Callable[[Parts, date], Days]

_DAY = timedelta(days=1)
_RECENT = timedelta(days=30)

_NUMBERS = {
    fold(word): number
    for number, words in enumerate(
        ["một", "hai", "ba vài mấy", "bốn tư", "năm", "sáu", "bảy", "tám", "chín", "mười"], start=1
    )
    for word in words.split()
} | {"i": 1, "ii": 2, "iii": 3, "iv": 4, "one": 1, "two": 2, "three": 3, "few": 3}
_WEEKDAYS = ["hai", "ba", "tu", "nam", "sau", "bay", "nhat"]
_MONTH_NAMES = (
    "january|february|march|april|may|june|july|august|september|october|november|december"
)
_YEARS_AGO = {"nay": 0, "ngoai": 1, "truoc": 1, "qua": 1, "roi": 1, "kia": 2, "this": 0, "last": 1}


def _number(word: str | None) -> int:
    folded = fold(word or "").lower()
    return int(folded) if folded.isdigit() else _NUMBERS[folded]


def _ago(parts: Parts) -> int:
    """0 for this, 1 for last, 2 for the one before."""
    return _YEARS_AGO[fold(parts.get("ago") or "nay").lower().split()[-1]]


def _year(parts: Parts, as_of: date) -> int:
    return int(parts["y"] or 0) if parts.get("y") else as_of.year - _ago(parts)


def _months(year: int, first: int, last: int) -> Days:
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def _latest(year: int | None, first: int, last: int, as_of: date) -> Days:
    return _months(year or as_of.year - (first > as_of.month), first, last)


def _month_back(as_of: date, months: int) -> Days:
    index = as_of.year * 12 + as_of.month - 1 - months
    return _months(index // 12, index % 12 + 1, index % 12 + 1)


def _week(as_of: date, weeks: int) -> Days:
    monday = as_of - timedelta(days=as_of.weekday() + 7 * weeks)
    return monday, monday + timedelta(days=6)


def _third(days: Days, part: str | None) -> Days:
    """The beginning, the middle or the end of ``days``."""
    since, until = days
    third = ((until - since).days + 1) // 3
    at = {"dau": 0, "early": 0, "giua": 1, "mid": 1}.get(fold(part or "").lower(), 2)
    first = since + at * third * _DAY
    return first, until if at == 2 else first + (third - 1) * _DAY


def day_or_month(day: int | None, month: int | None, year: int | None, as_of: date) -> Days | None:
    if month is None:
        return _months(year or as_of.year, 1, 12)
    if day is None:
        return _latest(year, month, month, as_of)
    if year is not None:
        return (date(year, month, day),) * 2
    for candidate in range(as_of.year, as_of.year - 9, -1):  # 29/2 comes back within eight years
        if day <= monthrange(candidate, month)[1] and date(candidate, month, day) <= as_of:
            return (date(candidate, month, day),) * 2
    return None


def _between_days(parts: Parts, as_of: date) -> Days:
    month = int(parts["m2"] or 0)
    until = day_or_month(int(parts["d2"] or 0), month, int(parts["y2"] or 0) or None, as_of)
    if until is None:
        raise ValueError(parts)
    year = int(parts["y"] or 0) or until[1].year
    since = date(year, int(parts["m"] or month), int(parts["d"] or 0))
    return (since if since <= until[1] else since.replace(year=year - 1)), until[1]


def _between_months(parts: Parts, as_of: date) -> Days:
    first, last = int(parts["m"] or 0), int(parts["m2"] or 0)
    named = parts.get("y2") or parts.get("ago")
    year = int(parts["y2"] or 0) or as_of.year - _ago(parts)
    until = _latest(year if named else None, last, last, as_of)[1]
    year = int(parts["y"] or 0) or until.year - (first > last)
    return date(year, first, 1), until


def _between_named_months(parts: Parts, as_of: date) -> Days:
    first, last = (MONTHS.index((parts[name] or "")[:3].lower()) + 1 for name in ("name", "name2"))
    return _months(int(parts["y"] or 0), first, last)


def _quarter(parts: Parts, as_of: date) -> Days:
    last = 3 * _number(parts["q"])
    named = parts.get("y") or parts.get("ago")
    return _latest(_year(parts, as_of) if named else None, last - 2, last, as_of)


def _quarter_back(parts: Parts, as_of: date) -> Days:
    index = as_of.year * 4 + (as_of.month - 1) // 3 - _ago(parts)
    return _months(index // 4, index % 4 * 3 + 1, index % 4 * 3 + 3)


def _some_months(parts: Parts, as_of: date) -> Days:
    """The first or last n months of a year; half a year is six."""
    count = _number(parts["n"]) if parts.get("n") else 6
    first = 1 if fold(parts["part"] or "").lower() in {"dau", "first"} else 13 - count
    return _months(_year(parts, as_of), first, first + count - 1)


def _part_of_year(parts: Parts, as_of: date) -> Days:
    first = {"dau": 1, "early": 1, "giua": 5, "mid": 5}.get(fold(parts["part"] or "").lower(), 9)
    named = parts.get("y") or parts.get("ago")
    return _latest(_year(parts, as_of) if named else None, first, first + 3, as_of)


def _part_of_month(parts: Parts, as_of: date) -> Days:
    month = int(parts["m"] or 0)
    return _third(_latest(int(parts["y"] or 0) or None, month, month, as_of), parts["part"])


def _unit(parts: Parts) -> str:
    return {"day": "ngay", "week": "tuan", "month": "thang", "year": "nam"}.get(
        fold(parts["unit"] or "").lower().rstrip("s"), fold(parts["unit"] or "").lower()
    )


def _window(parts: Parts, as_of: date) -> Days:
    """The last n days, weeks, months or years, up to today."""
    length = {"ngay": 1, "tuan": 7, "thang": 30, "nam": 365}[_unit(parts)]
    return as_of - timedelta(days=_number(parts["n"] or "1") * length), as_of


def _some_time_ago(parts: Parts, as_of: date) -> Days:
    """The day, week, month or year that lies n of them back."""
    count, unit = _number(parts["n"]), _unit(parts)
    if unit == "ngay":
        return (as_of - count * _DAY,) * 2
    if unit == "tuan":
        return _week(as_of, count)
    return _month_back(as_of, count) if unit == "thang" else _months(as_of.year - count, 1, 12)


def _weekday(parts: Parts, as_of: date) -> Days:
    name = fold(parts["weekday"] or "").lower().split()[-1]
    index = int(name) - 2 if name.isdigit() else _WEEKDAYS.index(name)
    day = _week(as_of, _ago(parts))[0] + index * _DAY
    return day, day


def _back(days: int) -> Resolver:
    return lambda parts, as_of: (as_of - days * _DAY, as_of - days * _DAY)


_ONE = r"(?P<n>\d{1,3}|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|vài|mấy)"
_PAST = r"(?P<ago>này|nay|trước|qua|rồi|vừa rồi|vừa qua)"
# Without accents "Việt Nam qua" looks like "năm qua".
_NOT_SOUTH = r"(?<!viet\x20)(?<!mien\x20)(?<!quang\x20)(?<!\bha\x20)"
# "nhiều năm qua" is no year.
_ONE_YEAR = r"(?<!nhiều\x20)(?<!những\x20)(?<!các\x20)(?<!mỗi\x20)(?<!hằng\x20)(?<!hàng\x20)"
_THAT_YEAR = rf"{_NOT_SOUTH}{_ONE_YEAR}năm (?P<ago>nay|này|ngoái|trước|qua|rồi|kia)\b"
_YEAR = rf"(?:(?:năm )?(?P<y>[12]\d{{3}})\b|{_THAT_YEAR})"
_PART = r"\b(?P<part>đầu|giữa|cuối)"

# Tried from top to bottom; what one has read is not read again. A blank is any white space.
PHRASES: list[tuple[str, Resolver]] = [
    (
        r"\b(?:từ|between|from) (?:ngày )?"
        r"(?P<d>\d{1,2})(?:[/-](?P<m>\d{1,2}))?(?:[/-](?P<y>\d{4}))?"
        r" (?:đến|tới|and|to) (?:ngày )?(?P<d2>\d{1,2})(?:[/-]| tháng )(?P<m2>\d{1,2})"
        r"(?:(?:[/-]| năm )(?P<y2>\d{4}))?\b",
        _between_days,
    ),
    (
        r"\b(?:từ )?tháng (?P<m>\d{1,2})(?:(?:[/-]| năm )(?P<y>\d{4}))?"
        r"(?: (?:đến|tới) |[-–])(?:tháng )?(?P<m2>\d{1,2})\b"
        rf"(?:(?:[/-]| năm )(?P<y2>\d{{4}})\b| {_THAT_YEAR})?",
        _between_months,
    ),
    (
        rf"\b(?:between|from) (?P<name>{_MONTH_NAMES}) (?:and|to) (?P<name2>{_MONTH_NAMES})"
        r" (?P<y>\d{4})\b",
        _between_named_months,
    ),
    (
        r"(?<![\d/-])(?:(?:từ|between|from) )?(?:năm )?(?P<y>[12]\d{3})"
        r"(?:[-–]| (?:đến|tới|to|and|và) )(?:năm )?(?P<y2>[12]\d{3})\b",
        lambda parts, as_of: (
            date(int(parts["y"] or 0), 1, 1),
            date(int(parts["y2"] or 0), 12, 31),
        ),
    ),
    (rf"\b{_ONE} tháng (?P<part>đầu|cuối) (?:{_YEAR}|năm\b)", _some_months),
    (rf"\bnửa (?P<part>đầu|cuối) {_YEAR}", _some_months),
    (r"\b(?P<part>first|second) half of (?P<y>\d{4})\b", _some_months),
    (rf"\bquý (?P<q>[1-4]|i{{1,3}}|iv|một|hai|ba|tư)\b(?:(?:/| ){_YEAR})?", _quarter),
    (r"\bq(?P<q>[1-4])(?: |/)(?P<y>\d{4})\b", _quarter),
    (r"\bquý (?P<ago>này|trước|vừa qua|vừa rồi)\b", _quarter_back),
    (rf"{_PART} {_YEAR}", _part_of_year),
    (r"\b(?P<part>early|mid|late)(?: |-)(?P<y>\d{4})\b", _part_of_year),
    (rf"{_PART} năm\b", _part_of_year),
    (rf"{_PART} tháng (?P<m>\d{{1,2}})\b(?:(?:[/-]| năm )(?P<y>\d{{4}}))?\b", _part_of_month),
    (
        rf"{_PART} tháng {_PAST}\b",
        lambda parts, as_of: _third(_month_back(as_of, _ago(parts)), parts["part"]),
    ),
    (
        rf"\btháng (?P<m>\d{{1,2}}) {_THAT_YEAR}",
        lambda parts, as_of: _months(_year(parts, as_of), *[int(parts["m"] or 0)] * 2),
    ),
    (
        rf"\b{_ONE} (?P<unit>ngày|tuần|tháng|năm) (?:qua|vừa qua|gần đây|trở lại đây|gần nhất)\b",
        _window,
    ),
    (
        r"\b(?:last|past) (?P<n>\d{1,3}|two|three|few) (?P<unit>days|weeks|months|years)\b",
        _window,
    ),
    (
        rf"\b(?P<weekday>thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật) (?:tuần )?{_PAST}\b",
        _weekday,
    ),
    (
        r"\b(?:mấy|vài) (?:hôm|bữa) (?:nay|qua|rồi)\b",
        lambda parts, as_of: (as_of - 3 * _DAY, as_of),
    ),
    (r"\b(?:24 giờ|24h) qua\b|\blast 24 hours\b", lambda parts, as_of: (as_of - _DAY, as_of)),
    (rf"\b{_ONE} (?P<unit>ngày|tuần|tháng|năm) trước\b", _some_time_ago),
    (rf"\bcách đây {_ONE} (?P<unit>ngày|tuần|tháng|năm)\b", _some_time_ago),
    (r"\b(?P<n>\d{1,3}|two|three) (?P<unit>days|weeks|months|years) ago\b", _some_time_ago),
    (
        rf"\bcuối tuần {_PAST}\b",
        lambda parts, as_of: (
            _week(as_of, _ago(parts))[0] + 5 * _DAY,
            _week(as_of, _ago(parts))[1],
        ),
    ),
    (rf"\btuần {_PAST}\b", lambda parts, as_of: _week(as_of, _ago(parts))),
    (r"\b(?P<ago>this|last) week\b", lambda parts, as_of: _week(as_of, _ago(parts))),
    (rf"\btháng {_PAST}\b", lambda parts, as_of: _month_back(as_of, _ago(parts))),
    (r"\b(?P<ago>this|last) month\b", lambda parts, as_of: _month_back(as_of, _ago(parts))),
    (rf"\b{_THAT_YEAR}", lambda parts, as_of: _months(_year(parts, as_of), 1, 12)),
    (r"\b(?P<ago>this|last) year\b", lambda parts, as_of: _months(_year(parts, as_of), 1, 12)),
    (
        r"(?:(?<=\bin\x20)|(?<=since\x20)|(?<=before\x20)|(?<=after\x20))(?P<y>(?:19|20)\d\d)\b",
        lambda parts, as_of: _months(_year(parts, as_of), 1, 12),
    ),
    (
        r"(?:(?<=\btừ\x20)|(?<=\bsau\x20)|(?<=\btrước\x20))(?P<y>(?:19|20)\d\d)"
        r"(?=\s*(?:(?:đến|tới)\b|[,.?!]|$))",
        lambda parts, as_of: _months(_year(parts, as_of), 1, 12),
    ),
    (r"\b(?:hôm|sáng|trưa|chiều|tối|đêm) nay\b|\btoday\b", _back(0)),
    (r"\b(?:hôm|sáng|trưa|chiều|tối|đêm) qua\b|\byesterday\b", _back(1)),
    (r"\bhôm kia\b", _back(2)),
    (r"(?<=đến\x20)nay\b", _back(0)),
    (
        r"\b(?:gần đây|mới đây|dạo này|thời gian qua|vừa qua|recently|lately)\b",
        lambda parts, as_of: (as_of - _RECENT, as_of),
    ),
]
