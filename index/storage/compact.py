"""Rewrites segments as one, and drops what is dead, so that the disk gets it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.lexical import document_fields
from index.storage import files
from index.storage.files import Entry
from index.storage.manifest import Counts, SegmentEntry
from index.storage.segment import Segment
from index.storage.segment_writer import SegmentWriter
from index.storage.session import open_writer
from index.storage.sweep import index_files
from index.storage.tables import ALIVE
from index.storage.writer import IndexWriter

# Sentences of a segment that need not grow: as many as can be merged in 500 MB.
ENOUGH = 1 << 20


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A segment on disk that no manifest names yet.

    ``files`` has them by their bare names; ``places`` says for each segment that it was made of,
    by name, which articles it took over, in order.
    """

    counts: Counts
    files: dict[str, Entry]
    places: dict[str, npt.NDArray[np.intp]]


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
            merge(writer, names, (ALIVE,))
        if groups or writer.keeps_what_is_gone():
            merge(writer, groups[-1] if groups else [], (ALIVE,), purge=True)
    return before - _bytes(directory)


def _worth_rewriting(segments: Sequence[Segment]) -> list[list[str]]:
    """The names of the segments that compaction puts together, group by group."""
    groups: list[list[str]] = [[]]
    size = 0
    for segment in segments:
        if not segment.state.any() and len(segment.sentences) > ENOUGH // 2:
            continue
        if size + len(segment.sentences) > ENOUGH and groups[-1]:
            groups.append([])
            size = 0
        groups[-1].append(segment.name)
        size += len(segment.sentences)
    dead = {segment.name for segment in segments if segment.state.any()}
    return [group for group in groups if len(group) > 1 or dead & set(group)]


def merge(
    writer: IndexWriter, names: Sequence[str], kept: tuple[int, ...], purge: bool = False
) -> None:
    """Commits one segment in the place of those with ``names``; see ``exchange``."""
    folder = writer.directory / "segments" / f"{writer.generation:06d}"
    chosen = [segment for segment in writer.segments if segment.name in names]
    exchange(writer, names, rewrite(folder, chosen, kept), purge)


def rewrite(folder: Path, segments: Sequence[Segment], kept: tuple[int, ...]) -> Rewritten | None:
    """Writes the articles whose state is ``kept`` as one segment; None when there are none."""
    places = {one.name: np.flatnonzero(np.isin(one.state, kept)) for one in segments}
    if not any(map(len, places.values())):
        return None
    files.make_folder(folder)
    merged = SegmentWriter(folder, segments[0].vectors.shape[1])
    try:
        for segment in segments:
            for place in places[segment.name].tolist():
                merged.add(segment.stored(place))
        written = merged.finish()
    finally:
        merged.abandon()
    files.sync_folder(folder)
    return Rewritten(merged.counts, written, places)


def exchange(
    writer: IndexWriter, names: Sequence[str], rewritten: Rewritten | None, purge: bool = False
) -> None:
    """Commits ``rewritten``, in the folder of the next generation, in the place of ``names``.

    What died since it was written is dead in it. ``purge`` rewrites the postings and forgets the
    generation before, so that no byte of what is gone stays.
    """
    generation = writer.generation
    entries = dict(writer.manifest.files)
    merged: SegmentEntry | None = None
    if rewritten is not None:
        merged = SegmentEntry(f"{generation:06d}", rewritten.counts)
        entries |= {f"segments/{merged.name}/{name}": e for name, e in rewritten.files.items()}
        states = {one.name: one.state for one in writer.segments}
        state = np.concatenate([states[n][rows] for n, rows in rewritten.places.items()])
        merged = writer.entomb(merged, state, generation, entries)
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
