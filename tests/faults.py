"""Ways to fail: an ``os`` whose k-th call fails, and one that forgets what was not synced.

They stand in the place of ``index.storage.files.os``, through which every write of the index goes.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.storage import merge
from index.storage.manifest import Manifest

WRITING = ("open", "write", "fsync", "replace", "link", "makedirs", "unlink", "rmdir")


def merge_everything(directory: Path) -> None:
    """Merges all segments beside the index, however few and however unlike they are."""

    def everything(manifest: Manifest) -> list[str]:
        names = [one.name for one in manifest.segments]
        return names if len(names) > 1 else []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merge, "due", everything)
        merge.merge_beside(directory)


class FailingOs:
    """The k-th call that changes the disk raises ``error``, counted from 0; the others work."""

    def __init__(self, k: int, error: int) -> None:
        self.calls = 0
        self._k = k
        self.error = error

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if name not in WRITING:
            return real

        def call(*arguments: Any, **options: Any) -> Any:
            self.calls += 1
            if self.calls - 1 == self._k:
                raise OSError(self.error, os.strerror(self.error), str(arguments[0]))
            return real(*arguments, **options)

        return call


class PowerLoss(BaseException):
    """The machine is off: nothing that runs after it reaches the disk."""


class ForgetfulOs:
    """Dies at the k-th call that changes the disk, and can then lose what was not synced.

    Without a sync of the file its content is lost, without a sync of the folder its name. What lay
    in ``folder`` at the start is safe.
    """

    def __init__(self, k: int, folder: Path) -> None:
        self.calls = 0
        self._k = k
        self._safe = {path.stat().st_ino for path in folder.rglob("*")}
        self._paths: dict[int, Path] = {}
        self._unsynced: set[Path] = set()
        self._names: list[tuple[Path, Callable[[], None]]] = []

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if name not in WRITING:
            return real

        def call(*arguments: Any, **options: Any) -> Any:
            self.calls += 1
            if self.calls > self._k:
                raise PowerLoss
            return getattr(self, f"_{name}", real)(*arguments, **options)

        return call

    def lose(self, chance: random.Random) -> None:
        """What was not synced is kept, zeroed, cut or gone, as ``chance`` has it."""
        # In the order of the calls reversed: a later change of a name hides an earlier one.
        for _, undo in reversed(self._names):
            if chance.random() < 0.5:
                undo()
        for path in self._unsynced:
            if path.is_file():
                data = path.read_bytes()
                cut = chance.randrange(len(data) + 1)
                path.write_bytes(
                    chance.choice([data, b"", data[:cut], bytes(len(data)), data[:cut] + b"\0"])
                )

    def _open(self, path: Path, flags: int, *rest: Any) -> int:
        new = flags & os.O_CREAT and not Path(path).exists()
        fd = os.open(path, flags, *rest)
        self._paths[fd] = Path(path)
        if new:
            self._unsynced.add(Path(path))
            self._name(Path(path), lambda: Path(path).unlink(missing_ok=True))
        return fd

    def _write(self, fd: int, data: memoryview) -> int:
        self._unsynced.add(self._paths[fd])
        return os.write(fd, data)

    def _fsync(self, fd: int) -> None:
        os.fsync(fd)
        path = self._paths[fd]
        self._unsynced.discard(path)
        self._safe.add(os.fstat(fd).st_ino)
        self._names = [(folder, undo) for folder, undo in self._names if folder != path]

    def _replace(self, source: Path, target: Path) -> None:
        before = target.read_bytes() if target.exists() else None
        data, dirty = source.read_bytes(), source in self._unsynced
        source.replace(target)
        self._unsynced.discard(source)
        if dirty:
            self._unsynced.add(target)

        def undo() -> None:
            source.write_bytes(data)
            target.unlink()
            if before is not None:
                target.write_bytes(before)

        self._name(target, undo)

    def _link(self, source: Path, target: Path) -> None:
        os.link(source, target)
        if source.stat().st_ino not in self._safe:
            self._unsynced.add(target)
        self._name(target, lambda: target.unlink(missing_ok=True))

    def _makedirs(self, path: Path, exist_ok: bool = False) -> None:
        if not path.exists():
            path.mkdir(parents=True)
            self._name(path, lambda: _remove_tree(path))

    def _name(self, path: Path, undo: Callable[[], None]) -> None:
        self._names.append((path.parent, undo))


def _remove_tree(path: Path) -> None:
    for one in sorted(path.rglob("*"), reverse=True):
        one.rmdir() if one.is_dir() else one.unlink()
    path.rmdir()
