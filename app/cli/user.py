"""`hoidap user`: who may log in to a server."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli import errors, flags, terminal
from app.settings import help_of

app = typer.Typer(help="The people who may log in to a server.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The person's name for logging in.")]
File = Annotated[Path | None, typer.Option("--auth", metavar="FILE", help=help_of("auth"))]


@app.callback()
def users() -> None:
    """The people who may log in to a server."""


@app.command()
def add(name: Name, auth: File = None) -> int:
    """Add a person or change a password, which is asked for (or read from a pipe)."""
    from app.web.users import add_user

    add_user(_file(auth), name, _password(name))
    terminal.echo(f"{name} can log in.")
    return errors.DONE


@app.command()
def remove(name: Name, auth: File = None) -> int:
    """Remove a person, who is out of a running server at once."""
    from app.web.users import remove_user

    remove_user(_file(auth), name)
    terminal.echo(f"{name} is removed.")
    return errors.DONE


@app.command("list")
def list_all(auth: File = None, as_json: flags.Json = False) -> int:
    """List the names."""
    from app.web.users import read_users

    names = sorted(read_users(_file(auth)).hashes)
    if as_json:
        terminal.echo_json(names)
    else:
        for name in names:
            terminal.echo(name)
    return errors.DONE


def _file(auth: Path | None) -> Path:
    from app.settings import data_directory, load

    return load({"auth": auth}).auth or data_directory() / "users.json"


def _password(name: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return str(typer.prompt(f"Password for {name}", hide_input=True, confirmation_prompt=True))
