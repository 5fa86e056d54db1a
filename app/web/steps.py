"""A computing iterator in one worker thread, listened to from the event loop, and its pace."""

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


async def newest(steps: AsyncGenerator[_T], pause: float) -> AsyncGenerator[tuple[_T, bool]]:
    """Of ``steps`` the newest every ``pause`` seconds, and whether it is known to be the last.

    Each step tells all that the one before it told: what is left out would hardly have been seen.
    """
    loop = asyncio.get_running_loop()
    coming = asyncio.ensure_future(anext(steps, None))
    try:
        while (step := await coming) is not None:
            coming = asyncio.ensure_future(anext(steps, None))
            due = loop.time() + pause
            while (left := due - loop.time()) > 0:
                if (later := await _soon(coming, left)) is None:
                    break
                step, coming = later, asyncio.ensure_future(anext(steps, None))
            yield step, coming.done() and not coming.exception() and coming.result() is None
    finally:
        coming.cancel()
        await asyncio.wait({coming})
        await steps.aclose()


async def _soon(coming: asyncio.Future[_T | None], seconds: float) -> _T | None:
    """What comes within ``seconds``; None when nothing, the end or an error does."""
    done, _ = await asyncio.wait({coming}, timeout=seconds)
    return coming.result() if done and not coming.exception() else None
