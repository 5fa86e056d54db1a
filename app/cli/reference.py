"""docs/cli.md, written by the command line itself: `python -m app.cli.reference > docs/cli.md`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

WIDTH = 100
HEAD = """\
# The command line

Written by `python -m app.cli.reference`; a test compares it with the commands.

Flags win over environment variables (`HOIDAP_INDEX`), these over `hoidap.toml` in the working
directory (or the file that `HOIDAP_CONFIG` names); `hoidap config show` lists every setting.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | no answer (`ask`, `search`) |
| 2 | usage or settings |
| 3 | done, but some input was rejected; each is named with its reason |
| 4 | the index is damaged |
| 5 | another writer holds the index |
| 6 | the index belongs to another model or format |
| 74 | input or output failed |
| 130 | interrupted |
"""


def reference() -> str:
    """Every command with its help, as Markdown."""
    from app.cli.main import app

    return "\n".join([HEAD, *_sections(get_command(app), "hoidap", None)])


def _sections(command: Any, name: str, parent: Any) -> Iterator[str]:
    context = command.context_class(
        command, info_name=name, parent=parent, terminal_width=WIDTH, max_content_width=WIDTH
    )
    path = context.command_path
    yield f"## {path}\n\n```text\n{_help(command, context)}\n```\n"
    for inner in getattr(command, "commands", {}).values():
        if not inner.hidden:
            yield from _sections(inner, inner.name, context)


def _help(command: Any, context: Any) -> str:
    """Without the defaults of this machine: folders are named by the settings' documentation."""
    return str(command.get_help(context)).replace(str(Path.home()), "~").strip()


if __name__ == "__main__":
    print(reference(), end="")
