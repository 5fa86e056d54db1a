"""What the commands of `hoidap eval` share: flags, and files that they write."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import terminal
from index.errors import StorageFailed

if TYPE_CHECKING:
    from eval.summary import Summary
    from eval.tables import Table
    from eval.types import Run

DatasetPath = Annotated[
    Path,
    typer.Argument(
        metavar="DATASET",
        help="BEIR folder (plain or .gz), TREC folder, file of topics, or .jsonl or .csv of "
        "questions. Where it brings no articles, --corpus or --index names them.",
    ),
]
Split = Annotated[
    str | None,
    typer.Option(
        "--split",
        metavar="NAME",
        help="Which questions: qrels/NAME.tsv of a BEIR folder; else test, dev or train.",
    ),
]
Qrels = Annotated[
    Path | None,
    typer.Option(
        "--qrels", metavar="FILE", help="Judgments of the questions or topics in DATASET."
    ),
]
Index = Annotated[
    Path | None,
    typer.Option("--index", metavar="DIR", help="The articles: an index that `hoidap index` made."),
]
Corpus = Annotated[
    Path | None,
    typer.Option(
        "--corpus", metavar="FOLDER", help="The articles: files, indexed into the cache once."
    ),
]
Depth = Annotated[
    int | None,
    typer.Option(
        "--k",
        min=1,
        max=1000,
        help="Hits kept a question. [default: 24, or as many as the deepest measure looks at]",
    ),
]
Measures = Annotated[
    str | None,
    typer.Option(
        "--measures", metavar="NAMES", help="Comma-separated, as ir-measures spells them."
    ),
]
Set = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A setting; may be repeated.")
]
Slices = Annotated[
    str | None,
    typer.Option(
        "--slice",
        metavar="NAMES",
        help="Comma-separated: unaccented, half-accented, typos, half-remembered and english ask "
        "again; type, length, source, year and facets of the questions group.",
    ),
]
FitOn = Annotated[
    Path | None,
    typer.Option(
        "--fit-on", metavar="RUN", help="Fit the threshold of abstention on this saved run."
    ),
]
Html = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="Write one self-contained page.")
]


def place_of_its_own(*words: str | None) -> Path:
    """What --save does not place is kept here: the name says what was asked, and when."""
    from app.settings import load

    time = datetime.now().strftime("%Y%m%d-%H%M%S.%f")
    name = re.sub(r"[^\w.-]+", "-", "-".join(filter(None, (*words, time))))
    return load().runs / name.replace(".", "-")


def keep(run: Run, path: Path, *, wanted: bool) -> None:
    """Save ``run`` and say where. Without room for it, one that was not ``wanted`` is let go."""
    from eval.saved import save_run

    try:
        save_run(run, path)
    except StorageFailed as error:
        if wanted:
            raise
        terminal.remark(f"The run is not saved: {error}")
    else:
        terminal.remark(f"Saved as {path}")


def listed(text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def beside(path: Path, slice_name: str) -> Path:
    """Where the run of a slice is saved: ``dev.json.gz`` -> ``dev.typos.json.gz``."""
    if not slice_name:
        return path
    stem, dot, suffixes = path.name.partition(".")
    return path.with_name(f"{stem}.{slice_name}{dot}{suffixes}")


def write_page(
    path: Path | None,
    summaries: Sequence[Summary],
    tables: Sequence[Table] = (),
    drawn: Sequence[str] = (),
) -> None:
    from eval.page import page

    if path is not None:
        heading = "Evaluation of " + ", ".join(dict.fromkeys(s.run.label for s in summaries))
        write(path, page(heading, summaries, tables, drawn))


def write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageFailed(f"{path} cannot be written ({error.strerror}).") from error
