"""Who wrote an article and which newspaper: read from the lines that newspapers keep for it."""

from __future__ import annotations

import re

from index.text.places import PLACES

_UPPER = "A-ZĐĂÂÊÔƠƯÀ-ÃÈ-ÊÌÍÒ-ÕÙÚÝĨŨẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"
_DASH = r"\s*[-–—]\s*"
_DOMAIN = re.compile(
    r"[\w-]+(?:\.[\w-]+)*\.(?:vn|com|net|org|info|gov|edu)(?:\.vn)?", re.IGNORECASE
)
_BRACKETED = re.compile(rf"\(([^()]{{2,40}})\){_DASH}(?=\S)")
_INITIALS = re.compile(
    rf"([{_UPPER}][{_UPPER}&.]{{1,9}}(?:\.VN)?|VTC News|VietNamNet){_DASH}(?=\S)"
)
# Online editions sign TTO, TPO, HNMO; a dateline in capitals (TP.HCM - …) is a place.
_AGENCIES = frozenset(
    """
    TTXVN VOV VTV VTC VOV.VN VTC.VN SKĐS GD&TĐ ĐCSVN CAND QĐND PLO PLVN BVPL KTĐT TP HNM SGGP NLĐ
    ANTĐ ĐTTC VnExpress Petrotimes VietNamNet
    """.split()
)
_REPRINT = re.compile(r"\(?\s*(?:theo|nguồn(?: tin)?)\s*:?\s+(.{2,60}?)\s*\)?\.?", re.IGNORECASE)
_AUTHOR_AND_PAPER = re.compile(r"(.{2,60}?)\s*[(/-]?\s*[Tt]heo\s*(?=[^\W\d_a-z])(.{2,60}?)\)?")
_LABEL = re.compile(
    r"(?:(?:tin|bài)(?:\s*(?:,|và|-|&)\s*(?:bài|ảnh|clip|video))+|tác giả|người viết|thực hiện"
    r"|phóng viên|biên tập|tổng hợp|bài|tin|by)\s*:\s*(.{2,60})",
    re.IGNORECASE,
)
_COLLECTED = re.compile(
    r"\s*(?:[(/-]\s*(?:tổng hợp|t/h|lược dịch|dịch|ghi|lược ghi)\s*\)?|\([^()]{2,40}\))$",
    re.IGNORECASE,
)
_NEWSROOM = re.compile(r"\b(?:PV|CTV|P\.V|BTV|BBT|nhóm phóng viên|nhóm PV|ban biên tập)\b", re.I)
_NAME = re.compile(
    rf"(?:[{_UPPER}][^\W\d_]*\.?|[{_UPPER}](?:\.[{_UPPER}])+\.?)"
    rf"(?:(?:\s+|\s*[-–,&]\s*|\s+và\s+|\.)[{_UPPER}][^\W\d_]*\.?){{0,7}}"
)
_NOT_NAMES = re.compile(
    r"(?:thứ|chủ nhật|cập nhật|ngày|tháng|báo|công ty|sở|ban|ubnd|ảnh|video|clip|nguồn|email)\b",
    re.IGNORECASE,
)
_SHORT_NAME = re.compile(
    rf"(?:[{_UPPER}]\.){{1,3}}[{_UPPER}]?\.?|[{_UPPER}]\w?\.[{_UPPER}][^\W\d_]+"
)


def split_source(line: str) -> tuple[str | None, str]:
    """The newspaper that opens a report, and the report without it.

    ``(Baohatinh.vn) - Phó Bí thư …`` -> ``Baohatinh.vn``, ``Phó Bí thư …``; TTO - and (TTXVN) -
    likewise. A place (``TP.HCM - …``, ``(Hà Tĩnh) - …``) is no newspaper.
    """
    if match := _BRACKETED.match(line):
        name = match.group(1).strip()
        if _DOMAIN.fullmatch(name) or _is_paper(name):
            return name, line[match.end() :]
    elif (match := _INITIALS.match(line)) and _is_paper(match.group(1)):
        return match.group(1), line[match.end() :]
    return None, line


def _is_paper(name: str) -> bool:
    online = name.isupper() and name.endswith("O") and name.isalpha() and len(name) <= 5
    worded = re.match(
        r"(?:báo|đài|tạp chí|cổng|trang|dân trí|ttxvn)\b|.*\b(?:online|news)$", name, re.I
    )
    return name in _AGENCIES or online or worded is not None or _DOMAIN.fullmatch(name) is not None


def closing_credit(line: str) -> tuple[str | None, str | None] | None:
    """Author and newspaper in a line that closes an article; None where it is no such line.

    ``Thu Hà`` and ``Theo Báo Tuyên Quang Online`` give one each, ``Gia Tùng (Theo AFP)`` both.
    """
    if paper := reprinted_from(line):
        return None, paper
    if match := _AUTHOR_AND_PAPER.fullmatch(line.strip()):
        author, paper = signature(match.group(1)), reprinted_from(f"Theo {match.group(2)}")
        if author and paper:
            return author, paper
    author = signature(line)
    return (author, None) if author else None


def reprinted_from(line: str) -> str | None:
    """The newspaper in a closing ``Theo Báo Tuyên Quang Online`` or ``(Nguồn: TTXVN)``."""
    match = _REPRINT.fullmatch(line.strip())
    if match is None:
        return None
    name = match.group(1)
    named = name[:1].isupper() and len(name.split()) <= 6 and not name.endswith((".", ",", ":"))
    return name if named else None


def signature(line: str) -> str | None:
    """The author in a line that is one: ``Thu Hà``, ``Bài, ảnh: Mai Hoa``, ``(Nhóm PV, CTV t/h)``.

    The caller knows that it closes the article; a name elsewhere is the news itself.
    """
    line = line.strip()
    if match := _LABEL.fullmatch(line):
        return match.group(1).strip(" .()")
    inner = line[1:-1].strip() if line.startswith("(") and line.endswith(")") else line
    if len(inner) > 60 or inner.endswith((":", "!", "?")) or _NOT_NAMES.match(inner):
        return None
    if _NEWSROOM.search(inner):
        return inner
    name = _COLLECTED.sub("", inner)
    named = _NAME.fullmatch(name) and not name.isupper() and 2 <= len(name.split()) <= 8
    if _SHORT_NAME.fullmatch(name) or (named and name not in PLACES):
        return name
    return None
