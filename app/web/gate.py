"""How many questions are worked on at once; one too many is told so, not kept waiting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

RETRY_AFTER = 5


class BusyError(Exception):
    """Everyone's turn is taken; ``retry_after`` is in seconds."""

    def __init__(self, retry_after: int = RETRY_AFTER) -> None:
        super().__init__(f"Too many questions at once; try again in {retry_after} seconds.")
        self.retry_after = retry_after


class Gate:
    """``limit`` questions run, ``waiting`` more wait in order, the next raises BusyError."""

    def __init__(self, limit: int, waiting: int) -> None:
        self._slots = asyncio.Semaphore(limit)
        self._room = limit + waiting
        self._inside = 0

    @property
    def inside(self) -> int:
        """Questions that run or wait."""
        return self._inside

    @asynccontextmanager
    async def enter(self) -> AsyncGenerator[None]:
        if self._inside >= self._room:
            raise BusyError
        self._inside += 1
        try:
            async with self._slots:
                yield
        finally:
            self._inside -= 1
