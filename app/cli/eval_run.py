"""`hoidap eval run`: ask a dataset's questions and measure what was found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import eval_shared as shared
from app.cli import flags, terminal
from app.cli.errors import DONE
from index.errors import SettingsError

if TYPE_CHECKING:
    from eval.summary import Summary


def run(
    dataset: shared.DatasetPath,
    split: shared.Split = None,
    qrels: shared.Qrels = None,
    index: shared.Index = None,
    corpus: shared.Corpus = None,
    k: Annotated[int, typer.Option("--k", min=1, max=1000, help="Hits kept a question.")] = 100,
    measures: shared.Measures = None,
    answers: Annotated[
        bool, typer.Option("--answers", help="Ask for answers too, also what has none.")
    ] = False,
    unanswerable: Annotated[
        Path | None,
        typer.Option(
            "--unanswerable",
            metavar="DATASET",
            help="Also ask these questions, which the articles cannot answer.",
        ),
    ] = None,
    settings: shared.Set = None,
    slices: shared.Slices = None,
    fit_on: shared.FitOn = None,
    save: Annotated[
        Path | None,
        typer.Option("--save", metavar="FILE", help="Save the run (.json or .json.gz)."),
    ] = None,
    trec: Annotated[
        Path | None, typer.Option("--run", metavar="FILE", help="Write a TREC run.")
    ] = None,
    html: shared.Html = None,
    as_json: flags.Json = False,
) -> int:
    """Ask a dataset's questions and measure what was found."""
    from app.cli.eval_subject import ask_dataset, open_subject, single_values
    from eval.datasets import read_dataset, with_unanswerable
    from eval.report import as_trec
    from eval.saved import load_run, save_run
    from eval.slices import split_names
    from eval.summary import summarise
    from eval.tables import parse_names

    names, changed = parse_names(measures), single_values(settings or [])
    asked = read_dataset(dataset, split, qrels)
    if unanswerable is not None:
        if not answers:
            raise SettingsError("--unanswerable asks what has no answer; it needs --answers.")
        asked = with_unanswerable(asked, read_dataset(unanswerable))
    rewriting, facets = split_names(shared.listed(slices), asked.questions)
    fitting = load_run(fit_on) if fit_on else None
    subject = open_subject(
        changed, index=index, corpus=corpus, corpus_file=asked.corpus, answers=answers
    )
    summaries = []
    for slice_name in ("", *rewriting):
        made = ask_dataset(asked, subject, slice_name=slice_name, k=k)
        if save is not None:
            save_run(made, shared.beside(save, slice_name))
        summaries.append(summarise(made, names, facets, fitting))
    if trec is not None:
        shared.write(trec, as_trec(summaries[0].run))
    shared.write_page(html, summaries)
    _print_run(summaries, as_json)
    return DONE


def _print_run(summaries: list[Summary], as_json: bool) -> None:
    from eval.report import as_json as told
    from eval.report import print_tables
    from eval.tables import summary_tables

    if not as_json:
        print_tables(summary_tables(summaries))
        return
    whole, *rest = summaries
    slices = {summary.run.slice: told(summary) for summary in rest}
    terminal.echo_json({**told(whole), "slices": slices})
