"""Around every request: an id, security headers, a log line and a count. Plain ASGI."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any

from app.web import requests
from app.web.metrics import Metrics

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

log = logging.getLogger("hoidap.access")

# Where a request really came from, before a proxy's word about it is believed.
PEER = "hoidap.peer"

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


class Envelope:
    """Adds and removes nothing else: what is inside decides the answer."""

    def __init__(self, app: App, *, metrics: Metrics, proxies: Collection[str]) -> None:
        self.app = app
        self.metrics = metrics
        self.proxies = frozenset(proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        identifier = _take_identity(scope, self.proxies)
        began = time.perf_counter()
        status = 500

        async def sealed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message.get("headers", []),
                    *HEADERS,
                    (requests.ID_HEADER.encode(), identifier.encode()),
                ]
            await send(message)

        try:
            await self.app(scope, receive, sealed)
        finally:
            route = _route(scope)
            self.metrics.requests.labels(route=route, status=f"{status // 100}xx").inc()
            log.info(
                "%s %s %s",
                scope["method"],
                route,
                status,
                extra={
                    "method": scope["method"],
                    "route": route,
                    "status": status,
                    "milliseconds": round(1000 * (time.perf_counter() - began), 1),
                    "address": requests.address(),
                },
            )


def _take_identity(scope: Scope, proxies: Collection[str]) -> str:
    """Give the request its id; what only a trusted proxy may say is believed from one alone."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    peer = (scope.get("client") or ("", 0))[0]
    scope[PEER] = peer
    if peer in proxies:
        forwarded = headers.get("x-forwarded-for", "").rsplit(",", 1)[-1].strip()
        scope["client"] = (forwarded or peer, 0)
        scheme = headers.get("x-forwarded-proto", scope["scheme"])
        scope["scheme"] = scheme if scheme in ("http", "https") else scope["scheme"]
    identifier = requests.usable_id(headers.get(requests.ID_HEADER))
    ours = (requests.ID_HEADER.encode(), requests.USER_HEADER.encode())
    scope["headers"] = [
        *((name, value) for name, value in scope["headers"] if name not in ours),
        (ours[0], identifier.encode()),
    ]
    requests.adopt({requests.ID_HEADER: identifier}, (scope.get("client") or ("", 0))[0])
    return identifier


def _route(scope: Scope) -> str:
    """The pattern that matched, never the address itself: that can hold a question."""
    route = scope.get("route")
    path = getattr(route, "path", None)
    if isinstance(path, str) and path:
        return path
    return "page" if scope.get("app_root_path") or scope.get("root_path") else "other"
