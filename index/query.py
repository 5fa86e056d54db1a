"""What a question says besides its words: missing accents, a period, a newspaper."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from index.backend import Reader
from index.errors import QuestionRejected
from index.text.accents import restore
from index.text.periods import Period
from index.text.places import with_capitals
from index.text.syllables import fold, syllables
from index.text.unicode import clean
from index.types import Filters

LONGEST_QUESTION = 4_000
# What a chunk of the corpus counts for beside the news at large when accents are restored: the few
# chunks of a small corpus count more.
_LEAST_WORTH, _MOST_WORTH, _EVEN_WORTH = 3.0, 60.0, 3_000.0
_ENDINGS = ("vn", "com", "net", "org", "online", "gov", "edu")
# A name may be as short as VOV behind a cue; alone it has to be longer than any syllable.
_SHORTEST_SOURCE, _PLAIN_SOURCE = 3, 8
_SOURCE_CUES = frozenset((cue,) for cue in ("bao", "theo", "to", "trang", "dai", "nguon", "kenh"))
_AUTHOR_CUES = frozenset(
    tuple(cue.split())
    for cue in ("tac gia", "phong vien", "nha bao", "pv", "bai cua", "viet cua", "bao cua", "by")
)
_BETWEEN_NAMES = re.compile(r"[,;/&–-]|\bvà\b", re.IGNORECASE)


def checked(question: str) -> str:
    """``question`` without controls and needless blanks; QuestionRejected if nothing is left."""
    cleaned = " ".join(clean(question).split())
    if not cleaned:
        raise QuestionRejected("the question is empty: type a few words")
    if len(cleaned) > LONGEST_QUESTION:
        raise QuestionRejected(
            f"the question has {len(cleaned):,} characters: "
            f"shorten it to {LONGEST_QUESTION:,} or fewer"
        )
    return cleaned


def with_accents(question: str, view: Reader) -> str:
    """``question`` with the accents that it lacks, written as this corpus writes them.

    Provinces get their capitals.
    """
    each = min(_MOST_WORTH, max(_LEAST_WORTH, _EVEN_WORTH / max(view.documents, 1)))
    restored = restore(question, lambda term: each * view.document_frequency(term, "accented"))
    return with_capitals(restored.text)


def published_by(filters: Filters, as_of: date | None) -> Filters:
    """``filters`` without what was published after ``as_of``."""
    if as_of and (filters.until is None or filters.until > as_of):
        return replace(filters, until=as_of)
    return filters


def with_period(filters: Filters, period: Period | None) -> Filters:
    """``filters`` narrowed to the news of ``period``; days that were given stay.

    A plain "năm 2019" filters nothing: later articles may tell of it.
    """
    if not (period and period.relative) or filters.since:
        return filters
    until = min(filter(None, (period.until, filters.until)), default=None)
    return replace(filters, since=period.since, until=until)


def with_sources(filters: Filters, question: str, sources: Sequence[str]) -> Filters:
    """``filters`` narrowed to the newspapers that ``question`` names ("theo báo Nghệ An").

    ``Baonghean.vn`` and ``Báo Nghệ An`` are both meant by it. A newspaper often bears the name of
    its province, so the name alone is enough only where it is no Vietnamese word ("VnExpress").
    Sources that were given stay.
    """
    if filters.sources:
        return filters
    units = syllables(fold(question))
    runs = set(_runs_behind(_SOURCE_CUES, units, optional=True))
    runs |= {unit for unit in units if len(unit) >= _PLAIN_SOURCE}
    named = tuple(source for source in sources if _spoken(source) in runs)
    return replace(filters, sources=named) if named else filters


def with_authors(filters: Filters, question: str, authors: Sequence[str]) -> Filters:
    """``filters`` narrowed to the authors that ``question`` names ("bài của Lê An", "by Lê An").

    An author who wrote with others is meant by the name alone. Authors that were given stay.
    """
    if filters.authors:
        return filters
    runs = set(_runs_behind(_AUTHOR_CUES, syllables(fold(question))))
    named = tuple(author for author in authors if runs and not runs.isdisjoint(_people(author)))
    return replace(filters, authors=named) if named else filters


def _runs_behind(
    cues: frozenset[tuple[str, ...]], units: list[str], *, optional: bool = False
) -> Iterator[str]:
    """Runs of up to six syllables right behind a cue, joined; ``optional``: or the cue and those.

    A newspaper's name may begin with its cue: "báo Sài Gòn" is "Báo Sài Gòn".
    """
    for start in range(len(units)):
        for size in (1, 2):
            cue = tuple(units[start : start + size])
            if cue in cues:
                for first in (start, start + size) if optional else (start + size,):
                    for end in range(first + 1, min(first + 7, len(units) + 1)):
                        yield "".join(units[first:end])


@lru_cache(maxsize=4_096)
def _spoken(source: str) -> str:
    """A source's name as one word: ``Baonghean.vn`` -> ``baonghean``; empty if too short."""
    units = [unit for unit in syllables(fold(source)) if unit not in _ENDINGS]
    name = "".join(units)
    return name if len(name) >= _SHORTEST_SOURCE else ""


@lru_cache(maxsize=4_096)
def _people(author: str) -> frozenset[str]:
    """The names of a byline, each as one word: ``Lê An - Hà Vy`` -> ``lean``, ``havy``."""
    names = (syllables(fold(name)) for name in _BETWEEN_NAMES.split(author))
    return frozenset("".join(units) for units in names if len(units) > 1)
