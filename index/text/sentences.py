"""Where the sentences of a Vietnamese text begin and end.

English splitters stumble over Vietnamese newspapers: titles are abbreviated in front of names
(``PGS. TS. Lê Văn A``), thousands carry a dot (``25.000``), people and places are initials
(``ông N.V.T.``, ``Q. 1``), lists end in ``v.v.``. The rules here look at the word before a full
stop and at the word after it, and nothing else.
"""

from __future__ import annotations

import re

_MARKS = ".!?…"
_CLOSERS = "\"'”’»)]"
_OPENERS = "\"'“‘«(["
# The look-behind and the possessive repeats keep a run of a million dots linear.
_RUN = rf"(?<![{_MARKS}])[{_MARKS}]++[{re.escape(_CLOSERS)}]*+"
_SPACED = re.compile(rf"{_RUN}(?=\s|$)|[。！？]++[”’」』）]*+")
# "…đã ổn định.Sáng nay": crawlers lose the blank between paragraphs.
_GLUED = re.compile(rf"(?<=[\w”\"»)\]]){_RUN}(?=[^\W\d_][^\W\d_A-ZĐ])")
_AFTER = re.compile(rf"\s*(?:[-–—•*+]\s+)?[{re.escape(_OPENERS)}]*")
_WORD_BEFORE = re.compile(r"[^\s(\[\"“‘'«,;:]+$")
_WORD_AFTER = re.compile(r"[^\W\d_]+")
# Initials carry no tone: "Đông Nam Á." and "nước Ý." end sentences.
_INITIALS = re.compile(r"(?:[A-ZĐ][a-z]?\.){0,5}[A-ZĐ]")
# What numbers a paragraph or a heading belongs to the words that follow it.
_ENUMERATOR = re.compile(
    r"[-–•*(]?\s*"
    r"(?:(?:Điều|Chương|Mục|Phần|Bài|Câu|Khoản|Bước|Tập|Phụ lục|Số|No|Chapter)\s+)?"
    r"(?:\d{1,3}|[IVXL]{1,6}|[a-zđA-ZĐ])(?:\.\d{1,2})*",
)
_NEXT_INITIAL = re.compile(r"[^\W\d_]\.")
_DIGITS = re.compile(r"\d+")
_LOOK_BACK = 40


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_TITLES = _words(
    """
    ts ths gs pgs bs bsck bscki bsckii ck cki ckii ck1 ck2 ks kts ls ns nsnd nsưt ngnd ngưt ttưt
    cn ds đd ôb đc tp tx tt q p h x kp đt tr th nxb st mr mrs ms dr prof gen lt col sen gov sgt capt
    jr sr vs no tel fax
    """
)
"""Abbreviations that stand in front of what they name: no sentence ends after them."""

_PLACES = _words("tp tx q p h x")
_TAILS = _words("inc ltd co corp etc e.g i.e a.m p.m")
_STARTERS = _words(
    """
    ông bà anh chị theo tuy nhưng trong ngoài khi sau trước tại với do đây đó các những mỗi một hai
    nhiều hiện nếu để từ đến vì bên cùng ngày năm tháng sáng chiều tối đêm trưa qua nhờ dù mặc cũng
    còn như vậy thế ngay không chỉ tính đồng nhận phát về đối việc cơ người chúng
    tôi họ nó ở được riêng cụ song
    the he she it they we in on at but and this that these those there when after before however
    """
)
"""Words that begin a sentence and are not the second half of a name."""


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of every sentence of ``text``, in order.

    Spans do not overlap, begin and end with a visible character and together hold every visible
    character. A line break always ends a sentence; a semicolon never does. A sentence of any
    length stays whole. Linear in the length of the text.
    """
    spans: list[tuple[int, int]] = []
    line_start = 0
    for line in text.splitlines(keepends=True):
        spans.extend(_spans_of_line(text, line_start, line_start + len(line)))
        line_start += len(line)
    return spans


def _spans_of_line(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start, end = _trimmed(text, start, end)
    for stop in _stops(text, start, end):
        if start < stop and _ends_sentence(text, start, stop, end):
            spans.append((start, stop))
            start, _ = _trimmed(text, stop, end)
    if start < end:
        spans.append((start, end))
    return spans


def _stops(text: str, start: int, end: int) -> list[int]:
    """Offsets just behind everything that may close a sentence."""
    spaced = {match.end() for match in _SPACED.finditer(text, start, end)}
    glued = {match.end() for match in _GLUED.finditer(text, start, end)}
    return sorted(spaced | glued)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _ends_sentence(text: str, start: int, stop: int, line_end: int) -> bool:
    """Whether the sentence that began at ``start`` ends at ``stop``, seen from both sides."""
    after = _AFTER.match(text, stop, line_end)
    next_at = after.end() if after else stop
    tail = text[max(start, stop - _LOOK_BACK) : stop]
    if next_at >= line_end or any(mark in tail[-3:] for mark in "。！？"):
        return True
    following = text[next_at]
    if following.islower() and not text[next_at + 1 : next_at + 2].isupper():  # iPhone
        return False
    if following in ",;:.!?…)]%/&=" and text[next_at - 1] not in _OPENERS:
        return False
    closed = tail.rstrip(_CLOSERS)
    before = closed.rstrip(_MARKS)
    terminator = closed[len(before) :]
    if "!" in terminator or "?" in terminator:
        return True
    if terminator != ".":
        return not following.isdigit() and not before.endswith(("[", "("))
    whole = stop - start <= _LOOK_BACK
    if whole and _ENUMERATOR.fullmatch(before):
        return False
    return _full_stop_ends(before, text, next_at)


def _full_stop_ends(before: str, text: str, next_at: int) -> bool:
    """``before`` is the tail of the sentence without its dot."""
    match = _WORD_BEFORE.search(before)
    word = match.group() if match else ""
    ahead = before[: match.start()] if match else before
    if word.isdigit():
        listed = len(word) <= 2 and ahead.endswith((": ", "; "))
        return not listed and not _thousands(word, text, next_at)
    next_word = _WORD_AFTER.match(text, next_at, next_at + _LOOK_BACK)
    starts_anew = next_word is not None and next_word.group().lower() in _STARTERS
    if _INITIALS.fullmatch(word) and word.lower() not in _PLACES:
        if _NEXT_INITIAL.match(text, next_at) or text[next_at - 1] == "(":
            return False
        named = not ahead.strip() or ahead.split()[-1][:1].isupper()
        return starts_anew or not named
    return starts_anew or not _abbreviates(word.lower())


def _abbreviates(word: str) -> bool:
    """Whether ``word``, in lower case, stands in front of what it names: ``gs.ts``, ``huế-tp``."""
    parts = re.split(r"[.–-]", word)
    titled = parts[-1] in _TITLES and (parts[0] in _TITLES or parts[-1] in _PLACES)
    return titled or word in _TAILS


def _thousands(word: str, text: str, next_at: int) -> bool:
    """``25. 000``: a number that a crawler broke at its dot."""
    digits = _DIGITS.match(text, next_at, next_at + 4)
    return len(word) <= 3 and digits is not None and len(digits.group()) == 3
