"""The API of OpenAI's chat completions, so that existing chat clients can ask.

Only the conversation is taken from a request, and ``as_typed``, which is ours: no accents are put
back and nothing is completed. Model names, temperatures and tools change nothing.
The message carries its citations as [n] with a list of references, and as annotations.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from app.telling import reference, told, words_of
from app.web import requests
from app.web.api import BROKEN
from app.web.desk import Desk
from app.web.markup import article_address
from app.words import VI
from index.types import Article, Reading
from qa.types import Answer, Claim, Outcome, Turn

log = logging.getLogger("hoidap.completions")
MODEL = "hoidap"
MOST_MESSAGES = 100


class Part(BaseModel):
    model_config = ConfigDict(extra="allow")
    type: str
    text: str = ""


class Message(BaseModel):
    model_config = ConfigDict(extra="allow")
    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return " ".join(part.text for part in self.content if part.text)
        return self.content or ""


class CompletionRequest(BaseModel):
    model_config = ConfigDict(extra="allow")
    model: str = MODEL
    messages: list[Message] = Field(min_length=1, max_length=MOST_MESSAGES)
    stream: bool = False
    as_typed: bool = False


def routes(desk: Desk) -> APIRouter:
    api = APIRouter(prefix="/v1", tags=["openai"])

    @api.get("/models")
    def models() -> dict[str, Any]:
        """The one model there is."""
        return {"object": "list", "data": [{"id": MODEL, "object": "model", "owned_by": "hoidap"}]}

    @api.post("/chat/completions", response_model=None)
    async def complete(asked: CompletionRequest, request: Request) -> Response:
        """Answer the last user message; earlier ones are its context."""
        desk.admit(requests.user(), requests.address())
        question, history = _split(asked.messages)
        question = desk.checked(question)
        reading = Reading(as_typed=asked.as_typed)
        base = str(request.base_url).rstrip("/")
        frame = {"id": f"chatcmpl-{requests.request_id()}", "created": int(time.time())}
        if asked.stream:
            steps = desk.stream(question, history, reading=reading)
            chunks = _chunks(steps, base, frame)
            first = await anext(chunks)
            return StreamingResponse(_resumed(first, chunks), media_type="text/event-stream")
        answer = await desk.ask(question, history, reading=reading)
        return JSONResponse(_completion(answer, base, frame))

    return api


def body(answer: Answer) -> str:
    """The claims with their [n], or a sentence that says that there is no answer."""
    if answer.outcome is not Outcome.ANSWERED:
        words = words_of(answer)
        return " ".join(filter(None, (words.abstained, told(answer.notices, words))))
    return "\n\n".join(_claim(claim) for claim in answer.claims)


def references(answer: Answer) -> str:
    """One line an article, in the order of the numbers."""
    return "\n".join(
        f"[{number}] {reference(article)}" for number, article in _cited(answer).items()
    )


def marks(answer: Answer, text: str, base: str) -> list[dict[str, Any]]:
    """Where in ``text`` each [n] stands and what it points to; ``base`` is our own address."""
    found, at = [], 0
    for claim in answer.claims:
        at = text.find(_claim(claim), at)
        if at < 0:
            break
        for citation in claim.citations:
            mark = f"[{citation.number}]"
            start = text.find(mark, at + len(_plain(claim)))
            own = f"{base}{article_address(VI, citation.article.id)}"
            found.append(
                {
                    "type": "url_citation",
                    "url_citation": {
                        "start_index": start,
                        "end_index": start + len(mark),
                        "title": citation.article.title,
                        "url": citation.article.url or own,
                    },
                }
            )
        at += len(_plain(claim))
    return found


def _split(messages: Sequence[Message]) -> tuple[str, list[Turn]]:
    """The last user message, and the exchanges before it."""
    spoken = [message for message in messages if message.role in ("user", "assistant")]
    while spoken and spoken[-1].role != "user":
        spoken.pop()
    if not spoken:
        return "", []
    turns, question = [], ""
    for message in spoken[:-1]:
        if message.role == "user":
            question = message.text
        elif question:
            turns.append(Turn(question, message.text))
            question = ""
    return spoken[-1].text, turns


def _completion(answer: Answer, base: str, frame: dict[str, Any]) -> dict[str, Any]:
    text = _whole(answer)
    message = {
        "role": "assistant",
        "content": text,
        "refusal": None,
        "annotations": marks(answer, text, base),
    }
    return {
        **frame,
        "object": "chat.completion",
        "model": MODEL,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
    }


async def _chunks(
    steps: AsyncGenerator[Answer], base: str, frame: dict[str, Any]
) -> AsyncGenerator[str]:
    """What is new of the text with each step; the references and annotations come last."""
    sent, last = "", None
    async with aclosing(steps) as answers:
        async for answer in answers:
            last, text = answer, body(answer)
            if text.startswith(sent) and text != sent:
                yield _chunk(frame, {"role": "assistant", "content": text[len(sent) :]})
                sent = text
    if last is not None:
        whole = _whole(last)
        rest = whole[len(sent) :] if whole.startswith(sent) else f"\n\n{whole}"
        yield _chunk(frame, {"content": rest, "annotations": marks(last, whole, base)})
    yield _chunk(frame, {}, finish="stop")
    yield "data: [DONE]\n\n"


async def _resumed(first: str, rest: AsyncGenerator[str]) -> AsyncGenerator[str]:
    async with aclosing(rest):
        yield first
        try:
            async for chunk in rest:
                yield chunk
        except Exception:
            log.exception("an answer broke off")
            error = {"message": BROKEN, "type": "server_error", "code": None, "param": None}
            yield f"data: {json.dumps({'error': error})}\n\n"


def _chunk(frame: dict[str, Any], delta: dict[str, Any], finish: str | None = None) -> str:
    value = {
        **frame,
        "object": "chat.completion.chunk",
        "model": MODEL,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}],
    }
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"


def _whole(answer: Answer) -> str:
    listed = references(answer)
    return f"{body(answer)}\n\n{listed}" if listed else body(answer)


def _plain(claim: Claim) -> str:
    return " ".join(claim.text.split())


def _claim(claim: Claim) -> str:
    numbers = dict.fromkeys(citation.number for citation in claim.citations)
    return f"{_plain(claim)} {''.join(f'[{number}]' for number in numbers)}".rstrip()


def _cited(answer: Answer) -> dict[int, Article]:
    found = {c.number: c.article for claim in answer.claims for c in claim.citations}
    return {number: found[number] for number in sorted(found)}
