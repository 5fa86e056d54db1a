"""Removes what no manifest names: what a crash left, and what a commit has replaced."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from index.errors import IndexLocked
from index.storage import files
from index.storage.lock import writing
from index.storage.manifest import CURRENT, PREVIOUS, is_index_file

WORK = "lexical/work"
BESIDE = "merging"  # where segments are merged while others write (merge.py)
_STAGED = (f"{CURRENT}.new", f"{PREVIOUS}.new")


def sweep(directory: Path, keep: Collection[str], work: bool = True) -> None:
    """Removes the index files of ``directory`` not in ``keep``, with ``work`` what others left too.

    A file that hoidap would not have written there stays; ``check`` tells about it.
    """
    for name in _STAGED:
        files.remove(directory / name)
    if work:
        clear_work(directory)
        clear_beside(directory)
    for path in list(index_files(directory)):
        if path.relative_to(directory).as_posix() not in keep:
            files.remove(path)
    for folder in _folders(directory / "segments"):
        if not any(folder.iterdir()):
            files.remove(folder)


def clear_work(directory: Path) -> None:
    """Tantivy's folder is gone; nothing in it is the only copy of what was committed."""
    work = directory / WORK
    if not work.is_dir() or work.is_symlink():
        return
    for path in work.iterdir():
        files.remove(path)
    files.remove(work)


def clear_beside(directory: Path) -> None:
    """What a merge that died has left is gone; one that is at work is left alone."""
    folder = directory / BESIDE
    if folder.is_dir() and not folder.is_symlink():
        with suppress(IndexLocked), writing(folder, patience=0):
            clear_folder(folder)


def clear_folder(folder: Path) -> None:
    """Nothing but the lock is left in ``folder``."""
    for path in folder.iterdir():
        if path.name != "lock":
            files.remove(path)


def index_files(directory: Path) -> Iterator[Path]:
    """The files below ``directory`` that are named as files of an index are."""
    for folder in [directory / "lexical", *_folders(directory / "segments")]:
        if folder.is_dir() and not folder.is_symlink():
            for path in sorted(folder.iterdir()):
                if is_index_file(path.relative_to(directory).as_posix()):
                    yield path


def _folders(parent: Path) -> list[Path]:
    if not parent.is_dir() or parent.is_symlink():
        return []
    return [path for path in sorted(parent.iterdir()) if path.is_dir() and not path.is_symlink()]
