"""When articles disagree: different figures for the same thing are shown side by side.

Two sentences speak of the same thing when both hold nearly all of what the question asks about and
put a number in front of what it counts. A number that the later article only rounds ("gần 400" for
392) is no conflict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from index.features import Asked, coverage
from index.text.mentions import counts
from index.text.sentences import sentence_spans
from index.text.syllables import folded_syllables
from index.types import Article, Hit
from qa.extract import MOST_CLAIMS
from qa.figures import Figure, figures
from qa.notices import Conflict, Reported
from qa.types import Answer, Citation, Claim

# Of the weight of the question's words, in the sentence and its title together.
_ABOUT_IT = 0.85
_ARTICLES = 8
_ROUNDED = Fraction(5, 100)


@dataclass(frozen=True, slots=True)
class Told:
    """The figure that one article gives, and the sentence that gives it."""

    article: Article
    start: int
    end: int
    figure: Figure

    @property
    def citation(self) -> Citation:
        """Its ``number`` is 0: the answer numbers its citations."""
        return Citation(
            0, self.article, self.start, self.end, self.article.text[self.start : self.end]
        )

    @property
    def said(self) -> str:
        sentence = self.article.text[self.start : self.end]
        return sentence[self.figure.start : self.figure.end].strip()


def conflicting(asked: Asked, hits: Sequence[Hit]) -> tuple[Told, ...]:
    """What the articles say where they differ, newest first, one for each figure; else ().

    Only of questions that count something. The years that the question names must be those of the
    sentences, which are then of the same year.
    """
    if not asked.wanted.unit:
        return ()
    articles = {one.id: one for hit in hits for one in (hit.article, *hit.also)}
    told = [
        one for article in list(articles.values())[:_ARTICLES] if (one := _told(asked, article))
    ]
    told.sort(key=lambda one: one.article.published or date.min, reverse=True)
    different: list[Told] = []
    for one in told:
        if not any(_agree(one.figure, other.figure) for other in different):
            different.append(one)
    return tuple(different) if len(different) > 1 else ()


def _told(asked: Asked, article: Article) -> Told | None:
    """The one sentence of ``article`` about it; None when there is none, or it counts twice."""
    title = frozenset(folded_syllables(article.title))
    found = []
    for start, end in sentence_spans(article.text):
        sentence = article.text[start:end]
        matches = counts(sentence, asked.wanted.unit)
        if len(matches) != 1 or not _stands_behind(asked.wanted.unit, sentence[matches[0].end() :]):
            continue
        words = frozenset(folded_syllables(sentence))
        if coverage(asked, words | title) < _ABOUT_IT or not asked.digits <= words | title:
            continue
        figure = next((f for f in figures(sentence) if f.start <= matches[0].start() < f.end), None)
        if figure is not None:
            found.append(Told(article, start, end, figure))
    values = {one.figure.value for one in found}
    return found[0] if len(values) == 1 else None


def _stands_behind(unit: tuple[str, ...], rest: str) -> bool:
    """Whether all of the unit follows its number: "392 cuộc tiếp xúc", not "392 cuộc họp"."""
    return tuple(folded_syllables(rest[:60])[: len(unit)]) == unit


def _agree(one: Figure, other: Figure) -> bool:
    """Whether both figures may be right: the same, or one rounds the other."""
    if one.value == other.value:
        return True
    if not (one.bound or other.bound):
        return False
    return abs(one.value - other.value) <= _ROUNDED * max(one.value, other.value)


def with_conflict(answer: Answer, told: Sequence[Told]) -> Answer:
    """``answer`` with every figure first, newest first, a notice, and no short answer."""
    claims = [Claim(one.citation.quote, (one.citation,), supported=True) for one in told]
    shown = {claim.text for claim in claims}
    claims += [claim for claim in answer.claims if claim.text not in shown]
    numbers: dict[str, int] = {}
    numbered = [
        replace(
            claim,
            citations=tuple(
                replace(one, number=numbers.setdefault(one.article.id, len(numbers) + 1))
                for one in claim.citations
            ),
        )
        for claim in claims[: max(MOST_CLAIMS, len(told))]
    ]
    return replace(answer, claims=tuple(numbered), short=None, notices=(_notice(told),))


def _notice(told: Sequence[Told]) -> Conflict:
    return Conflict(tuple(Reported(one.said, one.article) for one in told))
