"""The four collections of an index in Milvus, and an article as they hold it.

    NAME_articles    one row a version of an article: what it is known by, and its state
    NAME_texts       that version as JSON, in parts (a string of Milvus ends at 65,535 bytes)
    NAME_sentences   one row a sentence: its vector, and which chunks hold it
    NAME_passages    one row a chunk: its folded terms, for Milvus' own BM25

A version's number is made of its id and its content, so whoever writes it again writes the same
rows, and what was read under a number never changes. The rows of a version are numbered from it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from index.errors import IndexDamaged
from index.lexical import document_fields
from index.storage.records import decode_line, encode_line
from index.storage.tables import cut, fingerprint, key, ordinal
from index.types import Article, Chunk, Sentence

ARTICLES, TEXTS, SENTENCES, PASSAGES = "articles", "texts", "sentences", "passages"
LONGEST_STRING = 65_535
# Rows that are no article's, in TEXTS: what the index is, and who writes it.
MANIFEST, LEASE = 0, 1

_BITS = 13
_PART = 16_000  # characters of at most four bytes
_RESERVED = 2
_NAME_SIZE, _ID_SIZE = 512, 8_192


class State(IntEnum):
    """A version is found by readers while it is LIVE, and by nobody else's choice.

    PENDING is being written, REMOVED and OUTDATED are about to lose their rows; OUTDATED becomes
    REPLACED, which is its text only, for what cites it.
    """

    PENDING = 0
    LIVE = 1
    REMOVED = 2
    OUTDATED = 3
    REPLACED = 4


@dataclass(frozen=True, slots=True)
class Column:
    """``size`` is the dimension of a vector, the most bytes of a text; ``indexed`` for filters.

    ``words`` are terms with blanks between them; Milvus makes of a column of them another one,
    ``NAME_bm25``, that is searched.
    """

    name: str
    kind: Literal["number", "text", "vector", "words"]
    size: int = 0
    indexed: bool = False


def columns(table: str, dimension: int) -> tuple[Column, ...]:
    """The columns of ``table`` beside its primary key, ``number``."""
    article = Column("article", "number", indexed=True)
    filtered = (
        Column("published", "number", indexed=True),
        Column("source", "text", _NAME_SIZE, indexed=True),
        Column("author", "text", _NAME_SIZE),
        Column("story", "number"),
    )
    # Milvus wants a vector in every collection.
    unused = Column("unused", "vector", 2)
    known: dict[str, tuple[Column, ...]] = {
        ARTICLES: (
            article,
            Column("key", "text", 32, indexed=True),
            Column("fingerprint", "text", 32),
            Column("copy", "text", 32, indexed=True),
            Column("state", "number", indexed=True),
            Column("written", "number"),
            Column("id", "text", _ID_SIZE),
            Column("path", "text", _ID_SIZE),
            *filtered,
            unused,
        ),
        TEXTS: (article, Column("line", "text", LONGEST_STRING), unused),
        SENTENCES: (
            article,
            Column("first_chunk", "number"),
            Column("last_chunk", "number"),
            *filtered,
            Column("vector", "vector", dimension),
        ),
        PASSAGES: (
            article,
            Column("folded", "words", LONGEST_STRING),
            *filtered,
        ),
    }
    return known[table]


@dataclass(frozen=True, slots=True)
class Record:
    """One version, read back. ``chunks`` are CHUNK rows, ``sentences`` SENTENCE rows."""

    article: Article
    chunks: npt.NDArray[np.int64]
    sentences: npt.NDArray[np.int64]

    def chunk(self, number: int) -> Chunk:
        start, end, first, last = self.chunks[number].tolist()
        spans = tuple(Sentence(*span) for span in self.sentences[first:last].tolist())
        return Chunk(self.article.id, start, end, self.article.text[start:end], spans)


def version_number(article_id: str, print_: bytes, salt: int = 0) -> int:
    """The number of a version of an article; ``salt`` gives another one to who finds it taken."""
    spelled = key(article_id) + print_ + salt.to_bytes(4, "little")
    whole = int.from_bytes(sha256(spelled).digest()[:7], "little")
    return whole % (1 << (63 - _BITS)) | _RESERVED


def rows_of(version: int, count: int) -> range:
    """The primary keys of a version's rows in TEXTS, SENTENCES or PASSAGES."""
    return range(version << _BITS, (version << _BITS) + count)


def owner(row: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The versions that rows belong to."""
    return row >> _BITS


def place(row: int) -> int:
    """Which of its version's rows it is."""
    return row & ((1 << _BITS) - 1)


def refusal(article: Article, chunks: Sequence[Chunk]) -> str | None:
    """Why Milvus cannot hold ``article``; None when it can."""
    sentences = len({span for chunk in chunks for span in chunk.sentences})
    if max(sentences, len(chunks)) >= 1 << _BITS:
        return f"it has {sentences} sentences, and an index in Milvus holds {(1 << _BITS) - 1}"
    for name in (article.id, article.path or ""):
        if len(name.encode()) > _ID_SIZE:
            return f"its id or path is longer than {_ID_SIZE} bytes"
    return None


def text_mark(article: Article) -> str:
    """Equal for articles with the same text, word for word."""
    return sha256(article.text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def article_row(
    article: Article, version: int, story: int, written: int, state: State
) -> dict[str, Any]:
    return {
        "number": version,
        "article": version,
        "key": key(article.id).hex(),
        "fingerprint": fingerprint(article).hex(),
        "copy": text_mark(article),
        "state": int(state),
        "written": written,
        "id": article.id,
        "path": article.path or "",
        **_filtered(article, story),
        "unused": [1.0, 0.0],
    }


def text_rows(article: Article, version: int, chunks: Sequence[Chunk]) -> list[dict[str, Any]]:
    chunk_rows, spans = cut(chunks)
    spelled = json.dumps(
        {
            "article": json.loads(encode_line(article)),
            "chunks": [list(map(int, row)) for row in chunk_rows.tolist()],
            "sentences": [list(map(int, row)) for row in spans.tolist()],
        },
        ensure_ascii=False,
    )
    return line_rows(version, spelled)


def line_rows(version: int, spelled: str) -> list[dict[str, Any]]:
    """``spelled`` as rows of TEXTS."""
    parts = [spelled[at : at + _PART] for at in range(0, len(spelled), _PART)]
    return [
        {"number": row, "article": version, "line": part, "unused": [1.0, 0.0]}
        for row, part in zip(rows_of(version, len(parts)), parts, strict=True)
    ]


def joined(parts: Sequence[Mapping[str, Any]]) -> str:
    """What ``line_rows`` made these rows of; ValueError when they are not all of them."""
    ordered = sorted(parts, key=lambda row: int(row["number"]))
    if [place(row["number"]) for row in ordered] != list(range(len(ordered))):
        raise ValueError("a part is missing")
    return "".join(row["line"] for row in ordered)


def sentence_rows(
    article: Article,
    version: int,
    story: int,
    chunks: Sequence[Chunk],
    vectors: npt.NDArray[np.float32],
) -> list[dict[str, Any]]:
    """Vectors are kept to half precision, as an index on disk keeps them."""
    chunk_rows, spans = cut(chunks)
    numbers = np.arange(len(spans))
    first = np.searchsorted(chunk_rows["end_sentence"], numbers, side="right").tolist()
    last = (np.searchsorted(chunk_rows["first_sentence"], numbers, side="right") - 1).tolist()
    halves = vectors.astype(np.float16).astype(np.float32)
    shared = _filtered(article, story)
    return [
        {
            "number": row,
            "article": version,
            "first_chunk": first[place],
            "last_chunk": last[place],
            "vector": halves[place],
            **shared,
        }
        for place, row in enumerate(rows_of(version, len(spans)))
    ]


def passage_rows(
    article: Article, version: int, story: int, chunks: Sequence[Chunk]
) -> list[dict[str, Any]]:
    shared = _filtered(article, story)
    return [
        {
            "number": row,
            "article": version,
            "folded": _cut_bytes(" ".join(document_fields(article, chunk)["folded"])),
            **shared,
        }
        for row, chunk in zip(rows_of(version, len(chunks)), chunks, strict=True)
    ]


def read_record(parts: Sequence[Mapping[str, Any]]) -> Record:
    """The version whose rows of TEXTS these are. IndexDamaged when they are not all of it."""
    try:
        fields = json.loads(joined(parts))
        article = decode_line(json.dumps(fields["article"]).encode())
        chunks = np.array(fields["chunks"], np.int64).reshape(-1, 4)
        return Record(article, chunks, np.array(fields["sentences"], np.int64).reshape(-1, 2))
    except (ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(
            f"the text of an article in Milvus is not what was written ({error}): index its "
            "source again, or migrate the collection anew"
        ) from error


def _filtered(article: Article, story: int) -> dict[str, Any]:
    return {
        "published": ordinal(article.published),
        "source": _cut_bytes(article.source or "", _NAME_SIZE),
        "author": _cut_bytes(article.author or "", _NAME_SIZE),
        "story": story,
    }


def _cut_bytes(text: str, most: int = LONGEST_STRING) -> str:
    data = text.encode()
    return text if len(data) <= most else data[:most].decode(errors="ignore")
