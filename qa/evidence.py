"""The sentences that may answer a question, each with what speaks for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from index.features import Asked, coverage, pair_coverage
from index.text.mentions import counts, holds_answer, measures
from index.text.places import province_of
from index.text.syllables import fold, syllables
from index.types import Article, Hit

_YEAR = re.compile(r"\b(?:1[5-9]\d\d|20\d\d)\b")
_ARTICLES, _SENTENCES = 5, 12

NAMES = (
    "cosine",
    "coverage",
    "pair_coverage",
    "context_coverage",
    "answer_type",
    "counted",
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


def written_units(article: Article) -> list[str]:
    """The folded syllables of all that ``article`` says, and of who wrote and printed it where."""
    byline = (article.source, article.author, province_of(article.source))
    return syllables(fold(" ".join((article.title, *filter(None, byline), article.text))))


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
    text = hit.article.text
    heard = _years_in_effect(hit)
    telling = (
        i for i, one in enumerate(hit.sentences) if not _only_asks(text[one.start : one.end])
    )
    known = f"{hit.article.title} {province_of(hit.article.source) or ''}"
    near = sorted(telling, key=lambda i: -hit.sentences[i].score)[:_SENTENCES]
    out = []
    for i in near:
        one = hit.sentences[i]
        sentence = text[one.start : one.end]
        units = syllables(fold(sentence))
        around = hit.sentences[max(0, i - 1)]
        context = units + syllables(fold(f"{text[around.start : around.end]} {known}"))
        answer = holds_answer(sentence, asked.kind, asked.spoken)
        out.append(
            Evidence(
                article=hit.article,
                start=one.start,
                end=one.end,
                rank=rank,
                cosine=one.score,
                features=(
                    one.score,
                    coverage(asked, frozenset(units)),
                    pair_coverage(asked, frozenset(pairwise(units))),
                    coverage(asked, frozenset(context)),
                    0.0 if answer is None else _sign(answer),
                    _sign(bool(counts(sentence, asked.unit))) if asked.unit else 0.0,
                    _sign(measures(sentence, asked.measure)) if asked.measure else 0.0,
                    _year_match(years, heard[i]),
                    behind,
                    float(rank),
                    float(len(units) < 12 and not sentence.endswith((".", "!", "…", "”", '"'))),
                ),
            )
        )
    return out


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


def _only_asks(sentence: str) -> bool:
    """A sentence that repeats the question is nearest to it, and answers nothing."""
    return sentence.rstrip("\"'”’»)").endswith("?")


def best(evidence: list[Evidence], score: Callable[[Evidence], float]) -> list[Evidence]:
    return sorted(evidence, key=score, reverse=True)
