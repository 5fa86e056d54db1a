"""A question to an answer: search, then the sentences that answer, or silence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from index.corpus import NewsIndex
from index.features import Asked
from index.query import checked
from index.types import Filters, Reading, SearchResult
from qa.conflicts import conflicting, with_conflict
from qa.extract import extract
from qa.followup import Standing, standalone
from qa.freshness import as_of as holds_as_of
from qa.freshness import asks_about_now
from qa.generate import Generator
from qa.notices import Unmet
from qa.rewrite import rewritten
from qa.summary import summary_topic, summed_up
from qa.thread import staying
from qa.types import Answer, Outcome, Turn

_HITS = 10


class Answerer:
    """Answers from one index. Safe to use from many threads.

    With a ``generator`` the sentences that were found are told in its words; whether to answer at
    all is decided before it is asked.
    """

    def __init__(self, index: NewsIndex, generator: Generator | None = None) -> None:
        self.index = index
        self.generator = generator

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),  # noqa: B008 - frozen
        reading: Reading = Reading(),  # noqa: B008 - frozen
    ) -> Answer:
        """A question that leans on ``history`` is completed first, unless ``reading`` is as typed.

        Raises QuestionRejected for an empty or over-long question.
        """
        *_, whole = self._answers(question, history, filters, reading)
        return whole

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),  # noqa: B008 - frozen
        reading: Reading = Reading(),  # noqa: B008 - frozen
    ) -> Iterator[Answer]:
        """Growing answers, a claim at a time; the last one is whole."""
        return self._answers(question, history, filters, reading)

    def _answers(
        self,
        question: str,
        history: Sequence[Turn],
        filters: Filters,
        reading: Reading,
    ) -> Iterator[Answer]:
        typed = checked(question)
        whole = self._standalone(typed, () if reading.as_typed else history)
        topic = summary_topic(whole.question)
        result = self.index.search(topic or whole.question, filters, _HITS, reading)
        if whole.stays:
            result = staying(result, history[-1].answer)
        asked = self.index.asked(result.understood)
        answer = extract(typed, asked, result)
        answer = summed_up(answer) if topic else _with_notices(answer, asked, result)
        unmet = (Unmet(result.unmet),) if result.unmet else ()
        answer = replace(
            answer,
            notices=(*unmet, *answer.notices),
            understood=result.understood if result.understood != typed else None,
            filters=result.filters,
        )
        if self.generator:
            yield from self.generator.stream(answer, asked, result, self.index.encoder)
            return
        for count in range(1, len(answer.claims)):
            yield replace(answer, claims=answer.claims[:count])
        yield answer

    def _standalone(self, typed: str, history: Sequence[Turn]) -> Standing:
        """By the model, if one is configured and keeps to what was said; by rules otherwise."""
        by_rules = standalone(typed, history)
        if not (self.generator and history):
            return by_rules
        whole = rewritten(typed, history, self.generator.endpoint)
        return replace(by_rules, question=whole) if whole and whole != typed else by_rules


def _with_notices(answer: Answer, asked: Asked, result: SearchResult) -> Answer:
    """``answer`` with what the articles disagree on, and as of when it holds."""
    if answer.outcome is not Outcome.ANSWERED:
        return answer
    if told := conflicting(asked, result.hits):
        answer = with_conflict(answer, told)
    if asks_about_now(result.understood) and (as_of := holds_as_of(answer)):
        answer = replace(answer, notices=(*answer.notices, as_of))
    return answer
