"""One exchange: a question in, a conversation that grows as the answer does. Knows no Gradio."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime

from app.views import filters_view
from app.web.conversation import Conversation, Turn, filled, history, with_last, with_turn
from app.web.desk import Desk
from app.web.gate import BusyError
from app.web.requests import request_id
from app.web.words import Words
from index.errors import HoidapError, QuestionRejected
from index.types import Filters

log = logging.getLogger("hoidap.talk")


async def talk(
    desk: Desk, question: str, conversation: Conversation, filters: Filters, words: Words
) -> AsyncGenerator[Conversation]:
    """The conversation with the question at once, then with every step of its answer.

    Nothing that goes wrong is raised: the reader gets a sentence in place of the answer.
    """
    turn = Turn(
        question=question.strip()[: desk.question_limit],
        filters=filters_view(filters),
        asked=datetime.now(UTC),
    )
    earlier = history(conversation)
    try:
        desk.checked(question)
    except QuestionRejected:
        yield with_turn(conversation, _told(turn, _unusable(desk, question, words)))
        return
    conversation = with_turn(conversation, turn)
    yield conversation
    began = time.perf_counter()
    try:
        async with aclosing(desk.stream(question, earlier, filters)) as answers:
            async for answer in answers:
                seconds = time.perf_counter() - began
                turn = filled(turn, answer, filters, seconds, whole=False)
                yield with_last(conversation, turn)
        yield with_last(conversation, turn.model_copy(update={"whole": True}))
    except BusyError as busy:
        yield with_last(conversation, _told(turn, words.busy.format(seconds=busy.retry_after)))
    except QuestionRejected as error:
        yield with_last(conversation, _told(turn, str(error)))
    except HoidapError as error:
        log.error("answer failed: %s", error)
        yield with_last(conversation, _told(turn, words.failed.format(request=request_id())))
    except Exception:
        log.exception("answer failed")
        yield with_last(conversation, _told(turn, words.failed.format(request=request_id())))


def stopped(conversation: Conversation) -> Conversation:
    """The conversation after Stop: what was said stays, and is not added to."""
    if not conversation.turns:
        return conversation
    return with_last(conversation, conversation.turns[-1].model_copy(update={"whole": True}))


def _told(turn: Turn, sentence: str) -> Turn:
    return turn.model_copy(update={"notice": sentence, "whole": True})


def _unusable(desk: Desk, question: str, words: Words) -> str:
    if not question.strip():
        return words.empty_question
    return words.long_question.format(limit=desk.question_limit)
