"""The HTTP API: ask (whole or as server-sent events), search, one article."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import Field

from app.library import find
from app.views import (
    FiltersView,
    FullArticleView,
    ReplyView,
    SearchView,
    View,
    filters_of,
    full_article_view,
    reply_view,
    search_view,
)
from app.web import requests
from app.web.desk import Desk
from app.words import Words, words_for
from index.types import Filters, Reading
from qa.types import Answer, Turn

log = logging.getLogger("hoidap.api")
MOST_HISTORY = 20
BROKEN = "The answer broke off; see the log."


class TurnView(View):
    question: str
    answer: str


class AskRequest(View):
    """``history`` are the earlier exchanges, oldest first; ``stream`` asks for events.

    ``as_typed`` puts no accents back and completes nothing out of the history; without
    ``read_filters`` no day, newspaper or author that the question names limits the search.
    ``as_of`` searches as on a day: nothing later, "hôm qua" is its yesterday. ``lang`` is what the
    notice is written in, the question's language if it is left out.
    """

    question: str
    history: tuple[TurnView, ...] = Field(default=(), max_length=MOST_HISTORY)
    filters: FiltersView = FiltersView()
    as_of: date | None = None
    as_typed: bool = False
    read_filters: bool = True
    lang: Literal["vi", "en"] | None = None
    stream: bool = False


class Me(View):
    """``logout`` says whether /logout ends the session; a proxy's login is its own."""

    user: str
    logout: bool


def routes(desk: Desk, *, logout: bool) -> APIRouter:
    api = APIRouter(prefix="/api", tags=["api"])

    @api.post(
        "/ask",
        response_model=ReplyView,
        responses={200: {"content": {"text/event-stream": {}}}, 422: {}, 429: {}, 503: {}},
    )
    async def ask(asked: AskRequest, request: Request) -> Response:
        """Answer a question with sentences of the articles.

        With `"stream": true`, or when `text/event-stream` is accepted, the answer comes as events
        named `answer`, each with the answer so far, and a last one named `done`, or `error`.
        """
        desk.admit(requests.user(), requests.address())
        question = desk.checked(asked.question)
        history = [Turn(turn.question, turn.answer) for turn in asked.history]
        filters = filters_of(asked.filters)
        words = words_for(asked.lang) if asked.lang else None
        reading = Reading(asked.as_of, asked.as_typed, asked.read_filters)
        if asked.stream or "text/event-stream" in request.headers.get("accept", ""):
            events = _events(desk.stream(question, history, filters, reading), words)
            first = await anext(events)
            return StreamingResponse(_resumed(first, events), media_type="text/event-stream")
        return _json(reply_view(await desk.ask(question, history, filters, reading), words))

    @api.get("/search")
    async def search(
        q: Annotated[str, Query(description="The question.")],
        k: Annotated[int, Query(ge=1, le=100, description="Hits, at most.")] = 10,
        since: date | None = None,
        until: date | None = None,
        source: Annotated[list[str] | None, Query(description="May be given again.")] = None,
        author: Annotated[list[str] | None, Query(description="May be given again.")] = None,
        as_of: Annotated[date | None, Query(description="Search as on this day.")] = None,
        as_typed: Annotated[bool, Query(description="Put no accents back.")] = False,
        read_filters: Annotated[
            bool, Query(description="Limit to the days, newspapers and authors in the question.")
        ] = True,
    ) -> SearchView:
        """The passages that a question finds, best first, with the parts of their scores."""
        desk.admit(requests.user(), requests.address())
        filters = Filters(since, until, tuple(source or ()), tuple(author or ()))
        reading = Reading(as_of, as_typed, read_filters)
        return search_view(await desk.search(q, filters, k, reading))

    @api.get("/articles/{article_id:path}")
    def article(article_id: str) -> FullArticleView:
        """One article by its id, with its text; the offsets of citations count its characters."""
        found = find(desk.archive.snapshot, article_id)
        if found is None:
            raise HTTPException(404, f"The index holds no article {article_id!r}.")
        return full_article_view(found)

    @api.get("/me")
    def me() -> Me:
        """The name under which you are logged in; empty where no login is needed."""
        return Me(user=requests.user(), logout=logout)

    return api


def _json(view: View) -> Response:
    return JSONResponse(view.model_dump(mode="json"))


async def _events(steps: AsyncGenerator[Answer], words: Words | None) -> AsyncGenerator[str]:
    async with aclosing(steps) as answers:
        async for answer in answers:
            yield _event("answer", reply_view(answer, words).model_dump(mode="json"))
    yield _event("done", {})


async def _resumed(first: str, rest: AsyncGenerator[str]) -> AsyncGenerator[str]:
    """The first event was awaited so that a refusal can still become a status code."""
    async with aclosing(rest):
        yield first
        try:
            async for event in rest:
                yield event
        except Exception:
            log.exception("an answer broke off")
            yield _event("error", {"detail": BROKEN, "request": requests.request_id()})


def _event(name: str, value: object) -> str:
    return f"event: {name}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n"
