"""The command line: one module a command, put together here. Heavy imports stay in the commands."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli import config, errors
from app.cli.ask import ask
from app.cli.search import search

app = typer.Typer(
    name="hoidap",
    help="Ask a folder of news articles, and see the exact sentences that the answer rests on.",
    epilog="Exit codes: 0 done, 1 no answer, 2 usage or settings, 3 some input was rejected, "
    "4 the index is damaged, 5 another writer holds the index, 6 another model or format, "
    "74 input or output failed, 130 interrupted.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(version("hoidap"))
        raise typer.Exit


@app.callback()
def hoidap(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Ask a folder of news articles, and see the exact sentences that the answer rests on."""


app.command()(search)
app.command()(ask)
app.add_typer(config.app, name="config")


def main() -> None:
    """The console script."""
    raise SystemExit(errors.run(lambda: app(standalone_mode=False)))
