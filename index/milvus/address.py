"""milvus://host:port/collection, and how it is talked to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from index.errors import SettingsError

SCHEME = "milvus://"
PORT = 19530
COLLECTION = "hoidap"
Consistency = Literal["Strong", "Session", "Bounded", "Eventually"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}")


@dataclass(frozen=True, slots=True)
class Address:
    """``collection`` is the beginning of the names of four collections (tables.py).

    ``timeout`` is in seconds and holds for every single call. ``consistency`` says how far the
    searches of a reader may be behind what was written: Bounded is some seconds and costs nothing,
    Strong is not at all and waits for it. Which articles are there is always asked with Strong.
    """

    host: str
    port: int = PORT
    collection: str = COLLECTION
    token: str = field(default="", repr=False)
    timeout: float = 10.0
    consistency: Consistency = "Bounded"

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{SCHEME}{host}:{self.port}/{self.collection}"

    @property
    def name(self) -> str:
        """What stands for it where a folder's index has its folder's name."""
        return re.sub(r"[^A-Za-z0-9]+", "-", f"{self.host}-{self.port}-{self.collection}")


def parse(text: str) -> Address:
    """Raises SettingsError for what is not milvus://host[:port][/collection]."""
    parts = urlsplit(text)
    try:
        port = parts.port or PORT
    except ValueError:
        port = 0
    collection = parts.path.strip("/") or COLLECTION
    strange = parts.username or parts.query or parts.fragment
    if not (parts.hostname and port) or strange or not _NAME.fullmatch(collection):
        raise SettingsError(
            f"{SCHEME}{parts.hostname or ''}… is no address of an index: write it as "
            "milvus://host:19530/collection, the collection in letters, digits and _"
        )
    return Address(parts.hostname, port, collection)
