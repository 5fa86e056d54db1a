"""The server: the page in two languages, the routes around it, and how it starts and stops."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

# Gradio reads these when it is imported; nothing of ours may look for another host.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
# After every event Gradio makes a table of the last 10,000, for a page that is off here.
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "1000000000")
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import anyio.to_thread
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from app.front import front_of
from app.merging import Merging
from app.settings import Settings
from app.web import api, completions, documents, health, memory, page, pages
from app.web.bouncer import LOOPBACK_NAMES, Bouncer
from app.web.desk import Desk, StoppingError
from app.web.envelope import Envelope
from app.web.feedback import Feedback
from app.web.gate import BusyError
from app.web.language import Language
from app.web.limits import TooOftenError
from app.web.login import Login, ProxyLogin
from app.web.tools import mcp_server
from app.web.users import UsersFile
from app.words import EN, VI, Words
from index.errors import HoidapError, QuestionRejected, SettingsError

if TYPE_CHECKING:
    import gradio as gr

log = logging.getLogger("hoidap.server")

ROUTES = (
    "/api/", "/v1/", "/mcp", "/export/", "/hoidap/", "/livez", "/readyz", "/metrics",
    "/openapi.json", "/docs", "/article", "/en/article", "/login", "/logout",
    "/favicon.ico", "/robots.txt", "/manifest.json",
)  # fmt: skip
# After the questions are done only idle event streams are left.
IDLE_SECONDS = 1
LOOK_EVERY = 1.0


def create_app(settings: Settings, desk: Desk) -> Any:
    """The whole server as an ASGI application."""
    tools = mcp_server(desk)
    tools_app = tools.streamable_http_app(
        stateless_http=True, json_response=True, transport_security=_no_second_opinion()
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        async with tools.session_manager.run():
            duties = [_follow(desk, Merging(settings.index)), memory.give_back()]
            tasks = [asyncio.create_task(duty) for duty in duties]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()

    app = FastAPI(
        title="Hỏi Đáp", version="1", lifespan=lifespan, docs_url=None, redoc_url=None,
        description="Questions to an archive of news, answered with its own sentences.",
    )  # fmt: skip
    for router in (
        api.routes(desk, logout=bool(settings.auth and not settings.auth_header)),
        completions.routes(desk),
        health.routes(desk),
        pages.routes(desk, settings.index),
        documents.routes(),
    ):
        app.include_router(router)
    app.router.routes += [
        route for route in tools_app.routes if getattr(route, "path", "") == "/mcp"
    ]
    _explain_errors(app)
    feedback = Feedback(settings.feedback)
    for words in (EN, VI):  # the page at / takes every address that is left
        _mount(app, page.build(desk, feedback, words), words)
    return _wrapped(app, settings, desk)


def serve(
    settings: Settings,
    desk: Desk,
    *,
    announce: Callable[[str], None],
    any_port: bool = False,
) -> None:
    """Serve until a signal comes; ``announce`` is told the address once it can be reached.

    With ``any_port`` a port that is taken is replaced by a free one. Raises SettingsError when the
    address cannot be used or would be open to other machines without a login.
    """
    refuse_open_door(settings)
    listener = listen(settings.host, settings.port, any_port)
    config = configuration(settings, desk)
    port = listener.getsockname()[1]
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    announce(f"http://{host}:{port}/")
    DrainingServer(config, desk, settings.grace).run([listener])


def configuration(settings: Settings, desk: Desk) -> uvicorn.Config:
    """The application is made inside the running loop: Gradio's locks belong to one."""
    return uvicorn.Config(
        lambda: create_app(settings, desk),
        factory=True,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        timeout_graceful_shutdown=IDLE_SECONDS,
    )


class DrainingServer(uvicorn.Server):
    """On the first signal takes no more questions and lets the open ones end; then stops."""

    def __init__(self, config: uvicorn.Config, desk: Desk, grace: float) -> None:
        super().__init__(config)
        self.desk = desk
        self.grace = grace
        self._deadline: float | None = None

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Not passed on: being told to stop is no failure, so the exit code is 0."""
        if self.desk.draining:
            self.force_exit = True
        log.info("stopping: %d questions are open", self.desk.gate.inside)
        self.desk.draining = True
        self._deadline = time.monotonic() + self.grace

    async def on_tick(self, counter: int) -> bool:
        if self.desk.draining and self._deadline is not None:
            late = time.monotonic() > self._deadline
            self.should_exit = self.should_exit or late or self.desk.gate.inside == 0
        return await super().on_tick(counter)


def refuse_open_door(settings: Settings) -> None:
    """Other machines may only come in with a login, or when that was said to be wanted."""
    inside = settings.host in LOOPBACK_NAMES or settings.host.startswith("127.")
    if not (inside or settings.auth or settings.auth_header or settings.insecure):
        raise SettingsError(
            f"--host {settings.host} lets other machines in: give --auth FILE (made with "
            "`hoidap user add`), or --insecure if anyone may ask."
        )


async def _follow(desk: Desk, merging: Merging) -> None:
    """Look for a new generation of the index as long as the server runs, and for what to merge."""
    while True:
        await asyncio.sleep(LOOK_EVERY)
        try:
            if await anyio.to_thread.run_sync(desk.live.refresh):
                desk.front = await anyio.to_thread.run_sync(front_of, desk.archive)
                await anyio.to_thread.run_sync(desk.count_archive)
            await anyio.to_thread.run_sync(merging.look)
        except Exception:
            log.exception("looking for a new generation failed")


def _wrapped(app: FastAPI, settings: Settings, desk: Desk) -> Any:
    """From the outside in: envelope, language, bouncer, login, application."""
    inner: Any = app
    if settings.auth_header:
        inner = ProxyLogin(inner, header=settings.auth_header, proxies=settings.trusted_proxies)
    elif settings.auth:
        inner = Login(inner, file=UsersFile(settings.auth))
    local = settings.host in LOOPBACK_NAMES and not (settings.auth or settings.auth_header)
    inner = Bouncer(
        inner,
        routes=ROUTES,
        hosts=LOOPBACK_NAMES if local else (),
        body_limit=settings.body_limit,
        metrics=desk.metrics,
    )
    inner = Language(inner)
    return Envelope(inner, metrics=desk.metrics, proxies=settings.trusted_proxies)


def _mount(app: FastAPI, blocks: gr.Blocks, words: Words) -> None:
    import gradio as gr

    memory.keep_nothing_seen()
    # One question a listener; the desk's gate decides how many really run.
    blocks.queue(default_concurrency_limit=None, max_size=None)
    gr.mount_gradio_app(
        app,
        blocks,
        path=words.root.rstrip("/") or "/",
        show_error=False,
        max_file_size="1kb",
        enable_monitoring=False,
        run_history=False,
        footer_links=[],
        ssr_mode=False,
        favicon_path=None,
        theme=page.theme(),
        head=page.head(),
    )


def _explain_errors(app: FastAPI) -> None:
    """Refusals as status codes with a sentence; nothing of our insides."""

    async def rejected(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, 422)

    async def later(_: Request, error: Exception) -> JSONResponse:
        seconds = getattr(error, "retry_after", 5)
        status = 429 if isinstance(error, TooOftenError) else 503
        sentence = str(error) or "The server is stopping."
        return JSONResponse({"detail": sentence}, status, {"Retry-After": str(seconds)})

    async def failed(_: Request, error: Exception) -> JSONResponse:
        log.error("request failed", exc_info=error)
        return JSONResponse({"detail": "The archive cannot answer now; see the log."}, 503)

    app.add_exception_handler(QuestionRejected, rejected)
    for kind in (BusyError, TooOftenError, StoppingError):
        app.add_exception_handler(kind, later)
    app.add_exception_handler(HoidapError, failed)


def listen(host: str, port: int, any_port: bool = False) -> socket.socket:
    """A socket that listens; with ``any_port`` on a free port when this one is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        if any_port and port:
            listener.close()
            return listen(host, 0)
        raise SettingsError(
            f"Cannot listen on {host}:{port}: {error.strerror}. Give another --port or --host."
        ) from None
    listener.listen(512)
    return listener


def _no_second_opinion() -> Any:
    """The bouncer has looked at the host name already."""
    from mcp.server.transport_security import TransportSecuritySettings

    return TransportSecuritySettings(enable_dns_rebinding_protection=False)
