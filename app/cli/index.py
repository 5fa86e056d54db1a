"""`hoidap index`: articles in, an index on disk out; running it again costs only what changed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import errors, flags, terminal

if TYPE_CHECKING:
    from app.settings import Settings
    from index.articles.read import Rejected
    from index.build import BuildReport
    from index.types import Article

SHOWN_REJECTED = 20
ONE_ARTICLE = {".txt", ".md", ".html", ".htm", ".pdf", ".docx"}


def index(
    paths: Annotated[
        list[Path], typer.Argument(help="Folders or files of articles.", metavar="PATH")
    ],
    index: flags.IndexDir = None,
    model: flags.Model = None,
    chunk_size: flags.ChunkSize = None,
    chunk_overlap: flags.ChunkOverlap = None,
    field: flags.Fields = None,
    keep_missing: Annotated[
        bool,
        typer.Option("--keep-missing", help="Keep articles whose file is no longer there."),
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option("--report", metavar="FILE", help="Write the report as JSON to this file."),
    ] = None,
    watch: Annotated[
        float | None,
        typer.Option("--watch", metavar="SECONDS", help="Look again every so many seconds."),
    ] = None,
) -> int:
    """Index articles: new and changed ones are added, those that are gone are removed.

    Ctrl-C commits what is done; the same command goes on from there. Exit code 3 when some input
    was rejected.
    """
    from app.settings import load

    settings = load(
        {
            "index": index,
            "model": model,
            "chunk_size": chunk_size,
            "chunk_overlap": chunk_overlap,
        }
    )
    fields = flags.field_map(field)
    if watch is not None and watch <= 0:
        raise typer.BadParameter("must be more than 0", param_hint="--watch")
    try:
        while True:
            done = build(settings, paths, fields=fields, keep_missing=keep_missing, report=report)
            if watch is None:
                return errors.SOME_REJECTED if done.rejected else errors.DONE
            time.sleep(watch)
    except KeyboardInterrupt:
        errors.say("Stopped. What was done is committed; run the same command to go on.")
        return errors.INTERRUPTED


def build(
    settings: Settings,
    paths: Sequence[Path],
    *,
    fields: Mapping[str, str] | None = None,
    keep_missing: bool = False,
    report: Path | None = None,
) -> BuildReport:
    """Bring the index up to date with ``paths`` and tell what became of them.

    Raises SettingsError when there is nothing to index.
    """
    from app.report import report_path, report_view, write_report
    from app.wiring import open_encoder
    from index.build import index_articles

    require_input(paths)
    encoder = open_encoder(settings)
    seen = 0
    with terminal.progress("Indexing", _expected(paths), "articles") as advance:

        def show(so_far: BuildReport) -> None:
            nonlocal seen
            advance(so_far.seen - seen)
            seen = so_far.seen

        done = index_articles(
            _articles(paths, fields),
            settings.index,
            encoder,
            chunk_size=settings.chunk_size,
            chunk_overlap=settings.chunk_overlap,
            prune=() if keep_missing else [path.resolve() for path in paths],
            progress=show,
        )
    for path in filter(None, (report_path(settings.index), report)):
        write_report(path, report_view(done))
    _tell(done, settings.index)
    return done


def require_input(paths: Sequence[Path]) -> None:
    """A folder that is empty is more likely a mistake than the wish to remove every article."""
    from index.errors import SettingsError

    for path in paths:
        if not path.exists():
            raise SettingsError(f"There is no {path}; give a folder or file of articles.")
        if path.is_dir() and not any(file.is_file() for file in path.rglob("*")):
            raise SettingsError(f"The folder {path} holds no files; give one with articles.")


def _expected(paths: Sequence[Path]) -> int | None:
    """How many articles are coming, when every file holds one; None when that cannot be told."""
    files = [file for path in paths for file in ([path] if path.is_file() else path.rglob("*"))]
    single = [file for file in files if file.suffix.lower() in ONE_ARTICLE]
    return len(single) if len(single) == sum(file.is_file() for file in files) else None


def _articles(
    paths: Sequence[Path], fields: Mapping[str, str] | None
) -> Iterator[Article | Rejected]:
    from index.articles.read import read_articles

    for path in paths:
        yield from read_articles(path.resolve(), fields=fields)


def _tell(done: BuildReport, directory: Path) -> None:
    for one in done.rejected[:SHOWN_REJECTED]:
        where = f"{one.path}:{one.line}" if one.line else one.path
        terminal.remark(f"rejected {where}: {one.reason}")
    if len(done.rejected) > SHOWN_REJECTED:
        terminal.remark(f"... and {len(done.rejected) - SHOWN_REJECTED} more; see --report FILE")
    terminal.echo(
        f"{done.added} added, {done.changed} changed, {done.removed} removed, "
        f"{done.unchanged} unchanged, {len(done.rejected)} rejected"
        f" ({done.chunks} passages, {done.sentences} sentences, {done.undated} undated)"
    )
    stages = ", ".join(f"{stage} {spent:.1f} s" for stage, spent in done.seconds.items())
    terminal.remark(f"{directory}: {stages}")
