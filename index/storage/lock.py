"""One writer at a time."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import IndexLocked
from index.storage.files import failing

# A second writer is told within a second.
PATIENCE_SECONDS = 0.5


@contextmanager
def writing(directory: Path, patience: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Holds the writer's lock of the index in ``directory``; IndexLocked when it stays taken.

    It is waited for ``patience`` seconds, as long as a merge beside the writers (merge.py) takes to
    commit.

    The kernel drops the lock with the process, so a lock file that a crash left means nothing.
    """
    path = directory / "lock"
    with failing(path):
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    try:
        _take(fd, directory, patience)
        yield
    finally:
        os.close(fd)


def _take(fd: int, directory: Path, patience: float) -> None:
    given_up = time.monotonic() + patience
    while True:
        try:
            return fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= given_up:
                raise IndexLocked(
                    f"another hoidap is writing to {directory}: wait until it is done, or stop it"
                ) from None
            time.sleep(0.02)


def require_free(directory: Path) -> None:
    """IndexLocked when a writer is at work: for those who load a model before they write."""
    if (directory / "lock").exists():
        with writing(directory):
            pass
