"""Sentences that cannot be read alone, and what they need to be.

A sentence that begins with "Đồng chí", "Ông" or "Điều này" is shown together with the one in front
of it, and a sentence that announces a list ("… gồm:") together with the list. What is shown stays
one verbatim run of the article.
"""

from __future__ import annotations

import re
from functools import lru_cache

from index.text.mentions import people
from index.text.sentences import sentence_spans
from index.types import Article

# A form of address in front of a small letter names nobody; "bà con" and "anh em" are many.
_PERSON = re.compile(
    r"(?:Đồng chí|Ông|Bà|Anh|Chị|Cô|Vị(?: này)?|Người này|Nữ [a-zà-ỹ]+ này|He|She|His|Her)"
    r"(?!\s(?:con|em|hùng)\b)(?:\s+(?:này|ấy|đó|cũng|còn|đã|ta))?[,]?\s+(?=[^\W\d_])(?-i:(?=[a-zà-ỹđ]))"
)
_THING = re.compile(
    r"(?:Điều|Việc|Vụ việc|Sự việc|Con số|Dự án|Công trình|Quyết định|Hoạt động|Chương trình"
    r"|Hội nghị|Sự kiện|Kết quả) (?:này|đó|ấy|trên)\b"
    r"|(?:Nó|Họ|Tại đây|Ở đây|Nơi đây|Trong đó|Theo đó|Qua đó|Từ đó|Do đó|Vì vậy|Vì thế|Nhờ đó"
    r"|Khi đó|Lúc đó|Sau đó|It|They|This|There)\b[, ]"
)
_FARTHEST = 2
_LONGEST = 700
_ITEM = re.compile(r"(?:[-–•*+]|\d{1,2}[.)]|[a-zđ][.)])\s*\S")
_MOST_ITEMS = 12


def widened(article: Article, start: int, end: int) -> tuple[int, int]:
    """The run of whole sentences that reads well alone around ``article.text[start:end]``.

    At most two sentences and 700 characters are added in front, a dozen items of a list behind.
    """
    spans = _sentences(article.text)
    place = next((i for i, span in enumerate(spans) if span == (start, end)), None)
    if place is None:
        return start, end
    return spans[_first(article.text, spans, place)][0], spans[_last(article.text, spans, place)][1]


@lru_cache(maxsize=64)
def _sentences(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(sentence_spans(text))


def _first(text: str, spans: tuple[tuple[int, int], ...], place: int) -> int:
    """Where reading must begin: back to the person who is meant, or one sentence for a thing."""
    sentence = text[slice(*spans[place])]
    about_person = _PERSON.match(sentence) is not None
    if not about_person and not _THING.match(sentence):
        return place
    for first in range(place - 1, max(-1, place - 1 - _FARTHEST), -1):
        before = text[slice(*spans[first])]
        if spans[place][0] - spans[first][0] > _LONGEST or not _is_prose(before):
            return place
        if not about_person or people(before):
            return first
    return place


def _last(text: str, spans: tuple[tuple[int, int], ...], place: int) -> int:
    """Where the list ends that the sentence announces with a colon."""
    if not text[slice(*spans[place])].endswith(":"):
        return place
    last = place
    for following in range(place + 1, min(len(spans), place + 1 + _MOST_ITEMS)):
        if not _ITEM.match(text[slice(*spans[following])]):
            break
        last = following
    return last


def _is_prose(sentence: str) -> bool:
    """Whether it is a whole sentence, not a heading or the line under a picture."""
    return sentence.rstrip("\"'”’»)").endswith((".", "!", "?", "…", ":")) and len(sentence) > 30


def lead(article: Article, most: int) -> list[tuple[int, int]]:
    """The first ``most`` sentences that tell something: no headings, nothing said twice."""
    told: list[tuple[int, int]] = []
    said: set[str] = set()
    for start, end in _sentences(article.text):
        sentence = article.text[start:end]
        if len(told) == most:
            break
        if _is_prose(sentence) and sentence not in said and sentence != article.title:
            told.append((start, end))
            said.add(sentence)
    return told
