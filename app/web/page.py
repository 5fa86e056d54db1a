"""The chat page in one language: Gradio Blocks, our theme, style and script."""

from __future__ import annotations

import hashlib
from pathlib import Path

import gradio as gr

from app.web.desk import Desk
from app.web.events import connect
from app.web.feedback import Feedback
from app.web.layout import lay_out
from app.words import Words

HERE = Path(__file__).parent
ASSETS = {
    path.name: path
    for path in (
        *(HERE / name for name in ("page.css", "page.js", "reading.css", "fonts.css")),
        *sorted((HERE / "fonts").glob("*.woff2")),
    )
}
# Gradio keeps 40 KB a session and never forgets one unless told how many to hold.
SESSIONS = 200


def build(desk: Desk, feedback: Feedback, words: Words) -> gr.Blocks:
    """The page; what it shows of the archive follows `Desk.front` when it is loaded."""
    page = gr.Blocks(title=words.name, analytics_enabled=False, fill_width=True)
    with page:
        parts = lay_out(words, desk.front, question_limit=desk.question_limit)
        connect(page, parts, desk, feedback, words)
    page.state_session_capacity = SESSIONS
    return page


def head() -> str:
    """Style and script of our own, named by their content so that a browser can keep them."""
    return (
        '<meta name="color-scheme" content="light dark">'
        f'<link rel="stylesheet" href="{asset("fonts.css")}">'
        f'<link rel="stylesheet" href="{asset("page.css")}">'
        f'<script src="{asset("page.js")}"></script>'
    )


def asset(name: str) -> str:
    """The address of one of our files, with a digest of its content."""
    digest = hashlib.sha256(ASSETS[name].read_bytes()).hexdigest()[:12]
    return f"/hoidap/{name}?v={digest}"


def theme() -> gr.themes.Base:
    """Light and dark paper. Only weights 400 and 700: the 600 of Gradio's font lacks Vietnamese."""
    fonts = (
        gr.themes.LocalFont("Source Sans Pro", weights=(400, 700)),
        "ui-sans-serif",
        "system-ui",
        "sans-serif",
    )
    return gr.themes.Default(
        primary_hue=gr.themes.colors.stone,
        neutral_hue=gr.themes.colors.stone,
        radius_size=gr.themes.sizes.radius_sm,
        font=fonts,
        font_mono=("ui-monospace", "monospace"),
    ).set(
        body_background_fill="#fbfaf6",
        body_background_fill_dark="#171614",
        body_text_color="#1f1d1a",
        body_text_color_dark="#e8e4dc",
    )
