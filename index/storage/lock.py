"""One writer at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import IndexLocked
from index.storage.files import failing


@contextmanager
def writing(directory: Path) -> Iterator[None]:
    """Holds the writer's lock of the index in ``directory``; IndexLocked at once when it is taken.

    The kernel drops the lock with the process, so a lock file that a crash left means nothing.
    """
    path = directory / "lock"
    with failing(path):
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IndexLocked(
                f"another hoidap is writing to {directory}: wait until it is done, or stop it"
            ) from None
        yield
    finally:
        os.close(fd)


def require_free(directory: Path) -> None:
    """IndexLocked when a writer is at work: for those who load a model before they write."""
    if (directory / "lock").exists():
        with writing(directory):
            pass
