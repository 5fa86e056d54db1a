"""Merges segments in a process of its own while a server answers or an indexer waits."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import HoidapError

if TYPE_CHECKING:
    from index.milvus.address import Address

log = logging.getLogger("hoidap.merging")

# Answers and the encoding of new articles come first.
NICENESS = 10


class Merging:
    """Merges of the ``index``, one at a time; each ends with a commit of its own.

    Where its folder cannot be written, nothing is merged; Milvus merges by itself. Stops with the
    process that owns it: a merge that is cut off leaves the index as it was.
    """

    def __init__(self, index: Path | Address) -> None:
        self._index = index
        self._process: BaseProcess | None = None
        self._seen: bytes | None = None

    def look(self) -> bool:
        """Starts merging if the index has changed and something is due; whether it did."""
        from index.storage.manifest import CURRENT, load
        from index.storage.merge import due

        if not isinstance(self._index, Path):
            return False
        if self._process is not None and self._process.is_alive():
            return False
        current = self._index / CURRENT
        try:
            seen = current.read_bytes()
            if seen == self._seen or not os.access(self._index, os.W_OK):
                return False
            self._seen = seen
            if not due(load(current)):
                return False
        except (OSError, HoidapError):
            return False
        # Spawned: a fork would take over the threads' locks of faiss, openvino and the server.
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=_merge, args=(self._index,), daemon=True)
        self._process.start()
        return True

    def wait(self, seconds: float | None = None) -> None:
        """Until the merge at work is done."""
        if self._process is not None:
            self._process.join(seconds)


def _merge(directory: Path) -> None:
    from index.storage.merge import merge_beside

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who started this
    os.nice(NICENESS)
    try:
        while merge_beside(directory):
            log.info("segments of %s were merged", directory)
    except HoidapError as error:
        log.warning("segments are not merged: %s", error)
