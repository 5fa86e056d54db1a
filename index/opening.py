"""Which store holds an index: a folder of this machine, or Milvus. The only place that knows both.

``index.milvus`` is imported when an address begins with milvus:// and not before.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from index.backend import Reader, Writer
from index.encoders import EncoderSpec
from index.storage import merge, session
from index.storage.manifest import CURRENT, Chunking
from index.storage.snapshot import Snapshot
from index.storage.writer import IndexWriter

if TYPE_CHECKING:
    from index.milvus.address import Address


def open_reader(place: Path | Address) -> Reader:
    """Raises IndexMissing, IndexDamaged or IndexMismatch; StorageFailed when Milvus is away."""
    if isinstance(place, Path):
        return Snapshot.open(place)
    from index.milvus.reader import MilvusReader

    return MilvusReader.open(place)


def open_writer(
    place: Path | Address, spec: EncoderSpec | None = None, chunking: Chunking | None = None
) -> AbstractContextManager[Writer]:
    """The writer of the index at ``place``, which is made when ``spec`` is given.

    Only what was committed inside of the ``with`` block is sure to stay. Raises IndexLocked when
    there is another writer, IndexMissing without ``spec`` and an index, IndexMismatch when the
    index was made with another encoder or other chunks, StorageFailed when the store fails.
    """
    if isinstance(place, Path):
        return session.open_writer(place, spec, chunking)
    from index.milvus.writer import open_milvus_writer

    return open_milvus_writer(place, spec, chunking)


def merge_small(writer: Writer, allowance: int) -> int:
    """Merges what is small in a folder, see ``index.storage.merge``; Milvus does so itself."""
    return merge.merge_small(writer, allowance) if isinstance(writer, IndexWriter) else 0


def signer(place: Path | Address) -> Callable[[], object]:
    """Asks for what differs after every commit; raises StorageFailed when Milvus is away."""
    if isinstance(place, Path):
        return partial(_file_sign, place / CURRENT)
    from index.milvus.client import Client
    from index.milvus.reader import read_manifest

    client = Client(place)
    return lambda: read_manifest(client).generation


def _file_sign(path: Path) -> tuple[int, int]:
    """Each commit writes a new file."""
    try:
        state = path.stat()
    except OSError:
        return 0, 0
    return state.st_ino, state.st_mtime_ns
