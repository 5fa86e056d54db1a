"""`hoidap eval list`, `compare`, `report`: what is done with saved runs; nothing is asked again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import eval_shared as shared
from app.cli import flags, terminal
from app.cli.errors import DONE
from index.errors import DatasetError, SettingsError

if TYPE_CHECKING:
    from eval.summary import Summary

FAILED = 1
_DECISIVE = "nDCG@10"  # the measure whose changed questions are shown
_LISTED = ("R@1", "nDCG@10")  # of every run in a list, which may be long


def list_all(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FOLDER]",
            help="Where to look, one folder deep. [default: the folder of the setting 'runs']",
        ),
    ] = None,
    as_json: flags.Json = False,
) -> int:
    """List the datasets and the saved runs of a folder."""
    from app.settings import load
    from eval.datasets import is_dataset, splits
    from eval.saved import is_run, load_run
    from eval.scores import scores, totals
    from eval.tables import number

    if folder is not None and not folder.is_dir():
        raise DatasetError(f"There is no folder {folder}; name one that holds runs or datasets.")
    folder = folder or load().runs
    paths = sorted([*folder.glob("*"), *folder.glob("*/*.json"), *folder.glob("*/*.json.gz")])
    datasets = [
        {"path": str(path), "splits": splits(path)} for path in (folder, *paths) if is_dataset(path)
    ]
    runs = {path: load_run(path) for path in paths if path.is_file() and is_run(path)}
    measures = {path: totals(scores(one, _LISTED)) for path, one in runs.items()}
    if as_json:
        saved = [
            {"path": str(path), "label": one.label, "made": one.made, "measures": measures[path]}
            for path, one in runs.items()
        ]
        terminal.echo_json({"datasets": datasets, "runs": saved})
        return DONE
    for found in datasets:
        terminal.echo(f"{found['path']}: dataset, {', '.join(found['splits']) or 'no splits'}")
    for path, one in runs.items():
        told = "  ".join(f"{name} {number(value)}" for name, value in measures[path].items())
        terminal.echo(f"{path}: {one.label}, {one.made}  {told}")
    if not datasets and not runs:
        terminal.remark(f"{folder} holds no dataset and no saved run.")
    return DONE


def compare(
    a: Annotated[Path, typer.Argument(metavar="A", help="A saved run: the baseline.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="The run to judge.")],
    measures: shared.Measures = None,
    fail_under: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-under", metavar="CONDITION", help="Exit 1 unless B meets it: 'nDCG@10>=0.85'."
        ),
    ] = None,
    fail_if_worse: Annotated[
        str | None,
        typer.Option(
            "--fail-if-worse", metavar="A", help="Exit 1 when B is significantly worse than A."
        ),
    ] = None,
    alpha: Annotated[
        float, typer.Option("--alpha", min=0.0, max=1.0, help="Level of significance.")
    ] = 0.05,
    changed: Annotated[
        int, typer.Option("--changed", min=0, help="Questions that changed most, shown.")
    ] = 10,
    html: shared.Html = None,
    as_json: flags.Json = False,
) -> int:
    """Compare two saved runs, question by question. Exit code 1 when a condition fails."""
    from eval.answers import NAMES as ANSWER_MEASURES
    from eval.compare import compare as compared
    from eval.compare import most_changed
    from eval.gate import parse_condition, unmet, worse
    from eval.measures import DEFAULT
    from eval.report import comparison_json, print_tables
    from eval.saved import load_run
    from eval.summary import summarise
    from eval.tables import changes_table, difference_table, parse_names

    if fail_if_worse not in (None, "A", str(a)):
        raise SettingsError(f"--fail-if-worse takes A, the baseline, not {fail_if_worse!r}.")
    conditions = [parse_condition(text) for text in fail_under or []]
    names = parse_names(measures) or [*DEFAULT, *ANSWER_MEASURES]
    names = list(dict.fromkeys([*names, *(c.measure for c in conditions)]))
    first, second = (summarise(load_run(path), names) for path in (a, b))
    differences = compared(first.scored, second.scored)
    failed = unmet(conditions, second.scored)
    if fail_if_worse:
        failed += worse(differences, alpha)
    by = next((d.measure for d in differences if d.measure == _DECISIVE), differences[0].measure)
    moved = most_changed(first.scored[by], second.scored[by], changed)
    tables = [
        difference_table(str(a), str(b), differences, len(_in_both(first, second, by))),
        changes_table(by, first.run, second.run, moved),
    ]
    if as_json:
        terminal.echo_json({"measures": comparison_json(differences), "failed": failed})
    else:
        print_tables(tables if moved else tables[:1])
    shared.write_page(html, [first, second], tables)
    for line in failed:
        terminal.remark(line)
    return FAILED if failed else DONE


def report(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Saved runs.")],
    form: Annotated[
        str, typer.Option("--format", help="table, json, csv, markdown or trec.")
    ] = "table",
    html: shared.Html = None,
    measures: shared.Measures = None,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="FACETS", help="Comma-separated: type, length, source, year."),
    ] = None,
    fit_on: shared.FitOn = None,
) -> int:
    """Report saved runs, scored again without searching again."""
    from eval.report import FORMATS, print_tables, to_text
    from eval.saved import load_run
    from eval.slices import split_names
    from eval.summary import summarise
    from eval.tables import parse_names, summary_tables

    if form not in FORMATS:
        raise SettingsError(f"There is no format {form!r}; formats are: {', '.join(FORMATS)}.")
    names = parse_names(measures)
    loaded = [load_run(path) for path in runs]
    rewriting, facets = split_names(
        shared.listed(by), (result.question for one in loaded for result in one.results)
    )
    if rewriting:
        raise SettingsError(
            f"{rewriting[0]} asks again; run it with `hoidap eval run … --slice {rewriting[0]}`."
        )
    fitting = load_run(fit_on) if fit_on else None
    summaries = [summarise(one, names, facets, fitting) for one in loaded]
    shared.write_page(html, summaries)
    if form == "table":
        print_tables(summary_tables(summaries))
    else:
        terminal.echo(to_text(summaries, form).rstrip("\n"))
    return DONE


def _in_both(first: Summary, second: Summary, measure: str) -> set[str]:
    return set(first.scored[measure]) & set(second.scored[measure])
