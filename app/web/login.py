"""Who is asking: a session cookie, a password for programs, or a header set by a trusted proxy.

Every address but the login page and the probes of a supervisor needs one of them, Gradio's own
included (its own login leaves several open).
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Collection
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from app.web import requests
from app.web.envelope import PEER, App, Receive, Scope, Send
from app.web.language import prefers_english
from app.web.limits import RateLimit, TooOftenError
from app.web.reading import login_page
from app.web.users import SESSION_SECONDS, Users, UsersFile
from app.words import EN, VI, words_for

COOKIE = "hoidap_session"
FONTS = "/static/fonts/SourceSansPro/SourceSansPro-"
OPEN = ("/livez", "/readyz", "/manifest.json", f"{FONTS}Regular.woff2", f"{FONTS}Bold.woff2")
OUR_ASSETS = "/hoidap/"
TRIES_PER_MINUTE = 10
MOST_REMEMBERED = 1000


class ProxyLogin:
    """Believes the header in which a trusted proxy names the user."""

    def __init__(self, app: App, *, header: str, proxies: Collection[str]) -> None:
        self.app = app
        self.header = header.lower()
        self.proxies = frozenset(proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in ("/livez", "/readyz"):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        name = request.headers.get(self.header, "")
        # The peer that speaks to us, not the address that it forwards.
        peer = scope.get(PEER, "")
        if not name or peer not in self.proxies:
            await JSONResponse({"detail": "Log in at the proxy."}, 401)(scope, receive, send)
            return
        _identify(scope, name)
        await self.app(scope, receive, send)


class Login:
    """A cookie for browsers; for programs ``Authorization: Basic`` or ``Bearer name:password``."""

    def __init__(self, app: App, *, file: UsersFile) -> None:
        self.app = app
        self.file = file
        self.tries = RateLimit(TRIES_PER_MINUTE)
        self._key = secrets.token_bytes(32)
        self._proven: OrderedDict[bytes, str] = OrderedDict()
        self._proven_by: Users = file.users

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        if scope["path"] == "/login":
            await (await self._login(request))(scope, receive, send)
        elif scope["path"] == "/logout":
            gone = RedirectResponse("/login", 303)
            gone.delete_cookie(COOKIE)
            await gone(scope, receive, send)
        elif scope["path"] in OPEN or scope["path"].startswith(OUR_ASSETS):
            await self.app(scope, receive, send)
        else:
            name = await self._name(request)
            if name is None:
                await _ask_to_log_in(request)(scope, receive, send)
                return
            _identify(scope, name)
            await self.app(scope, receive, send)

    async def _name(self, request: Request) -> str | None:
        session = self.file.users.session_user(_cookie(request))
        if session is not None:
            return session
        given = _credentials(request.headers.get("authorization", ""))
        return await self._verified(*given) if given else None

    async def _verified(self, name: str, password: str) -> str | None:
        """Remembers who proved a password, since hashing one is slow on purpose."""
        users = self.file.users
        if users is not self._proven_by:
            self._proven.clear()
            self._proven_by = users
        proof = hmac.new(self._key, f"{name}:{password}".encode(), hashlib.sha256).digest()
        if proof in self._proven:
            return self._proven[proof]
        try:
            self.tries.take(requests.address())
        except TooOftenError:
            return None
        if not await asyncio.to_thread(users.verify, name, password):
            return None
        if users is self._proven_by:
            self._proven[proof] = name
        while len(self._proven) > MOST_REMEMBERED:
            self._proven.popitem(last=False)
        return name

    async def _login(self, request: Request) -> Response:
        words = words_for(request.query_params.get("lang"))
        target = _local(request.query_params.get("next", "/"))
        if request.method != "POST":
            return HTMLResponse(login_page(words, target))
        form = parse_qs((await request.body()).decode("utf-8", "replace"))
        name, password = (form.get(field, [""])[0] for field in ("name", "password"))
        proven = await self._verified(name, password)
        if proven is None:
            return HTMLResponse(login_page(words, target, failed=True), 401)
        answer = RedirectResponse(target, 303)
        answer.set_cookie(
            COOKIE,
            self.file.users.session(proven),
            max_age=SESSION_SECONDS,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return answer


def _identify(scope: Scope, name: str) -> None:
    scope["headers"] = [*scope["headers"], (requests.USER_HEADER.encode(), name.encode())]
    requests.identify(name)


def _ask_to_log_in(request: Request) -> Response:
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        url = request.url
        target = f"{url.path}?{url.query}" if url.query else url.path
        english = url.path.startswith(EN.root) or prefers_english(request)
        query = urlencode({"next": target, "lang": (EN if english else VI).lang})
        return RedirectResponse(f"/login?{query}", 303)
    return JSONResponse({"detail": "Log in first."}, 401, {"WWW-Authenticate": "Bearer"})


def _cookie(request: Request) -> str:
    try:
        found = SimpleCookie(request.headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _credentials(header: str) -> tuple[str, str] | None:
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "basic":
        try:
            value = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None
    elif scheme.lower() == "bearer":
        # Headers are read as latin-1; names and passwords are written in UTF-8.
        value = value.encode("latin-1").decode("utf-8", "replace")
    else:
        return None
    name, colon, password = value.strip().partition(":")
    return (name, password) if colon else None


def _local(target: str) -> str:
    """A path on this server, never the address of another."""
    parts = urlsplit(target)
    safe = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if safe and not parts.netloc and not parts.scheme else "/"
