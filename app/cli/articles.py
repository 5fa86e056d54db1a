"""`hoidap articles`: what is in the index, to look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import errors, flags, terminal

if TYPE_CHECKING:
    from index.backend import Reader
    from index.types import Article

app = typer.Typer(help="List, show and count the articles of an index.", no_args_is_help=True)

PageNumber = Annotated[int, typer.Option("--page", min=1, help="Which 30 of them.")]


@app.callback()
def articles() -> None:
    """List, show and count the articles of an index."""


@app.command("list")
def list_all(
    index: flags.IndexDir = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar="NAME", help="Only this source.")
    ] = None,
    month: Annotated[
        str | None, typer.Option("--month", metavar="YYYY-MM", help="Only this month.")
    ] = None,
    page: PageNumber = 1,
    as_json: flags.Json = False,
) -> int:
    """List articles, newest first, 30 a page."""
    from app.library import listing
    from app.views import article_view

    found = listing(_snapshot(index), source=source, month=month, page=page)
    if as_json:
        terminal.echo_json([article_view(one).model_dump(mode="json") for one in found.articles])
        return errors.DONE
    for one in found.articles:
        day = one.published.isoformat() if one.published else "undated   "
        terminal.echo(f"{day}  {one.id}  {one.title}" + (f"  ({one.source})" if one.source else ""))
    terminal.remark(f"page {found.page} of {found.pages}, {found.total} articles")
    return errors.DONE


@app.command()
def show(
    article_id: Annotated[str, typer.Argument(metavar="ID", help="The article's id.")],
    raw: Annotated[
        bool,
        typer.Option("--raw", help="Print all of its file; '- ' marks what was removed."),
    ] = False,
    field: flags.Fields = None,
    index: flags.IndexDir = None,
    as_json: flags.Json = False,
) -> int:
    """Print one article as it was indexed, cleaned, or with --raw also what cleaning took off.

    With --raw the file is read again, so a --field that indexing was given must be given here, too.
    """
    from app.library import find
    from app.views import full_article_view
    from index.errors import SettingsError

    found = find(_snapshot(index), article_id)
    if found is None:
        raise SettingsError(
            f"The index holds no article {article_id!r}; `hoidap articles list` shows the ids."
        )
    if raw:
        _show_raw(found, flags.field_map(field), as_json)
        return errors.DONE
    if as_json:
        terminal.echo_json(full_article_view(found))
        return errors.DONE
    day = found.published.isoformat() if found.published else "unknown"
    head = {
        "id": found.id,
        "title": found.title,
        "published": day,
        "source": found.source,
        "author": found.author,
        "url": found.url,
        "path": found.path,
    }
    for name, value in head.items():
        terminal.echo(f"{name:<10} {value or 'unknown'}")
    terminal.echo(f"\n{found.text}")
    return errors.DONE


@app.command()
def stats(index: flags.IndexDir = None, as_json: flags.Json = False) -> int:
    """Count articles by source and month, and tell what the last indexing rejected."""
    from dataclasses import asdict

    from app.library import overview
    from app.report import read_report, report_path
    from app.settings import load

    directory = load({"index": index}).index
    whole = overview(_snapshot(index))
    report = read_report(report_path(directory))
    if as_json:
        terminal.echo_json(
            {**asdict(whole), "report": report.model_dump(mode="json") if report else None}
        )
        return errors.DONE
    terminal.echo(
        f"{whole.articles} articles, {whole.stories} stories, {whole.passages} passages, "
        f"{whole.oldest or 'unknown'} to {whole.newest or 'unknown'}, {whole.undated} undated"
    )
    for name, count in (*whole.sources, ("no source", whole.unnamed)):
        terminal.echo(f"{count:>8}  {name}")
    for month, count in whole.months:
        terminal.echo(f"{count:>8}  {month}")
    if report:
        terminal.echo(f"{report.rejected_count:>8}  rejected on {report.finished:%Y-%m-%d %H:%M}")
    return errors.DONE


def _show_raw(article: Article, fields: Mapping[str, str] | None, as_json: bool) -> None:
    from dataclasses import asdict

    from index.articles.raw import parts, raw_text

    told = list(parts(raw_text(article, fields), article))
    if as_json:
        terminal.echo_json({"id": article.id, "parts": [asdict(part) for part in told]})
        return
    for part in told:
        terminal.echo(f"{'  ' if part.kept else '- '}{part.text}")


def _snapshot(index: flags.IndexDir) -> Reader:
    from app.settings import load
    from index.opening import open_reader

    return open_reader(load({"index": index}).index)
