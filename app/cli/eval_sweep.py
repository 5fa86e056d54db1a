"""`hoidap eval sweep`: a grid of settings on one dataset."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from app.cli import eval_shared as shared
from app.cli import flags, terminal
from app.cli.errors import DONE


def sweep(
    dataset: shared.DatasetPath,
    settings: Annotated[
        list[str],
        typer.Option("--set", metavar="KEY=A,B", help="A setting and its values; may be repeated."),
    ],
    split: shared.Split = None,
    report_split: Annotated[
        str | None,
        typer.Option("--report-split", help="Report the best on these questions, which chose not."),
    ] = None,
    corpus: shared.Corpus = None,
    by: Annotated[
        str, typer.Option("--by", metavar="MEASURE", help="The measure that decides.")
    ] = "nDCG@10",
    k: shared.Depth = None,
    answers: Annotated[bool, typer.Option("--answers", help="Ask for answers too.")] = False,
    save: Annotated[
        Path | None,
        typer.Option(
            "--save",
            metavar="DIR",
            help="Folder in which every run is saved when it is done. [default: a new one in the "
            "folder of the setting 'runs']",
        ),
    ] = None,
    html: shared.Html = None,
    as_json: flags.Json = False,
) -> int:
    """Try every combination of settings on the same questions, best first."""
    from app.cli.eval_subject import ask_dataset, open_subject, remembering_encoders
    from eval.datasets import read_dataset
    from eval.plots import sweep_plot
    from eval.report import print_tables
    from eval.scores import canonical, depth
    from eval.summary import summarise
    from eval.sweep import grid, parse_assignments, sweep_points, sweep_table
    from eval.sweep import sweep as swept
    from eval.tables import summary_tables
    from eval.types import Dataset, Run

    encoders = remembering_encoders()
    choices, measure = parse_assignments(settings), canonical(by)
    asked = read_dataset(dataset, split)
    reported = read_dataset(dataset, report_split) if report_split else None

    folder = save or shared.place_of_its_own("sweep", asked.name, asked.split)

    def keep(made: Run) -> None:
        told = ",".join([made.origin, *(f"{key}={value}" for key, value in made.settings.items())])
        name = re.sub(r"[^\w.,=-]+", "-", told)
        shared.keep(made, folder / f"{name}.json.gz", wanted=save is not None)

    def run_on(questions: Dataset, changed: dict[str, str]) -> Run:
        terminal.remark(", ".join(f"{key}={value}" for key, value in changed.items()))
        subject = open_subject(
            changed, corpus=corpus, corpus_file=questions.corpus, answers=answers, encoders=encoders
        )
        made = ask_dataset(questions, subject, k=k or depth([measure]))
        keep(made)
        if made.unasked:
            raise KeyboardInterrupt
        return made

    found = swept(
        grid(choices),
        measure,
        lambda changed: run_on(asked, changed),
        (lambda changed: run_on(reported, changed)) if reported else None,
    )
    table = sweep_table(found)
    best = summarise(found.reported or found.best)
    keep(found.reported or found.best)  # which now say what they were chosen on
    shared.write_page(html, [best], [table], [sweep_plot(sweep_points(found, choices), measure)])
    if as_json:
        terminal.echo_json(
            {
                "by": measure,
                "split": found.best.split,
                "runs": [
                    {"settings": made.settings, "measures": values, "p": p}
                    for made, values, p in zip(found.runs, found.values, found.ps, strict=True)
                ],
                "reported": {"split": best.run.split, "measures": best.measures},
                "warning": found.warning,
            }
        )
    else:
        print_tables([table, *summary_tables([best])])
    return DONE
