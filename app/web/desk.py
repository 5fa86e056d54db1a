"""The one place of the server where questions meet the answerer: page, API and MCP all ask here.

The answerer is synchronous and computes; each of its steps runs in a worker thread, so that the
event loop stays free and a listener that goes away ends the work after the current step.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, asynccontextmanager
from functools import partial

import anyio.to_thread

from app.front import Front
from app.live import Archive, Live
from app.settings import Settings
from app.web.gate import BusyError, Gate
from app.web.limits import RateLimit, TooOftenError
from app.web.metrics import Metrics
from app.web.steps import stepped
from index.errors import QuestionRejected
from index.text.unicode import clean
from index.types import Filters, Reading, SearchResult
from qa.types import Answer, Outcome, Turn

log = logging.getLogger("hoidap.answers")


class StoppingError(Exception):
    """The server is going down and takes no more questions."""


class Desk:
    """``front`` is what the page says of the archive before anything is asked; through
    ``courtesies`` goes one thing at a time that nobody waits for.
    """

    def __init__(
        self,
        live: Live,
        *,
        gate: Gate,
        metrics: Metrics,
        rate: RateLimit,
        question_limit: int,
        log_questions: bool = False,
        front: Front = Front(),  # noqa: B008 - frozen
    ) -> None:
        self.live = live
        self.gate = gate
        self.metrics = metrics
        self.rate = rate
        self.question_limit = question_limit
        self.log_questions = log_questions
        self.front = front
        self.courtesies = Gate(1, 0)
        self.draining = False

    @property
    def archive(self) -> Archive:
        """The generation of the index that is served now."""
        return self.live.archive

    def count_archive(self) -> None:
        """Tell the metrics which generation is served and how many articles it has."""
        snapshot = self.archive.snapshot
        self.metrics.generation.set(snapshot.generation)
        self.metrics.articles.set(snapshot.counts.living)

    def admit(self, user: str, address: str) -> None:
        """Count a question against the person and the address; raises TooOftenError."""
        try:
            self.rate.take(f"user {user}" if user else "", f"address {address}" if address else "")
        except TooOftenError:
            self.metrics.refused.labels(reason="rate").inc()
            raise

    def checked(self, question: str) -> str:
        """The question without what cannot be seen around or in it; raises QuestionRejected."""
        question = clean(question).strip()
        if not question:
            raise QuestionRejected("The question is empty; type one.")
        if len(question) > self.question_limit:
            raise QuestionRejected(
                f"The question has {len(question)} characters; {self.question_limit} are allowed."
            )
        return question

    async def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),  # noqa: B008 - frozen
        reading: Reading = Reading(),  # noqa: B008 - frozen
    ) -> AsyncGenerator[Answer]:
        """Growing answers, the last one whole. Raises QuestionRejected or BusyError at once."""
        question = self.checked(question)
        began, spoken = time.perf_counter(), False
        async with self._admitted():
            answer: Answer | None = None
            answerer = self.archive.answerer
            asked = partial(answerer.stream, question, history, filters, reading)
            async with aclosing(stepped(asked)) as steps:
                async for step in steps:
                    if step is answer:
                        continue  # a sign of life of a language model that says nothing yet
                    answer = step
                    if not spoken and (answer.claims or answer.outcome is not Outcome.ANSWERED):
                        spoken = True
                        self.metrics.first_words.observe(time.perf_counter() - began)
                    yield answer
            if answer is not None:
                self._count(answer, time.perf_counter() - began)

    async def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),  # noqa: B008 - frozen
        reading: Reading = Reading(),  # noqa: B008 - frozen
    ) -> Answer:
        """The whole answer."""
        answer: Answer | None = None
        async with aclosing(self.stream(question, history, filters, reading)) as steps:
            async for step in steps:
                answer = step
        if answer is None:
            raise RuntimeError("the answerer said nothing")
        return answer

    async def search(
        self, question: str, filters: Filters, k: int, reading: Reading
    ) -> SearchResult:
        question = self.checked(question)
        async with self._admitted():
            return await anyio.to_thread.run_sync(
                self.archive.index.search, question, filters, k, reading
            )

    def _count(self, answer: Answer, seconds: float) -> None:
        outcome = answer.outcome.name.lower()
        self.metrics.answers.labels(outcome=outcome).inc()
        self.metrics.unsupported.inc(sum(not claim.supported for claim in answer.claims))
        self.metrics.whole_answer.observe(seconds)
        told: dict[str, object] = {"outcome": outcome, "milliseconds": round(1000 * seconds, 1)}
        if self.log_questions:
            told["question"] = answer.question
        log.info("answer %s", outcome, extra=told)

    @asynccontextmanager
    async def _admitted(self) -> AsyncGenerator[None]:
        if self.draining:
            raise StoppingError
        try:
            async with self.gate.enter():
                self.metrics.asking.set(self.gate.inside)
                yield
        except BusyError:
            self.metrics.refused.labels(reason="busy").inc()
            raise
        finally:
            self.metrics.asking.set(self.gate.inside)


def open_desk(settings: Settings, live: Live, front: Front = Front()) -> Desk:  # noqa: B008 - frozen
    desk = Desk(
        live,
        gate=Gate(settings.concurrency, settings.waiting),
        metrics=Metrics(),
        rate=RateLimit(settings.rate_limit),
        question_limit=settings.question_limit,
        log_questions=settings.log_questions,
        front=front,
    )
    desk.count_archive()
    return desk
