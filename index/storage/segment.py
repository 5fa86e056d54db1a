"""A segment: articles with their chunks, sentences and vectors, written once, then only read."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from mmap import mmap
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.errors import IndexDamaged
from index.storage.files import Entry, Sink, damaged, mapped, verified, verify, write
from index.storage.manifest import Counts, SegmentEntry
from index.storage.tables import (
    ALIVE,
    ARTICLE,
    CHUNK,
    DEAD,
    SENTENCE,
    Rows,
    cut,
    fingerprint,
    key,
    ordinal,
    problem,
)
from index.types import Article, Chunk, Sentence
from index.vectors import Halves, encode

STREAMED = ("articles.jsonl", "articles.rows", "chunks.rows", "sentences.rows", "vectors.f16")

# Above this a file is mapped and left to `hoidap check`: hashing it would keep an opener waiting.
VERIFIED_AT_OPEN = 1 << 28


@dataclass(frozen=True, slots=True)
class Stored:
    """One article as a segment holds it.

    ``row`` is an ARTICLE record, ``line`` the article as JSON; ``chunks`` and ``sentences`` number
    their sentences from 0; ``vectors`` has one row a sentence.
    """

    row: Any
    source: str
    author: str
    line: bytes
    chunks: Rows
    sentences: Rows
    vectors: Halves


def encode_line(article: Article) -> bytes:
    """The article as one line of JSON. UnicodeEncodeError when it holds half a character."""
    published = article.published.isoformat() if article.published else None
    fields = {
        "id": article.id,
        "title": article.title,
        "text": article.text,
        "url": article.url,
        "source": article.source,
        "author": article.author,
        "published": published,
        "path": article.path,
        "digest": article.digest,
    }
    return (json.dumps(fields, ensure_ascii=False) + "\n").encode()


def decode_line(line: bytes) -> Article:
    """The article that ``encode_line`` made ``line`` of."""
    fields = json.loads(line)
    published = fields.pop("published")
    return Article(published=date.fromisoformat(published) if published else None, **fields)


def stored_article(
    article: Article, serial: int, chunks: Sequence[Chunk], vectors: npt.NDArray[np.float32]
) -> Stored:
    """``article`` as a segment holds it; ``vectors`` has one row a sentence of ``chunks``."""
    chunk_rows, sentence_rows = cut(chunks)
    row = np.zeros((), ARTICLE)
    row["serial"] = row["story"] = serial
    row["key"], row["fingerprint"] = key(article.id), fingerprint(article)
    row["published"] = ordinal(article.published)
    return Stored(
        row=row,
        source=article.source or "",
        author=article.author or "",
        line=encode_line(article),
        chunks=chunk_rows,
        sentences=sentence_rows,
        vectors=vectors.astype(np.float16),
    )


class SegmentWriter:
    """Writes the segment ``folder``, which must be empty, article after article."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self.folder = folder
        self._dimension = dimension
        self._sinks = {name: Sink(folder / name) for name in STREAMED}
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
        rows = _vectors(self.folder / "vectors.f16", entries["vectors.f16"], self._dimension)
        codes = encode(rows)
        if codes is not None:
            entries["codes.u4"] = write(self.folder / "codes.u4", [codes])
        return entries

    def abandon(self) -> None:
        """What was written is a leftover."""
        for sink in self._sinks.values():
            sink.abandon()

    def _code(self, kind: str, name: str) -> int:
        codes = self._names[kind]
        return codes.setdefault(name, len(codes))


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
        row = self.chunks[number]
        start, end = int(row["start"]), int(row["end"])
        if end > len(article.text):
            raise IndexDamaged(
                damaged(self.path / "chunks.rows", f"chunk {number} ends outside of its article")
            )
        spans = self.sentences[int(row["first_sentence"]) : int(row["end_sentence"])].tolist()
        sentences = tuple(Sentence(*span) for span in spans)
        return Chunk(article.id, start, end, article.text[start:end], sentences)

    def _range(self, name: str, number: int, count: int) -> tuple[int, int]:
        last = number + 1 == len(self.articles)
        return int(self.articles[name][number]), (
            count if last else int(self.articles[name][number + 1])
        )


def open_segment(
    directory: Path, entry: SegmentEntry, files: dict[str, Entry], dimension: int, check: bool
) -> Segment:
    """The segment ``entry`` of the index in ``directory``; its tables are always verified.

    ``check`` verifies the text and the vectors too, unless they are too large for it.
    IndexDamaged when something is not as committed, FileNotFoundError when a file is gone.
    """
    prefix = f"segments/{entry.name}/"

    def path(name: str) -> tuple[Path, Entry]:
        return directory / prefix / name, files[prefix + name]

    def table(name: str, kind: np.dtype[Any]) -> Rows:
        return np.frombuffer(verified(*path(name)), kind)

    for name in ("articles.jsonl", "vectors.f16"):
        if check and path(name)[1].size <= VERIFIED_AT_OPEN:
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
    vectors = _vectors(*path("vectors.f16"), dimension)
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


def _vectors(path: Path, entry: Entry, dimension: int) -> Halves:
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
