"""The one writer of an index: adds, removes, and commits a generation at a time.

What is added streams into the files of a new segment; what is removed becomes a tombstone beside
the old one. publish.py has the last word.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.lexical import META, LexicalWriter, document_fields, has_deleted
from index.storage import files
from index.storage.copies import Copies
from index.storage.files import Entry
from index.storage.manifest import Chunking, Manifest, SegmentEntry
from index.storage.publish import previous, publish
from index.storage.records import Stored, stored_article
from index.storage.segment import Segment, dead_rows, open_segment
from index.storage.segment_writer import SegmentWriter
from index.storage.sweep import WORK, clear_work
from index.storage.tables import ALIVE, REMOVED, REPLACED, fingerprint, key
from index.types import Article, Chunk
from index.vectors import Floats


class IndexWriter:
    """What ``open_writer`` gives.

    Articles have rows as in a Snapshot; those added since the last commit follow the committed
    ones.
    """

    def __init__(self, directory: Path, manifest: Manifest) -> None:
        self.directory = directory
        self._fresh: SegmentWriter | None = None
        self._lexical: LexicalWriter | None = None
        self._latest = max(manifest.generation, previous(directory).generation)
        self._take(manifest, [_open(directory, manifest, entry) for entry in manifest.segments])

    def _take(self, manifest: Manifest, segments: list[Segment]) -> None:
        self.manifest = manifest
        self.segments = segments
        sizes = [len(one.articles) for one in segments]
        self._firsts = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
        self._rows: dict[bytes, int] = {}
        for segment, first in zip(segments, self._firsts.tolist(), strict=False):
            for number in np.flatnonzero(segment.state == ALIVE).tolist():
                self._rows[segment.articles["key"][number].item()] = first + number
        self._copies: Copies | None = None
        self._forget()

    def _forget(self) -> None:
        """Nothing was added or removed since the last commit."""
        self._serial = self.manifest.next_serial
        self._touched: set[int] = set()
        self._fresh = None
        self._fresh_prints: list[tuple[int, bytes]] = []
        self._fresh_keys: list[bytes] = []
        self._fresh_stories: list[tuple[int, str]] = []
        self._fresh_state: list[int] = []

    @property
    def generation(self) -> int:
        """The number of the next commit; no file of an earlier one has it in its name."""
        return max(self._latest, self.manifest.generation) + 1

    def known(self, article_id: str) -> bytes | None:
        """The fingerprint of the article that has this id now; None when there is none."""
        row = self._rows.get(key(article_id))
        return None if row is None else self._print(row)[1]

    @property
    def chunking(self) -> Chunking:
        return self.manifest.chunking

    def named(
        self, sources: Collection[str] = (), before: date | None = None
    ) -> Iterator[tuple[str, str | None]]:
        """The committed articles' ids and paths, or those of these sources or of an earlier day."""
        for segment in self.segments:
            live = segment.state == ALIVE
            if sources or before:
                live &= segment.matching(sources, before)
            for number in np.flatnonzero(live).tolist():
                article = segment.article(number)
                yield article.id, article.path

    def add(self, article: Article, chunks: Sequence[Chunk], vectors: Floats) -> bool:
        """Adds ``article``, or replaces the one of its id; ``vectors`` has one row a sentence.

        Tells whether another article has the same text: then the two are one story.
        UnicodeEncodeError, and nothing added, when the text holds half a character.
        """
        stored = stored_article(article, self._serial, chunks, vectors)
        earlier = self._rows.get(key(article.id))
        copied = self._copied(article, stored)
        if copied is not None:
            stored.row["story"] = self._story(copied)
        if earlier is not None:
            self._bury(earlier, REPLACED)
        if self._fresh is None:
            folder = self.directory / "segments" / f"{self.generation:06d}"
            files.make_folder(folder)
            self._fresh = SegmentWriter(folder, self.manifest.encoder.dimension)
        number = self._fresh.add(stored)
        documents = [document_fields(article, chunk) for chunk in chunks]
        self.postings().add(self._serial, documents)
        row = int(self._firsts[-1]) + number
        self._rows[key(article.id)] = row
        self._known_copies().add(row, stored.sentences)
        self._fresh_prints.append((self._serial, fingerprint(article)))
        self._fresh_keys.append(key(article.id))
        self._fresh_stories.append((int(stored.row["story"]), article.text))
        self._fresh_state.append(ALIVE)
        self._serial += 1
        return copied is not None

    def remove(self, article_ids: Collection[str]) -> int:
        """Removes the articles with these ids, all their versions; tells how many there were."""
        keys = {key(one) for one in article_ids}
        rows = [self._rows.pop(one) for one in keys if one in self._rows]
        for row in rows:
            self._bury(row, REMOVED)
        for place, state in enumerate(self._fresh_state):
            if state == REPLACED and self._fresh_keys[place] in keys:
                self._fresh_state[place] = REMOVED
        wanted = np.array(list(keys), "S16")
        for number, segment in enumerate(self.segments):
            earlier = np.isin(segment.articles["key"], wanted) & (segment.state == REPLACED)
            if earlier.any():
                segment.state[earlier] = REMOVED
                self._touched.add(number)
        return len(rows)

    def commit(self) -> None:
        """What was added and removed is on disk; readers that open the index see all of it."""
        if self._fresh is None and not self._touched:
            return
        generation = self.generation
        entries = dict(self.manifest.files)
        segments = list(self.manifest.segments)
        states = [segment.state for segment in self.segments]
        if self._fresh is not None:
            fresh = self._fresh
            segments.append(finish(fresh, entries))
            states.append(np.array(self._fresh_state, np.uint8))
            if any(self._fresh_state):
                self._touched.add(len(segments) - 1)
        for number in sorted(self._touched):
            segments[number] = self.entomb(segments[number], states[number], generation, entries)
        lexical = self.commit_postings(generation, entries)
        manifest = replace(
            self.manifest,
            generation=generation,
            next_serial=self._serial,
            segments=tuple(segments),
            lexical=lexical,
            files=entries,
        )
        self.publish(manifest)
        for entry in segments[len(self.segments) :]:
            self.segments.append(_open(self.directory, manifest, entry))
            self._firsts = np.append(self._firsts, self._firsts[-1] + entry.counts.articles)
        self._forget()

    def entomb(
        self,
        entry: SegmentEntry,
        state: npt.NDArray[np.uint8],
        generation: int,
        entries: dict[str, Entry],
    ) -> SegmentEntry:
        """Writes which articles of a segment are dead; ``entries`` learns of the file."""
        if entry.dead is not None:
            entries.pop(entry.dead)
        dead = int(np.count_nonzero(state))
        if not dead:
            return replace(entry, dead=None, counts=replace(entry.counts, dead=0))
        name = f"segments/{entry.name}/dead-{generation:06d}.rows"
        entries[name] = files.write(self.directory / name, [dead_rows(state)])
        files.sync_folder((self.directory / name).parent)
        return replace(entry, dead=name, counts=replace(entry.counts, dead=dead))

    def publish(self, manifest: Manifest, forget_previous: bool = False) -> None:
        """From here on ``manifest`` is the index; see publish.py."""
        publish(self.directory, self.manifest, manifest, forget_previous)
        self.manifest = manifest

    def abandon(self) -> None:
        """What was not committed is a leftover."""
        if self._fresh is not None:
            self._fresh.abandon()
        if self._lexical is not None:
            self._lexical.abandon()
        self._lexical = None

    def _bury(self, row: int, state: int) -> None:
        self.postings().delete(self._print(row)[0])
        segment, place = self._place(row)
        if segment is None:
            self._fresh_state[place] = state
        else:
            segment.state[place] = state
            self._touched.add(self._segment_of(row))

    def _copied(self, article: Article, stored: Stored) -> int | None:
        """The row of another article that has the text of ``article``."""
        own = key(article.id)

        def is_copy(row: int) -> bool:
            segment, place = self._place(row)
            if segment is None:
                found, state = self._fresh_keys[place], self._fresh_state[place]
                return (
                    found != own
                    and state == ALIVE
                    and self._fresh_stories[place][1] == article.text
                )
            found, state = segment.articles["key"][place].item(), segment.state[place]
            return found != own and state == ALIVE and segment.article(place).text == article.text

        return self._known_copies().find(stored.sentences, is_copy)

    def _known_copies(self) -> Copies:
        if self._copies is None:
            self._copies = Copies(self.segments, self._firsts)
        return self._copies

    def _story(self, row: int) -> int:
        segment, place = self._place(row)
        if segment is None:
            return self._fresh_stories[place][0]
        return int(segment.articles["story"][place])

    def _print(self, row: int) -> tuple[int, bytes]:
        """The serial number and the fingerprint of an article."""
        segment, place = self._place(row)
        if segment is None:
            return self._fresh_prints[place]
        found = segment.articles[place]
        return int(found["serial"]), found["fingerprint"].item()

    def _place(self, row: int) -> tuple[Segment | None, int]:
        """Segment and number in it; the segment is None while it is being written."""
        number = self._segment_of(row)
        segment = self.segments[number] if number < len(self.segments) else None
        return segment, row - int(self._firsts[number])

    def _segment_of(self, row: int) -> int:
        return int(np.searchsorted(self._firsts, row, side="right")) - 1

    def postings(self, afresh: bool = False) -> LexicalWriter:
        """Where chunks are added and deleted; empty when ``afresh``, else as committed."""
        if self._lexical is None or afresh:
            self._lexical = None
            clear_work(self.directory)
            work = self.directory / WORK
            files.make_folder(work)
            if self.manifest.lexical is not None and not afresh:
                for name in lexical_files(self.manifest):
                    files.link(self.directory / name, work / Path(name).name)
                files.write(work / META, files.pieces(self.directory / self.manifest.lexical))
            self._lexical = LexicalWriter(work)
        return self._lexical

    def keeps_deleted_postings(self) -> bool:
        """Whether terms of removed or replaced articles are still on disk."""
        lexical = self.manifest.lexical
        return lexical is not None and has_deleted((self.directory / lexical).read_bytes())

    def keeps_what_is_gone(self) -> bool:
        """Whether the postings or the generation before hold what the index does not."""
        earlier = set(previous(self.directory).files) - set(self.manifest.files)
        return bool(earlier) or self.keeps_deleted_postings()

    def reopen(self) -> None:
        """Takes over what was published."""
        opened = {one.name: one for one in self.segments}
        entries = self.manifest.segments
        kept = [
            opened.get(one.name) or _open(self.directory, self.manifest, one) for one in entries
        ]
        self._take(self.manifest, kept)

    def commit_postings(self, generation: int, entries: dict[str, Entry]) -> str:
        """Takes over what Tantivy has committed; ``entries`` learns of the files."""
        meta, names = self.postings().commit()
        for name in lexical_files(self.manifest):
            if Path(name).name not in names:
                entries.pop(name)
        for name in names:
            if f"lexical/{name}" not in entries:
                target = self.directory / "lexical" / name
                entries[f"lexical/{name}"] = files.adopt(self.directory / WORK / name, target)
        if self.manifest.lexical is not None:
            entries.pop(self.manifest.lexical)
        spelled = f"lexical/meta-{generation:06d}.json"
        entries[spelled] = files.write(self.directory / spelled, [meta])
        return spelled


def finish(writer: SegmentWriter, entries: dict[str, Entry]) -> SegmentEntry:
    """The segment is on disk, its names too; ``entries`` learns of its files."""
    for name, entry in writer.finish().items():
        entries[f"segments/{writer.folder.name}/{name}"] = entry
    files.sync_folder(writer.folder)
    return SegmentEntry(writer.folder.name, writer.counts)


def lexical_files(manifest: Manifest) -> list[str]:
    """Tantivy's data files in a generation."""
    return [n for n in manifest.files if n.startswith("lexical/") and n != manifest.lexical]


def _open(directory: Path, manifest: Manifest, entry: SegmentEntry) -> Segment:
    return open_segment(directory, entry, manifest.files, manifest.encoder.dimension, up_to=0)
