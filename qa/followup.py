"""A turn that leans on the last one becomes a question that stands alone, by rules.

Four ways of leaning are known, in Vietnamese (with or without accents) and English: asking for more
("nói rõ hơn"), asking the same of something else ("còn năm 2023?"), pointing back ("ở đó ai chủ
trì?", "ông ấy giữ chức vụ gì?") and leaving out what was just spoken of ("khi nào?"). Any other
question is a new subject and passes untouched.

It knows the words of the conversation only, never the articles: a name is found by its capitals or
because it is a province.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.text.accents import is_foreign
from index.text.mentions import people
from index.text.places import place_spans
from index.text.questions import INTERROGATIVES, Kind, counted, kind_of
from index.text.sentences import sentence_spans
from index.text.syllables import fold, folded_syllables, syllables
from qa.short import short_answer
from qa.topic import (
    HEADS,
    Span,
    at_word,
    behind_a_place,
    circumstances,
    name_spans,
    person_spans,
    replaced,
    search,
    subject,
    thing,
    time_span,
)
from qa.types import Turn

_TURNS = 6

Rule = Callable[[str, str, str], str | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """A ``question`` that stands alone; ``stays`` when it is about what the last turn was about."""

    question: str
    stays: bool


def standalone(question: str, history: Sequence[Turn]) -> Standing:
    """``question`` with what it leaves to the earlier turns; unchanged when it leaves nothing.

    The turns are read oldest first, each against the one before, so that a chain of follow-ups
    keeps its subject; a turn with a subject of its own starts a new chain.
    """
    before, answer = "", ""
    for turn in history[-_TURNS:]:
        before, answer = _joined(turn.question, before, answer).question, turn.answer
    return _joined(question, before, answer)


def _joined(question: str, before: str, answer: str) -> Standing:
    question = " ".join(question.split())
    if not before or not question:
        return Standing(question, stays=False)
    for rule in _RULES:
        whole = rule(question, before, answer)
        if whole is not None:
            return Standing(_sentence(whole), stays=rule is not _instead)
    return Standing(question, stays=False)


def _sentence(question: str) -> str:
    text = " ".join(question.split()).rstrip(" ?.,")
    return f"{text[:1].upper()}{text[1:]}?"


# --- asking for more

_MORE = (
    r"^(?:(?:bạn |anh |chị |em )?(?:hãy|xin|vui lòng|có thể|làm ơn) )*(?:bạn )?"
    r"(?:nói|kể|giải thích|trình bày|cho (?:tôi )?biết|mô tả|phân tích|thông tin|thêm)?\s*"
    r"(?:rõ|chi tiết|cụ thể|kỹ|thêm|đầy đủ|sâu)(?: hơn| thêm| nữa| chi tiết| thông tin)*"
    r"(?: (?:được không|về (?:việc|điều|chuyện|vấn đề) (?:đó|này|ấy)|đi|nhé|giúp tôi|cho tôi))*\W*$"
    r"|^(?:can you |could you |please )*(?:tell me more|more details?|explain(?: more| further)?"
    r"|elaborate|go on|in more detail|give me more(?: details?)?)(?: about (?:that|it|this))?"
    r"(?: please)?\W*$"
    r"|^(?:còn )?(?:ai|gì) (?:khác )?nữa(?: không)?\W*$|^(?:còn )?ai khác(?: không)?\W*$"
    r"|^(?:anything|who|what) else\W*$"
)


def _more(question: str, before: str, answer: str) -> str | None:
    return before if search(_MORE, question) else None


# --- asking the same of something else

_INSTEAD = (
    r"^(?:thế|vậy|và)? ?còn (?P<what>.+?)(?: thì)?(?: (?:sao|thế nào|như thế nào|ra sao))?\W*$",
    r"^(?:thế|vậy) (?P<what>.+?) thì(?: (?:sao|thế nào|như thế nào|ra sao))?\W*$",
    r"^(?P<what>.+?) thì (?:sao|thế nào|như thế nào|ra sao)\W*$",
    r"^(?:and |but |so )*(?:what|how) about (?P<what>.+?)\W*$",
    r"^and (?P<what>(?:in|for|at|on) .+?)\W*$",
)
# Without accents "con" is also a child or a classifier: only with the words that close the phrase.
_INSTEAD_BARE = (
    r"^(?:the|vay|va)? ?con (?P<what>.+?) (?:thi sao|thi the nao|the nao|sao)\W*$",
    r"^(?:the|vay|va)? ?con (?P<what>(?:nam |thang |o |tai |tinh )?[\w ]{3,18}?)\W*$",
    *_INSTEAD[3:],
)
_ASKS = (
    r"\b(?:ai|khi nào|lúc nào|bao giờ|ở đâu|tại đâu|vì sao|tại sao|bao nhiêu|mấy|gì|nào"
    r"|who|when|where|why|how many|how much|what|which)\b"
)
_PREPOSITION = r"^(?:ở|tại|trong|vào|của|với|về|in|at|on|for|of|the)\s+"


def _instead(question: str, before: str, answer: str) -> str | None:
    bare = fold(question) == question
    for pattern in _INSTEAD_BARE if bare else _INSTEAD:
        if match := re.search(pattern, question, re.IGNORECASE):
            what = match["what"].strip(" ,")
            if search(_ASKS, what) and not search(r"^(?:gì|ai)$", what):
                return _with_context(what, before)
            return _swapped(before, what)
    return None


def _swapped(before: str, what: str) -> str:
    """``before`` asked of ``what``: its time, its place, its person or what it counts replaced."""
    said = what
    if (time := time_span(what)) and (digits := what[slice(*time)]):
        before = _put_time(before, digits)
        said = " ".join((what[: time[0]] + " " + what[time[1] :]).split())
    said = re.sub(_PREPOSITION, "", said, flags=re.IGNORECASE).strip(" ,")
    if not syllables(said) or fold(said).lower() in {"nam", "ngay", "thang", "vao", "trong"}:
        return before
    for spans in (place_spans, person_spans):
        if spans(said):
            old = spans(before)
            return replaced(before, old[-1], said) if old else f"{before.rstrip(' ?')} ở {said}"
    return _noun_swapped(before, said)


def _put_time(before: str, time: str) -> str:
    old = time_span(before)
    if old is None:
        return f"{before.rstrip(' ?')} {time}"
    lead = before[slice(*old)]
    # "năm 2022" asked again of "2023" keeps its "năm".
    if time[:1].isdigit() and (kept := re.match(r"\D+", lead)):
        time = kept.group() + time
    return replaced(before, old, time)


def _noun_swapped(before: str, said: str) -> str:
    """What shares words with ``said`` gives way to it, else what was counted, else a name."""
    new = syllables(said)
    if span := _common_run(before, new) or _alike(before, new):
        return replaced(before, span, said)
    unit = counted(before)
    if unit and (match := re.search(rf"{_UNIT_LEAD}({_words(len(unit))})", before, re.IGNORECASE)):
        span_of = re.match(_words(min(len(unit), len(new))), match.group(1))
        end = match.start(1) + (span_of.end() if span_of else len(match.group(1)))
        return replaced(before, (match.start(1), end), said)
    names = name_spans(before) if said[:1].isupper() else []
    if names:
        return replaced(before, names[-1], said)
    return f"{before.rstrip(' ?')}, còn {said}"


def _common_run(before: str, new: list[str]) -> Span | None:
    """The longest run of two and more of the ``new`` syllables in ``before``."""
    for length in range(len(new), 1, -1):
        for at in range(len(new) - length + 1):
            run = r"\s+".join(map(re.escape, new[at : at + length]))
            if match := re.search(rf"\b{run}\b", before, re.IGNORECASE):
                return match.span()
    return None


def _alike(before: str, new: list[str]) -> Span | None:
    """Two words that begin or end as ``new`` does: "giấy khen" for "bằng khen"."""
    words = list(re.finditer(r"\w+", before))
    for first, second in pairwise(words):
        pair = [first.group().lower(), second.group().lower()]
        shared = [a == b for a, b in zip(pair, new, strict=False)]
        if sum(shared) == 1 and len(shared) == 2 and not _BINDS & set(pair):
            return first.start(), second.end()
    return None


_UNIT_LEAD = r"\b(?:bao nhiêu|mấy|how many|how much)\s+"


def _words(count: int) -> str:
    return r"\w+" + r"\s+\w+" * (count - 1)


# --- pointing back

_THERE = r"\b(?:ở|tại|trong) (?:đó|đấy|đây|nơi đó|nơi này)\b|^đó\b|\b(?:over )?there\b"
_THEN = (
    r"\b(?:vào )?(?:năm|ngày|tháng|hôm|khi|lúc|thời gian) (?:đó|ấy)\b"
    r"|\bthat (?:year|day|month)\b"
)
_PERSON = (
    r"\b(?:(?P<title>ông|bà|anh|chị|cô|đồng chí|vị)(?: (?:ấy|ta|này|đó))"
    r"|người (?:này|đó|ấy)|(?:he|she|him)\b|(?P<whose>his|her)\b)"
)
_THING = (
    r"\b(?:nó|(?:việc|điều|chuyện|vấn đề|sự việc|cái|bài|tin) (?:này|đó|ấy))\b"
    r"|\b(?:it|its)\b|\b(?:this|that)\b(?= (?:\?|happen|mean)|\?)"
)
_THE_SAME = rf"\b(?P<head>{HEADS}) (?:này|đó|ấy|trên|nói trên|vừa rồi)\b|\bthat (?P<thing>[a-z]+)\b"


def _pointing(question: str, before: str, answer: str) -> str | None:
    whole = question
    for point in (_to_person, _to_named_thing, _to_place, _to_time, _to_thing):
        whole = point(whole, before, answer) or whole
    return whole if whole != question else None


def _to_person(question: str, before: str, answer: str) -> str | None:
    match = search(_PERSON, question)
    name = _person(before, answer) if match else None
    if match is None or name is None:
        return None
    title = match["title"]
    new = f"{title} {name}" if title and fold(title).lower() != "vi" else name
    return replaced(question, match.span(), f"{name}'s" if match["whose"] else new)


def _person(before: str, answer: str) -> str | None:
    """The person that was asked for, else the one the question names, else the answer's first."""
    spans = sentence_spans(answer)
    first = answer[slice(*spans[0])] if spans else ""
    if kind_of(before) is Kind.WHO:
        asked = set(folded_syllables(before))
        found = short_answer(before, first)
        new = [one for one in people(answer) if not asked.issuperset(folded_syllables(one))]
        if found or new:
            return found or new[0]
    known = people(before) or people(first) or people(answer) or behind_a_place(first)
    return known[0] if known else None


def _to_named_thing(question: str, before: str, answer: str) -> str | None:
    """ "Hội nghị này" is the one that the last question spoke of."""
    match = search(_THE_SAME, question)
    if match is None or match["thing"] in {"year", "day", "month"}:
        return None
    noun = thing(before)
    if noun is None:
        said = match["head"] or f"the {match['thing']}"
        noun = f"{said} {circumstances(before)}" if circumstances(before) else None
    return replaced(question, match.span(), noun) if noun else None


def _to_place(question: str, before: str, answer: str) -> str | None:
    match = search(_THERE, question)
    if match is None:
        return None
    lead = at_word(question)
    if noun := thing(before):
        return replaced(question, match.span(), f"{lead} {noun}")
    places = place_spans(before) or name_spans(before)
    where = before[slice(*places[-1])] if places else _first_place(answer)
    return replaced(question, match.span(), f"{lead} {where}") if where else None


def _first_place(answer: str) -> str | None:
    found = place_spans(answer)
    return answer[slice(*found[0])] if found else None


def _to_time(question: str, before: str, answer: str) -> str | None:
    match = search(_THEN, question)
    if match is None:
        return None
    span = time_span(before)
    when = before[slice(*span)] if span else ""
    if not when and (span := time_span(answer)):
        when = answer[slice(*span)]
    return replaced(question, match.span(), when) if when else None


def _to_thing(question: str, before: str, answer: str) -> str | None:
    match = search(_THING, question)
    noun = thing(before) or subject(before) if match else None
    return replaced(question, match.span(), noun) if match and noun else None


# --- leaving out

_OPENS = (
    r"^(?:vậy |thế |và |còn |and |so )*"
    r"(?:(?:do|bởi|của|với|vào|từ|có|được|tổng cộng|gồm|in|at|by|for)\s+)?"
    r"(?:ai|những ai|người nào|khi nào|lúc nào|bao giờ|ngày nào|năm nào|ở đâu|tại đâu|vì sao"
    r"|tại sao|sao|bao nhiêu|mấy|gì|những gì|nơi nào|who|when|where|why|how many|how much|which"
    r"|what|by whom)\b"
)
# Syllables of its own that a question may have and still leave its subject out: what is counted
# takes more words than what is done.
_FEW, _FEW_COUNTED = 3, 5
_BINDS = INTERROGATIVES | frozenset(
    """
    do bởi vào thì của tại ở còn và vậy thế nữa cho trong cùng về đã đang sẽ cuộc người việc khi lúc
    giờ vì so also
    """.split()
)
# What takes the event itself as its object; anything else happens at it.
_DONE_TO_IT = (
    r"\b(?:chủ trì|tổ chức|dự|tham dự|bế mạc|khai mạc|chỉ đạo|điều hành|ban hành|ký|xây|xây dựng"
    r"|thiết kế|tài trợ|chaired?|host(?:ed)?|organi[sz]ed?|attend(?:ed)?|open(?:ed)?|close[d]?)$"
)
_HAPPENING = (
    r"^(?:hội nghị|hội thảo|đại hội|cuộc|phiên|kỳ họp|buổi|lễ"
    r"|the (?:.*)(?:conference|meeting|ceremony))\b"
)


def _left_out(question: str, before: str, answer: str) -> str | None:
    bare = fold(question) == question and not is_foreign(question)
    binds = {fold(word) for word in _BINDS} if bare else _BINDS
    content = [word for word in syllables(question) if word not in binds]
    few = _FEW_COUNTED if counted(question) else _FEW
    if len(content) > few or time_span(question) or place_spans(question):
        return None
    if name_spans(question) or people(question):
        return None
    if search(_OPENS, question):
        return _with_context(question, before)
    known = frozenset(folded_syllables(f"{before} {answer}"))
    asks = search(_ASKS, question) is not None
    if asks and content and known.issuperset(fold(word) for word in content):
        return _with_context(question, before)
    return None


def _with_context(question: str, before: str) -> str:
    """``question`` about what ``before`` was about, and there and then."""
    question = re.sub(r"^(?:(?:vậy|thế|và|còn|and|so)\s+)+", "", question, flags=re.I).rstrip(" ?")
    noun = thing(before) or ""
    about = " ".join(filter(None, [noun, circumstances(before, f"{question} {noun}")]))
    about = about or subject(before) or ""
    if not any(word not in _BINDS for word in syllables(question)):
        return f"{about} {question[:1].lower()}{question[1:]}"
    if search(_HAPPENING, about) and not search(_DONE_TO_IT, question):
        about = f"{at_word(question)} {about}"
    return f"{question} {about}"


_RULES: tuple[Rule, ...] = (_more, _instead, _pointing, _left_out)
