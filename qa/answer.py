"""A question to an answer: search, then the sentences that answer, or silence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from index.corpus import NewsIndex
from index.query import checked
from index.types import Filters
from qa.extract import extract
from qa.followup import standalone
from qa.types import Answer, Turn

_HITS = 10


class Answerer:
    """Answers from one index. Safe to use from many threads."""

    def __init__(self, index: NewsIndex) -> None:
        self.index = index

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),  # noqa: B008 - frozen
        *,
        as_of: date | None = None,
        read_filters: bool = True,
    ) -> Answer:
        """``read_filters`` takes days and newspapers that the question names for filters.

        Raises QuestionRejected for an empty or over-long question.
        """
        typed = checked(question)
        whole = standalone(typed, history)
        result = self.index.search(whole, filters, _HITS, as_of=as_of, read_filters=read_filters)
        answer = extract(typed, self.index.asked(result.understood), result)
        understood = result.understood if result.understood != typed else None
        return replace(answer, understood=understood, filters=result.filters)

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),  # noqa: B008 - frozen
        *,
        as_of: date | None = None,
        read_filters: bool = True,
    ) -> Iterator[Answer]:
        """Growing answers, a claim at a time; the last one is whole."""
        whole = self.ask(question, history, filters, as_of=as_of, read_filters=read_filters)
        for count in range(1, len(whole.claims)):
            yield replace(whole, claims=whole.claims[:count])
        yield whole
