"""One exchange: a question in, a conversation that grows as the answer does. Knows no Gradio."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime

import anyio.to_thread

from app.suggest import follow_ups
from app.views import filters_view
from app.web import requests
from app.web.conversation import Conversation, Turn, filled, history, with_last, with_turn
from app.web.desk import Desk, StoppingError
from app.web.gate import BusyError
from app.web.limits import TooOftenError
from app.web.steps import newest
from app.words import Words
from index.errors import QuestionRejected, StorageFailed
from index.text.unicode import clean
from index.types import Filters, Reading
from qa.types import Answer

log = logging.getLogger("hoidap.talk")

# Seconds between two looks at a growing answer: more are not seen, and each is drawn and sent.
# An extractive answer is whole before that, and comes in one piece with its question.
_PACE = 0.1


async def talk(
    desk: Desk,
    question: str,
    conversation: Conversation,
    filters: Filters,
    words: Words,
    reading: Reading = Reading(),  # noqa: B008 - frozen
) -> AsyncGenerator[Conversation]:
    """The conversation as its answer grows; with the question alone when that takes long.

    Nothing that goes wrong is raised: the reader gets a sentence in place of the answer.
    """
    turn = Turn(
        question=clean(question).strip(),
        given=filters_view(filters),
        as_typed=reading.as_typed,
        read_filters=reading.filters,
        asked=datetime.now(UTC),
    )
    answers = desk.stream(question, history(conversation), filters, reading)
    conversation = with_turn(conversation, turn)
    answer: Answer | None = None
    whole = False
    try:
        desk.admit(requests.user(), requests.address())
        async with aclosing(newest(_growing(turn, answers, words), _PACE)) as steps:
            async for step, whole in steps:
                grown, answer = step
                turn = grown.model_copy(update={"whole": whole})
                yield with_last(conversation, turn)
        turn = turn.model_copy(update={"whole": True})
        if not whole:
            yield with_last(conversation, turn)
        offered = await _follow_ups(desk, answer) if answer else ()
        if offered:
            yield with_last(conversation, turn.model_copy(update={"next_questions": offered}))
    except Exception as error:
        yield with_last(conversation, _told(turn, _excuse(error, words)))


def unusable(desk: Desk, question: str, words: Words) -> str | None:
    """What to say to a question that cannot be asked; None when it can."""
    seen = clean(question).strip()
    if not seen:
        return words.empty_question
    if len(seen) > desk.question_limit:
        return words.long_question.format(limit=desk.question_limit)
    return None


def stopped(conversation: Conversation) -> Conversation:
    """The conversation after Stop: what was said stays, and is not added to."""
    if not conversation.turns:
        return conversation
    return with_last(conversation, conversation.turns[-1].model_copy(update={"whole": True}))


async def _growing(
    turn: Turn, answers: AsyncGenerator[Answer], words: Words
) -> AsyncGenerator[tuple[Turn, Answer | None]]:
    """The turn with nothing but the question, then with what the answer has come to."""
    yield turn, None
    began = time.perf_counter()
    async with aclosing(answers):
        async for answer in answers:
            turn = filled(turn, answer, time.perf_counter() - began, whole=False, words=words)
            yield turn, answer


async def _follow_ups(desk: Desk, answer: Answer) -> tuple[str, ...]:
    """Questions to go on with: a courtesy, so not while others wait, and faults are only logged.

    Finding some costs as much as three answers.
    """
    if desk.gate.inside:
        return ()
    try:
        async with desk.courtesies.enter():
            return await anyio.to_thread.run_sync(follow_ups, desk.archive, answer)
    except BusyError:
        return ()
    except Exception:
        log.exception("no questions could be offered")
        return ()


def _excuse(error: Exception, words: Words) -> str:
    """What the reader is told in place of an answer; a fault of ours goes into the log."""
    match error:
        case BusyError():
            return words.busy.format(seconds=error.retry_after)
        case TooOftenError():
            return words.too_often.format(seconds=error.retry_after)
        case StoppingError():
            return words.stopping
        case QuestionRejected():
            return str(error)
        case StorageFailed():
            log.error("the archive is away: %s", error)
            return words.away
    log.error("answer failed", exc_info=error)
    return words.failed.format(request=requests.request_id())


def _told(turn: Turn, sentence: str) -> Turn:
    return turn.model_copy(update={"notice": sentence, "whole": True})
