"""A sentence -> a question that it answers, by rule.

Vietnamese asks in place: the answer makes room for ``bao nhiêu``, ``ngày nào`` or ``ai`` and the
rest stays as it is. What stays is the clause around the answer, because nobody asks a whole
sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.text.syllables import syllables


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# From Ạ on, capital and small letters take turns, so that no range holds the capitals alone.
_UPPER = "A-Z" + "".join(c for c in map(chr, range(0xC0, 0x1EFA)) if c.isupper() and c.isalpha())
_SURNAMES = (
    "Nguyễn|Trần|Lê|Phạm|Huỳnh|Hoàng|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Trương|Đinh|Đoàn|Lương|"
    "Mai|Trịnh|Tô|Tạ|Quách|Phùng|Vương|Tống|Đào|Chu|Hà|Cao|Lâm|Thái"
)
_ADDRESS = (
    "(?:[Ôô]ng|[Bb]à|[Aa]nh|[Cc]hị|[Cc]ô|[Đđ]ồng chí|[Bb]ác sĩ|[Ll]uật sư|[Nn]ghệ sĩ|[Cc]a sĩ"
    "|[Tt]hượng tá|[Đđ]ại tá|[Tt]rung tá|[Tt]hiếu tá)"
)
_NAME = rf"(?:{_SURNAMES})(?: [{_UPPER}]\w*){{2,3}}(?! [{_UPPER}])"
# Behind a post ("Chủ tịch tỉnh Nguyễn Văn A") a name cannot make room for "ai"; Hồ Chí Minh is also
# a city, a prize and a youth union.
_PERSON = re.compile(
    rf"(?:^|(?<=[,;:] )|(?<=\bcủa )|(?<=\bdo )|(?<=\bvới )|(?<=\bcho )|(?<=\blà )|(?<=\bvà )"
    rf"|(?<=\bgặp )|\b(?={_ADDRESS} ))(?:{_ADDRESS} )?(?!Hồ Chí)(?P<answer>{_NAME})\b(?! ?[-–/(])"
)
_DAY = re.compile(r"\b[Nn]gày (?P<answer>\d{1,2}[/-]\d{1,2}(?:[/-]\d{4})?|\d{1,2} tháng \d{1,2}"
                  r"(?: năm \d{4})?)(?![\d/-])")  # fmt: skip
_YEAR = re.compile(r"\b(?<!những )[Nn]ăm (?P<answer>1[89]\d\d|20\d\d)\b(?! ?[-–/])")
_AMOUNT = re.compile(
    r"(?<![\w/.,–-])(?P<answer>\d{1,3}(?:[.,]\d{3})+|\d+(?:[.,]\d+)?) ?(?P<unit>%|[^\W\d_]+)"
    r"(?![-–/])"
)
# In front of these numbers stands what they name, so "bao nhiêu" would not ask for an amount.
_NAMED = re.compile(
    r"(?:năm|ngày|tháng|số|điều|khoản|quận|phường|lớp|khóa|thứ|lúc|quý|kỳ|tuổi|đường|quốc lộ|tổ"
    r"|hồi|mùng|mồng|từ|đến|[-–])\s*$",
    re.I,
)
_COUNTED = _words(
    """
    người em cháu học sinh viên hộ cá tập công cán đại thành bác y bị nạn cuộc vụ ca lần lượt kỳ tỉ
    tỷ triệu nghìn ngàn đồng usd euro km m m2 m² ha kg tấn lít mét độ mw năm tuần ngày phút giây mô
    căn chiếc con cái xe tàu máy doanh dự trường xã phường huyện quận tỉnh quốc nước bàn điểm suất
    cơ bệnh tuyến khu bộ cây tác loài đội giải huy câu trận gói phòng tầng trang hòn đảo %
    """
)
"""First syllables of what news counts; behind another word a number is a name or a clock."""
_LEANING = re.compile(
    r"^(?:Ông|Bà|Anh|Chị|Cô|Họ|Đây|Đó|Điều này|Việc này|Theo đó|Trong đó|Tuy nhiên|Ngoài ra"
    r"|Bên cạnh|Do đó|Vì vậy|Sau đó|Khi đó|Nó|Chúng|Tại đây|Nhưng|Và|Còn)\b(?! (?:"
    + _SURNAMES
    + r")\b)"
)
_BREAK = re.compile(r"[,;:] | - | – ")
_UNASKABLE = re.compile(r"[()\[\]“”\"…?!]|, (?:ai|ngày nào|năm nào)(?:,|$)")
_SINCE_WHEN = re.compile(r"^(?:(?:Trong|Vào|Đến) n|N)ăm (?:19|20)\d\d, ")
_JOINT = re.compile(r"^(?:[Vv]à|[Ss]ong|[Tt]rong khi|[Nn]hưng|[Nn]ên|[Cc]òn|[Kk]hi|[Mm]à) (?:đó )?")
_NAMED_WORD = re.compile(rf" [{_UPPER}]")
_LEAST, _MOST = 7, 24  # syllables of a question
_SUBJECT = 3  # characters; a clause that begins with the answer misses what it is about


@dataclass(frozen=True, slots=True)
class Draft:
    """``made`` says by which rule; ``answer`` stands in the sentence word for word."""

    text: str
    answer: str
    made: str


def drafts(sentence: str) -> Iterator[Draft]:
    """The questions that can be made of ``sentence``; none when it leans on another one."""
    if _LEANING.match(sentence) or not sentence.endswith(".") or "?" in sentence:
        return
    for made, pattern, asks in (
        ("person", _PERSON, "ai"),
        ("day", _DAY, "ngày nào"),
        ("year", _YEAR, "năm nào"),
    ):
        for match in pattern.finditer(sentence):
            yield from _draft(sentence, match, asks, match["answer"], made)
    for match in _AMOUNT.finditer(sentence):
        unit = match["unit"].lower()
        if _NAMED.search(sentence[: match.start()]) or unit not in _COUNTED:
            continue
        asks = "bao nhiêu phần trăm" if unit == "%" else f"bao nhiêu {match['unit']}"
        yield from _draft(sentence, match, asks, match["answer"], "number")


def _draft(
    sentence: str, match: re.Match[str], asks: str, answer: str, made: str
) -> Iterator[Draft]:
    start, end = _clause(sentence, match.start(), match.end())
    when = _SINCE_WHEN.match(sentence)
    opening = when[0] if when and when.end() <= start else ""
    text = f"{opening}{sentence[start : match.start()]}{asks}{sentence[match.end() : end]}"
    text = _JOINT.sub("", " ".join(text.strip(" ,;:.-–").split()))
    # Without a name a question is about any of many articles.
    named = _NAMED_WORD.search(text) and not _UNASKABLE.search(text)
    if named and _LEAST <= len(syllables(text)) <= _MOST:
        yield Draft(text[:1].upper() + text[1:] + "?", answer, made)


def _clause(sentence: str, start: int, end: int) -> tuple[int, int]:
    """The clause around [start, end), widened by neighbours until it can be asked alone."""
    cuts = [0, *(brk.end() for brk in _BREAK.finditer(sentence)), len(sentence)]
    left = max(i for i, cut in enumerate(cuts) if cut <= start)
    right = min(i for i, cut in enumerate(cuts) if cut >= end)
    if left and start - cuts[left] < _SUBJECT:
        left -= 1
    while len(syllables(sentence[cuts[left] : cuts[right]])) < _LEAST:
        if right < len(cuts) - 1:
            right += 1
        elif left > 0:
            left -= 1
        else:
            break
    return cuts[left], cuts[right]
