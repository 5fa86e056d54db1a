"""What a question says besides its words: the accents that it lacks, and a period."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from index.backend import Reader
from index.errors import QuestionRejected
from index.text.accents import restore
from index.text.periods import Period
from index.text.places import with_capitals
from index.text.unicode import clean
from index.types import Filters

LONGEST_QUESTION = 4_000
# What a chunk of the corpus counts for beside the news at large when accents are restored: the few
# chunks of a small corpus count more.
_LEAST_WORTH, _MOST_WORTH, _EVEN_WORTH = 3.0, 60.0, 3_000.0
# Fewer words in capitals may be a name.
_SHOUTED = 4
# Days: longer than a month, as long as a quarter.
_LONG = 80


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

    Provinces get their capitals; a question all in capitals loses them, for a model reads those as
    other words.
    """
    if question.isupper() and len(question.split()) >= _SHOUTED:
        question = question.lower()
    each = min(_MOST_WORTH, max(_LEAST_WORTH, _EVEN_WORTH / max(view.documents, 1)))
    restored = restore(question, lambda term: each * view.document_frequency(term, "accented"))
    return with_capitals(restored)


def published_by(filters: Filters, as_of: date | None) -> Filters:
    """``filters`` without what was published after ``as_of``."""
    if as_of and (filters.until is None or filters.until > as_of):
        return replace(filters, until=as_of)
    return filters


def _is_long(period: Period) -> bool:
    """Whether the reports of ``period`` appear when it is over, as those of a quarter or a year."""
    return (
        period.since is not None
        and period.until is not None
        and (period.until - period.since).days > _LONG
    )


def with_period(filters: Filters, period: Period | None) -> Filters:
    """``filters`` narrowed to the news of ``period``; days that were given stay.

    "Năm 2019", "năm ngoái" and the like filter nothing: later articles tell of it, too.
    """
    if period is None or not period.relative or _is_long(period) or filters.since:
        return filters
    until = min(filter(None, (period.until, filters.until)), default=None)
    return replace(filters, since=period.since, until=until)
