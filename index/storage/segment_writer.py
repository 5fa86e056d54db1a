"""Writes a segment, article after article."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import numpy as np

from index.codes import CODED_FROM, code_file, lists_for
from index.storage.files import Entry, Sink, write
from index.storage.manifest import Counts
from index.storage.records import Stored
from index.storage.segment import mapped_vectors
from index.storage.tables import ARTICLE
from index.vectors import encode

_STREAMED = ("articles.jsonl", "articles.rows", "chunks.rows", "sentences.rows", "vectors.f16")


class SegmentWriter:
    """Writes the segment ``folder``, which must be empty, article after article."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self.folder = folder
        self._dimension = dimension
        self._sinks = {name: Sink(folder / name) for name in _STREAMED}
        self._names: dict[str, dict[str, int]] = {"sources": {"": 0}, "authors": {"": 0}}
        self.counts = Counts()

    def add(self, stored: Stored) -> int:
        """Appends an article and tells its number in the segment."""
        row = np.array([stored.row], ARTICLE)
        row["line"], row["line_size"] = self._sinks["articles.jsonl"].size, len(stored.line)
        row["line_crc"] = zlib.crc32(stored.line)
        row["first_chunk"], row["first_sentence"] = self.counts.chunks, self.counts.sentences
        row["source"] = self._code("sources", stored.source)
        row["author"] = self._code("authors", stored.author)
        chunks = stored.chunks.copy()
        chunks["first_sentence"] += self.counts.sentences
        chunks["end_sentence"] += self.counts.sentences
        for name, data in {
            "articles.jsonl": stored.line,
            "articles.rows": row.tobytes(),
            "chunks.rows": chunks.tobytes(),
            "sentences.rows": stored.sentences.tobytes(),
            "vectors.f16": stored.vectors.tobytes(),
        }.items():
            self._sinks[name].write(data)
        self.counts += Counts(1, len(chunks), len(stored.sentences))
        return self.counts.articles - 1

    def finish(self) -> dict[str, Entry]:
        """Everything is written and synced; the files by name."""
        entries = {name: sink.close() for name, sink in self._sinks.items()}
        names = {kind: list(codes) for kind, codes in self._names.items()}
        spelled = json.dumps(names, ensure_ascii=False).encode()
        entries["names.json"] = write(self.folder / "names.json", [spelled])
        rows = mapped_vectors(self.folder / "vectors.f16", entries["vectors.f16"], self._dimension)
        if len(rows) >= CODED_FROM:
            name = code_file(lists_for(len(rows)))
            entries[name] = write(self.folder / name, encode(rows))
        return entries

    def abandon(self) -> None:
        """What was written is a leftover."""
        for sink in self._sinks.values():
            sink.abandon()

    def _code(self, kind: str, name: str) -> int:
        codes = self._names[kind]
        return codes.setdefault(name, len(codes))
