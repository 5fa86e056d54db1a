"""Merges segments, so that there are few, and drops what is dead, so that the disk gets it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import log
from pathlib import Path

import numpy as np

from index.lexical import document_fields
from index.storage import files
from index.storage.files import Entry
from index.storage.manifest import SegmentEntry
from index.storage.segment import Segment, SegmentWriter
from index.storage.sweep import index_files
from index.storage.tables import ALIVE, REPLACED
from index.storage.writer import IndexWriter, finish, open_writer

_FANOUT = 8


def compact(directory: Path) -> int:
    """Rewrites the index in ``directory`` without what was removed or replaced.

    Earlier versions of articles go, and so does the generation before; readers are not disturbed.
    Needs free space of the index's own size. Returns how many bytes the disk got back. Raises
    what ``open_writer`` raises.
    """
    with open_writer(directory) as writer:
        before = _bytes(directory)
        if len(writer.segments) > 1 or writer.manifest.counts.dead:
            _merge(writer, range(len(writer.segments)), purge=True)
    return before - _bytes(directory)


def merge_small(writer: IndexWriter, allowance: int) -> int:
    """Merges segments of like size when there are eight, rewriting ``allowance`` sentences at most.

    So every sentence is rewritten once per factor of eight that the index grows. Removed articles
    go, replaced ones stay. Tells how many sentences were rewritten.
    """
    rewritten = 0
    while numbers := _like_sized(writer.segments, allowance - rewritten):
        rewritten += sum(len(writer.segments[number].sentences) for number in numbers)
        _merge(writer, numbers, purge=False)
    return rewritten


def _like_sized(segments: Sequence[Segment], allowance: int) -> list[int]:
    """The numbers of eight segments of one tier that fit the allowance; none when there are not."""
    tiers: dict[int, list[int]] = {}
    for number, segment in enumerate(segments):
        tiers.setdefault(int(log(max(len(segment.sentences), 1), _FANOUT)), []).append(number)
    for _, numbers in sorted(tiers.items()):
        some = numbers[:_FANOUT]
        if len(some) == _FANOUT and sum(len(segments[n].sentences) for n in some) <= allowance:
            return some
    return []


def _merge(writer: IndexWriter, numbers: Sequence[int], purge: bool) -> None:
    """Commits one segment in the place of those with ``numbers``; ``purge`` keeps nothing dead."""
    generation = writer.generation
    entries = dict(writer.manifest.files)
    kept = (ALIVE,) if purge else (ALIVE, REPLACED)
    merged = _rewrite(writer, numbers, kept, generation, entries)
    segments = list(writer.manifest.segments)
    for number in sorted(numbers, reverse=True):
        gone = segments.pop(number)
        for name in [n for n in entries if n.startswith(f"segments/{gone.name}/")]:
            entries.pop(name)
    if merged is not None:
        segments.insert(min(numbers), merged)
    lexical = writer.manifest.lexical
    if purge:
        lexical = _rewrite_postings(writer, generation, entries)
    manifest = replace(
        writer.manifest,
        generation=generation,
        segments=tuple(segments),
        lexical=lexical,
        files=entries,
    )
    writer.publish(manifest, forget_previous=purge)
    writer.reopen()


def _rewrite(
    writer: IndexWriter,
    numbers: Sequence[int],
    kept: tuple[int, ...],
    generation: int,
    entries: dict[str, Entry],
) -> SegmentEntry | None:
    """Writes the articles whose state is ``kept`` as one segment; None when there are none."""
    folder = writer.directory / "segments" / f"{generation:06d}"
    files.make_folder(folder)
    merged = SegmentWriter(folder, writer.manifest.encoder.dimension)
    states: list[int] = []
    try:
        for segment in (writer.segments[number] for number in numbers):
            for place in np.flatnonzero(np.isin(segment.state, kept)).tolist():
                merged.add(segment.stored(place))
                states.append(int(segment.state[place]))
        if not states:
            return None
        entry = finish(merged, entries)
    finally:
        merged.abandon()
    return writer.entomb(entry, np.array(states, np.uint8), generation, entries)


def _rewrite_postings(writer: IndexWriter, generation: int, entries: dict[str, Entry]) -> str:
    """Postings of what is alive and nothing else: Tantivy keeps deleted text until it merges."""
    postings = writer.postings(afresh=True)
    for segment in writer.segments:
        for place in np.flatnonzero(segment.state == ALIVE).tolist():
            article = segment.article(place)
            documents = [document_fields(article, one) for one in segment.chunks_of(place, article)]
            postings.add(int(segment.articles["serial"][place]), documents)
    return writer.commit_postings(generation, entries)


def _bytes(directory: Path) -> int:
    return sum(path.stat().st_size for path in index_files(directory))
