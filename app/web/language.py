"""Which language a first visit gets: the browser's; after that the one chosen on the page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse

from app.web.envelope import App, Receive, Scope, Send
from app.words import EN

COOKIE = "hoidap_lang"
YEAR = 31_536_000


class Language:
    """Sends an English browser from / to /en/, and remembers a choice made with ``?lang=``."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in ("/", EN.root):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        chosen = request.query_params.get("lang")
        if chosen in ("vi", "en"):
            answer = RedirectResponse(EN.root if chosen == "en" else "/", 303)
            answer.set_cookie(COOKIE, chosen, max_age=YEAR, samesite="lax", httponly=True)
            await answer(scope, receive, send)
        elif scope["path"] == "/" and prefers_english(request):
            await RedirectResponse(EN.root, 302, {"Vary": "Accept-Language, Cookie"})(
                scope, receive, send
            )
        else:
            await self.app(scope, receive, send)


def prefers_english(request: Request) -> bool:
    """Whether the reader chose English, or chose nothing and reads English but no Vietnamese."""
    chosen = request.cookies.get(COOKIE)
    if chosen in ("vi", "en"):
        return chosen == "en"
    accepted = {
        part.split(";")[0].strip().lower().split("-")[0]
        for part in request.headers.get("accept-language", "").split(",")
    }
    return "en" in accepted and "vi" not in accepted
