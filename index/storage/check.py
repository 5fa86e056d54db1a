"""Is every byte of an index what was committed, and if not, what can be restored?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from index.errors import HoidapError, IndexDamaged, IndexMissing
from index.storage import files
from index.storage.lock import writing
from index.storage.manifest import CURRENT, OWN_NAMES, PREVIOUS, Manifest, is_index_file, load
from index.storage.segment import Segment
from index.storage.snapshot import Snapshot
from index.storage.sweep import BESIDE, WORK
from index.storage.tables import key

_PIECE = 1 << 16


def check(directory: Path) -> list[str]:
    """What is wrong with the index in ``directory``, one line each; empty when nothing is.

    Reads every byte. The generation before is checked too, because it is what one falls back on.
    Raises IndexMissing when there is no index, IndexMismatch when it has another format.
    """
    while True:
        seen = _content(directory / CURRENT)
        problems = _problems(directory)
        # A writer that committed meanwhile has removed files that were still to be read.
        if not problems or _content(directory / CURRENT) == seen:
            return problems


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _problems(directory: Path) -> list[str]:
    try:
        current = load(directory / CURRENT)
    except IndexDamaged as error:
        return [str(error), *_foreign(directory)]
    problems = [*_file_problems(directory, current), *_foreign(directory)]
    if not problems:
        problems += _content_problems(directory)
    if current.generation == 1 and not (directory / PREVIOUS).exists():
        return problems
    try:
        previous = load(directory / PREVIOUS)
    except (IndexMissing, IndexDamaged) as error:
        return [*problems, f"the generation before cannot be restored: {error}"]
    return problems + [
        f"generation {previous.generation}, the one before: {one}"
        for one in _file_problems(directory, previous)
        if one not in problems
    ]


def restore_previous(directory: Path) -> int:
    """Goes back to the generation before the current one and tells its number.

    IndexDamaged when that one is not whole either; IndexLocked when a writer is at work.
    """
    with writing(directory):
        previous = load(directory / PREVIOUS)
        problems = _file_problems(directory, previous)
        if problems:
            raise IndexDamaged(
                f"generation {previous.generation} of {directory} is damaged too ({problems[0]}): "
                "delete the folder and index the articles again"
            )
        files.replace(directory / CURRENT, (directory / PREVIOUS).read_bytes())
    return previous.generation


def _file_problems(directory: Path, manifest: Manifest) -> list[str]:
    """The files of ``manifest`` that are missing or not what was committed."""
    problems = []
    for name, entry in manifest.files.items():
        try:
            files.require_folders(directory, name)
            files.verify(directory / name, entry)
        except FileNotFoundError:
            problems.append(files.damaged(directory / name, "the file is missing"))
        except HoidapError as error:
            problems.append(str(error))
    return problems


def _foreign(directory: Path) -> Iterator[str]:
    """What somebody else has put into the folder."""
    for path in sorted(directory.rglob("*")):
        name = path.relative_to(directory).as_posix()
        if path.is_symlink():
            yield files.damaged(path, "it is a link")
        elif path.is_file() and not (_is_own(name) or is_index_file(name)):
            yield files.damaged(path, "no file of an index has this name")


def _is_own(name: str) -> bool:
    return name in OWN_NAMES or name.startswith((f"{WORK}/", f"{BESIDE}/"))


def _content_problems(directory: Path) -> list[str]:
    """What the checksums cannot tell: do the parts agree with each other?"""
    try:
        snapshot = Snapshot.open(directory, verify=False)
        for segment in snapshot.segments:
            _require_articles(segment)
            _require_unit_vectors(segment)
    except HoidapError as error:
        return [str(error)]
    return []


def _require_articles(segment: Segment) -> None:
    for number in range(len(segment.articles)):
        article = segment.article(number)
        if segment.articles["key"][number].item() != key(article.id):
            raise IndexDamaged(
                files.damaged(segment.path / "articles.rows", f"{article.id!r} has another's key")
            )
        segment.chunks_of(number, article)


def _require_unit_vectors(segment: Segment) -> None:
    for first in range(0, len(segment.vectors), _PIECE):
        lengths = np.linalg.norm(segment.vectors[first : first + _PIECE].astype(np.float32), axis=1)
        if not np.all(np.abs(lengths - 1) < 0.01):
            row = first + int(np.argmax(~(np.abs(lengths - 1) < 0.01)))
            raise IndexDamaged(
                files.damaged(segment.path / "vectors.f16", f"row {row} is not of length 1")
            )
