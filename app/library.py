"""The articles of an index as people browse them: one, a page of many, and the whole in figures."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from index.types import Article, Filters

if TYPE_CHECKING:
    from index.backend import Reader

PAGE = 30


@dataclass(frozen=True, slots=True)
class Overview:
    """``sources`` and ``months`` (YYYY-MM) with their number of articles, largest or oldest first.

    ``stories`` counts articles with the same text once; ``unnamed`` have no source.
    """

    articles: int
    stories: int
    passages: int
    generation: int
    model: str
    oldest: date | None
    newest: date | None
    undated: int
    unnamed: int
    sources: tuple[tuple[str, int], ...]
    months: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of articles, newest first; ``total`` counts all that fit."""

    articles: tuple[Article, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def overview(snapshot: Reader) -> Overview:
    catalog = snapshot.catalog()
    days = [date.fromordinal(day) for day in catalog.published.tolist() if day > 0]
    sources = Counter(catalog.sources)
    unnamed = sources.pop("", 0)
    months = Counter(day.strftime("%Y-%m") for day in days)
    return Overview(
        articles=len(catalog.rows),
        stories=len(np.unique(catalog.story)),
        passages=snapshot.documents,
        generation=snapshot.generation,
        model=snapshot.spec.name,
        oldest=min(days, default=None),
        newest=max(days, default=None),
        undated=len(catalog.rows) - len(days),
        unnamed=unnamed,
        sources=tuple(sorted(sources.items(), key=lambda item: (-item[1], item[0]))),
        months=tuple(sorted(months.items())),
    )


def listing(
    snapshot: Reader, *, source: str | None = None, month: str | None = None, page: int = 1
) -> Listing:
    """``month`` is YYYY-MM or a whole year, YYYY; a page beyond the last is the last."""
    first, last = (None, None) if month is None else _month(month)
    sources = () if source is None else (source,)
    catalog = snapshot.catalog(Filters(since=first, until=last, sources=sources))
    rows = catalog.rows[np.argsort(-catalog.published, kind="stable")]
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(page, 1), pages)
    shown = rows[(page - 1) * PAGE : page * PAGE]
    return Listing(tuple(snapshot.article(int(row)) for row in shown), len(rows), page)


def find(snapshot: Reader, article_id: str) -> Article | None:
    row = snapshot.find(article_id)
    return None if row is None else snapshot.article(row)


def quoted(
    snapshot: Reader, article_id: str, start: int, end: int, mark: str
) -> tuple[Article, bool] | None:
    """The version of an article in which ``start`` and ``end`` hold the quote with this mark.

    With it goes whether that is an earlier version. None when no version holds the quote there.
    """
    current = find(snapshot, article_id)
    versions = [current] if current else []
    versions += reversed(snapshot.replaced(article_id))
    for article in versions:
        if quote_mark(article.text[start:end]) == mark:
            return article, article is not current
    return None


def quote_mark(quote: str) -> str:
    """A short digest that tells whether offsets still hold the words that were cited."""
    return hashlib.sha256(quote.encode("utf-8", "replace")).hexdigest()[:12]


def _month(text: str) -> tuple[date, date]:
    """The first and the last day of a month or year; nothing is from a bad one."""
    try:
        year, month = (int(part) for part in f"{text}-0".split("-")[:2])
        first = date(year, month or 1, 1)
        after = date(year + month // 12, month % 12 + 1, 1) if month else date(year + 1, 1, 1)
    except ValueError:
        return date.max, date.min
    return first, after - timedelta(days=1)
