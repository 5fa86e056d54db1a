"""What a question says besides its words: missing accents, a period, a newspaper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from index.backend import Reader
from index.errors import QuestionRejected
from index.text.accents import restore
from index.text.periods import time_expression
from index.text.places import with_capitals
from index.text.syllables import fold, syllables
from index.text.unicode import clean
from index.types import Filters

LONGEST_QUESTION = 4_000
# What a chunk of the corpus counts for beside the news at large when accents are restored: the few
# chunks of a small corpus count more.
_LEAST_WORTH, _MOST_WORTH, _EVEN_WORTH = 3.0, 60.0, 3_000.0
_ENDINGS = ("vn", "com", "net", "org", "online", "gov", "edu")
_SHORTEST_SOURCE = 6
_CUES = frozenset(["bao", "theo", "to", "trang", "dai", "nguon", "kenh"])


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


def with_period(filters: Filters, question: str, as_of: date | None) -> Filters:
    """``filters`` narrowed by "hôm qua" and its like; days that were given stay.

    A plain "năm 2019" filters nothing: later articles may tell of it.
    """
    period = time_expression(question, as_of or date.today())
    if not (period and period.relative) or filters.since:
        return filters
    until = min(filter(None, (period.until, filters.until)), default=None)
    return replace(filters, since=period.since, until=until)


def with_sources(filters: Filters, question: str, sources: Sequence[str]) -> Filters:
    """``filters`` narrowed to the newspapers that ``question`` names ("theo báo Nghệ An").

    ``Baonghean.vn`` and ``Báo Nghệ An`` are both meant by it. A newspaper often bears the name of
    its province, so the name alone is not enough. Sources that were given stay.
    """
    if filters.sources:
        return filters
    units = syllables(fold(question))
    runs = {
        "".join(units[start:end])
        for cue, unit in enumerate(units)
        if unit in _CUES
        for start in (cue, cue + 1)
        for end in range(start + 1, start + 7)
    }
    named = tuple(source for source in sources if _spoken(source) in runs)
    return replace(filters, sources=named) if named else filters


@lru_cache(maxsize=4_096)
def _spoken(source: str) -> str:
    """A source's name as one word: ``Baonghean.vn`` -> ``baonghean``; empty if too short."""
    units = [unit for unit in syllables(fold(source)) if unit not in _ENDINGS]
    name = "".join(units)
    return name if len(name) >= _SHORTEST_SOURCE else ""
