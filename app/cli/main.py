"""The command line: one module a command, put together here. Heavy imports stay in the commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from app.cli import articles, config, errors, user
from app.cli.ask import ask
from app.cli.chat import chat
from app.cli.doctor import doctor
from app.cli.eval import app as eval_app
from app.cli.feedback import feedback
from app.cli.index import index
from app.cli.mcp import mcp
from app.cli.migrate import migrate
from app.cli.search import search
from app.cli.serve import serve
from app.cli.upkeep import check, compact, info, remove

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


for command in (
    index,
    chat,
    ask,
    search,
    serve,
    mcp,
    info,
    check,
    doctor,
    remove,
    compact,
    migrate,
    feedback,
):
    app.command()(command)
app.add_typer(articles.app, name="articles")
app.add_typer(eval_app, name="eval")
app.add_typer(user.app, name="user")
app.add_typer(config.app, name="config")


def run(arguments: Sequence[str] | None = None) -> int:
    """The exit code of a command line; ``None`` is that of the process."""
    words = None if arguments is None else list(arguments)
    return errors.run(lambda: app(words, prog_name="hoidap", standalone_mode=False))


def main() -> None:
    """The console script."""
    raise SystemExit(run())


if __name__ == "__main__":
    main()
