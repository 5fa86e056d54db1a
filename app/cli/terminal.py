"""Where output goes: results to stdout, progress and remarks to stderr.

Progress is a live line in a terminal and now and then a plain line in a log.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from pydantic import BaseModel

LINE_EVERY = 5.0


class Advance(Protocol):
    """So many ``more`` are done; ``total`` is what there will be, where that is known by now."""

    def __call__(self, more: int, total: int | None = None) -> None: ...


def echo(text: str = "") -> None:
    print(text)


def remark(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def echo_json(value: object) -> None:
    """``value`` is a view, or anything that json can write."""
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    print(json.dumps(plain, ensure_ascii=False, indent=2, default=str))


@contextmanager
def progress(title: str, total: int | None = None, unit: str = "") -> Iterator[Advance]:
    """A function that is told how many more are done; ``total`` None is an unknown number."""
    shown = _bar if sys.stderr.isatty() else _lines
    with shown(title, total, unit) as advance:
        yield advance


@contextmanager
def _bar(title: str, total: int | None, unit: str) -> Iterator[Advance]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit + " {task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        task = bars.add_task(title, total=total, rate="")
        began, done = time.monotonic(), 0

        def advance(more: int, total: int | None = None) -> None:
            nonlocal done
            done += more
            bars.update(task, completed=done, total=total, rate=_rate(done, began))

        yield advance


@contextmanager
def _lines(title: str, total: int | None, unit: str) -> Iterator[Advance]:
    began = told = time.monotonic()
    done = 0

    def advance(more: int, total: int | None = total) -> None:
        nonlocal done, told
        done += more
        if time.monotonic() - told >= LINE_EVERY:
            told = time.monotonic()
            of = "" if total is None else f"/{total:,}"
            remark(f"{title}: {done:,}{of} {unit}, {_rate(done, began)}{_left(done, total, began)}")

    yield advance


def _rate(done: int, began: float) -> str:
    spent = time.monotonic() - began
    return f"{done / spent:.1f}/s" if spent > 0 else ""


def _left(done: int, total: int | None, began: float) -> str:
    if total is None or not 0 < done < total:
        return ""
    return f", {(time.monotonic() - began) * (total - done) / done:.0f} s left"
