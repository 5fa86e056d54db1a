"""The sentences that may answer a question, each with what speaks for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from index.features import Asked, coverage, pair_coverage
from index.text.aliases import known_as
from index.text.mentions import is_measure, measures, numbers
from index.text.places import province_of
from index.text.questions import Kind
from index.text.syllables import folded_syllables
from index.text.wanted import Span, Wanted, values
from index.types import Article, Hit
from qa.model import fitted

_YEAR = re.compile(r"\b(?:1[5-9]\d\d|20\d\d)\b")
_ARTICLES, _SENTENCES = 5, 12
# Characters on either side of a value that speak of it.
_BESIDE = 60
# A number is told from other words more surely than a person, and a person than a place.
_SIGNS = (
    {Kind.HOW_MANY},
    {Kind.WHEN},
    {Kind.WHO, Kind.WHERE, Kind.ORGANISATION, Kind.DOCUMENT},
    {Kind.WHY},
)

NAMES = (
    "cosine",
    "coverage",
    "pair_coverage",
    "context_coverage",
    "telling",
    "quantity",
    "time",
    "name",
    "reason",
    "beside",
    "measured",
    "year",
    "hit",
    "rank",
    "heading",
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of an article; ``features`` are named by ``NAMES``."""

    article: Article
    start: int
    end: int
    rank: int
    cosine: float
    features: tuple[float, ...]

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def score(self) -> float:
        """How well it answers, by the fitted weights; higher is better, within one question."""
        return fitted().sentence.score(NAMES, self.features)


def written_units(article: Article) -> list[str]:
    """The folded syllables of all that ``article`` says, and of who wrote and printed it where."""
    byline = (article.source, article.author, province_of(article.source))
    return known_as(" ".join((article.title, *filter(None, byline), article.text)))


def gather(question: str, asked: Asked, hits: tuple[Hit, ...]) -> list[Evidence]:
    """The nearest sentences of the first articles, in no order."""
    years = set(_YEAR.findall(question))
    top = hits[0].score if hits else 0.0
    return [
        evidence
        for rank, hit in enumerate(hits[:_ARTICLES])
        for evidence in _of_hit(asked, hit, rank, hit.score - top, years)
    ]


def _of_hit(asked: Asked, hit: Hit, rank: int, behind: float, years: set[str]) -> list[Evidence]:
    text, measure = hit.article.text, asked.wanted.measure
    heard = _years_in_effect(hit)
    answering = (
        i for i, one in enumerate(hit.sentences) if not _only_asks(text[one.start : one.end])
    )
    said = [known_as(text[one.start : one.end]) for one in hit.sentences]
    words = [frozenset(units) for units in said]
    # What a translation shares with an article are names and numbers: what the article is about.
    apart = {} if asked.foreign else _apart(asked, words)
    known = frozenset(known_as(f"{hit.article.title} {province_of(hit.article.source) or ''}"))
    near = sorted(answering, key=lambda i: -hit.sentences[i].score)[:_SENTENCES]
    out = []
    for i in near:
        one = hit.sentences[i]
        sentence = text[one.start : one.end]
        context = words[i] | words[max(0, i - 1)] | known
        held = values(sentence, asked.wanted)
        out.append(
            Evidence(
                article=hit.article,
                start=one.start,
                end=one.end,
                rank=rank,
                cosine=one.score,
                features=(
                    one.score,
                    coverage(asked, words[i]),
                    pair_coverage(asked, frozenset(pairwise(said[i]))),
                    coverage(asked, context),
                    sum(weight for word, weight in apart.items() if word in words[i]),
                    *_held(asked.wanted, sentence, held),
                    _beside(asked, sentence, held),
                    _sign(measures(sentence, measure)) if measure else 0.0,
                    _year_match(years, heard[i]),
                    behind,
                    float(rank),
                    float(_is_heading(sentence)),
                ),
            )
        )
    return out


def _apart(asked: Asked, sentences: list[frozenset[str]]) -> dict[str, float]:
    """How well each word of the question tells one of ``sentences`` from the others; sum 1.

    What an article is about stands in all of its sentences, and chooses none of them.
    """
    count = len(sentences)
    held = {word: sum(word in one for one in sentences) for word in asked.words}
    weights = {
        word: asked.words[word] * (1 - times / count) for word, times in held.items() if times
    }
    whole = sum(weights.values()) or 1.0
    return {word: weight / whole for word, weight in weights.items()}


def _held(want: Wanted, sentence: str, held: list[Span] | None) -> tuple[float, ...]:
    """Whether what is wanted is there (1) or not (-1), one number for each of ``_SIGNS``.

    0 where that cannot be told: what is counted may be called by another word.
    """
    if held is None or (not held and want.unit and not is_measure(want.unit) and numbers(sentence)):
        return (0.0,) * len(_SIGNS)
    return tuple(_sign(bool(held)) if want.kind in kinds else 0.0 for kinds in _SIGNS)


def _beside(asked: Asked, sentence: str, held: list[Span] | None) -> float:
    """The share of the question's weight that stands around one thing that is wanted, 0 to 1."""
    around = (
        frozenset(folded_syllables(sentence[max(0, start - _BESIDE) : end + _BESIDE]))
        for start, end in held or ()
    )
    return max((coverage(asked, words) for words in around), default=0.0)


def _sign(holds: bool) -> float:
    return 1.0 if holds else -1.0


def _years_in_effect(hit: Hit) -> list[set[str]]:
    """For every sentence the years it speaks of: its own, else the last that were named before."""
    published = hit.article.published
    current = {str(published.year)} if published else set()
    heard = []
    for one in hit.sentences:
        own = set(_YEAR.findall(hit.article.text[one.start : one.end]))
        current = own or current
        heard.append(current)
    return heard


def _year_match(asked: set[str], heard: set[str]) -> float:
    if not asked or not heard:
        return 0.0
    return 1.0 if asked & heard else -1.0


def _is_heading(sentence: str) -> bool:
    return len(sentence.split()) < 12 and not sentence.endswith((".", "!", "…", "”", '"'))


def _only_asks(sentence: str) -> bool:
    """A sentence that repeats the question is nearest to it, and answers nothing."""
    return sentence.rstrip("\"'”’»)").endswith("?")
