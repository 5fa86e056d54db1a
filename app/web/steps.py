"""A computing iterator, run in one worker thread and listened to from the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from dataclasses import dataclass
from typing import TypeVar

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Ended:
    """The last word of the worker; ``error`` is what it raised."""

    error: BaseException | None


async def stepped(make: Callable[[], Iterator[_T]]) -> AsyncGenerator[_T]:
    """What ``make()`` yields. When the listener goes, the work ends after its current step.

    Only the worker touches the iterator: it cannot be closed from here while it computes.
    """
    loop = asyncio.get_running_loop()
    told: asyncio.Queue[_T | _Ended] = asyncio.Queue()
    stop = threading.Event()

    def work() -> None:
        error: BaseException | None = None
        try:
            steps = make()
            for step in steps:
                loop.call_soon_threadsafe(told.put_nowait, step)
                if stop.is_set():
                    break
            if isinstance(steps, Generator):
                steps.close()
        except BaseException as raised:
            error = raised
        loop.call_soon_threadsafe(told.put_nowait, _Ended(error))

    working = loop.run_in_executor(None, work)
    try:
        while not isinstance(step := await told.get(), _Ended):
            yield step
        if step.error is not None:
            raise step.error
    finally:
        stop.set()
        await asyncio.shield(working)
