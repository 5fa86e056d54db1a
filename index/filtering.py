"""Filters in words, and which of them is to blame when no article passes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from itertools import combinations

from index.backend import Reader
from index.bylines import shared
from index.types import Filters


def excluding(view: Reader, filters: Filters) -> Filters:
    """The smallest part of ``filters`` that no article passes; none of them for an empty index.

    Days from … to … are one filter. Of several that exclude everything only together, all are
    named.
    """
    if not view.allowed(Filters()).any():
        return Filters()
    parts = list(_parts(filters))
    for size in range(1, len(parts) + 1):
        for some in combinations(parts, size):
            together = reduce(_both, some)
            if not view.allowed(together).any():
                return together
    return Filters()


def passable(view: Reader, read: Filters, given: Filters) -> tuple[Filters, Filters]:
    """``read`` without those of its parts that no article passes, and these parts.

    Only what ``read`` adds to ``given`` may go; when what was given excludes everything, all of it
    stays.
    """
    unmet, kept = Filters(), read
    while kept != given and not view.allowed(kept).any():
        part = excluding(view, kept)
        fewer = _without(kept, part, given)
        if fewer == kept:
            return given, Filters()
        unmet, kept = _both(unmet, part), fewer
    return kept, unmet


def added(filters: Filters, given: Filters) -> Filters:
    """What ``filters`` limit beside what was ``given``: what was read out of the question."""
    return Filters(
        since=filters.since if filters.since != given.since else None,
        until=filters.until if filters.until != given.until else None,
        sources=() if given.sources else filters.sources,
        authors=() if given.authors else filters.authors,
        articles=() if given.articles else filters.articles,
    )


def _without(filters: Filters, part: Filters, given: Filters) -> Filters:
    """``filters`` in which ``part`` is again what was ``given``."""
    days = part.since or part.until
    return Filters(
        since=given.since if days else filters.since,
        until=given.until if days else filters.until,
        sources=given.sources if part.sources else filters.sources,
        authors=given.authors if part.authors else filters.authors,
        articles=given.articles if part.articles else filters.articles,
    )


def _parts(filters: Filters) -> Iterator[Filters]:
    parts = (
        Filters(since=filters.since, until=filters.until),
        Filters(sources=filters.sources),
        Filters(authors=filters.authors),
        Filters(articles=filters.articles),
    )
    return filter(None, parts)


def _both(one: Filters, other: Filters) -> Filters:
    """Two parts of one set of filters."""
    return Filters(
        since=one.since or other.since,
        until=one.until or other.until,
        sources=one.sources or other.sources,
        authors=one.authors or other.authors,
        articles=one.articles or other.articles,
    )


def described(filters: Filters) -> str:
    """``filters`` in words, for a message."""
    parts = []
    if filters.since or filters.until:
        parts.append(f"published {filters.since or '…'} to {filters.until or '…'}")
    authors = shared(filters.authors)
    lists = {"source": filters.sources, "author": authors, "article": filters.articles}
    parts += [f"{name} {', '.join(values)}" for name, values in lists.items() if values]
    return "; ".join(parts)
