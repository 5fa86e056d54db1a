"""What happens on the chat page.

The open conversation lives in the browser; every event brings it along and takes the new one back,
so the server holds no session and a restart loses nothing.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import gradio as gr

from app.web import markup, requests
from app.web.chips import NAME_CHIPS, chip_labels, filters_from, read_again, read_day
from app.web.conversation import Conversation, Turn, conversation_from
from app.web.desk import Desk
from app.web.feedback import Feedback
from app.web.layout import Layout, offered
from app.web.limits import TooOftenError
from app.web.talk import stopped, talk, unusable
from app.words import Words
from index.types import Filters, Reading

MESSAGES_A_TURN = 3
QUIET: dict[str, Any] = {
    "api_visibility": "private",
    "show_progress": "hidden",
    "queue": False,
}
ASKING: dict[str, Any] = {**QUIET, "queue": True}


def connect(page: gr.Blocks, parts: Layout, desk: Desk, feedback: Feedback, words: Words) -> None:
    """Give every component its work."""
    _connect_talk(parts, desk, words)
    _connect_front(page, parts, desk, words)
    _connect_limits(parts, words)
    _connect_judgments(parts, desk, feedback, words)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A turn as it is shown: its messages in the chat, and its cards beside it."""

    turn: Turn
    messages: list[gr.ChatMessage]
    cards: str


class Drawing:
    """A conversation as values for `Layout.talk`, over and over while its last turn grows."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._drawn: list[_Drawn] = []

    def __call__(self, conversation: Conversation, *, whole: bool, **box: Any) -> tuple[Any, ...]:
        """``box`` changes the question's box, which else stays."""
        alone = len(conversation.turns) == 1
        before, self._drawn = self._drawn, []
        for place, turn in enumerate(conversation.turns):
            same = place < len(before) and before[place].turn is turn
            drawn = before[place] if same else _draw(turn, place, self._words, alone=alone)
            self._drawn.append(drawn)
        return (
            [message for drawn in self._drawn for message in drawn.messages],
            markup.cards([drawn.cards for drawn in self._drawn], self._words),
            gr.update(submit_btn=whole, stop_btn=not whole, **box),
            conversation.model_dump_json(),
        )


def _draw(turn: Turn, place: int, words: Words, *, alone: bool) -> _Drawn:
    """Three messages a turn: the question, what was found (collapsed), the answer."""
    found = markup.thought(turn, words)
    messages = [
        gr.ChatMessage(role="user", content=markup.question(turn)),
        _thought(turn, found, words),
        gr.ChatMessage(
            role="assistant",
            content=markup.answer(turn, place, words, found),
            options=[{"value": text, "label": text} for text in turn.next_questions],
        ),
    ]
    return _Drawn(turn, messages, markup.group(turn, place, words, alone=alone))


def _thought(turn: Turn, found: str, words: Words) -> gr.ChatMessage:
    searching = turn.answer is None and not turn.whole
    return gr.ChatMessage(
        role="assistant",
        content=found,
        metadata={
            "title": markup.thought_title(turn, words),
            "status": "pending" if searching else "done",
        },
    )


def _connect_talk(parts: Layout, desk: Desk, words: Words) -> None:
    async def ask(
        question: str, held: str, since: str, until: str, sources: list[str], authors: list[str],
        only: str, request: gr.Request,
    ) -> AsyncGenerator[tuple[Any, ...]]:  # fmt: skip
        limits = filters_from(since, until, sources, authors, only)
        async for shown in _exchange(desk, question, held, limits, words, request):
            yield shown

    async def ask_again(
        again: str, held: str, since: str, until: str, sources: list[str], authors: list[str],
        only: str, request: gr.Request,
    ) -> AsyncGenerator[tuple[Any, ...]]:  # fmt: skip
        limits = filters_from(since, until, sources, authors, only)
        asked = read_again(again)
        exchange = _exchange(desk, asked.question, held, limits, words, request, asked.reading)
        async for shown in exchange:
            yield shown

    def show(held: str) -> tuple[Any, ...]:
        return Drawing(words)(conversation_from(held), whole=True)

    def halt(held: str) -> tuple[Any, ...]:
        return Drawing(words)(stopped(conversation_from(held)), whole=True)

    inputs = [parts.question, parts.conversation, *parts.limits]
    # What is asked while follow-up questions are still looked for is asked after that, not dropped.
    asked = parts.question.submit(
        ask, inputs, parts.talk, api_name="chat", show_progress="hidden", trigger_mode="always_last"
    )
    chosen = [
        event(_chosen_text, None, parts.question, **QUIET).then(ask, inputs, parts.talk, **ASKING)
        for event in (parts.chat.example_select, parts.chat.option_select)
    ]
    again = parts.asked_again.click(ask_again, [parts.again, *inputs[1:]], parts.talk, **ASKING)
    # First the answer is cut off, then shown as stopped: else its last word could come after that.
    stop = parts.question.stop(None, None, None, cancels=[asked, again, *chosen])
    stop.then(halt, [parts.conversation], parts.talk, **QUIET)
    parts.opened.click(show, [parts.conversation], parts.talk, **QUIET)


async def _exchange(
    desk: Desk,
    question: str,
    held: str,
    limits: Filters,
    words: Words,
    request: gr.Request,
    reading: Reading = Reading(),  # noqa: B008 - frozen
) -> AsyncGenerator[tuple[Any, ...]]:
    """Values for `Layout.talk` with every step of the answer."""
    requests.adopt(request.headers, request.client.host)
    refusal = unusable(desk, question, words)
    if refusal:
        gr.Info(refusal, title=words.name)
        yield (gr.skip(),) * 4
        return
    steps = talk(desk, question, conversation_from(held), limits, words, reading)
    shown = Drawing(words)
    async with aclosing(steps):
        box: dict[str, Any] = {"value": ""}  # only once: the reader may type on
        async for conversation in steps:
            yield shown(conversation, whole=conversation.turns[-1].whole, **box)
            box = {}


def _chosen_text(choice: gr.SelectData) -> str:
    value = choice.value
    return str(value["text"] if isinstance(value, dict) else value)


def _connect_front(page: gr.Blocks, parts: Layout, desk: Desk, words: Words) -> None:
    built = desk.front

    def renew() -> tuple[Any, ...]:
        """What the archive holds now, when that is not what the page was built with."""
        front = desk.front
        if front is built:
            return (gr.skip(),) * 4
        return (
            markup.front(front, words),
            gr.Dropdown(choices=list(front.sources)),
            gr.Dropdown(choices=list(front.authors)),
            gr.Chatbot(examples=offered(front.examples)),
        )

    shown = [parts.front, parts.sources, parts.authors, parts.chat]
    page.load(renew, None, shown, **QUIET)


def _connect_limits(parts: Layout, words: Words) -> None:
    def relabel(
        since: str, until: str, sources: list[str], authors: list[str], only: str
    ) -> list[gr.Button]:
        labels = chip_labels(since, until, sources, authors, only, words=words)
        return [gr.Button(value=f"{label or ''} ✕", visible=label is not None) for label in labels]

    def check(typed: str) -> None:
        if typed and typed.strip() and read_day(typed) is None:
            gr.Warning(words.bad_day, title=words.name)

    chips = list(parts.chips)
    since, until, only, *names = chips
    since.click(lambda: "", None, parts.since, **QUIET)
    until.click(lambda: "", None, parts.until, **QUIET)
    only.click(lambda: "", None, parts.only, **QUIET).then(relabel, parts.limits, chips, **QUIET)
    parts.narrowed.click(relabel, parts.limits, chips, **QUIET)
    for chosen, of_it in (
        (parts.sources, names[:NAME_CHIPS]), (parts.authors, names[NAME_CHIPS:])
    ):  # fmt: skip
        for position, chip in enumerate(of_it):
            chip.click(_without(position), [chosen], chosen, **QUIET)
    for limit in (parts.since, parts.until, parts.sources, parts.authors):
        limit.change(relabel, parts.limits, chips, **QUIET)
    for typed in (parts.since, parts.until):
        typed.blur(check, typed, None, **ASKING)


def _without(position: int) -> Any:
    def drop(names: list[str] | None) -> list[str]:
        kept = list(names or [])
        return kept[:position] + kept[position + 1 :]

    return drop


def _connect_judgments(parts: Layout, desk: Desk, feedback: Feedback, words: Words) -> None:
    def judge(held: str, choice: gr.LikeData, request: gr.Request) -> tuple[Any, ...]:
        requests.adopt(request.headers, request.client.host)
        place = _place(choice.index)
        turn = _turn(conversation_from(held), place)
        if turn is None:
            return gr.skip(), gr.skip(), gr.skip()
        try:
            desk.admit(requests.user(), requests.address())
        except TooOftenError as error:
            gr.Warning(words.too_often.format(seconds=error.retry_after), title=words.name)
            return gr.skip(), gr.skip(), gr.skip()
        verdict = feedback.verdict(choice.liked)
        key = feedback.record(turn, verdict, user=requests.user())
        desk.metrics.feedback.labels(verdict=verdict).inc()
        return {"key": key, "place": place, "verdict": verdict}, gr.Row(visible=True), ""

    def explain(mark: dict[str, Any] | None, held: str, reason: str, request: gr.Request) -> gr.Row:
        requests.adopt(request.headers, request.client.host)
        turn = _turn(conversation_from(held), int((mark or {}).get("place", -1)))
        if mark and turn is not None and reason.strip():
            feedback.record(
                turn, mark["verdict"], reason=reason, key=mark["key"], user=requests.user()
            )
            gr.Info(words.thanks)
        return gr.Row(visible=False)

    # What is asked next is not what the reason would be about.
    parts.question.submit(lambda: gr.Row(visible=False), None, parts.reason_row, **QUIET)
    parts.chat.like(
        judge, [parts.conversation], [parts.judged, parts.reason_row, parts.reason], **ASKING
    )
    for event in (parts.send_reason.click, parts.reason.submit):
        event(explain, [parts.judged, parts.conversation, parts.reason], parts.reason_row, **ASKING)


def _place(index: int | tuple[int, int] | list[int]) -> int:
    """Which turn a message belongs to."""
    return (index if isinstance(index, int) else index[0]) // MESSAGES_A_TURN


def _turn(conversation: Conversation, place: int) -> Turn | None:
    return conversation.turns[place] if 0 <= place < len(conversation.turns) else None
