"""Merges segments of like size, so that there are few: within a run, or beside whoever writes."""

from __future__ import annotations

import time
from contextlib import suppress
from math import log
from pathlib import Path

from index.errors import IndexLocked, StorageFailed
from index.storage import files
from index.storage.compact import ENOUGH, Rewritten, exchange, merge, rewrite
from index.storage.lock import writing
from index.storage.manifest import CURRENT, Manifest, SegmentEntry, load
from index.storage.segment import VERIFIED_AT_OPEN, Segment, open_segment
from index.storage.session import open_writer
from index.storage.sweep import BESIDE, clear_folder
from index.storage.tables import ALIVE, REPLACED
from index.storage.writer import IndexWriter

_FANOUT = 8
# A run that indexes is not kept longer than this takes; what is larger is merged beside it.
_AT_ONCE = 1 << 18
_KEPT = (ALIVE, REPLACED)
_RETRY_SECONDS = 0.2


def due(manifest: Manifest, allowance: int = ENOUGH) -> list[str]:
    """The names of the segments to merge next: eight of like size, or none.

    So every sentence is rewritten once per factor of eight that the index grows, and no more when
    its segment is large. Fewer than the eight where all of them would be larger than that.
    """
    tiers: dict[int, list[SegmentEntry]] = {}
    for entry in manifest.segments:
        tiers.setdefault(int(log(max(entry.counts.sentences, 1), _FANOUT)), []).append(entry)
    for _, tier in sorted(tiers.items()):
        if len(tier) < _FANOUT:
            continue
        some = sorted(tier[:_FANOUT], key=_size)
        while sum(map(_size, some)) > ENOUGH:
            some.pop()
        if len(some) > 1 and sum(map(_size, some)) <= allowance:
            return [one.name for one in some]
    return []


def merge_small(writer: IndexWriter, allowance: int) -> int:
    """Merges what is due, rewriting ``allowance`` sentences at most; tells how many it were.

    Removed articles go, replaced ones stay.
    """
    rewritten = 0
    while names := due(writer.manifest, min(allowance - rewritten, _AT_ONCE)):
        rewritten += sum(_size(one) for one in writer.manifest.segments if one.name in names)
        merge(writer, names, _KEPT)
    return rewritten


def merge_beside(directory: Path) -> bool:
    """Merges what is due next, and takes the writer's lock only to commit it; False: nothing was.

    So others write meanwhile. What they remove is removed, and when they have merged the same
    segments, nothing is committed. One process does this at a time: IndexLocked for another one.
    Raises StorageFailed too, on a disk that is full or read-only for example.
    """
    manifest = load(directory / CURRENT)
    names = due(manifest)
    if not names:
        return False
    folder = directory / BESIDE
    files.make_folder(folder)
    with writing(folder):
        clear_folder(folder)
        try:
            segments = _opened(directory, manifest, names)
            rewritten = rewrite(folder, segments, _KEPT)
            _commit(directory, names, rewritten)
        finally:
            # What cannot be removed is a leftover: the next writer tries again.
            with suppress(StorageFailed):
                clear_folder(folder)
    return True


def _opened(directory: Path, manifest: Manifest, names: list[str]) -> list[Segment]:
    entries = [one for one in manifest.segments if one.name in names]
    dimension = manifest.encoder.dimension
    return [
        open_segment(directory, one, manifest.files, dimension, VERIFIED_AT_OPEN) for one in entries
    ]


def _commit(directory: Path, names: list[str], rewritten: Rewritten | None) -> None:
    while True:
        try:
            with open_writer(directory) as writer:
                if {one.name for one in writer.segments} >= set(names):
                    _adopt(writer, rewritten)
                    exchange(writer, names, rewritten)
            return
        except IndexLocked:
            time.sleep(_RETRY_SECONDS)


def _adopt(writer: IndexWriter, rewritten: Rewritten | None) -> None:
    """The files that were written beside the index stand in the folder of the next generation."""
    if rewritten is None:
        return
    target = writer.directory / "segments" / f"{writer.generation:06d}"
    files.make_folder(target)
    for name in rewritten.files:
        files.link(writer.directory / BESIDE / name, target / name)
    files.sync_folder(target)


def _size(entry: SegmentEntry) -> int:
    return entry.counts.sentences
