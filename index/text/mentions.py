"""Numbers, days and names in a sentence: what may be the answer to how many, when, who or where."""

from __future__ import annotations

import re
from functools import lru_cache

from index.text.syllables import folded_syllables

# Capitals and small letters alternate in Vietnamese's part of Unicode, so no range will do.
_UPPER = "".join(filter(str.isupper, map(chr, range(0x41, 0x1EFA))))
_NAME = re.compile(rf"(?<!\w)[{_UPPER}][\w’'-]*(?:\s+[{_UPPER}][\w’'-]*)*")
_ADDRESS = re.compile(r"^(?:Ông|Bà|Anh|Chị|Cô|Chú|Bác|Cụ|Em|Thầy|Mr|Mrs|Ms|Dr)\s+")
_NUMBER = re.compile(r"(?<![^\W\d_])\d+(?:[.,]\d+)*")
DAY = re.compile(
    r"\d{1,2}\s?[/.-]\s?\d{1,2}(?:\s?[/.-]\s?\d{2,4})?(?!\d)|\b(?:1\d{3}|20\d\d)\b"
    r"|\b(?:ngày|tháng|năm|thế kỷ|thập niên|mùa|quý)\s+(?:\d+|[IVX]+)\b|\d{1,2}(?:h|g|:)\d{0,2}",
    re.IGNORECASE,
)
# What begins with these is an office, a place or a day, not a person.
_HEADS = frozenset(
    """
    ban bộ sở ủy hội công trường đài báo viện cục tổng liên mặt đảng quốc nhà văn phòng trung tâm
    đại học đoàn quân tòa cơ ubnd hđnd mttq thành tỉnh huyện xã quận phường thị nghị quyết định
    luật năm tháng ngày ảnh đồng theo tại sáng chiều tối trong ngoài việt nam hà
    phó bí chủ trưởng giám ủy dự các những một khi để với và trên từ đến sau trước
    """.split()
)


def names(text: str) -> list[str]:
    """Runs of capitalised words; the first word of a sentence counts like any other."""
    return _NAME.findall(text)


def name_matches(text: str) -> list[re.Match[str]]:
    """Where ``names`` stand."""
    return list(_NAME.finditer(text))


def people(text: str) -> list[str]:
    """Names of two to four words that do not begin like an office or a place, without "Ông"."""
    bare = (_ADDRESS.sub("", name) for name in names(text))
    return [name for name in bare if _is_person(name)]


def people_matches(text: str) -> list[re.Match[str]]:
    """Where ``people`` stand, "Ông" included."""
    return [match for match in name_matches(text) if _is_person(_ADDRESS.sub("", match[0]))]


def _is_person(name: str) -> bool:
    words = name.split()
    return 2 <= len(words) <= 4 and words[0].lower() not in _HEADS and len(words[0]) > 1


@lru_cache(maxsize=256)
def numbers(text: str) -> tuple[re.Match[str], ...]:
    """Numbers that are not part of a day or a year."""
    days = [match.span() for match in DAY.finditer(text)]
    return tuple(
        match
        for match in _NUMBER.finditer(text)
        if not any(start <= match.start() < end for start, end in days)
    )


_MONEY = (
    r"(?:\s?(?:triệu|tỷ|tỉ|nghìn|ngàn))*"
    r"\s?(?:đồng|VND|USD|đô la|đô-la|euro|EUR|bảng|yên|nhân dân tệ)"
    r"|\s?(?:triệu|tỷ|tỉ)\b"
)
_WEIGHT = r"\s?(?:kg|ký|kí|cân|tạ|tấn|gram|g)\b"
# How the answer writes what the question counts, where that is not its own word.
_WRITTEN_AS = (
    (("phan", "tram"), r"\s?%|\s+phần trăm"),
    (("tien",), _MONEY),
    (("kinh", "phi"), _MONEY),
    (("dong",), _MONEY),
    (("ty",), r"\s+(?:tỷ|tỉ)\b"),
    (("ti",), r"\s+(?:tỷ|tỉ)\b"),
    (("trieu",), r"\s+(?:triệu|tỷ|tỉ)\b"),
    (("nghin",), r"\s+(?:nghìn|ngàn|triệu)\b|000\b"),
    (("ngan",), r"\s+(?:nghìn|ngàn|triệu)\b|000\b"),
    (("kg",), _WEIGHT),
    (("ky",), _WEIGHT),
    (("usd",), _MONEY),
    (("bang",), _MONEY),
    (("do",), r"\s?(?:độ|°|oC\b)"),
    (("met", "vuong"), r"\s?(?:m2|m²|mét vuông)"),
    (("met",), r"\s?(?:m|mét)\b(?! vuông| khối)"),
    (("ki", "lo"), r"\s?(?:km|ki ?lô ?mét)\b(?! vuông)"),
    (("lau",), r"\s+(?:năm|tháng|ngày|giờ|phút|giây|tuần|thế kỷ)\b"),
)


_UNITS = frozenset("nam thang ngay tuan gio phut tuoi diem km ha".split())


def is_measure(unit: tuple[str, ...]) -> bool:
    """Whether ``unit`` is one of money, weight, time and the like, and not a thing that is counted:
    people may be told as "quân", but no price without its money."""
    return bool(unit) and (
        unit[0] in _UNITS or any(unit[: len(named)] == named for named, _ in _WRITTEN_AS)
    )


def counts(text: str, unit: tuple[str, ...]) -> list[re.Match[str]]:
    """The numbers in front of ``unit`` (folded syllables), its longer match first."""
    for named, written in _WRITTEN_AS:
        if unit[: len(named)] == named:
            return [m for m in numbers(text) if re.match(written, text[m.end() :], re.IGNORECASE)]
    behind = [(m, folded_syllables(text[m.end() : m.end() + 40])) for m in numbers(text)]
    for length in range(len(unit), 0, -1):
        wanted = list(unit[:length])
        near = [match for match, units in behind if _follows(wanted, units[: length + 2])]
        if near:
            return near
    return []


def measures(text: str, attribute: str) -> bool:
    """Whether a number stands close behind ``attribute`` (a folded syllable): "dài 1.200 m"."""
    return any(
        attribute in folded_syllables(text[max(0, match.start() - 25) : match.start()])[-4:]
        for match in numbers(text)
    )


def _follows(wanted: list[str], units: list[str]) -> bool:
    size = len(wanted)
    return any(units[i : i + size] == wanted for i in range(len(units) - size + 1))
