"""What never reaches the application: foreign host names, unknown addresses, bodies too large.

Gradio serves many more addresses than our page uses (uploads, a proxy, files, monitoring); those
that the page does not need do not exist here.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Collection

from app.web.envelope import App, Message, Receive, Scope, Send
from app.web.metrics import Metrics

BODY_SECONDS = 20.0
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})

_GRADIO = re.compile(
    r"(/en)?/?"
    r"(|config|theme\.css|(assets|static)/[\w./-]+"
    r"|gradio_api/(info|config|startup-events|queue/(join|data)|run/predict|cancel|reset|app_id"
    r"|heartbeat/\w+|call/chat(/\w+)?))"
)


class Bouncer:
    """``hosts`` are the names under which the server may be reached; empty means any.

    ``routes`` are the beginnings of our own addresses.
    """

    def __init__(
        self,
        app: App,
        *,
        routes: Collection[str],
        hosts: Collection[str],
        body_limit: int,
        metrics: Metrics,
    ) -> None:
        self.app = app
        self.routes = tuple(routes)
        self.hosts = frozenset(hosts)
        self.body_limit = body_limit
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
        elif self.hosts and _host(scope) not in self.hosts:
            await self._refuse(send, 403, "host", "This server does not go by that name.")
        elif not self._known(scope["path"]):
            await self._refuse(send, 404, "path", "There is nothing at this address.")
        else:
            body = await self._body(scope, receive)
            if body is None:
                limit = f"A request may have {self.body_limit} bytes."
                await self._refuse(send, 413, "body", limit)
            else:
                await self.app(scope, _replay(body, receive), send)

    def _known(self, path: str) -> bool:
        return path.startswith(self.routes) or _GRADIO.fullmatch(path) is not None

    async def _body(self, scope: Scope, receive: Receive) -> bytes | None:
        """The whole body; None when it is too large or too slow."""
        if _declared_length(scope) > self.body_limit:
            return None
        if scope["method"] in ("GET", "HEAD"):
            return b""
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                while True:
                    message = await receive()
                    body += message.get("body", b"")
                    if len(body) > self.body_limit:
                        return None
                    if not message.get("more_body", False):
                        return bytes(body)
        except TimeoutError:
            return None

    async def _refuse(self, send: Send, status: int, reason: str, sentence: str) -> None:
        self.metrics.refused.labels(reason=reason).inc()
        body = json.dumps({"detail": sentence}).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body once, then what really happens (a disconnect)."""
    told = False

    async def replayed() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed


def _header(scope: Scope, name: bytes) -> str:
    return next((v.decode("latin-1") for n, v in scope["headers"] if n == name), "")


def _host(scope: Scope) -> str:
    """The host name without its port."""
    host = _header(scope, b"host").lower()
    return host if host.endswith("]") else host.rsplit(":", 1)[0]


def _declared_length(scope: Scope) -> int:
    length = _header(scope, b"content-length")
    return int(length) if length.isdigit() else 0
