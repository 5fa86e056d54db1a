"""When not to answer: a probability from many weak signs that the found sentence answers.

A cosine alone hardly tells a near miss from an answer, so the question's own words count: which of
them the article lacks, how rare the rarest of those is, whether its numbers and its year are there,
and whether the sentence holds the kind of thing that was asked for. A question in another language
shares only names and numbers with the article, and only those are held against it.
"""

from __future__ import annotations

import re

from index.features import Asked, coverage
from index.text.accents import is_foreign
from index.text.syllables import fold, syllables
from index.types import SearchResult
from qa.evidence import NAMES as SENTENCE_NAMES
from qa.evidence import Evidence
from qa.model import fitted, probability

NAMES = (
    "cosine",
    "coverage",
    "article_coverage",
    "missing",
    "digits",
    "answer_type",
    "year",
    "score",
    "lead",
    "foreign",
    "unmet",
)
_TRANSFERS = re.compile(r"\d|^[^\W\d_a-z]")


def signs(asked: Asked, result: SearchResult, best: Evidence) -> tuple[float, ...]:
    """The numbers named by ``NAMES`` for the sentence that would be answered with."""
    foreign = is_foreign(result.understood)
    known = _transferable(asked, result.understood) if foreign else asked
    article = best.article
    written = frozenset(syllables(fold(f"{article.title} {article.text}")))
    sentence = frozenset(syllables(fold(best.text)))
    named = dict(zip(SENTENCE_NAMES, best.features, strict=True))
    missing = [weight for word, weight in known.words.items() if word not in written]
    heaviest = max(asked.words.values(), default=1.0) or 1.0
    digits = [word in written for word in known.digits]
    hits = result.hits
    return (
        best.cosine,
        coverage(known, sentence) if known.words else 0.7,
        coverage(known, written) if known.words else 0.9,
        max(missing, default=0.0) / heaviest,
        sum(digits) / len(digits) if digits else 1.0,
        named["answer_type"],
        named["year"],
        hits[0].score,
        hits[0].score - hits[1].score if len(hits) > 1 else 1.0,
        float(foreign),
        float(result.unmet is not None),
    )


def confidence(asked: Asked, result: SearchResult, best: Evidence) -> float:
    """The probability, 0 to 1, that ``best`` answers the question."""
    return probability(fitted().doubt.score(NAMES, signs(asked, result, best)))


def _transferable(asked: Asked, question: str) -> Asked:
    """``asked`` reduced to the names and numbers that a translation keeps."""
    tokens = question.split()
    kept = {
        unit
        for place, token in enumerate(tokens)
        if place and _TRANSFERS.search(token)
        for unit in syllables(fold(token))
    }
    words = {word: weight for word, weight in asked.words.items() if word in kept}
    return Asked(
        words=words,
        pairs={},
        accented=asked.accented,
        accented_pairs=asked.accented_pairs,
        digits=asked.digits,
        spoken=asked.spoken,
        kind=asked.kind,
        word_weight=sum(words.values()) or 1.0,
        pair_weight=1.0,
    )
