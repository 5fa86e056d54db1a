"""Ctrl-C without the signal, which is sent to a process of its own in test_app_cli.py.

With AMX in use a signal's frame is larger than the stacks that some libraries set up for it, and
the kernel kills a test process that has loaded them all; it was seen without AMX, too.
"""

from __future__ import annotations

import signal


def press_ctrl_c() -> None:
    """What Python does when SIGINT has arrived."""
    handler = signal.getsignal(signal.SIGINT)
    assert callable(handler)
    handler(signal.SIGINT, None)
