"""Claims that say the opposite of what they cite: "giảm" for "tăng", a "không" added or lost.

A vector hardly tells the two apart, and every name and figure is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from index.text.syllables import syllables

_PAIRS = (
    ("lớn nhất", "nhỏ nhất"), ("cao nhất", "thấp nhất"), ("nhiều nhất", "ít nhất"),
    ("đầu tiên", "cuối cùng"), ("dài nhất", "ngắn nhất"), ("trước khi", "sau khi"),
    ("tăng", "giảm"), ("thắng", "thua"), ("phía bắc", "phía nam"), ("phía đông", "phía tây"),
    ("thành lập", "giải thể"), ("bắt đầu", "kết thúc"), ("xuất khẩu", "nhập khẩu"),
    ("ủng hộ", "phản đối"), ("mở rộng", "thu hẹp"), ("cho phép", "cấm"), ("cha", "mẹ"),
    ("vợ", "chồng"), ("con trai", "con gái"), ("lớn hơn", "nhỏ hơn"), ("mới", "cũ"),
)  # fmt: skip
OPPOSITES = dict([*_PAIRS, *((b, a) for a, b in _PAIRS)])
OPPOSITE = re.compile(rf"\b(?:{'|'.join(sorted(OPPOSITES, key=len, reverse=True))})\b")

_NOT = "không"
_NEGATIONS = frozenset(("không", "chưa", "chẳng"))
# What stands in any sentence: that one denies it and another has it says nothing.
_LIGHT = frozenset("có được phải thể bị là còn ai gì chỉ nên đến cho".split())
# "không" is also air, space and nought.
_AIR_BEFORE = frozenset(("hàng", "phòng", "trên", "số", "tàu"))
_AIR_BEHIND = frozenset(("gian", "khí", "quân", "trung", "lưu", "phận"))


def turned(claim: str, quotes: Sequence[str]) -> list[str]:
    """The words of ``claim`` that say the opposite of ``quotes``."""
    said, known = claim.lower(), "\n".join(quotes).lower()
    return [*_opposites(said, known), *_negations(said, known)]


def _opposites(said: str, known: str) -> Iterator[str]:
    """Words that the quotes lack, where they have the opposite and the claim has not."""
    in_claim, in_quotes = set(OPPOSITE.findall(said)), set(OPPOSITE.findall(known))
    for word in in_claim - in_quotes:
        if OPPOSITES[word] in in_quotes - in_claim:
            yield word


def _negations(said: str, known: str) -> Iterator[str]:
    """Words that only one of the two denies."""
    claim, quoted = _units(said), _units(known)
    plain_claim, plain_quoted = set(pairwise(claim)), set(pairwise(quoted))
    around = _denied(quoted)
    denied = {word for _, word in around}
    for before, word in _denied(claim):
        never = word in quoted and word not in denied and (word not in _LIGHT or not denied)
        between = (before, word) in plain_quoted and (before, word) not in around
        if never or between:
            yield f"{_NOT} {word}"
    for before, word in around:
        if (before, word) in plain_claim and (before, word) not in plain_quoted:
            yield word


def _denied(units: list[str]) -> set[tuple[str, str]]:
    """The words that stand around each negation."""
    return {
        (units[place - 1], units[place + 1])
        for place in range(1, len(units) - 1)
        if units[place] == _NOT
    }


def _units(text: str) -> list[str]:
    """Syllables behind a mark, every negation written alike and none that means the air."""
    words = syllables(text)
    return ["", *(_unit(words, place) for place in range(len(words)))]


def _unit(words: list[str], place: int) -> str:
    word, before, behind = words[place], words[max(0, place - 1)], words[place + 1 : place + 2]
    if word not in _NEGATIONS:
        return word
    return "" if before in _AIR_BEFORE or _AIR_BEHIND.intersection(behind) else _NOT
