"""A question with an answer -> a near question without one.

One thing is changed for another of its kind: a year, a number, a name, or a word for its opposite.
What was asked about stays, so that everything is found that answers the question as it was; only
that it is not this year, this person or the smallest any more.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from eval.types import Question
from index.text.mentions import names
from index.text.syllables import folded_syllables
from qa.polarity import OPPOSITE, OPPOSITES

_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_NUMBER = re.compile(r"(?<![\d.,/-])\d+(?:[.,]\d+)*(?![\d/-])")


def near_misses(
    questions: Sequence[Question], texts: Mapping[str, str], seed: int
) -> Iterator[Question]:
    """Each of ``questions`` that has something to change, with one thing changed, unanswerable.

    Names come from the other questions, a year from the gold article (``texts``, by id) if it names
    another: then the article holds every word of the question, and only not of one thing. The gold
    stays: it is what is nearly asked for.
    """
    chance = random.Random(seed)
    known = [name for question in questions for name in _names(question.text)]
    for question in questions:
        changed = list(
            changes(question.text, texts.get(question.gold[0].article_id, ""), known, chance)
        )
        if changed:
            yield replace(question, text=chance.choice(changed), answers=(), answerable=False)


def changes(text: str, article: str, known: Sequence[str], chance: random.Random) -> Iterator[str]:
    """``text`` with one thing changed, for each thing that can be; see ``near_misses``."""
    others = sorted(set(_YEAR.findall(article)) - set(_YEAR.findall(text)))
    for match in _YEAR.finditer(text):
        year = (
            chance.choice(others) if others else str(int(match[0]) + chance.choice([-2, -1, 1, 2]))
        )
        yield _with(text, match.span(), year)
    for match in _NUMBER.finditer(text):
        if not _YEAR.fullmatch(match[0]):
            digits = "".join(str((int(c) + 1) % 10 or 1) if c.isdigit() else c for c in match[0])
            yield _with(text, match.span(), digits)
    held = frozenset(folded_syllables(text))
    for name in _names(text):
        instead = [
            one
            for one in chance.sample(known, min(50, len(known)))
            if len(one.split()) == len(name.split()) and held.isdisjoint(folded_syllables(one))
        ]
        if instead:
            yield text.replace(name, instead[0], 1)
    for match in OPPOSITE.finditer(text):
        yield _with(text, match.span(), OPPOSITES[match[0]])


def _names(text: str) -> list[str]:
    """Names of two words and more; one word may only begin the sentence."""
    return [name for name in names(text) if " " in name]


def _with(text: str, span: tuple[int, int], new: str) -> str:
    return text[: span[0]] + new + text[span[1] :]
