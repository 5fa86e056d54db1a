"""Ctrl-C that waits for what is being written."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def one_more_batch() -> Iterator[threading.Event]:
    """The first Ctrl-C sets the event, the second one interrupts as usual.

    Outside of the main thread, which cannot hear Ctrl-C, the event stays unset.
    """
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    usual = signal.getsignal(signal.SIGINT)

    def finish(number: int, frame: FrameType | None) -> None:
        stop.set()
        signal.signal(signal.SIGINT, usual)

    signal.signal(signal.SIGINT, finish)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, usual)
