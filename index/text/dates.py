"""Dates as Vietnamese newspapers write them.

``date_mentions`` finds every day, month and year that a text names. ``published_date`` takes the
day of publication from a line that exists to state it; a date inside a sentence is news, not
metadata, and where the page does not say, the answer is None.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from index.text.syllables import fold

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_ENGLISH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_D, _M, _Y = r"(?P<d>\d{1,2})", r"(?P<m>\d{1,2})", r"(?P<y>\d{4})(?!\d)"
_TIME_OF_DAY = r"(?:ngày|hôm|sáng|trưa|chiều|tối|đêm|khuya)"
_WEEKDAY = r"(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật)"
_LEAD = rf"\b(?:{_TIME_OF_DAY}|{_WEEKDAY},?|mùng|mồng) (?:(?:ngày|mùng|mồng) )?"
_NOT_A_FIGURE = r"(?![\d/%]|[.,-]\d)"

# In the order in which they are tried. A blank stands for white space, ~ for white space or none;
# the empty group "at" marks where the mention begins when words in front only prove that it is one.
_TEMPLATES = [
    rf"(?<![\d/.-])(?P<y>\d{{4}})(?P<s>[-/.]){_M}(?P=s){_D}(?!\d)",  # 2020-12-31
    rf"(?<![\d/.-]){_D}~(?P<s>[/.-])~{_M}~(?P=s)~{_Y}(?!/)",  # 21/6/2024, 6-1-2020, 27. 12. 2022
    rf"(?<![\d/.-]){_D}/{_M}/(?P<yy>\d\d)(?![\d/])",  # 27/12/22
    rf"(?<![\d/.-]){_D} tháng~{_M}(?!\d)(?:~(?:,|năm|[/-])~| ){_Y}",  # 31 tháng 12 năm 2020
    rf"{_LEAD}(?P<at>){_D} tháng~{_M}(?!\d| âm)",  # ngày 31 tháng 12, not of the lunar year
    rf"{_LEAD}[(]?(?P<at>){_D}[/.-]{_M}{_NOT_A_FIGURE}",  # sáng 27/12, Thứ Năm, 6.1
    rf"[(](?:ngày )?(?P<at>){_D}[/-]{_M}(?=[)])",  # hôm qua (27/12)
    rf"\btháng~{_M}(?:~[/-]~|,? năm | ){_Y}(?!/)",  # tháng 5/2023, tháng 12 năm 2020
    rf"\btháng~{_M}{_NOT_A_FIGURE}(?! âm)",  # tháng 5
    rf"(?<![\d/.,-])(?<!số\x20){_M}/{_Y}(?!/|-[^\W\d_])",  # 5/2023, not Nghị định 15/2020/NĐ-CP
    rf"\b(?:năm(?: học)?|giai đoạn|nhiệm kỳ|niên khóa) (?P<at>){_Y}",  # năm 2019
    rf"(?<=\b[12]\d\d\d)~[-–]~(?P<at>){_Y}(?![/-])",  # (giai đoạn 2021)-2025
    rf"\b{_ENGLISH} {_D}(?:st|nd|rd|th)?,? {_Y}",  # December 31, 2020
    rf"(?<!\d){_D}(?:st|nd|rd|th)? {_ENGLISH},? {_Y}",  # 31 December 2020
    rf"\b{_ENGLISH},? {_Y}",  # December 2020
]


def _compiled(template: str) -> re.Pattern[str]:
    return re.compile(template.replace("~", r"\s*").replace(" ", r"\s+"), re.IGNORECASE)


_DIGIT = re.compile(r"\d")
_ACCENTED = [_compiled(template) for template in _TEMPLATES]
_FOLDED = [_compiled(fold(template)) for template in _TEMPLATES]


@dataclass(frozen=True, slots=True)
class DateMention:
    """A day, a month or a year that ``text[start:end]`` names; what it leaves out is None."""

    start: int
    end: int
    day: int | None = None
    month: int | None = None
    year: int | None = None

    @property
    def precision(self) -> str:
        """``"day"``, ``"month"`` or ``"year"``: the finest part that is named."""
        return "day" if self.day else "month" if self.month else "year"

    @property
    def date(self) -> date | None:
        """The calendar day, when day, month and year are all named."""
        if self.day and self.month and self.year:
            return date(self.year, self.month, self.day)
        return None


def date_mentions(text: str) -> list[DateMention]:
    """Every date that ``text`` names, in reading order, without overlaps.

    A text without a single accent is read as Vietnamese typed without them. Figures that only
    look like dates (1/3 of the households, a score of 3-1, a decree 15/2020/NĐ-CP) are left out.
    """
    found: list[DateMention] = []
    if not _DIGIT.search(text):
        return found
    taken = bytearray(len(text))
    for pattern in _ACCENTED if fold(text) != text else _FOLDED:
        for match in pattern.finditer(text):
            mention = _mention(match)
            if mention and not any(taken[mention.start : mention.end]):
                taken[mention.start : mention.end] = b"\x01" * (mention.end - mention.start)
                found.append(mention)
    return sorted(found, key=lambda mention: mention.start)


def _mention(match: re.Match[str]) -> DateMention | None:
    parts = match.groupdict()
    day = int(parts["d"]) if parts.get("d") else None
    month = int(parts["m"]) if parts.get("m") else None
    year = int(parts["y"]) if parts.get("y") else None
    if name := parts.get("name"):
        month = 1 + MONTHS.index(name[:3].lower())
    if short := parts.get("yy"):
        year = 2000 + int(short)
    # 12/27/2022: an American page; where both parts could be the month, Vietnam's order holds.
    if day and month and year and month > 12 >= day:
        day, month = month, day
    if not _possible(day, month, year):
        return None
    start = match.start("at") if "at" in parts else match.start()
    return DateMention(start, match.end(), day, month, year)


def _possible(day: int | None, month: int | None, year: int | None) -> bool:
    if year is not None and not 1000 <= year <= 2999:
        return False
    if month is not None and not 1 <= month <= 12:
        return False
    return day is None or 1 <= day <= monthrange(year or 2000, month or 1)[1]


_CLOCK = re.compile(
    r"\b\d{1,2}\s*(?:[:hg]|giờ)\s*\d{2}(?::\d{2})?(?:\s*phút)?(?:\s*[ap]m\b)?", re.I
)
_AMERICAN = re.compile(r"\d\s*[ap]m\b", re.I)
_STATES_PUBLICATION = re.compile(
    r"\b(?:cập nhật|ngày (?:đăng|xuất bản|phát hành|tạo|viết|cập nhật)(?! ký)|"
    r"(?:đăng|xuất bản|phát hành|đưa tin)(?: tải)?(?= lúc| ngày| vào|:)|"
    r"posted|published|updated)\b",
    re.I,
)
_AROUND = re.compile(
    r"\b(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|t[2-7]|cn|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    r"gmt|utc|lúc|ngày|lần cuối|vào|bởi|by|on|"
    r"(?:số )?(?:lượt )?(?:đã )?(?:xem|đọc)|lượt|views?|bình luận|sáng|chiều|tối|sa|ch|[ap]m)\b",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]+")
_DATELINE = re.compile(r"\(?[^.,:;()]{2,40}, (?:ngày )?$", re.I)
_HEAD_LINES = 12
_LONGEST_DATE_LINE, _OPENING = 160, 70  # characters


def published_date(text: str, today: date) -> date | None:
    """The day on which the page says that it was published, or None.

    ``text`` is a whole page as crawled, a line each. Only the first and the last lines are read,
    and of those only date lines. A page's clock and its "updated" come after its publication,
    so of several dates in the head the earliest is taken; in the tail they must agree.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    head = {day for line in lines[:_HEAD_LINES] if (day := date_line(line, today))}
    if head:
        return min(head)
    tail = {day for line in lines[_HEAD_LINES:][-_HEAD_LINES:] if (day := date_line(line, today))}
    return tail.pop() if len(tail) == 1 else None


def date_line(line: str, today: date) -> date | None:
    """The day that ``line`` states when stating a day is what the line is for, else None.

    Such a line is labelled ("Cập nhật: …"), or is little more than a date with its weekday, hour,
    place or author, or opens a report ("Hà Nội, ngày 5/6/2024 (TTXVN) - …"). Days after
    ``today`` and those that an American page leaves open (5/6/2024 8:30 AM) are not believed.
    """
    # A line of prose states a day only where it opens with one.
    for mention in date_mentions(line if len(line) <= _LONGEST_DATE_LINE else line[:_OPENING]):
        day = mention.date
        if day is None or day > today or day.year < 1900:
            continue
        before, after = line[: mention.start], line[mention.end :]
        if _AMERICAN.search(after) and mention.day != mention.month and day.day <= 12:
            return None
        stated = _STATES_PUBLICATION.search(before)
        if _is_about_date(before, after, stated is not None) or _opens_report(before, after):
            return day
    return None


def _is_about_date(before: str, after: str, stated: bool) -> bool:
    rest = f"{before} | {after}"
    bare = _AROUND.sub(" ", _CLOCK.sub(" ", _STATES_PUBLICATION.sub(" ", rest)))
    behind = _WORD.search(bare, bare.rindex("|"))
    if behind and behind.group()[0].islower():  # "5/6/2024, cả nước có": it opens a sentence
        return False
    words = _WORD.findall(bare)
    if not words:
        return True
    apart = re.search(r"[|•·,–-]\s*$", _AROUND.sub("", before).rstrip(" 0123456789:h"))
    timed = _CLOCK.search(rest) or re.match(r"\W*(?:thứ|chủ nhật)\b", before, re.I)
    limit = 6 if stated else 5
    return len(words) <= limit and bool(stated or timed or apart) and not rest.endswith(".")


def _opens_report(before: str, after: str) -> bool:
    return bool(_DATELINE.fullmatch(before) and re.match(r"\s*(?:\(|/|[-–—:]\s*\D)", after))
