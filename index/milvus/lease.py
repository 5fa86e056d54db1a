"""One writer at a time, as far as Milvus lets that be known: a row that names it and runs out."""

from __future__ import annotations

import json
import os
import socket
import time
import uuid
from contextlib import suppress
from typing import Any, ClassVar

from index.errors import IndexLocked, StorageFailed
from index.milvus.client import Client
from index.milvus.reader import owned
from index.milvus.tables import LEASE, TEXTS, line_rows

# Longer than any batch takes to be encoded; a writer that died elsewhere is waited for as long.
SECONDS = 120.0
# Two that took it at the same time both look again after this, and only the later one stays.
_SETTLES = 0.2


class Lease:
    """Held inside of its ``with`` block. Milvus has no locks, so clocks have to agree roughly."""

    _ours: ClassVar[set[str]] = set()
    """The marks of this process's writers that are at work."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._mark = uuid.uuid4().hex

    def __enter__(self) -> Lease:
        self._refuse(self._held())
        Lease._ours.add(self._mark)
        self._take()
        time.sleep(_SETTLES)
        self._refuse(self._held())
        return self

    def __exit__(self, *_: object) -> None:
        Lease._ours.discard(self._mark)
        with suppress(StorageFailed):  # it runs out by itself
            self._client.delete(TEXTS, owned([LEASE]))

    def renew(self) -> None:
        """Before anything is written. IndexLocked when another writer took over."""
        self._refuse(self._held())
        self._take()

    def _take(self) -> None:
        own = {"host": socket.gethostname(), "pid": os.getpid(), "mark": self._mark}
        spelled = json.dumps({**own, "until": time.time() + SECONDS})
        self._client.upsert(TEXTS, line_rows(LEASE, spelled))

    def _held(self) -> dict[str, Any] | None:
        """Whose it is now; None when it is free."""
        rows = self._client.query(TEXTS, owned([LEASE]), ["line"])
        held: dict[str, Any] | None = json.loads(rows[0]["line"]) if rows else None
        if held is None or held["until"] < time.time() or _died(held):
            return None
        return held

    def _refuse(self, held: dict[str, Any] | None) -> None:
        if held is not None and held["mark"] != self._mark:
            raise IndexLocked(
                f"another writer (process {held['pid']} on {held['host']}) holds "
                f"{self._client.address}: wait until it is done"
            )


def _died(held: dict[str, Any]) -> bool:
    """Whether the writer was one of this machine that is gone, and could not say so."""
    if held["host"] != socket.gethostname():
        return False
    if held["pid"] == os.getpid():
        return held["mark"] not in Lease._ours
    try:
        os.kill(held["pid"], 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
