"""What kind of answer a question asks for, in Vietnamese or English."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from index.text.syllables import fold, folded_syllables, syllables


class Kind(StrEnum):
    HOW_MANY = "how many"
    WHEN = "when"
    WHO = "who"
    WHERE = "where"
    WHY = "why"
    ORGANISATION = "organisation"
    DOCUMENT = "document"
    PUBLISHED = "published"
    SUMMARY = "summary"
    OTHER = "other"


_PROFESSIONS = (
    "tham phan|luat su|giao su|bac si|nha khoa hoc|ca si|nhac si|dien vien|dao dien|nha van|tac gia"
    "|cau thu|thu mon|tien dao|huan luyen vien|hlv|vdv|van dong vien|hoa hau|thi sinh|giam doc"
    "|chu tich|pho chu tich|bo truong|thu tuong|tong thong|bi thu|dai su|tuong|nghi si|doanh nhan"
    "|ty phu|ti phu|bi can|bi cao|nghi pham|nan nhan|lanh dao|can bo"
)
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
        "|diem|loai|nuoc|quoc gia|thanh pho|dua|vu|ca|muc|gio|ty|ti|trieu|nghin|ngan|dong|ky|kg|can"
        "|met|km|chiec|do|phan tram|tuoi|mon|suat|ho|doan|tuyen|tang|can ho|benh nhan|truong hop)"
        "|(?:la|gia|het|ton|nang|dai|cao|rong|thu|hang|so) may|(?:gia|het|ton|phat) nhieu"
        "|how many|how much|(?:price|cost|fee|fine) of"
        "|(?:so luong|ty le|ti le)(?!.* (?:gi|nao))"
        "|what percentage|how (?:long|far|tall|old|big|large)|dai bao lau|bao lau|bao xa",
    ),
    (
        Kind.WHEN,
        "khi nao|(?:nam|ngay|thang|quy|mua|the ky|thap nien|tuan|buoi) (?:nao|may|bao nhieu)"
        "|(?:luc|gio) nao|bao gio|thoi (?:gian|diem) nao|hom nao|chung nao|han chot"
        "|when|what (?:year|date|day|month|time)"
        "|which (?:year|date|day|month)|in what year",
    ),
    (
        Kind.WHY,
        "vi sao|tai sao|(?<=^ )sao|sao (?:khong|lai|ma|bi|phai|chua)|vi dau|do dau ma"
        "|ly do (?:gi|nao)|nguyen nhan (?:gi|nao|do)|why"
        "|nguyen nhan .*(?:la gi|nao)|ly do .*(?:la gi|nao)",
    ),
    (
        Kind.WHO,
        "ai|(?<!nhom )(?<!loai )nguoi nao|nhung ai|ong nao|ba nao|nhan vat nao|dong chi nao"
        f"|(?:{_PROFESSIONS}) nao|ten (?:la )?gi"
        "|who|whom|whose|(?<!don )(?<!pham )(?<!hanh )(?<!dia )vi nao"
        "|ten (?:la|cua) .*(?:gi|nao)",
    ),
    (
        Kind.WHERE,
        "o dau|tai dau|di dau|den dau|tu dau|noi nao|dia diem nao|cho nao|where"
        "|(?:quoc gia|nuoc|thanh pho|tinh|huyen|xa|vung|khu vuc|chau luc|dia phuong|ga"
        "|ben xe|san bay|cang|cua khau|chung cu|khach san|lang|thon|ap|phuong|quan|bien|song"
        "|dao) nao"
        "|(?:what|which) (?:city|country|province|place|town|state|district)",
    ),
    (
        Kind.ORGANISATION,
        "(?:don vi|co quan|cong ty|doanh nghiep|to chuc|truong|benh vien|ngan hang|nha bang"
        "|hang|tap doan|nha may|toa an|toa|bao|hiep hoi|cau lac bo|so|bo|cuc|vien|doi|dang) nao"
        "|(?:what|which) (?:company|organi[sz]ation|agency|university|school|hospital|bank|team)",
    ),
    (
        Kind.DOCUMENT,
        "(?:quyet dinh|nghi dinh|thong tu|luat|bo luat|nghi quyet|cong van|chi thi|van ban|ket luan"
        "|phap lenh|huong dan) (?:nao|gi|so may|so bao nhieu|so nao)"
        "|(?:what|which) (?:law|decree|decision|circular|resolution)",
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
    r"\b(?:bao nhiêu|mấy|mày|how many|how much)\s+([^\W\d_]+(?:\s+[^\W\d_]+)?)", re.IGNORECASE
)
_BARE_COUNTED = re.compile(fold(_COUNTED.pattern), re.IGNORECASE)
_MEASURED = re.compile(r"([^\W\d_]+)\s+(?:là\s+|khoảng\s+)*bao nhiêu\W*$", re.IGNORECASE)
# Behind "bao nhiêu" they begin what is said of it, and are not counted.
_NO_UNIT = frozenset(
    """
    khi o tai cho trong moi vao neu tu de thi va la so voi cua bi duoc theo do nhu sau truoc
    """.split()
)
# What is said to be how much, and in what it is written; the first that a question names.
_WRITTEN_IN = (
    (re.compile(r" (?:ti|ty) le | (?:ti|ty) suat "), ("phan", "tram")),
    (re.compile(r" nhiet do "), ("do",)),
    (
        re.compile(
            r" (?:gia|phi|luong|von|tien|tri gia|gia tri|doanh thu|thu nhap|loi nhuan|hoc bong"
            r"|lai rong|thu loi|thu lao|ngan sach|muc thuong|treo thuong|phat hanh chinh"
            r"|bi phat|dau tu|ton|thiet hai) "
        ),
        ("tien",),
    ),
    (re.compile(r" nang (?:may|bao nhieu|nhieu) "), ("kg",)),
)
_NO_WHO = frozenset("ái ải ãi ại".split())
# What "may" becomes when its accents are given back; the other one is seldom meant.
_HOW_MANY = frozenset("mấy mày".split())
_COMPILED = tuple((kind, re.compile(f" (?:{pattern}) ")) for kind, pattern in _PATTERNS)


@lru_cache(maxsize=256)
def kind_of(question: str) -> Kind:
    """The kind of answer asked for; ``OTHER`` where no rule speaks."""
    accented = fold(question) != question
    text = f" {' '.join(_heard(word, accented) for word in syllables(question))} "
    for kind, pattern in _COMPILED:
        if pattern.search(text):
            return kind
    return Kind.OTHER


def _heard(word: str, accented: bool) -> str:
    """``word`` folded, but for what folding would make a question of: "ái", and "máy" of "mấy"."""
    if word in _NO_WHO or (accented and fold(word) == "may" and word not in _HOW_MANY):
        return f"{word}."
    return fold(word)


def counted(question: str) -> tuple[str, ...]:
    """The folded one or two syllables behind "bao nhiêu": what is counted; () if nothing is."""
    bare = fold(question) == question
    match = (_BARE_COUNTED if bare else _COUNTED).search(question)
    unit = tuple(folded_syllables(match.group(1))) if match else ()
    return () if unit and unit[0] in _NO_UNIT else unit


def written_in(question: str) -> tuple[str, ...]:
    """The unit of a quantity that is asked for by its name: ("tien",) of a price; () if unknown."""
    text = f" {' '.join(folded_syllables(question))} "
    return next((unit for name, unit in _WRITTEN_IN if name.search(text)), ())


def measured(question: str) -> str | None:
    """What is measured: the folded syllable in front of a closing "bao nhiêu" ("dài …?")."""
    match = _MEASURED.search(question)
    return fold(match.group(1)).lower() if match else None
