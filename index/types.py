"""The values that cross a boundary between layers: frozen, slotted, never dicts.

Offsets are character offsets into ``Article.text``; ``start`` is inclusive and ``end`` exclusive,
as Python slices are. Scores are higher-is-better everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Article:
    """One article after cleaning.

    ``id`` is its url, or else its path relative to the indexed folder, and stays the same when the
    text changes. ``digest`` is the hex sha256 of title and text: content, not identity.
    ``published`` is the day of publication, never of the crawl; ``None`` means that the article
    does not say.
    """

    id: str
    title: str
    text: str
    url: str | None = None
    source: str | None = None
    author: str | None = None
    published: date | None = None
    path: str | None = None
    digest: str = ""


def digest_of(title: str, text: str) -> str:
    """The ``digest`` of an article."""
    return sha256(f"{title}\n{text}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A span of an article that one vector stands for."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of whole sentences: ``text == article.text[start:end]``, always."""

    article_id: str
    start: int
    end: int
    text: str
    sentences: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is limited to; every field that is set must hold.

    ``since`` and ``until`` are inclusive days; an undated article fails both. ``sources``,
    ``authors`` (whole bylines) and ``articles`` hold exact names and ids; empty means any.
    """

    since: date | None = None
    until: date | None = None
    sources: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Filters()


@dataclass(frozen=True, slots=True)
class Reading:
    """How a question is taken.

    ``as_of`` is the day that it is asked on, today if None: with a day nothing published later is
    found, and "hôm qua" is the day before it. ``as_typed`` puts no accents back and completes
    nothing out of earlier turns. ``filters``: days, newspapers and authors that the question names
    limit the search.
    """

    as_of: date | None = None
    as_typed: bool = False
    filters: bool = True


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A sentence of a hit and its cosine to the question."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Why:
    """The parts of a hit's score.

    ``dense`` is the cosine of the chunk's best sentence, ``lexical`` its BM25 score (0 when no term
    matched), ``fused`` what the hit is ranked by. ``terms`` are the question's terms that the chunk
    holds, ``features`` every input of the ranking by name.
    """

    dense: float
    lexical: float
    fused: float
    terms: tuple[str, ...] = ()
    features: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was found. ``sentences`` are its sentences in reading order.

    ``also`` are the other articles that tell the same story, folded under this one.
    """

    article: Article
    chunk: Chunk
    score: float
    why: Why
    sentences: tuple[ScoredSentence, ...] = ()
    also: tuple[Article, ...] = ()

    @property
    def newspapers(self) -> tuple[str, ...]:
        """The sources that tell the story, that of the best article first."""
        told = (article.source for article in (self.article, *self.also))
        return tuple(dict.fromkeys(source for source in told if source))


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found and what it took the question to mean.

    ``understood`` is the question that was searched: the typed one unless accents were restored.
    ``filters`` are those given together with those read out of the question. ``unmet`` is
    what the question names and no article passes; it filtered nothing.
    ``excluding`` is the part of ``filters`` that no article passes, when there are no hits for it.
    """

    question: str
    understood: str
    filters: Filters
    hits: tuple[Hit, ...]
    unmet: Filters | None = None
    excluding: Filters = field(default_factory=Filters)
