"""`hoidap serve`: the page and its interfaces for a network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli import flags
from app.settings import help_of


def serve(
    host: flags.Host = None,
    port: flags.Port = None,
    auth: Annotated[
        Path | None, typer.Option("--auth", metavar="FILE", help=help_of("auth"))
    ] = None,
    auth_header: Annotated[
        str | None, typer.Option("--auth-header", metavar="NAME", help=help_of("auth_header"))
    ] = None,
    insecure: Annotated[
        bool | None, typer.Option("--insecure", help=help_of("insecure"), show_default=False)
    ] = None,
    index: flags.IndexDir = None,
    model: flags.Model = None,
) -> int:
    """Serve the page, the HTTP API and MCP. Only this machine is let in unless --host says more.

    SIGTERM lets the open answers end, then stops. A new generation of the index is picked up by
    itself.
    """
    from app.cli.chat import run_server
    from app.settings import load

    settings = load(
        {
            "host": host,
            "port": port,
            "auth": auth,
            "auth_header": auth_header,
            "insecure": insecure,
            "index": index,
            "model": model,
        }
    )
    return run_server(settings, any_port=False, browser=False)
