"""Summaries in every form: table, json, csv, markdown, trec and, by eval/page.py, HTML."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from eval.compare import Difference, Interval
from eval.measures import article_ranking
from eval.summary import Summary
from eval.tables import Table, summary_tables
from eval.trec import run_lines
from eval.types import Run

FORMATS = ("table", "json", "csv", "markdown", "trec")
_CSV_HEADER = (
    "dataset", "split", "slice", "settings", "facet", "value", "measure", "questions", "result",
    "low", "high",
)  # fmt: skip


def as_json(summary: Summary) -> dict[str, Any]:
    """One object; ``measures`` is {name: value}, as bare as a script wants it."""
    run = summary.run
    return {
        "dataset": run.dataset,
        "split": run.split,
        "slice": run.slice or None,
        "questions": summary.questions,
        "unanswerable": summary.unanswerable,
        "unasked": run.unasked,
        "measures": summary.measures,
        "intervals": {name: [i.low, i.high] for name, i in summary.intervals.items()},
        "search_ms": summary.search_ms,
        "answer_ms": summary.answer_ms,
        "unsupported_claims": summary.unsupported,
        "abstention": asdict(summary.abstention) if summary.abstention else None,
        "groups": _groups(summary),
        "warnings": list(summary.warnings),
        "notes": list(run.notes),
        "settings": run.settings,
        "chosen_on": run.chosen_on,
        "k": run.k,
        "encoder": run.encoder,
        "chunking": run.chunking,
        "generation": run.generation,
        "commit": run.commit,
        "made": run.made,
    }


def as_csv(summaries: Sequence[Summary]) -> str:
    """A row for every measure of every run and group, for a spreadsheet."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(_CSV_HEADER)
    for summary in summaries:
        run = summary.run
        settings = " ".join(f"{key}={value}" for key, value in run.settings.items())
        head = (run.dataset, run.split or "", run.slice, settings)
        for name, value in summary.measures.items():
            bounds = summary.intervals.get(name)
            count = len(summary.scored[name])
            writer.writerow((*head, "", "", name, count, f"{value:.6f}", *_bounds(bounds)))
        for group in summary.groups:
            for name, value in group.measures.items():
                row = (group.facet, group.value, name, group.questions, f"{value:.6f}")
                writer.writerow((*head, *row, *_bounds(group.intervals.get(name))))
    return written.getvalue()


def as_markdown(tables: Sequence[Table]) -> str:
    """The tables as GitHub shows them."""
    return "\n".join(line for table in tables for line in _markdown(table))


def print_tables(tables: Sequence[Table]) -> None:
    """Print for a terminal; nothing is cut when the output is a file."""
    from rich.console import Console
    from rich.table import Table as Grid
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else 200, highlight=False)
    for table in tables:
        console.print(Text(table.title, style="bold"))
        grid = Grid(header_style="bold", box=None)
        for column, name in enumerate(table.header):
            grid.add_column(Text(name), justify="right" if column else "left", overflow="fold")
        for row in table.rows:
            grid.add_row(*map(Text, row))
        console.print(grid)
        for note in table.notes:
            console.print(f"  {note}", markup=False, style="dim")
        console.print()


def as_trec(run: Run) -> str:
    """The articles found by ``run``, question by question, for other tools."""
    tag = "-".join(["hoidap", *run.label.split()])
    rankings = {r.question.id: article_ranking(r) for r in run.results if r.question.answerable}
    return "".join(run_lines(rankings, tag))


def comparison_json(differences: Sequence[Difference]) -> dict[str, Any]:
    """Measure -> everything that was found out about the difference."""
    return {difference.measure: asdict(difference) for difference in differences}


def to_text(summaries: Sequence[Summary], form: str) -> str:
    """``form`` json (one object, or a list of several), csv, markdown or trec."""
    if form == "trec":
        return "".join(as_trec(summary.run) for summary in summaries)
    if form == "json":
        objects = [as_json(summary) for summary in summaries]
        value = objects[0] if len(objects) == 1 else objects
        return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
    if form == "csv":
        return as_csv(summaries)
    return as_markdown(summary_tables(summaries))


def _groups(summary: Summary) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for group in summary.groups:
        found.setdefault(group.facet, {})[group.value] = {
            "questions": group.questions,
            "measures": group.measures,
            "intervals": {name: [i.low, i.high] for name, i in group.intervals.items()},
        }
    return found


def _bounds(interval: Interval | None) -> tuple[str, str]:
    return (f"{interval.low:.6f}", f"{interval.high:.6f}") if interval else ("", "")


def _markdown(table: Table) -> Iterator[str]:
    yield f"### {table.title}\n"
    yield _line(table.header)
    yield _line(("---",) * len(table.header))
    yield from map(_line, table.rows)
    yield ""
    yield from (f"{note}  " for note in table.notes)
    if table.notes:
        yield ""


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
