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
from index.storage.segment import Segment
from index.storage.segment_writer import SegmentWriter
from index.storage.session import open_writer
from index.storage.sweep import index_files
from index.storage.tables import ALIVE, REPLACED
from index.storage.writer import IndexWriter, finish

_FANOUT = 8
# Sentences of a segment that need not grow: as many as can be merged in 300 MB.
_ENOUGH = 1 << 18


def compact(directory: Path) -> int:
    """Rewrites what is small, removed or replaced in the index in ``directory``.

    Earlier versions of articles go, and so does the generation before; readers are not disturbed.
    Needs free space of up to the index's own size. Returns how many bytes the disk got back.
    Raises what ``open_writer`` raises.
    """
    with open_writer(directory) as writer:
        before = _bytes(directory)
        groups = _worth_rewriting(writer.segments)
        for names in groups[:-1]:
            _merge(writer, names, (ALIVE,))
        if groups or writer.keeps_what_is_gone():
            _merge(writer, groups[-1] if groups else [], (ALIVE,), purge=True)
    return before - _bytes(directory)


def merge_small(writer: IndexWriter, allowance: int) -> int:
    """Merges segments of like size when there are eight, rewriting ``allowance`` sentences at most.

    So every sentence is rewritten once per factor of eight that the index grows, and no more when
    its segment is large. Removed articles go, replaced ones stay. Tells how many sentences were
    rewritten.
    """
    rewritten = 0
    while group := _like_sized(writer.segments, min(allowance - rewritten, _ENOUGH)):
        rewritten += sum(len(segment.sentences) for segment in group)
        _merge(writer, [segment.name for segment in group], (ALIVE, REPLACED))
    return rewritten


def _like_sized(segments: Sequence[Segment], allowance: int) -> list[Segment]:
    """Eight segments of one tier that fit the allowance; none when there are not."""
    tiers: dict[int, list[Segment]] = {}
    for segment in segments:
        tiers.setdefault(int(log(max(len(segment.sentences), 1), _FANOUT)), []).append(segment)
    for _, tier in sorted(tiers.items()):
        some = tier[:_FANOUT]
        if len(some) == _FANOUT and sum(len(one.sentences) for one in some) <= allowance:
            return some
    return []


def _worth_rewriting(segments: Sequence[Segment]) -> list[list[str]]:
    """The names of the segments that compaction puts together, group by group."""
    groups: list[list[str]] = [[]]
    size = 0
    for segment in segments:
        if not segment.state.any() and len(segment.sentences) > _ENOUGH // 2:
            continue
        if size + len(segment.sentences) > _ENOUGH and groups[-1]:
            groups.append([])
            size = 0
        groups[-1].append(segment.name)
        size += len(segment.sentences)
    dead = {segment.name for segment in segments if segment.state.any()}
    return [group for group in groups if len(group) > 1 or dead & set(group)]


def _merge(
    writer: IndexWriter, names: Sequence[str], kept: tuple[int, ...], purge: bool = False
) -> None:
    """Commits one segment in the place of those with ``names``.

    ``purge`` rewrites the postings and forgets the generation before, so that no byte of what is
    gone stays.
    """
    generation = writer.generation
    entries = dict(writer.manifest.files)
    chosen = [segment for segment in writer.segments if segment.name in names]
    merged = _rewrite(writer, chosen, kept, generation, entries)
    segments: list[SegmentEntry] = []
    for entry in writer.manifest.segments:
        if entry.name not in names:
            segments.append(entry)
            continue
        if merged is not None:
            segments.append(merged)
            merged = None
        for name in [one for one in entries if one.startswith(f"segments/{entry.name}/")]:
            entries.pop(name)
    lexical = writer.manifest.lexical
    if purge and writer.keeps_deleted_postings():
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
    segments: Sequence[Segment],
    kept: tuple[int, ...],
    generation: int,
    entries: dict[str, Entry],
) -> SegmentEntry | None:
    """Writes the articles whose state is ``kept`` as one segment; None when there are none."""
    if not segments:
        return None
    folder = writer.directory / "segments" / f"{generation:06d}"
    files.make_folder(folder)
    merged = SegmentWriter(folder, writer.manifest.encoder.dimension)
    states: list[int] = []
    try:
        for segment in segments:
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
