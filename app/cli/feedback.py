"""`hoidap feedback`: readers' judgments as a question file for an evaluation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from app.cli import errors, terminal
from app.settings import help_of


def feedback(
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="The question file to write (.jsonl).")
    ],
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help=help_of("feedback"))
    ] = None,
) -> int:
    """Write the questions whose answers readers found good, with what was cited as their gold.

    `hoidap eval run OUT` then tells whether a change still answers them.
    """
    from app.settings import load
    from app.web.feedback import judged_questions
    from index.errors import SettingsError

    source = load({"feedback": file}).feedback
    if not source.is_file():
        raise SettingsError(f"There are no judgments in {source}; readers give them on the page.")
    questions = judged_questions(source)
    lines = [json.dumps(one, ensure_ascii=False) + "\n" for one in questions]
    out.write_text("".join(lines), encoding="utf-8")
    terminal.echo(f"{len(questions)} question{'' if len(questions) == 1 else 's'} in {out}")
    return errors.DONE
