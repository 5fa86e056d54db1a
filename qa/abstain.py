"""When not to answer: a probability from many weak signs that the found sentence answers.

A cosine alone hardly tells a near miss from an answer, so the question's own words count: which of
them the article lacks, how rare the rarest of those is, whether its numbers and its year are there,
and whether the sentence holds the kind of thing that was asked for. A question in another language
shares only names and numbers with the article, and only those are held against it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from index.features import Asked, coverage
from index.text.accents import is_foreign
from index.text.aliases import known_as
from index.text.mentions import names
from index.text.places import province_of
from index.text.syllables import folded_syllables
from index.types import SearchResult
from qa.evidence import NAMES as SENTENCE_NAMES
from qa.evidence import Evidence, written_units
from qa.model import fitted, probability

NAMES = (
    "cosine",
    "coverage",
    "article_coverage",
    "missing",
    "missing_near",
    "pair_coverage",
    "context_coverage",
    "length",
    "names",
    "digits",
    "quantity",
    "time",
    "name",
    "reason",
    "beside",
    "lacks",
    "year",
    "lead",
    "foreign",
    "unmet",
)
# A small corpus has no close second; more lead than this says no more.
_CLEAR_LEAD = 3.0
# Where a sentence's features tell whether it has the look of what is wanted.
_LOOKS = [SENTENCE_NAMES.index(name) for name in ("quantity", "time", "name")]
# What a question in another language gets for the words that it cannot share with the articles.
_USUAL_COVERAGE, _USUAL_ARTICLE_COVERAGE = 0.6, 0.8
_USUAL_PAIRS, _USUAL_CONTEXT, _USUAL_BESIDE = 0.3, 0.7, 0.4


def signs(asked: Asked, result: SearchResult, ranked: Sequence[Evidence]) -> tuple[float, ...]:
    """The numbers named by ``NAMES`` for the sentence that would be answered with, the first of
    ``ranked``."""
    best = ranked[0]
    foreign = asked.foreign
    article = best.article
    province = province_of(article.source) or ""
    units = written_units(article)
    written, together = frozenset(units), frozenset(pairwise(units))
    sentence = frozenset(known_as(best.text))
    named = dict(zip(SENTENCE_NAMES, best.features, strict=True))
    near = frozenset(known_as(f"{_around(result, best)} {article.title} {province}"))
    digits = [word in written for word in asked.digits]
    together_named = [pair in together for pair in _named_pairs(result.understood)]
    hits = result.hits
    return (
        best.cosine,
        _USUAL_COVERAGE if foreign else coverage(asked, sentence),
        _USUAL_ARTICLE_COVERAGE if foreign else coverage(asked, written),
        0.0 if foreign else _rarest_missing(asked, written),
        0.0 if foreign else _rarest_missing(asked, near),
        _USUAL_PAIRS if foreign else named["pair_coverage"],
        _USUAL_CONTEXT if foreign else named["context_coverage"],
        math.log1p(len(asked.words)),
        _share(together_named),
        _share(digits),
        named["quantity"],
        named["time"],
        named["name"],
        named["reason"],
        _USUAL_BESIDE if foreign and named["beside"] else named["beside"],
        float(asked.wanted.is_sure and not _holds_it(ranked)),
        named["year"],
        min(_CLEAR_LEAD, hits[0].score - hits[1].score) if len(hits) > 1 else _CLEAR_LEAD,
        float(foreign),
        float(result.unmet is not None),
    )


def _holds_it(ranked: Sequence[Evidence]) -> bool:
    """Whether a near sentence of the best one's article holds what is wanted."""
    own = (one for one in ranked if one.article.id == ranked[0].article.id)
    return any(one.features[place] > 0 for one in own for place in _LOOKS)


def _rarest_missing(asked: Asked, held: frozenset[str]) -> float:
    """How rare the rarest word of the question is that ``held`` lacks; 1 for its rarest of all."""
    heaviest = max(asked.words.values(), default=1.0) or 1.0
    missing = (weight for word, weight in asked.words.items() if word not in held)
    return max(missing, default=0.0) / heaviest


def _around(result: SearchResult, best: Evidence) -> str:
    """The sentence that would be answered with, between its neighbours."""
    spans = result.hits[best.rank].sentences
    place = next(i for i, one in enumerate(spans) if one.start == best.start)
    return best.article.text[spans[max(0, place - 1)].start : spans[: place + 2][-1].end]


def _share(found: list[bool]) -> float:
    return sum(found) / len(found) if found else 1.0


def _named_pairs(question: str) -> list[tuple[str, str]]:
    """Neighbours in names of Vietnamese syllables: what an article about them writes as well."""
    return [
        pair
        for name in names(question)
        for pair in pairwise(folded_syllables(name))
        if not any(is_foreign(unit) for unit in pair)
    ]


def confidence(asked: Asked, result: SearchResult, ranked: Sequence[Evidence]) -> float:
    """The probability, 0 to 1, that the first of ``ranked`` answers the question."""
    return probability(fitted().doubt.score(NAMES, signs(asked, result, ranked)))
