"""`hoidap eval run`: ask a dataset's questions and measure what was found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import eval_shared as shared
from app.cli import flags, terminal
from app.cli.errors import DONE, INTERRUPTED, say
from index.errors import SettingsError

if TYPE_CHECKING:
    from eval.summary import Summary
    from eval.types import Run


def run(
    dataset: shared.DatasetPath,
    split: shared.Split = None,
    qrels: shared.Qrels = None,
    index: shared.Index = None,
    corpus: shared.Corpus = None,
    k: shared.Depth = None,
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
        typer.Option(
            "--save",
            metavar="FILE",
            help="Where the run is saved (.json or .json.gz). [default: a new file in the folder "
            "of the setting 'runs']",
        ),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(
            "--resume", metavar="RUN", help="Go on with this saved run, which was interrupted."
        ),
    ] = None,
    trec: Annotated[
        Path | None, typer.Option("--run", metavar="FILE", help="Write a TREC run.")
    ] = None,
    html: shared.Html = None,
    as_json: flags.Json = False,
) -> int:
    """Ask a dataset's questions and measure what was found.

    Ctrl-C stops it after the question that is being asked; what was asked is saved.
    """
    from app.cli.eval_subject import ask_dataset, open_subject, single_values
    from eval.datasets import read_dataset, with_unanswerable
    from eval.report import as_trec
    from eval.saved import load_run
    from eval.scores import depth
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
    target = save or shared.place_of_its_own(asked.name, asked.split).with_suffix(".json.gz")
    summaries = []
    for slice_name in ("", *rewriting):
        earlier = _earlier(resume, slice_name)
        made = ask_dataset(
            asked, subject, slice_name=slice_name, k=k or depth(names), earlier=earlier
        )
        shared.keep(made, shared.beside(target, slice_name), wanted=save is not None)
        summaries.append(summarise(made, names, facets, fitting))
        if made.unasked:
            break
    if trec is not None:
        shared.write(trec, as_trec(summaries[0].run))
    shared.write_page(html, summaries)
    _print_run(summaries, as_json)
    if not made.unasked:
        return DONE
    say(f"Interrupted. The same command with --resume {target} goes on.")
    return INTERRUPTED


def _earlier(resume: Path | None, slice_name: str) -> Run | None:
    """The run to go on with; a slice that it did not come to has none."""
    from eval.saved import load_run

    if resume is None:
        return None
    path = shared.beside(resume, slice_name)
    return load_run(path) if path.exists() or not slice_name else None


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
