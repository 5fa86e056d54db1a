"""`hoidap eval`: is it better, by how much, on what, and can the difference be trusted?"""

from __future__ import annotations

import typer

from app.cli.eval_made import make_questions
from app.cli.eval_run import run
from app.cli.eval_saved import compare, list_all, report
from app.cli.eval_sweep import sweep

app = typer.Typer(help="Measure search and answers, and compare.", no_args_is_help=True)


@app.callback()
def evaluation() -> None:
    """Measure search and answers, compare runs, make questions."""


app.command()(run)
app.command("list")(list_all)
app.command()(compare)
app.command()(sweep)
app.command("make-questions")(make_questions)
app.command()(report)
