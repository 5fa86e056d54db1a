"""How often one person may ask: a bucket of questions that fills again with time."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable

MOST_KEYS = 10_000


class TooOftenError(Exception):
    """``retry_after`` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many questions from here; try again in {retry_after} seconds.")
        self.retry_after = retry_after


class RateLimit:
    """``per_minute`` questions for each key, all of them at once if need be; 0 is no limit."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, *keys: str) -> None:
        """Take one question from every key that is not empty; raises TooOftenError."""
        if not self.per_minute:
            return
        now = self._clock()
        left = {key: self._filled(key, now) for key in keys if key}
        lowest = min(left.values(), default=1.0)
        if lowest < 1:
            raise TooOftenError(math.ceil((1 - lowest) * 60 / self.per_minute))
        for key, amount in left.items():
            self._left[key] = (amount - 1, now)
            self._left.move_to_end(key)
        while len(self._left) > MOST_KEYS:
            self._left.popitem(last=False)

    def _filled(self, key: str, now: float) -> float:
        amount, since = self._left.get(key, (float(self.per_minute), now))
        return min(self.per_minute, amount + (now - since) * self.per_minute / 60)
