"""An open segment: articles with their chunks, sentences and vectors, read-only."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import starmap
from mmap import mmap
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.errors import IndexDamaged
from index.storage.files import Entry, damaged, mapped, verified, verify
from index.storage.manifest import SegmentEntry
from index.storage.records import Stored, decode_line
from index.storage.tables import ALIVE, ARTICLE, CHUNK, DEAD, SENTENCE, Rows, ordinal, problem
from index.types import Article, Chunk, Sentence
from index.vectors import Halves

# Bytes that are hashed at opening. Where there are more the largest files are left to
# `hoidap check`: hashing them would keep an opener waiting.
VERIFIED_AT_OPEN = 1 << 29


@dataclass(frozen=True, slots=True)
class Segment:
    """An open segment. ``vectors`` is mapped from disk, shape (sentences, dimension).

    ``state`` is ALIVE, REMOVED or REPLACED for each article.
    """

    name: str
    articles: Rows
    chunks: Rows
    sentences: Rows
    vectors: Halves
    state: npt.NDArray[np.uint8]
    sources: tuple[str, ...]
    authors: tuple[str, ...]
    lines: mmap | bytes
    path: Path

    def article(self, number: int) -> Article:
        """Article ``number`` of the segment; IndexDamaged when its line is not what was written."""
        return decode_line(self.line(number))

    def line(self, number: int) -> bytes:
        row = self.articles[number]
        start = int(row["line"])
        line = self.lines[start : start + int(row["line_size"])]
        if zlib.crc32(line) != row["line_crc"]:
            raise IndexDamaged(
                damaged(self.path / "articles.jsonl", f"line {number + 1} does not match")
            )
        return line

    def matching(self, sources: Collection[str], before: date | None) -> npt.NDArray[np.bool_]:
        """Which articles have one of ``sources`` or an earlier day; undated ones have none."""
        codes = [code for code, name in enumerate(self.sources) if name and name in sources]
        found = np.isin(self.articles["source"], codes)
        if before is not None:
            days = self.articles["published"]
            found |= (days > 0) & (days < ordinal(before))
        return found

    def stored(self, number: int) -> Stored:
        """Article ``number`` as another segment takes it over."""
        row = self.articles[number]
        first_chunk, end_chunk = self._range("first_chunk", number, len(self.chunks))
        first, end = self._range("first_sentence", number, len(self.sentences))
        chunks = self.chunks[first_chunk:end_chunk].copy()
        chunks["first_sentence"] -= first
        chunks["end_sentence"] -= first
        return Stored(
            row=row,
            source=self.sources[row["source"]],
            author=self.authors[row["author"]],
            line=self.line(number),
            chunks=chunks,
            sentences=self.sentences[first:end],
            vectors=self.vectors[first:end],
        )

    def chunks_of(self, number: int, article: Article) -> list[Chunk]:
        """The chunks of ``article``, which is article ``number`` of the segment."""
        first, end = self._range("first_chunk", number, len(self.chunks))
        return [self.chunk(one, article) for one in range(first, end)]

    def chunk(self, number: int, article: Article) -> Chunk:
        """Chunk ``number`` of the segment, which is one of ``article``'s."""
        start, end, first, behind = self.chunks[number].item()
        if end > len(article.text):
            raise IndexDamaged(
                damaged(self.path / "chunks.rows", f"chunk {number} ends outside of its article")
            )
        sentences = tuple(starmap(Sentence, self.sentences[first:behind].tolist()))
        return Chunk(article.id, start, end, article.text[start:end], sentences)

    def _range(self, name: str, number: int, count: int) -> tuple[int, int]:
        last = number + 1 == len(self.articles)
        return int(self.articles[name][number]), (
            count if last else int(self.articles[name][number + 1])
        )


def open_segment(
    directory: Path, entry: SegmentEntry, files: dict[str, Entry], dimension: int, up_to: int
) -> Segment:
    """The segment ``entry`` of the index in ``directory``; its tables are always verified.

    The text and the vectors are verified too where they have ``up_to`` bytes at most.
    IndexDamaged when something is not as committed, FileNotFoundError when a file is gone.
    """
    prefix = f"segments/{entry.name}/"

    def path(name: str) -> tuple[Path, Entry]:
        return directory / prefix / name, files[prefix + name]

    def table(name: str, kind: np.dtype[Any]) -> Rows:
        return np.frombuffer(verified(*path(name)), kind)

    for name in ("articles.jsonl", "vectors.f16"):
        if path(name)[1].size <= up_to:
            verify(*path(name))
    articles, chunks = table("articles.rows", ARTICLE), table("chunks.rows", CHUNK)
    sentences = table("sentences.rows", SENTENCE)
    wrong = problem(articles, chunks, sentences, path("articles.jsonl")[1].size)
    if wrong:
        raise IndexDamaged(damaged(directory / prefix, wrong))
    sources, authors = _names(*path("names.json"))
    if articles.size and (
        articles["source"].max() >= len(sources) or articles["author"].max() >= len(authors)
    ):
        raise IndexDamaged(damaged(directory / prefix / "names.json", "a name is missing"))
    vectors = mapped_vectors(*path("vectors.f16"), dimension)
    state = _state(directory, entry, files)
    lines = mapped(*path("articles.jsonl"))
    return Segment(
        entry.name,
        articles,
        chunks,
        sentences,
        vectors,
        state,
        sources,
        authors,
        lines,
        directory / prefix,
    )


def verified_up_to(files: Mapping[str, Entry]) -> int:
    """How large a file may be to be verified at opening: the smallest of ``files`` come first."""
    total = 0
    for size in sorted(entry.size for entry in files.values()):
        total += size
        if total > VERIFIED_AT_OPEN:
            return size - 1
    return VERIFIED_AT_OPEN


def mapped_vectors(path: Path, entry: Entry, dimension: int) -> Halves:
    """The rows of ``vectors.f16``, mapped from disk."""
    return np.frombuffer(mapped(path, entry), "<f2").reshape(-1, dimension)


def dead_rows(state: npt.NDArray[np.uint8]) -> bytes:
    """The tombstones of ``state`` as they are written."""
    numbers = np.flatnonzero(state != ALIVE)
    rows = np.zeros(len(numbers), DEAD)
    rows["article"], rows["state"] = numbers, state[numbers]
    return rows.tobytes()


def _state(directory: Path, entry: SegmentEntry, files: dict[str, Entry]) -> npt.NDArray[np.uint8]:
    state = np.full(entry.counts.articles, ALIVE, np.uint8)
    if entry.dead is None:
        return state
    path = directory / entry.dead
    data = verified(path, files[entry.dead])
    if len(data) != entry.counts.dead * DEAD.itemsize:
        raise IndexDamaged(damaged(path, f"it should hold {entry.counts.dead} tombstones"))
    rows = np.frombuffer(data, DEAD)
    if np.any(rows["article"] >= len(state)) or np.any((rows["state"] < 1) | (rows["state"] > 2)):
        raise IndexDamaged(damaged(path, "a tombstone stands for nothing"))
    state[rows["article"]] = rows["state"]
    if np.count_nonzero(state) != entry.counts.dead:
        raise IndexDamaged(damaged(path, "two tombstones for one article"))
    return state


def _names(path: Path, entry: Entry) -> tuple[tuple[str, ...], tuple[str, ...]]:
    try:
        names = json.loads(verified(path, entry))
        sources, authors = tuple(names["sources"]), tuple(names["authors"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise IndexDamaged(damaged(path, "not a list of names")) from None
    if sources[:1] != ("",) or authors[:1] != ("",):
        raise IndexDamaged(damaged(path, "its first name is not the unknown one"))
    return sources, authors
