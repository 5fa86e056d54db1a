"""Runs on disk: JSON, gzipped when the name ends in .gz; scored again without searching again."""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from eval.types import Cited, Found, Given, Judgment, Question, Result, Run, Shown, Stated
from index.errors import DatasetError, StorageFailed

_FORMAT = "hoidap run 1"


def save_run(run: Run, path: Path) -> None:
    """Write ``run`` to ``path``; equal runs give equal bytes."""
    head = {f.name: getattr(run, f.name) for f in fields(run) if f.name != "results"}
    rows = [_packed(result) for result in run.results]
    text = json.dumps({"format": _FORMAT, **head, "results": rows}, ensure_ascii=False)
    data = text.encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # The run that is resumed may be the one that is written: it must not be lost half way.
        half = path.with_name(f"{path.name}.part")
        half.write_bytes(gzip.compress(data, 6, mtime=0) if path.suffix == ".gz" else data)
        half.replace(path)
    except OSError as error:
        raise StorageFailed(f"{path} cannot be written ({error.strerror}).") from error


def load_run(path: Path) -> Run:
    """The run at ``path``; DatasetError when there is none or it is of another format."""
    try:
        data = path.read_bytes()
        value = json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)
        if value.pop("format", None) != _FORMAT:
            raise ValueError(f"its format is not {_FORMAT!r}")
        value["notes"] = tuple(value["notes"])
        value["results"] = tuple(_unpacked(row) for row in value["results"])
        return Run(**value)
    except OSError as error:
        reason = error.strerror or str(error)
        raise DatasetError(
            f"{path} cannot be read ({reason}); give a run saved with --save."
        ) from error
    except (ValueError, TypeError, KeyError, AttributeError, EOFError, zlib.error) as error:
        raise DatasetError(
            f"{path} is no saved run ({error}); make one with `hoidap eval run … --save`."
        ) from error


def is_run(path: Path) -> bool:
    """Whether the first bytes of ``path`` are those of a saved run."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            head = bytes(file.read(len(_FORMAT) + 40))
    except (OSError, EOFError, zlib.error):
        return False
    return json.dumps(_FORMAT).encode() in head


def _packed(result: Result) -> dict[str, Any]:
    # A run holds hundreds of thousands of places: without the names of their fields they take a
    # third of the space and of the time.
    return {
        "question": asdict(result.question),
        "understood": result.understood,
        "seconds": round(result.seconds, 6),
        "found": [[getattr(f, name) for name in _FOUND] for f in result.found],
        "shown": [asdict(shown) for shown in result.shown],
        "given": asdict(result.given) if result.given else None,
    }


def _unpacked(row: dict[str, Any]) -> Result:
    return Result(
        question=_question(row["question"]),
        understood=row["understood"],
        seconds=row["seconds"],
        found=tuple(
            Found(article, start, end, score, tuple(also), tuple(evidence))
            for article, start, end, score, also, evidence in row["found"]
        ),
        shown=tuple(Shown(**{**s, "terms": tuple(s["terms"])}) for s in row["shown"]),
        given=_given(row["given"]) if row["given"] else None,
    )


def _question(row: dict[str, Any]) -> Question:
    return Question(
        **{
            **row,
            "gold": tuple(Judgment(**judgment) for judgment in row["gold"]),
            "answers": tuple(row["answers"]),
            "facets": tuple((name, value) for name, value in row["facets"]),
        }
    )


def _given(row: dict[str, Any]) -> Given:
    claims = tuple(
        Stated(
            claim["text"],
            claim["supported"],
            tuple(Cited(**{**c, "evidence": tuple(c["evidence"])}) for c in claim["citations"]),
        )
        for claim in row["claims"]
    )
    return Given(**{**row, "claims": claims})


_FOUND = tuple(f.name for f in fields(Found))
