"""What the commands of `hoidap eval` share: flags, and files that they write."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import StorageFailed

if TYPE_CHECKING:
    from eval.summary import Summary
    from eval.tables import Table

DatasetPath = Annotated[
    Path,
    typer.Argument(
        metavar="DATASET",
        help="BEIR folder, TREC folder or topics, or a .jsonl or .csv of questions.",
    ),
]
Split = Annotated[str | None, typer.Option("--split", help="Which questions of a BEIR folder.")]
Qrels = Annotated[
    Path | None, typer.Option("--qrels", metavar="FILE", help="Judgments, when DATASET is topics.")
]
Index = Annotated[
    Path | None, typer.Option("--index", metavar="DIR", help="Ask this index instead.")
]
Corpus = Annotated[
    Path | None,
    typer.Option("--corpus", metavar="DIR", help="Folder of articles, indexed into the cache."),
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
