"""An OpenAI-compatible server of ours on a free port, which says what a test tells it to."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

Reply = Callable[[str], Response]


@dataclass
class Scripted:
    """``replies`` are used one a request, the last one for ever; what was asked is kept."""

    url: str
    replies: list[Reply] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def prompt(self) -> str:
        return "\n".join(message["content"] for message in self.asked[-1]["messages"])


def event(text: str | None, finish: str | None = None) -> str:
    delta = {} if text is None else {"content": text}
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return f"data: {json.dumps({'choices': [choice]})}\n\n"


def says(text: str, *, finish: str | None = "stop", done: bool = True, pause: float = 0) -> Reply:
    """``text`` in small pieces; ``finish`` None and ``done`` False cut it half way."""

    async def body() -> AsyncIterator[str]:
        for at in range(0, len(text), 7):
            yield event(text[at : at + 7])
            await asyncio.sleep(pause)
        if finish:
            yield event(None, finish)
        if done:
            yield "data: [DONE]\n\n"

    return lambda prompt: StreamingResponse(body(), media_type="text/event-stream")


def raw(*chunks: str) -> Reply:
    async def body() -> AsyncIterator[str]:
        for chunk in chunks:
            yield chunk

    return lambda prompt: StreamingResponse(body(), media_type="text/event-stream")


def fails(status: int, detail: str = "") -> Reply:
    return lambda prompt: JSONResponse({"error": {"message": detail}}, status)


def redirects(url: str) -> Reply:
    return lambda prompt: RedirectResponse(url, 307)


def silent(seconds: float) -> Reply:
    async def body() -> AsyncIterator[str]:
        await asyncio.sleep(seconds)
        yield event("muộn", "stop")

    return lambda prompt: StreamingResponse(body(), media_type="text/event-stream")


def endless(piece: str = "Cầu dài 840 m ") -> Reply:
    async def body() -> AsyncIterator[str]:
        while True:
            yield event(piece)
            await asyncio.sleep(0)

    return lambda prompt: StreamingResponse(body(), media_type="text/event-stream")


def without_line_breaks() -> Reply:
    async def body() -> AsyncIterator[str]:
        while True:
            yield "x" * 65_536
            await asyncio.sleep(0)

    return lambda prompt: StreamingResponse(body(), media_type="text/event-stream")


@contextmanager
def language_model(*replies: Reply) -> Iterator[Scripted]:
    app = FastAPI()
    listener = socket.create_server(("127.0.0.1", 0))
    scripted = Scripted(f"http://127.0.0.1:{listener.getsockname()[1]}/v1", list(replies))

    @app.post("/v1/chat/completions")
    async def complete(request: Request) -> Response:
        asked = await request.json()
        scripted.asked.append(asked)
        scripted.headers.append(dict(request.headers))
        reply = scripted.replies[min(len(scripted.asked), len(scripted.replies)) - 1]
        return reply(scripted.prompt)

    config = uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield scripted
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()
