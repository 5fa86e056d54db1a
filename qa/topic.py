"""What a question is about: its event or thing, its place, its time, the people it names."""

from __future__ import annotations

import re
from datetime import date

from index.text.accents import is_foreign
from index.text.dates import date_mentions
from index.text.mentions import names, people
from index.text.periods import time_expression
from index.text.places import place_spans
from index.text.syllables import fold

Span = tuple[int, int]

HEADS = (
    r"(?:hội nghị|hội thảo|đại hội|cuộc họp|phiên họp|kỳ họp|buổi lễ|lễ [^\W\d_]+|cuộc thi|giải đấu"
    r"|dự án|chương trình|phong trào|quyết định|nghị quyết|kết luận|chỉ thị|sự kiện|vụ án|vụ việc"
    r"|vụ cháy|tai nạn|trận đấu|công trình|cầu|trường|bài (?:báo|viết)"
    r"|the (?:[\w’'-]+ ){0,5}?(?:conference|meeting|ceremony|project|programme|program|bridge"
    r"|school|decision))"
)
_NOUN_ENDS = (
    r"\s*(?:[?;]|,(?!\s\d)|\b(?:ai|do ai|do đâu|là|gì|nào|khi nào|lúc nào|bao giờ|ở đâu|tại đâu"
    r"|ngày nào|vào|bao nhiêu|có|được|diễn ra|bắt đầu|kết thúc|khai mạc|bế mạc|gồm|nhằm|đề ra|bàn"
    r"|vì sao|dài|rộng|cao|nặng|nói|nêu|đã|sẽ|cần|chủ trì|trao|tặng"
    r"|was|is|were|did|does|held|attended|by|take place|took place|who|when|where"
    r"|which|what|how)\b|$)"
)
_TIME_LEAD = re.compile(
    r"\b(?:(?:vào|trong|in|on|during)\s+)?(?:năm|ngày|tháng|nam|ngay|thang)?\s*$", re.IGNORECASE
)


def search(pattern: str, text: str) -> re.Match[str] | None:
    """``pattern`` in ``text``; a text without a single accent is read as if it had them all."""
    return re.search(fold(pattern) if fold(text) == text else pattern, text, re.IGNORECASE)


def replaced(text: str, span: Span, new: str) -> str:
    return text[: span[0]] + new + text[span[1] :]


def at_word(question: str) -> str:
    """ "Tại" as ``question`` would write it."""
    if is_foreign(question):
        return "at"
    return "tai" if fold(question) == question else "tại"


def thing(question: str) -> str | None:
    """The event or thing it names, with what tells it from others: "hội nghị ở Thái Nguyên"."""
    pattern = rf"\b{HEADS}\b.*?(?={_NOUN_ENDS})"
    match = search(pattern, question)
    if match is None:
        return None
    noun = match.group().strip()
    return noun[:1].lower() + noun[1:] if match.start() == 0 else noun


def circumstances(question: str, said: str = "") -> str:
    """Its place and its time, but for those that ``said`` names already."""
    parts = []
    places = place_spans(question)
    if places and not place_spans(said):
        where = question[slice(*places[-1])]
        parts.append(f"in {where}" if is_foreign(question) else f"ở {where}")
    span = time_span(question)
    if span and not time_span(said):
        when = question[slice(*span)]
        parts.append(when[:1].lower() + when[1:])
    return " ".join(parts)


def subject(question: str) -> str | None:
    """What is left of a question when the asking is taken away."""
    asking = (
        r"\b(?:là |do |vào |có |gồm |vì )?(?:ai|gì|những gì|khi nào|lúc nào|bao giờ|ở đâu|tại đâu"
        r"|vì sao|tại sao|bao nhiêu|mấy|như thế nào|thế nào|ngày nào|năm nào|nào"
        r"|who|when|where|why|how many|how much|what|which|is|was|were|did|does|do|are)\b"
    )
    pattern = fold(asking) if fold(question) == question else asking
    rest = " ".join(re.sub(pattern, " ", question, flags=re.IGNORECASE).split()).strip(" ?,.")
    return rest[:1].lower() + rest[1:] if rest and not rest[:2].isupper() else rest or None


def time_span(text: str) -> Span | None:
    """The time that ``text`` names, with "năm" or "ngày" in front of it."""
    dates = date_mentions(text)
    if dates:
        start, end = dates[0].start, dates[0].end
    elif period := time_expression(text, date.today()):
        start, end = period.start, period.end
    elif years := list(re.finditer(r"(?<![\w/.,-])(?:19|20)\d\d(?![\w/.,-])", text)):
        start, end = years[0].span()
    else:
        return None
    lead = _TIME_LEAD.search(text, 0, start)
    return (lead.start() if lead else start), end


def name_spans(text: str) -> list[Span]:
    """Runs of two and more capitalised words."""
    spans, at = [], 0
    for name in names(text):
        at = text.index(name, at)
        if " " in name:
            spans.append((at, at + len(name)))
        at += len(name)
    return spans


def person_spans(text: str) -> list[Span]:
    return [(at, at + len(one)) for one in people(text) if (at := text.find(one)) >= 0]


# Words of a person's name, the usual first.
_LENGTHS = (3, 4, 2)
_FAMILIES = frozenset(
    """
    nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trương lương đoàn
    trịnh mai tô tạ lâm đào cao lưu hà thái châu tăng phùng vương
    """.split()
)


def behind_a_place(text: str) -> list[str]:
    """The person at the end of a run of capitals: "Thạch Hà Trần Đình Nghị"."""
    found = []
    for start, end in name_spans(text):
        words = text[start:end].split()
        for length in _LENGTHS:
            if length < len(words) and words[-length].lower() in _FAMILIES:
                found.append(" ".join(words[-length:]))
                break
    return found
