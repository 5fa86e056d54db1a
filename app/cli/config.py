"""`hoidap config show`: every setting in force, secrets masked."""

from __future__ import annotations

import typer

from app.cli import flags, terminal

app = typer.Typer(help="The settings in force.", no_args_is_help=True)


@app.callback()
def config() -> None:
    """The settings in force: from flags, HOIDAP_* variables and hoidap.toml, in this order."""


@app.command()
def show(as_json: flags.Json = False) -> None:
    """Print every setting, its value and its meaning; secrets are masked."""
    from app.settings import config_file, help_of, load, shown

    values = shown(load())
    if as_json:
        terminal.echo_json(values)
        return
    terminal.remark(f"# settings file: {config_file() or 'none'}")
    for name, value in values.items():
        terminal.echo(f"{name} = {value}    # {help_of(name)}")
