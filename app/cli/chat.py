"""`hoidap chat`: the page on this machine, with an archive to ask at once."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import errors, flags, terminal

if TYPE_CHECKING:
    from app.settings import Settings
    from index.milvus.address import Address

SAMPLE = Path(__file__).parents[1] / "sample"


def chat(
    corpus: Annotated[
        Path | None,
        typer.Option("--corpus", metavar="DIR", help="Articles to index first (and to follow)."),
    ] = None,
    index: flags.IndexDir = None,
    model: flags.Model = None,
    port: flags.Port = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Only print the address of the page.")
    ] = False,
) -> int:
    """Open the chat page in a browser, for this machine alone.

    Without --corpus and --index it asks your own index, or the sample articles if there is none.
    """
    from app.cli.index import build
    from app.settings import load

    settings = load({"index": index, "model": model, "port": port})
    articles, directory = choose_archive(settings, corpus)
    settings = settings.model_copy(update={"index": directory, "host": "127.0.0.1"})
    if articles is not None:
        build(settings, [articles])
    return run_server(settings, any_port=True, browser=not no_browser, quiet=True)


def choose_archive(settings: Settings, corpus: Path | None) -> tuple[Path | None, Path | Address]:
    """The articles to index first, if any, and where the index is."""
    from index.storage.manifest import CURRENT

    named = "index" in settings.model_fields_set
    if corpus is not None:
        return corpus, settings.index if named else own_index(corpus)
    if named or not isinstance(settings.index, Path) or (settings.index / CURRENT).exists():
        return None, settings.index
    terminal.remark("There is no index yet: here are the sample articles.")
    return SAMPLE / "articles", own_index(SAMPLE)


def own_index(corpus: Path) -> Path:
    """The folder in the cache for the index of ``corpus``: one for each folder of articles."""
    from app.settings import cache_directory

    mark = hashlib.sha256(str(corpus.resolve()).encode()).hexdigest()[:8]
    return cache_directory() / "indexes" / f"{corpus.resolve().name or 'corpus'}-{mark}"


def run_server(settings: Settings, *, any_port: bool, browser: bool, quiet: bool = False) -> int:
    """Serve until stopped, and print the address; ``quiet`` logs only what goes wrong."""
    from app.front import front_of
    from app.web.desk import open_desk
    from app.web.journal import keep_journal
    from app.web.server import refuse_open_door, serve
    from app.wiring import open_live

    refuse_open_door(settings)
    live = open_live(settings)
    keep_journal("text" if sys.stderr.isatty() else settings.log_format, quiet=quiet)

    def announce(address: str) -> None:
        terminal.echo(f"Hỏi Đáp: {address}")
        sys.stdout.flush()
        if browser and has_screen():
            open_soon(address)

    serve(
        settings,
        open_desk(settings, live, front_of(live.archive)),
        announce=announce,
        any_port=any_port,
    )
    return errors.DONE


def has_screen() -> bool:
    """Whether a browser would open in a window, and not take over the terminal."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_soon(address: str) -> None:
    import webbrowser

    timer = threading.Timer(1.0, webbrowser.open, [address])
    timer.daemon = True
    timer.start()
