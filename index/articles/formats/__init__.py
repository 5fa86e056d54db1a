"""What an archive is kept in: one module a format, each a function from a file to records.

A reader is given an open binary file and the user's field map, and yields what it finds: a
``Record`` for an article, a ``Problem`` for what it could not read. It never raises for what a
file holds; the caller goes on with the next file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

MAX_DOCUMENT = 2_000_000
"""Bytes of one text or web page: as much as a thick book."""
MAX_BINARY = 64_000_000
"""Bytes of one PDF, Word or JSON file."""


class BinaryFile(Protocol):
    """As much of a binary file as readers use."""

    def read(self, size: int = -1, /) -> bytes: ...

    def readline(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Record:
    """One article as a format gives it: decoded, not cleaned.

    ``page`` says that ``text`` is a whole page with its title and furniture in it; else it is the
    body alone. ``line`` counts from 1 where a file holds many. ``id`` names the article anywhere,
    ``key`` only among the rows of its file.
    """

    text: str
    title: str = ""
    url: str | None = None
    source: str | None = None
    author: str | None = None
    published: date | None = None
    id: str | None = None
    key: str | None = None
    line: int | None = None
    page: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file, or the ``line`` of it, gave no article."""

    reason: str
    line: int | None = None


Found = Record | Problem
Fields = Mapping[str, str]
Reader = Callable[[BinaryFile, Fields], Iterator[Found]]


def whole(file: BinaryFile, limit: int) -> bytes | Problem:
    """All of ``file``, unless that is more than ``limit`` bytes."""
    data = file.read(limit + 1)
    if len(data) > limit:
        return Problem(f"larger than {limit // 1_000_000} MB: split it into articles")
    return data
