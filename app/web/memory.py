"""What the server does not need is not kept, and what is free goes back to the system."""

from __future__ import annotations

import asyncio
import ctypes
from contextlib import suppress

import anyio.to_thread
from gradio.state_holder import SessionState

GIVE_BACK_EVERY = 20.0


def keep_nothing_seen() -> None:
    """Gradio keeps all that each session has seen, a megabyte of a long conversation, so that links
    can lead into it; nobody can make such links here.
    """
    setattr(SessionState, "_update_value_in_config", lambda *_: None)  # noqa: B010 - not public


async def give_back() -> None:
    """Every now and then, for ever: glibc keeps what is free between pieces that are in use."""
    trim = None
    with suppress(OSError, AttributeError):  # another C library: it has its own ways
        trim = ctypes.CDLL(None).malloc_trim
    while trim is not None:
        await asyncio.sleep(GIVE_BACK_EVERY)
        await anyio.to_thread.run_sync(trim, 0)
