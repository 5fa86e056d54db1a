"""The routes of what is read rather than asked: articles, the archive, exports, our own assets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse, Response

from app.library import find, listing, overview, quoted
from app.report import read_report, report_path
from app.web import export, page, reading
from app.web.conversation import Conversation
from app.web.desk import Desk
from app.words import EN, VI, Words, words_for
from index.milvus.address import Address

YEAR = 31_536_000
TYPES = {".css": "text/css", ".js": "text/javascript", ".woff2": "font/woff2"}
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def routes(desk: Desk, index: Path | Address) -> APIRouter:
    """``index`` is where the index is, which tells where the report of the last run is kept."""
    api = APIRouter(include_in_schema=False)
    for words in (VI, EN):
        _add_reading(api, desk, index, words)

    @api.get("/hoidap/{name}")
    def asset(name: str) -> Response:
        if name not in page.ASSETS:
            raise HTTPException(404)
        return FileResponse(
            page.ASSETS[name],
            media_type=TYPES[Path(name).suffix],
            headers={"Cache-Control": f"public, max-age={YEAR}, immutable"},
        )

    @api.post("/export/{form}")
    def save(
        form: Literal["markdown", "docx"], conversation: Conversation, lang: str = "vi"
    ) -> Response:
        words = words_for(lang)
        if form == "docx":
            return Response(export.docx(conversation, words), media_type=DOCX)
        return PlainTextResponse(
            export.markdown(conversation, words), media_type="text/markdown; charset=utf-8"
        )

    @api.get("/robots.txt")
    def robots() -> Response:
        return PlainTextResponse("User-agent: *\nDisallow: /\n")

    @api.get("/manifest.json")
    def manifest() -> dict[str, str]:
        """Gradio's page names one, and browsers look for it."""
        return {"name": VI.name, "short_name": VI.name, "start_url": VI.root, "display": "browser"}

    @api.get("/favicon.ico")
    def favicon() -> Response:
        return Response(ICON, media_type="image/svg+xml")

    return api


ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" '
    'rx="6" fill="#8c1d18"/><text x="16" y="24" font-family="serif" font-size="24" '
    'font-weight="700" fill="#fbfaf6" text-anchor="middle">H</text></svg>'
)


def _add_reading(api: APIRouter, desk: Desk, index: Path | Address, words: Words) -> None:
    @api.get(f"{words.root}article")
    def article(
        id: str,
        start: Annotated[int, Query(ge=0)] = 0,
        end: Annotated[int, Query(ge=0)] = 0,
        mark: str = "",
    ) -> Response:
        snapshot = desk.archive.snapshot
        found = quoted(snapshot, id, start, end, mark) if mark else None
        if found is not None:
            version, earlier = found
            holds = 0 <= start < end <= len(version.text)
            span = (start, end) if holds else None
            return HTMLResponse(reading.article_page(version, words, span, earlier=earlier))
        plain = find(snapshot, id)
        if plain is None:
            return HTMLResponse(reading.missing_page(words), 404)
        return HTMLResponse(reading.article_page(plain, words, None))

    @api.get(f"{words.root}articles")
    def articles(source: str | None = None, month: str | None = None, page: int = 1) -> Response:
        snapshot = desk.archive.snapshot
        shown = listing(snapshot, source=source, month=month, page=page)
        report = read_report(report_path(index))
        return HTMLResponse(
            reading.archive_page(
                overview(snapshot), shown, report, words, source=source, month=month
            )
        )
