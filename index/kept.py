"""What was read under a number and never changes, kept in memory as long as it is used."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """``load`` reads what is missing, many numbers in one call; the last ``size`` used stay."""

    def __init__(self, load: Callable[[list[int]], dict[int, T]], size: int) -> None:
        self._load = load
        self._size = size
        self._kept: OrderedDict[int, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, numbers: Iterable[int]) -> dict[int, T]:
        """What could be read of ``numbers``."""
        wanted = list(dict.fromkeys(numbers))
        with self._lock:
            found = {number: self._kept[number] for number in wanted if number in self._kept}
        missing = [number for number in wanted if number not in found]
        found |= self._load(missing) if missing else {}
        self.keep(found)
        return found

    def keep(self, found: dict[int, T]) -> None:
        """What was read by other means, or is used again."""
        with self._lock:
            for number, one in found.items():
                self._kept[number] = one
                self._kept.move_to_end(number)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
