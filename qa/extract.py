"""Hits to an answer made of verbatim sentences: no language model, nothing invented."""

from __future__ import annotations

from datetime import date

from index.features import Asked
from index.types import Article, Filters, Hit, SearchResult
from qa.abstain import confidence
from qa.context import widened
from qa.evidence import NAMES, Evidence, best, gather
from qa.model import fitted
from qa.short import short_answer
from qa.types import Answer, Citation, Claim, Outcome

MOST_CLAIMS = 4
NEAREST = 3
# A further sentence is shown when it scores at most this much below the best one.
_NEAR_ENOUGH = 2.5


def extract(question: str, asked: Asked, result: SearchResult) -> Answer:
    """At most four sentences, best first, each citing where it stands; or an abstention.

    A sentence that leans on the one in front of it is quoted together with it.
    """
    understood = result.understood if result.understood != result.question else None
    if not result.hits:
        notice = nothing_passes(result.excluding) if result.excluding else None
        return Answer(question, Outcome.NO_MATCH, understood=understood, notice=notice)
    ranked = best(gather(result.understood, asked, result.hits), _score)
    if not ranked:
        return _abstention(question, result, understood, 0.0)
    sure = confidence(asked, result, ranked[0])
    if sure < fitted().threshold:
        return _abstention(question, result, understood, sure)
    chosen = _chosen(ranked)
    return Answer(
        question=question,
        outcome=Outcome.ANSWERED,
        claims=_claims(chosen),
        short=short_answer(result.understood, chosen[0].text, chosen[0].article.published),
        hits=result.hits,
        nearest=_nearest(result.hits),
        understood=understood,
        confidence=sure,
    )


def nothing_passes(filters: Filters) -> str:
    """What the reader is told when no article passes ``filters``."""
    parts = []
    if filters.since:
        parts.append(f"đăng từ {_day(filters.since)}")
    if filters.until:
        parts.append(f"đăng đến {_day(filters.until)}")
    if filters.sources:
        parts.append(f"của {', '.join(filters.sources)}")
    if filters.authors:
        parts.append(f"do {', '.join(filters.authors)} viết")
    if filters.articles:
        parts.append(f"có mã {', '.join(filters.articles)}")
    return f"Không có bài nào {', '.join(parts)}."


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def _score(evidence: Evidence) -> float:
    return fitted().sentence.score(NAMES, evidence.features)


def _chosen(ranked: list[Evidence]) -> list[Evidence]:
    """The best sentence and those close behind it, without saying anything twice."""
    floor = _score(ranked[0]) - _NEAR_ENOUGH
    chosen: list[Evidence] = []
    for evidence in ranked:
        if len(chosen) == MOST_CLAIMS or _score(evidence) < floor:
            break
        if evidence.text not in {one.text for one in chosen}:
            chosen.append(evidence)
    return chosen


def _claims(chosen: list[Evidence]) -> tuple[Claim, ...]:
    numbers: dict[str, int] = {}
    claims = []
    for evidence in chosen:
        number = numbers.setdefault(evidence.article.id, len(numbers) + 1)
        start, end = widened(evidence.article, evidence.start, evidence.end)
        quote = Citation(number, evidence.article, start, end, evidence.article.text[start:end])
        claims.append(Claim(quote.quote, (quote,), supported=True))
    return tuple(claims)


def _nearest(hits: tuple[Hit, ...]) -> tuple[Article, ...]:
    return tuple(hit.article for hit in hits[:NEAREST])


def _abstention(question: str, result: SearchResult, understood: str | None, sure: float) -> Answer:
    return Answer(
        question=question,
        outcome=Outcome.ABSTAINED,
        hits=result.hits,
        nearest=_nearest(result.hits),
        understood=understood,
        confidence=sure,
    )
