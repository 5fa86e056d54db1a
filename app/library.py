"""The articles of an index as people browse them: one, a page of many, and the whole in figures."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from index.types import Article

if TYPE_CHECKING:
    from index.storage.snapshot import Snapshot

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


def overview(snapshot: Snapshot) -> Overview:
    alive = np.flatnonzero(snapshot.alive)
    days = [date.fromordinal(int(day)) for day in snapshot.published[alive] if day > 0]
    sources = Counter(snapshot.sources[int(code)] for code in snapshot.source[alive])
    unnamed = sources.pop("", 0)
    months = Counter(day.strftime("%Y-%m") for day in days)
    return Overview(
        articles=len(alive),
        stories=len(np.unique(snapshot.story[alive])),
        passages=int(np.count_nonzero(snapshot.alive[snapshot.chunk_article])),
        generation=snapshot.generation,
        model=snapshot.spec.name,
        oldest=min(days, default=None),
        newest=max(days, default=None),
        undated=len(alive) - len(days),
        unnamed=unnamed,
        sources=tuple(sorted(sources.items(), key=lambda item: (-item[1], item[0]))),
        months=tuple(sorted(months.items())),
    )


def source_names(snapshot: Snapshot) -> tuple[str, ...]:
    """The sources that have an article, the largest first."""
    return tuple(name for name, _ in overview(snapshot).sources)


def listing(
    snapshot: Snapshot, *, source: str | None = None, month: str | None = None, page: int = 1
) -> Listing:
    """``month`` is YYYY-MM; a page beyond the last is the last."""
    fitting = snapshot.alive.copy()
    days = np.asarray(snapshot.published, np.int64)
    if source is not None:
        codes = [code for code, name in enumerate(snapshot.sources) if name == source]
        fitting &= np.isin(snapshot.source, codes)
    if month is not None:
        first, after = _month(month)
        fitting &= (days >= first) & (days < after)
    rows = np.flatnonzero(fitting)
    rows = rows[np.argsort(-days[rows], kind="stable")]
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(page, 1), pages)
    shown = rows[(page - 1) * PAGE : page * PAGE]
    return Listing(tuple(snapshot.article(int(row)) for row in shown), len(rows), page)


def find(snapshot: Snapshot, article_id: str) -> Article | None:
    row = snapshot.find(article_id)
    return None if row is None else snapshot.article(row)


def quoted(
    snapshot: Snapshot, article_id: str, start: int, end: int, mark: str
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


def _month(text: str) -> tuple[int, int]:
    """The ordinals of the first day of a month and of the month after; nothing fits a bad one."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return 1, 1
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first.toordinal(), after.toordinal()
