"""Where output goes: results to stdout, progress and remarks to stderr.

Progress is a bar in a terminal and now and then a plain line in a log.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pydantic import BaseModel

Progress = Callable[[int], None]
LINE_EVERY = 5.0


def echo(text: str = "") -> None:
    print(text)


def remark(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def echo_json(value: object) -> None:
    """``value`` is a view, or anything that json can write."""
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    print(json.dumps(plain, ensure_ascii=False, indent=2, default=str))


@contextmanager
def progress(title: str, total: int | None = None, unit: str = "") -> Iterator[Progress]:
    """A function that is told how many more are done; ``total`` None is an unknown number."""
    shown = _bar if sys.stderr.isatty() else _lines
    with shown(title, total, unit) as advance:
        yield advance


@contextmanager
def _bar(title: str, total: int | None, unit: str) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=Console(stderr=True), transient=False) as bars:
        task = bars.add_task(title, total=total)
        yield lambda more: bars.advance(task, more)


@contextmanager
def _lines(title: str, total: int | None, unit: str) -> Iterator[Progress]:
    done, told = 0, time.monotonic()

    def advance(more: int) -> None:
        nonlocal done, told
        done += more
        if time.monotonic() - told >= LINE_EVERY:
            told = time.monotonic()
            remark(f"{title}: {_count(done, total)} {unit}".rstrip())

    yield advance
    if done:
        remark(f"{title}: {_count(done, total)} {unit}, done".replace(" ,", ","))


def _count(done: int, total: int | None) -> str:
    return f"{done:,}" if total is None else f"{done:,}/{total:,}"
