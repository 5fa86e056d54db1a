"""Hits to an answer made of verbatim sentences: no language model, nothing invented."""

from __future__ import annotations

from dataclasses import replace

from index.features import Asked
from index.text.accents import is_foreign
from index.text.questions import Kind, kind_of
from index.types import Article, Hit, SearchResult
from qa.abstain import confidence
from qa.context import lead, widened
from qa.evidence import Evidence, gather
from qa.lacking import why_not
from qa.model import fitted
from qa.notices import NonePasses, Notice, SaysLittle
from qa.short import short_answer
from qa.types import Answer, Citation, Claim, Outcome

MOST_CLAIMS = 4
_PUBLISHED = "Bài “{title}” được đăng ngày {day}."
_PUBLISHED_ENGLISH = "“{title}” was published on {day}."
NEAREST = 3
# A further sentence is shown when it scores at most this much below the best one: as much as it
# takes to show 98 of 100 answers that four sentences would always show (ViQuAD train).
_NEAR_ENOUGH = 3.5
# Closer than this, two sentences stand equally.
_EQUAL = 0.5


def extract(question: str, asked: Asked, result: SearchResult) -> Answer:
    """At most four sentences, best first, each citing where it stands; or an abstention.

    A sentence that leans on the one in front of it is quoted together with it.
    """
    if not result.hits:
        notices = (NonePasses(result.excluding),) if result.excluding else ()
        return Answer(question, Outcome.NO_MATCH, notices=notices)
    if asked.says_little:
        return replace(_abstention(question, result, 0.0, SaysLittle()), nearest=())
    ranked = sorted(gather(result.understood, asked, result.hits), key=lambda one: -one.score)
    if not ranked:
        return _abstention(question, result, 0.0, why_not(asked, result, None))
    sure = confidence(asked, result, ranked)
    if sure < fitted().threshold:
        return _abstention(question, result, sure, why_not(asked, result, ranked[0]))
    chosen = _chosen(ranked)
    return Answer(
        question=question,
        outcome=Outcome.ANSWERED,
        claims=_publication(result.understood, chosen[0].article) or _claims(chosen),
        short=_short(result.understood, chosen),
        hits=result.hits,
        nearest=_nearest(result.hits),
        confidence=sure,
    )


def _short(question: str, chosen: list[Evidence]) -> str | None:
    """The one short answer of the sentences that stand equally with the best; None if two."""
    floor = chosen[0].score - _EQUAL
    found = {
        short
        for one in chosen
        if one.score >= floor and (short := short_answer(question, one.text, one.article.published))
    }
    return found.pop() if len(found) == 1 else None


def _chosen(ranked: list[Evidence]) -> list[Evidence]:
    """The best sentence and those close behind it, without saying anything twice."""
    floor = ranked[0].score - _NEAR_ENOUGH
    chosen: list[Evidence] = []
    for evidence in ranked:
        if len(chosen) == MOST_CLAIMS or evidence.score < floor:
            break
        if evidence.text not in {one.text for one in chosen}:
            chosen.append(evidence)
    return chosen


def _publication(question: str, article: Article) -> tuple[Claim, ...]:
    """The day that an article came out, which none of its sentences says, behind its lead."""
    day = article.published
    spans = lead(article, 1)
    if kind_of(question) is not Kind.PUBLISHED or day is None or not spans:
        return ()
    (start, end), *_ = spans
    said = _PUBLISHED_ENGLISH if is_foreign(question) else _PUBLISHED
    text = said.format(title=article.title, day=f"{day.day}/{day.month}/{day.year}")
    return (Claim(text, (Citation(1, article, start, end, article.text[start:end]),), True),)


def _claims(chosen: list[Evidence]) -> tuple[Claim, ...]:
    """One claim for each of ``chosen``, but for what another one's wider quote holds already."""
    numbers: dict[str, int] = {}
    claims = []
    spans = [(one.article.id, *widened(one.article, one.start, one.end)) for one in chosen]
    for evidence, (article, start, end) in zip(chosen, spans, strict=True):
        if any(
            article == other and first <= start and end <= last and last - first > end - start
            for other, first, last in spans
        ):
            continue
        number = numbers.setdefault(evidence.article.id, len(numbers) + 1)
        quote = Citation(number, evidence.article, start, end, evidence.article.text[start:end])
        claims.append(Claim(quote.quote, (quote,), supported=True))
    return tuple(claims)


def _nearest(hits: tuple[Hit, ...]) -> tuple[Article, ...]:
    return tuple(hit.article for hit in hits[:NEAREST])


def _abstention(question: str, result: SearchResult, sure: float, notice: Notice) -> Answer:
    return Answer(
        question=question,
        outcome=Outcome.ABSTAINED,
        hits=result.hits,
        nearest=_nearest(result.hits),
        notices=(notice,),
        confidence=sure,
    )
