"""`hoidap index`: articles in, an index on disk out; running it again costs only what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import errors, flags, terminal
from app.wiring import ALONE, Encoders
from index.errors import HoidapError

if TYPE_CHECKING:
    from app.cli.watch import Look
    from app.settings import Settings
    from index.articles.formats.containers import Meter
    from index.articles.read import Rejected
    from index.build import BuildReport
    from index.milvus.address import Address
    from index.types import Article

SHOWN_REJECTED = 20


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
    workers: Annotated[
        int,
        typer.Option("--workers", metavar="N", min=1, max=256, help="Processes that encode."),
    ] = 1,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster",
            metavar="ADDRESS",
            help="Encode on this Ray cluster: host:port, auto, or local for one here.",
        ),
    ] = None,
    parts: Annotated[
        Path | None,
        typer.Option("--parts", metavar="DIR", help="Folder that all of the cluster see."),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Keep going: index again whenever a file changes.")
    ] = False,
    every: Annotated[
        float,
        typer.Option("--every", metavar="SECONDS", min=0.1, help="How often --watch looks."),
    ] = 10.0,
) -> int:
    """Index articles: new and changed ones are added, those that are gone are removed.

    Ctrl-C commits what is done; the same command goes on from there. Exit code 3 when some input
    was rejected. With --watch small parts of the index are merged in the background.
    """
    from app.cli.watch import look
    from app.merging import Merging
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

    encoders = Encoders(workers, cluster, parts or Path("hoidap-parts"))
    merging = Merging(settings.index)

    def run() -> BuildReport:
        return build(
            settings,
            paths,
            fields=fields,
            keep_missing=keep_missing,
            report=report,
            encoders=encoders,
        )

    try:
        before = look(paths)
        done = run()
        while watch:
            merging.look()
            before = _again(run, paths, before, every)
        return errors.SOME_REJECTED if done.rejected else errors.DONE
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
    encoders: Encoders = ALONE,
) -> BuildReport:
    """Bring the index up to date with ``paths`` and tell what became of them.

    Raises SettingsError when there is nothing to index.
    """
    from app.wiring import encoding_by, open_encoder
    from index.articles.formats.containers import Meter
    from index.build import index_articles
    from index.storage.lock import require_free

    size = require_input(paths, settings.index)
    if isinstance(settings.index, Path):
        require_free(settings.index)
    encoder = open_encoder(settings)
    seen, meter = 0, Meter()
    with (
        encoding_by(encoders, settings, encoder.spec) as encoding,
        terminal.progress("Indexing", None, "articles") as advance,
    ):

        def show(so_far: BuildReport) -> None:
            nonlocal seen
            advance(so_far.seen - seen, meter.expected(size))
            seen = so_far.seen

        done = index_articles(
            _articles(paths, fields, meter),
            settings.index,
            encoder,
            chunk_size=settings.chunk_size,
            chunk_overlap=settings.chunk_overlap,
            prune=() if keep_missing else [path.resolve() for path in paths],
            progress=show,
            encoding=encoding,
        )
    _tell(done, settings.index)
    _report(done, settings.index, report)
    return done


def require_input(paths: Sequence[Path], index: Path | Address) -> int:
    """How many bytes there are to read. SettingsError where ``paths`` look like a mistake.

    A folder that is empty is more likely one than the wish to remove every article.
    """
    from index.articles.read import files_below
    from index.errors import SettingsError

    size = 0
    for path in paths:
        if not path.exists():
            raise SettingsError(f"There is no {path}; give a folder or file of articles.")
        sizes = [file.stat().st_size for file in files_below(path) if file.is_file()]
        if not sizes:
            raise SettingsError(f"The folder {path} holds no files; give one with articles.")
        if isinstance(index, Path) and (_lies_in(index, path) or _lies_in(path, index)):
            raise SettingsError(
                f"The index {index} and the articles {path} lie in one another; "
                "choose another folder with --index."
            )
        size += sum(sizes)
    return size


def _lies_in(inner: Path, outer: Path) -> bool:
    """Hidden folders are not read, so an index may lie in one."""
    inner, outer = inner.resolve(), outer.resolve()
    if not inner.is_relative_to(outer):
        return False
    return not any(part.startswith(".") for part in inner.relative_to(outer).parts)


def _articles(
    paths: Sequence[Path], fields: Mapping[str, str] | None, meter: Meter
) -> Iterator[Article | Rejected]:
    from index.articles.read import read_articles

    for path in paths:
        yield from read_articles(path.resolve(), fields=fields, meter=meter)


def _again(
    run: Callable[[], BuildReport], paths: Sequence[Path], before: Look, every: float
) -> Look:
    """Waits until a file changes, and indexes; tells what was there when that began.

    What stands in the way (a share that is not mounted, another writer) may be gone next time.
    """
    from app.cli.watch import next_change

    before = next_change(paths, before, every)
    try:
        run()
    except (HoidapError, OSError) as error:
        errors.say(f"{error} Trying again when a file changes, or in {every:g} s.")
        return {}
    return before


def _report(done: BuildReport, index: Path | Address, file: Path | None) -> None:
    """Writes the report to ``file`` and beside the index, where it is only a convenience."""
    from app.report import report_path, report_view, write_report

    view = report_view(done)
    if file is not None:
        write_report(file, view)
    try:
        write_report(report_path(index), view)
    except OSError as error:
        terminal.remark(f"no report beside the index: {error}")


def _tell(done: BuildReport, index: Path | Address) -> None:
    for one in done.rejected[:SHOWN_REJECTED]:
        where = f"{one.path}:{one.line}" if one.line else one.path
        terminal.remark(f"rejected {where}: {one.reason}")
    if len(done.rejected) > SHOWN_REJECTED:
        terminal.remark(f"... and {len(done.rejected) - SHOWN_REJECTED} more; see --report FILE")
    terminal.echo(
        f"{done.added} added, {done.changed} changed, {done.removed} removed, "
        f"{done.unchanged} unchanged, {len(done.rejected)} rejected"
        f" ({done.chunks} passages, {done.sentences} sentences, {done.undated} undated,"
        f" {done.copies} copies of another article)"
    )
    stages = ", ".join(f"{stage} {spent:.1f} s" for stage, spent in done.seconds.items())
    terminal.remark(f"{index}: {stages}")
