"""What leaves the program as JSON: one shape for the command line, the HTTP API and the page.

Offsets count characters (code points) of the article's cleaned text, not UTF-16 units.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.telling import told, words_of
from app.words import Words
from index.types import Article, Filters, Hit, SearchResult
from qa.types import Answer, Citation, Claim, Outcome


class View(BaseModel):
    """Base of the shapes: frozen, and a key that is not named is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ArticleView(View):
    id: str
    title: str
    source: str | None = None
    author: str | None = None
    published: date | None = None
    url: str | None = None
    path: str | None = None


class FullArticleView(ArticleView):
    text: str


class CitationView(View):
    number: int
    article: ArticleView
    start: int
    end: int
    quote: str


class ClaimView(View):
    text: str
    supported: bool
    citations: tuple[CitationView, ...] = ()


class AnswerView(View):
    question: str
    outcome: Literal["answered", "abstained"]
    short: str | None = None
    claims: tuple[ClaimView, ...] = ()
    nearest: tuple[ArticleView, ...] = ()


class FiltersView(View):
    since: date | None = None
    until: date | None = None
    sources: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()


class ReplyView(AnswerView):
    """An answer and what was searched for it.

    ``understood`` is the question that was searched when that is not what was typed, ``filters``
    hold those read out of it too.
    """

    understood: str | None = None
    notice: str | None = None
    filters: FiltersView = FiltersView()


class WhyView(View):
    dense: float
    lexical: float
    fused: float
    terms: tuple[str, ...] = ()


class HitView(View):
    article: ArticleView
    start: int
    end: int
    text: str
    score: float
    why: WhyView
    also: tuple[ArticleView, ...] = ()


class SearchView(View):
    """``unmet`` is what the question names and no article passes, so that it limits nothing;
    ``excluding`` the part of ``filters`` for which there are no hits.
    """

    question: str
    understood: str
    filters: FiltersView
    unmet: FiltersView | None = None
    excluding: FiltersView = FiltersView()
    hits: tuple[HitView, ...]


def article_view(article: Article) -> ArticleView:
    return ArticleView(
        id=article.id,
        title=article.title,
        source=article.source,
        author=article.author,
        published=article.published,
        url=article.url,
        path=article.path,
    )


def full_article_view(article: Article) -> FullArticleView:
    return FullArticleView(**article_view(article).model_dump(), text=article.text)


def citation_view(citation: Citation) -> CitationView:
    return CitationView(
        number=citation.number,
        article=article_view(citation.article),
        start=citation.start,
        end=citation.end,
        quote=citation.quote,
    )


def claim_view(claim: Claim) -> ClaimView:
    return ClaimView(
        text=claim.text,
        supported=claim.supported,
        citations=tuple(citation_view(citation) for citation in claim.citations),
    )


def answer_view(answer: Answer) -> AnswerView:
    answered = answer.outcome is Outcome.ANSWERED
    return AnswerView(
        question=answer.question,
        outcome="answered" if answered else "abstained",
        short=answer.short,
        claims=tuple(claim_view(claim) for claim in answer.claims),
        nearest=tuple(article_view(article) for article in answer.nearest),
    )


def reply_view(answer: Answer, words: Words | None = None) -> ReplyView:
    """The notice is in ``words``, those of the question's language when none are given."""
    return ReplyView(
        **answer_view(answer).model_dump(),
        understood=answer.understood,
        notice=told(answer.notices, words or words_of(answer)),
        filters=filters_view(answer.filters),
    )


def hit_view(hit: Hit) -> HitView:
    return HitView(
        article=article_view(hit.article),
        start=hit.chunk.start,
        end=hit.chunk.end,
        text=hit.chunk.text,
        score=hit.score,
        why=WhyView(
            dense=hit.why.dense,
            lexical=hit.why.lexical,
            fused=hit.why.fused,
            terms=hit.why.terms,
        ),
        also=tuple(article_view(article) for article in hit.also),
    )


def filters_view(filters: Filters) -> FiltersView:
    return FiltersView(
        since=filters.since,
        until=filters.until,
        sources=filters.sources,
        authors=filters.authors,
        articles=filters.articles,
    )


def search_view(found: SearchResult) -> SearchView:
    return SearchView(
        question=found.question,
        understood=found.understood,
        filters=filters_view(found.filters),
        unmet=filters_view(found.unmet) if found.unmet else None,
        excluding=filters_view(found.excluding),
        hits=tuple(hit_view(hit) for hit in found.hits),
    )


def filters_of(view: FiltersView) -> Filters:
    return Filters(
        since=view.since,
        until=view.until,
        sources=view.sources,
        authors=view.authors,
        articles=view.articles,
    )
