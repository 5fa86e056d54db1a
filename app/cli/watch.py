"""Whether files changed, told from their names, sizes and times: cheap enough to ask all day."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

Look = dict[Path, tuple[int, int, int]]
"""Inode, size and time of change (ns) of every file."""


def look(paths: Sequence[Path]) -> Look:
    """What is there now; a path that is not there, or goes meanwhile, is left out."""
    from index.articles.read import files_below

    found: Look = {}
    for path in paths:
        for file in files_below(path):
            with suppress(OSError):
                stat = file.stat()
                found[file] = stat.st_ino, stat.st_size, stat.st_mtime_ns
    return found


def next_change(paths: Sequence[Path], before: Look, every: float) -> Look:
    """Waits until the files are not as ``before``, looking every so many seconds.

    Tells what is there then. A file that is still being written changes again after that.
    """
    while True:
        time.sleep(every)
        if (now := look(paths)) != before:
            return now
