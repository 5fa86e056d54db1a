"""Every byte that the index writes goes through here, so that a test can fail the k-th call.

What an operation returns from is on the disk's platter when the folder that holds it has been
synced too; the order of syncs is the commit's business (writer.py). An OSError leaves as
StorageFailed, naming the file.
"""

# Plain os calls, because a test puts an os in their place that fails.
# ruff: noqa: PTH103, PTH105, PTH106, PTH108

from __future__ import annotations

import errno
import hashlib
import mmap
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.errors import IndexDamaged, StorageFailed

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """What the manifest knows of a file: its size in bytes and the hex sha256 of its content."""

    size: int
    sha256: str


class Sink:
    """A new file that is written from front to back; ``close`` syncs it and tells its Entry."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._hash = hashlib.sha256()
        self._size = 0
        with failing(path):
            self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)

    @property
    def size(self) -> int:
        return self._size

    def write(self, data: bytes | memoryview) -> None:
        view = memoryview(data).cast("B")
        self._hash.update(view)
        self._size += len(view)
        with failing(self._path):
            while view:
                view = view[os.write(self._fd, view) :]

    def close(self) -> Entry:
        try:
            with failing(self._path):
                os.fsync(self._fd)
        finally:
            self.abandon()
        return Entry(self._size, self._hash.hexdigest())

    def abandon(self) -> None:
        """Closes without syncing; what was written is a leftover."""
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            os.close(fd)


def write(path: Path, parts: Iterable[bytes | memoryview]) -> Entry:
    """A new file out of ``parts``, synced. The file must not exist."""
    sink = Sink(path)
    try:
        for part in parts:
            sink.write(part)
        return sink.close()
    finally:
        sink.abandon()


def replace(path: Path, data: bytes) -> None:
    """``path`` holds ``data`` or, whatever happens, what it held before. The folder is synced."""
    fresh = path.with_name(path.name + ".new")
    remove(fresh)
    write(fresh, [data])
    with failing(path):
        os.replace(fresh, path)
    sync_folder(path.parent)


def link(source: Path, target: Path) -> None:
    """A second name for the file ``source``; a copy where the disk has no hard links."""
    with failing(target):
        try:
            os.link(source, target)
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.EXDEV, errno.ENOTSUP, errno.EMLINK):
                raise
            write(target, pieces(source))


def adopt(source: Path, target: Path) -> Entry:
    """Links ``target`` to ``source``, which somebody else wrote, and syncs it."""
    link(source, target)
    with failing(target):
        fd = os.open(target, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
    return digest(target)


def make_folder(path: Path) -> None:
    with failing(path):
        os.makedirs(path, exist_ok=True)


def sync_folder(path: Path) -> None:
    """The names in ``path`` survive a power loss."""
    with failing(path):
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


def remove(path: Path) -> None:
    """The file or empty folder ``path`` is gone; it may be gone already."""
    with failing(path):
        try:
            os.rmdir(path) if path.is_dir() and not path.is_symlink() else os.unlink(path)
        except FileNotFoundError:
            return


def regular_size(path: Path) -> int | None:
    """The size of the regular file ``path`` in bytes; None when it is a link or something else."""
    found = os.lstat(path)
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def require_folders(directory: Path, name: str) -> None:
    """IndexDamaged when a folder between ``directory`` and the file ``name`` in it is a link."""
    for folder in list((directory / name).relative_to(directory).parents)[:-1]:
        if not stat.S_ISDIR(os.lstat(directory / folder).st_mode):
            raise IndexDamaged(damaged(directory / folder, "it is not a folder"))


def pieces(path: Path) -> Iterator[bytes]:
    """The content of ``path`` in pieces of a megabyte."""
    with path.open("rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            yield piece


def digest(path: Path) -> Entry:
    """Size and sha256 of what ``path`` holds now."""
    hashed, size = hashlib.sha256(), 0
    with failing(path):
        for piece in pieces(path):
            hashed.update(piece)
            size += len(piece)
    return Entry(size, hashed.hexdigest())


def verified(path: Path, entry: Entry) -> bytes:
    """The content of ``path``. IndexDamaged when it is not what was committed."""
    require_size(path, entry)
    with failing(path):
        data = path.read_bytes()
    if len(data) != entry.size or hashlib.sha256(data).hexdigest() != entry.sha256:
        raise IndexDamaged(damaged(path, "its sha256 is not the committed one"))
    return data


def verify(path: Path, entry: Entry) -> None:
    """IndexDamaged when ``path`` is not what was committed. Reads all of it, keeps none of it."""
    require_size(path, entry)
    if digest(path) != entry:
        raise IndexDamaged(damaged(path, "its sha256 is not the committed one"))


def require_size(path: Path, entry: Entry) -> None:
    """IndexDamaged when ``path`` is no regular file of the committed size. Reads nothing."""
    size = regular_size(path)
    if size is None:
        raise IndexDamaged(damaged(path, "it is not a regular file"))
    if size != entry.size:
        raise IndexDamaged(damaged(path, f"it has {size} bytes, {entry.size} were committed"))


def mapped(path: Path, entry: Entry) -> mmap.mmap | bytes:
    """A read-only view of ``path`` that takes no memory until it is looked at."""
    require_size(path, entry)
    if entry.size == 0:
        return b""
    with failing(path), path.open("rb") as file:
        return mmap.mmap(file.fileno(), entry.size, access=mmap.ACCESS_READ)


def damaged(path: Path, why: str) -> str:
    """The message of an IndexDamaged about ``path``."""
    return f"{path} is damaged: {why}; run `hoidap check` on the index to see what can be restored"


@contextmanager
def failing(path: Path) -> Iterator[None]:
    """An OSError inside leaves as StorageFailed; a missing file stays FileNotFoundError."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StorageFailed(
            f"{path}: {error.strerror or error}; the index is as it was before: "
            "free some space or check the disk, then run the command again"
        ) from error
