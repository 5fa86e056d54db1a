"""What a server says of its archive before anything is asked: the newest, how much, what to try."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.library import listing, overview
from app.suggest import examples
from index.bylines import people
from index.text.syllables import fold
from index.types import Article

if TYPE_CHECKING:
    from app.live import Archive

NEWEST = 6
MOST_AUTHORS, SHORTEST_NAME = 1_000, 4


@dataclass(frozen=True, slots=True)
class Front:
    """``sources`` are the newspapers, largest first, ``authors`` people by their names;
    ``examples`` questions that are answered.
    """

    articles: int = 0
    newest: tuple[Article, ...] = ()
    sources: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


def front_of(archive: Archive) -> Front:
    """Reads the newest articles and asks a few questions, so it takes about a second."""
    snapshot = archive.snapshot
    counted = overview(snapshot)
    return Front(
        articles=counted.articles,
        newest=listing(snapshot).articles[:NEWEST],
        sources=tuple(name for name, _ in counted.sources),
        authors=_people(snapshot.authors),
        examples=examples(archive),
    )


def _people(bylines: Iterable[str]) -> tuple[str, ...]:
    """Everyone that a byline names, once, as a dictionary orders them; no initials."""
    named = (name for byline in bylines for name in people(byline))
    everyone = {name for name in named if len(name) >= SHORTEST_NAME}
    return tuple(sorted(everyone, key=lambda name: (fold(name).lower(), name))[:MOST_AUTHORS])
