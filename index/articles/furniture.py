"""Furniture that only the corpus can tell: what a source puts into many of its articles.

"Lưu bài viết thành công …" says nothing when one article begins with it and everything when five
hundred do. The first words, the last words and the lines of the articles of one source are
compared; what recurs far beyond chance is no article's own. Recurring sentences that end like
prose ("Vụ việc đang được điều tra.") are left alone, but for one place: where a newspaper puts the
opening of another article in front of its closing words, what was printed there
twice, or is cut short ("mang ý nghĩa may mắn và..."), goes, and so does what stands there behind a
line that the newspaper puts at the end of its articles.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise

from index.text.sentences import sentence_spans

FEWEST_ARTICLES = 20
"""Of a source, before anything is learned from it."""

_FEWEST_REPEATS = 8
_SHARE_OF_ENDS = 0.2
_SHARE_OF_LINES = 0.05
_SHORTEST_OPENING, _SHORTEST_CLOSING, _SHORTEST_LINE = 5, 3, 3  # words
_LONGEST_END = 80  # words
# Behind a piece of furniture the articles part; "…, Theo" shared by some is already their own.
_STAYS_TOGETHER = 0.5
_ATTACHED = 0.8
_SHORTEST_TEASER, _TEASER = 8, 3  # words of its sentences, sentences
# What is longer holds the last words of the article, too, without a full stop between them.
_CUT_SHORT = re.compile(r".{,200}\w(?:\.\.\.|…)", re.DOTALL)
_WORD = re.compile(r"\S+")
_PROSE = re.compile(r"[.…][\"'”’»)\]]*$")

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Furniture:
    """What to take off the articles of one source: its openings, its closings, lines inside.

    ``teasers`` are sentences in front of a closing, ``last`` the lines that end an article.
    """

    openings: frozenset[Words] = frozenset()
    closings: frozenset[Words] = frozenset()
    lines: frozenset[str] = frozenset()
    teasers: frozenset[str] = frozenset()
    last: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.openings or self.closings or self.lines)


def learn(texts: Sequence[str]) -> Furniture:
    """What recurs in ``texts``, the articles of one source; nothing where they are few."""
    texts = list(dict.fromkeys(texts))  # an article that was saved thirty times is still its own
    if len(texts) < FEWEST_ARTICLES:
        return Furniture()
    spelled = [text.split() for text in texts]
    at_ends = max(_FEWEST_REPEATS, int(_SHARE_OF_ENDS * len(texts)))
    openings = _shared([tuple(w[:_LONGEST_END]) for w in spelled], _SHORTEST_OPENING, at_ends)
    backwards = [tuple(w[: -_LONGEST_END - 1 : -1]) for w in spelled]
    closings = _shared(backwards, _SHORTEST_CLOSING, at_ends)
    found = Furniture(
        openings, frozenset(words[::-1] for words in closings), _recurring_lines(texts)
    )
    if not closings:
        return found
    return replace(found, teasers=_teasers(texts, found), last=_last(texts, found))


def _last(texts: Sequence[str], furniture: Furniture) -> frozenset[str]:
    """The lines that nearly always stand in front of a closing, with a teaser or none between."""
    seen: Counter[str] = Counter()
    near: Counter[str] = Counter()
    for text in texts:
        start, end, closed = _inside(text, furniture)
        spelled = [
            text[start + first : start + after] for first, after in sentence_spans(text[start:end])
        ]
        seen.update(furniture.lines.intersection(spelled))
        if closed:
            near.update(furniture.lines.intersection(spelled[-_TEASER - 1 :]))
    return frozenset(line for line, count in near.items() if count >= _ATTACHED * seen[line])


def _teasers(texts: Sequence[str], furniture: Furniture) -> frozenset[str]:
    """The sentences that two or more articles have in front of a closing."""
    last: Counter[str] = Counter()
    for text in texts:
        start, end, closed = _inside(text, furniture)
        if closed:
            spans = sentence_spans(text[start:end])[-_TEASER:]
            last.update({text[start + first : start + after] for first, after in spans})
    return frozenset(
        one for one, count in last.items() if count > 1 and len(one.split()) >= _SHORTEST_TEASER
    )


def _recurring_lines(texts: Sequence[str]) -> frozenset[str]:
    """Lines that are no prose and recur; what is always beside one of them goes with it.

    Always means wherever the line is, or wherever the other is when that recurs as well.
    """
    fewest = max(_FEWEST_REPEATS, int(_SHARE_OF_LINES * len(texts)))
    split = [[text[start:end] for start, end in sentence_spans(text)] for text in texts]
    counted = Counter(line for lines in split for line in set(lines))
    found = {
        line
        for line, count in counted.items()
        if count >= fewest and len(line.split()) >= _SHORTEST_LINE and not _PROSE.search(line)
    }
    beside: Counter[tuple[str, str]] = Counter()
    for lines in split:
        both_ways = chain(pairwise(lines), pairwise(reversed(lines)))
        beside.update((line, other) for line, other in both_ways if line in found)
    attached = {
        other
        for (line, other), n in beside.items()
        if n >= _ATTACHED * counted[line]
        or (counted[other] >= fewest and n >= _ATTACHED * counted[other])
    }
    return frozenset(found | attached)


def _shared(ends: list[Words], shortest: int, fewest: int) -> frozenset[Words]:
    """The longest beginnings that at least ``fewest`` of ``ends`` share."""
    groups: dict[Words, list[Words]] = defaultdict(list)
    for end in ends:
        if len(end) >= shortest:
            groups[end[:shortest]].append(end)
    return frozenset(
        _grown(start, group, fewest) for start, group in groups.items() if len(group) >= fewest
    )


def _grown(start: Words, group: list[Words], fewest: int) -> Words:
    while True:
        size = len(start)
        following = Counter(end[size] for end in group if len(end) > size)
        word, count = following.most_common(1)[0] if following else ("", 0)
        if count < max(fewest, _STAYS_TOGETHER * len(group)):
            return start
        start = (*start, word)
        group = [end for end in group if end[: size + 1] == start]


def strip(text: str, furniture: Furniture) -> tuple[str, list[str]]:
    """``text`` without the furniture of its source, and the pieces that went."""
    if not furniture:
        return text, []
    start, end, closed = _inside(text, furniture)
    if start == end:
        return ("", [text]) if text else (text, [])
    if closed:
        end = start + _before_teaser(text[start:end], furniture)
    kept: list[str] = []
    removed = [text[:start].strip(), text[end:].strip()]
    at = start
    for first, last in sentence_spans(text[start:end]) if furniture.lines else []:
        if text[start + first : start + last] in furniture.lines:
            kept.append(text[at : start + first])
            removed.append(text[start + first : start + last])
            at = start + last
    kept.append(text[at:end])
    return "".join(kept).strip(), [piece for piece in removed if piece]


def _inside(text: str, furniture: Furniture) -> tuple[int, int, bool]:
    """Where ``text`` begins behind its opening and ends in front of its closing, if it has one."""
    words = list(_WORD.finditer(text))
    spelled = tuple(match.group() for match in words)
    opening = max((len(w) for w in furniture.openings if spelled[: len(w)] == w), default=0)
    closing = max((len(w) for w in furniture.closings if spelled[-len(w) :] == w), default=0)
    if opening + closing >= len(words):
        return 0, 0, False
    return words[opening].start(), words[len(words) - closing - 1].end(), closing > 0


def _before_teaser(text: str, furniture: Furniture) -> int:
    """Where the sentences end that are no teaser; one sentence is left in any case."""
    spans = sentence_spans(text)
    kept = len(spans)
    for place in range(max(1, kept - _TEASER - 1), kept):
        if text[slice(*spans[place])] in furniture.last:
            return spans[place - 1][1]
    while kept > 1 and len(spans) - kept < _TEASER:
        sentence = text[slice(*spans[kept - 1])]
        cut_short = kept == len(spans) and _CUT_SHORT.fullmatch(sentence)
        if sentence not in furniture.teasers and not cut_short:
            break
        kept -= 1
    return spans[kept - 1][1] if spans else len(text)
