"""The one place of the server where questions meet the answerer: page, API and MCP all ask here.

The answerer is synchronous and computes; each of its steps runs in a worker thread, so that the
event loop stays free and a listener that goes away ends the work after the current step.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Generator, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Protocol

import anyio.to_thread

from app.web.gate import BusyError, Gate
from app.web.metrics import Metrics
from index.errors import QuestionRejected
from index.types import Filters, SearchResult
from qa.types import Answer, Turn


class Answers(Protocol):
    """What the desk needs of qa.answer.Answerer."""

    def stream(
        self, question: str, history: Sequence[Turn] = (), filters: Filters = ...
    ) -> Iterator[Answer]: ...


class Searches(Protocol):
    """What the desk needs of index.corpus.NewsIndex."""

    def search(self, question: str, filters: Filters = ..., k: int = 10) -> SearchResult: ...


class Desk:
    def __init__(
        self,
        answerer: Answers,
        index: Searches,
        *,
        gate: Gate,
        metrics: Metrics,
        question_limit: int,
    ) -> None:
        self.answerer = answerer
        self.index = index
        self.gate = gate
        self.metrics = metrics
        self.question_limit = question_limit

    def checked(self, question: str) -> str:
        """The question without surrounding space; raises QuestionRejected."""
        question = question.strip()
        if not question:
            raise QuestionRejected("The question is empty; type one.")
        if len(question) > self.question_limit:
            raise QuestionRejected(
                f"The question has {len(question)} characters; {self.question_limit} are allowed."
            )
        return question

    async def stream(
        self, question: str, history: Sequence[Turn] = (), filters: Filters | None = None
    ) -> AsyncGenerator[Answer]:
        """Growing answers, the last one whole. Raises QuestionRejected or BusyError at once."""
        question = self.checked(question)
        began = time.perf_counter()
        async with self._admitted():
            steps = self.answerer.stream(question, history, filters or Filters())
            answer: Answer | None = None
            try:
                while (step := await anyio.to_thread.run_sync(next, steps, None)) is not None:
                    if answer is None:
                        self.metrics.first_words.observe(time.perf_counter() - began)
                    answer = step
                    yield step
            finally:
                if isinstance(steps, Generator):
                    steps.close()
            if answer is not None:
                self.metrics.answers.labels(outcome=answer.outcome.name.lower()).inc()
                self.metrics.whole_answer.observe(time.perf_counter() - began)

    async def ask(
        self, question: str, history: Sequence[Turn] = (), filters: Filters | None = None
    ) -> Answer:
        """The whole answer."""
        answer: Answer | None = None
        async with aclosing(self.stream(question, history, filters)) as steps:
            async for step in steps:
                answer = step
        if answer is None:
            raise RuntimeError("the answerer said nothing")
        return answer

    async def search(self, question: str, filters: Filters, k: int) -> SearchResult:
        question = self.checked(question)
        async with self._admitted():
            return await anyio.to_thread.run_sync(self.index.search, question, filters, k)

    @asynccontextmanager
    async def _admitted(self) -> AsyncGenerator[None]:
        try:
            async with self.gate.enter():
                self.metrics.asking.set(self.gate.inside)
                yield
        except BusyError:
            self.metrics.refused.labels(reason="busy").inc()
            raise
        finally:
            self.metrics.asking.set(self.gate.inside)
