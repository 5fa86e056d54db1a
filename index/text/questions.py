"""What kind of answer a question asks for, in Vietnamese or English."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from index.text.syllables import fold, syllables


class Kind(StrEnum):
    HOW_MANY = "how many"
    WHEN = "when"
    WHO = "who"
    WHERE = "where"
    WHY = "why"
    PUBLISHED = "published"
    SUMMARY = "summary"
    OTHER = "other"


# Matched against folded syllables between blanks, so that "ai" is never found inside a word.
_PATTERNS = (
    (Kind.SUMMARY, "tom tat|tom luoc|summari[sz]e|summary|tong hop tin"),
    (
        Kind.PUBLISHED,
        "(?:bai|tin|bao) .*(?:dang|xuat ban|phat hanh) .*(?:nao|khi|luc|hom|bao gio)"
        "|(?:dang|xuat ban) (?:tai )?(?:tin|bai|bao) .*(?:nao|khi|luc|hom|bao gio)"
        "|(?:article|story|news) .*(?:published|posted)",
    ),
    (
        Kind.HOW_MANY,
        "bao nhieu|may (?:nguoi|cai|con|lan|tinh|huyen|xa|nam|thang|ngay|gio|phut|giai|doi|tran|ban"
        "|diem|loai|nuoc|quoc gia|thanh pho|dua|vu|ca|muc|gio)|how many|how much"
        "|(?:so luong|ty le|ti le)(?!.* (?:gi|nao))"
        "|what percentage|how (?:long|far|tall|old|big|large)|dai bao lau|bao lau|bao xa",
    ),
    (
        Kind.WHEN,
        "khi nao|(?:nam|ngay|thang|quy|mua|the ky|thap nien|tuan|buoi) (?:nao|may|bao nhieu)"
        "|luc nao|bao gio|thoi (?:gian|diem) nao|hom nao|when|what (?:year|date|day|month|time)"
        "|which (?:year|date|day|month)|in what year",
    ),
    (
        Kind.WHY,
        "vi sao|tai sao|do dau ma|ly do (?:gi|nao)|nguyen nhan (?:gi|nao|do)|why|"
        "nguyen nhan .*(?:la gi|nao)|ly do .*(?:la gi|nao)",
    ),
    (
        Kind.WHO,
        "ai|(?<!nhom )(?<!loai )nguoi nao|nhung ai|ong nao|ba nao|nhan vat nao|dong chi nao"
        "|who|whom|whose|(?<!don )(?<!pham )(?<!hanh )(?<!dia )vi nao"
        "|ten (?:la|cua) .*(?:gi|nao)",
    ),
    (
        Kind.WHERE,
        "o dau|tai dau|di dau|den dau|tu dau|noi nao|dia diem nao|cho nao|where"
        "|(?:quoc gia|nuoc|thanh pho|tinh|huyen|xa|vung|khu vuc|chau luc|dia phuong) nao"
        "|(?:what|which) (?:city|country|province|place|town|state|district)",
    ),
)
_VIETNAMESE = frozenset(
    "ai gì nào đâu mấy bao nhiêu sao thế là bị được những có không hay vậy do".split()
)
_ENGLISH = frozenset(
    """
    who whom whose what when where which why how many much did do does is are was were the a an of
    in on at to for by and or with from that this it its has have had be been
    """.split()
)
INTERROGATIVES = _VIETNAMESE | _ENGLISH
"""Words, accents kept, that ask or bind in either language."""


def binding(foreign: bool) -> frozenset[str]:
    """The words by which nothing is found: "an" binds in English and is half of "Nghệ An"."""
    return INTERROGATIVES if foreign else _VIETNAMESE


_COUNTED = re.compile(
    r"\b(?:bao nhiêu|mấy|how many|how much)\s+([^\W\d_]+(?:\s+[^\W\d_]+)?)", re.IGNORECASE
)
_MEASURED = re.compile(r"([^\W\d_]+)\s+(?:là\s+|khoảng\s+)*bao nhiêu\W*$", re.IGNORECASE)
_NO_WHO = frozenset("ái ải ãi ại".split())
_COMPILED = tuple((kind, re.compile(f" (?:{pattern}) ")) for kind, pattern in _PATTERNS)


@lru_cache(maxsize=256)
def kind_of(question: str) -> Kind:
    """The kind of answer asked for; ``OTHER`` where no rule speaks."""
    # "Ái" and "ải" ask for nobody.
    words = (word if word in _NO_WHO else fold(word) for word in syllables(question))
    text = f" {' '.join(words)} "
    for kind, pattern in _COMPILED:
        if pattern.search(text):
            return kind
    return Kind.OTHER


def counted(question: str) -> tuple[str, ...]:
    """The folded one or two syllables behind "bao nhiêu": what is counted; () if nothing is."""
    match = _COUNTED.search(question)
    return tuple(syllables(fold(match.group(1)))) if match else ()


def measured(question: str) -> str | None:
    """What is measured: the folded syllable in front of a closing "bao nhiêu" ("dài …?")."""
    match = _MEASURED.search(question)
    return fold(match.group(1)).lower() if match else None
