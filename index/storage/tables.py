"""The fixed-size records of a segment, little-endian on disk and numpy arrays in memory.

A chunk is a run of its article's sentences and a sentence is stored once, whatever chunks share it.
Rows are ordered: the chunks of article 0, of article 1 and so on, and the sentences likewise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

import numpy as np
import numpy.typing as npt

from index.types import Article, Chunk, Sentence

Rows = npt.NDArray[Any]
# Half of what 64 bits take: an archive of a million articles has 25 million sentences.
Numbers = npt.NDArray[np.int32]

ARTICLE = np.dtype(
    [
        ("serial", "<u8"),  # never given twice; a later version of an article has a new one
        ("story", "<u8"),  # the serial of the first article with the same text, or its own
        ("key", "S16"),  # of the id: identity
        ("fingerprint", "S16"),  # of text and metadata: content
        ("line", "<u8"),  # where its JSON starts in articles.jsonl
        ("line_size", "<u4"),
        ("line_crc", "<u4"),
        ("first_chunk", "<u4"),
        ("first_sentence", "<u4"),
        ("published", "<i4"),  # proleptic Gregorian ordinal, 0 when unknown
        ("source", "<u4"),  # a position in the names, 0 when unknown
        ("author", "<u4"),
    ]
)
CHUNK = np.dtype(
    [("start", "<u4"), ("end", "<u4"), ("first_sentence", "<u4"), ("end_sentence", "<u4")]
)
SENTENCE = np.dtype([("start", "<u4"), ("end", "<u4")])
DEAD = np.dtype([("article", "<u4"), ("state", "<u4")])

ALIVE, REMOVED, REPLACED = 0, 1, 2


def key(article_id: str) -> bytes:
    """What stands for an article's id in the tables."""
    return _short(article_id)


def fingerprint(article: Article) -> bytes:
    """Differs when the text, the title or what is known about the article differs.

    Its path does not count: the same page saved elsewhere is the same article.
    """
    parts = (article.digest, article.url, article.source, article.author, article.published)
    return _short(repr(parts))


def _short(text: str) -> bytes:
    # numpy drops the zeros at the end of a string of bytes, so the last one is none
    return sha256(text.encode("utf-8", "surrogatepass")).digest()[:15] + b"."


def ordinal(day: date | None) -> int:
    """Days since 1 January of year 1; 0 when unknown."""
    return 0 if day is None else day.toordinal()


def distinct(chunks: Iterable[Chunk]) -> list[Sentence]:
    """The sentences of one article in reading order, each once: what its vectors stand for."""
    spans = {(one.start, one.end) for chunk in chunks for one in chunk.sentences}
    return [Sentence(*span) for span in sorted(spans)]


def cut(chunks: Sequence[Chunk]) -> tuple[Rows, Rows]:
    """The CHUNK and SENTENCE rows of one article, sentences numbered from 0."""
    spans = [(one.start, one.end) for one in distinct(chunks)]
    place = {span: number for number, span in enumerate(spans)}
    rows = np.zeros(len(chunks), CHUNK)
    for number, chunk in enumerate(chunks):
        first, last = chunk.sentences[0], chunk.sentences[-1]
        rows[number] = (
            chunk.start,
            chunk.end,
            place[first.start, first.end],
            place[last.start, last.end] + 1,
        )
    return rows, np.array(spans, SENTENCE)


def problem(articles: Rows, chunks: Rows, sentences: Rows, lines: int) -> str | None:
    """Why these rows of a segment cannot be, or None. ``lines`` is the size of articles.jsonl.

    After this, no row points outside of another table or of the file.
    """
    ends = articles["line"].astype(np.int64) + articles["line_size"]
    starts = np.concatenate([[0], ends[:-1]]) if len(ends) else ends
    if np.any(articles["line"] != starts) or (ends[-1] if len(ends) else 0) != lines:
        return "the lines of its articles leave gaps"
    if len(np.unique(articles["serial"])) != len(articles):
        return "two articles have one serial number"
    for name, rows in (("first_chunk", chunks), ("first_sentence", sentences)):
        if len(articles) and (articles[name][0] != 0 or articles[name][-1] > len(rows)):
            return f"{name} points outside"
        if np.any(np.diff(articles[name].astype(np.int64)) < 0):
            return f"{name} goes backwards"
    return _chunk_problem(articles, chunks, sentences)


def _chunk_problem(articles: Rows, chunks: Rows, sentences: Rows) -> str | None:
    if np.any(chunks["start"] > chunks["end"]) or np.any(sentences["start"] > sentences["end"]):
        return "a span ends before it starts"
    for name in ("first_sentence", "end_sentence"):
        if np.any(np.diff(chunks[name].astype(np.int64)) < 0):
            return f"{name} of its chunks goes backwards"
    owner = owners(articles["first_chunk"], len(chunks))
    low = articles["first_sentence"][owner] if len(chunks) else chunks["first_sentence"]
    limits = np.append(articles["first_sentence"][1:], len(sentences)).astype(np.int64)
    high = limits[owner] if len(chunks) else chunks["end_sentence"]
    if np.any(chunks["first_sentence"] < low) or np.any(chunks["end_sentence"] > high):
        return "a chunk holds sentences of another article"
    if np.any(chunks["first_sentence"] >= chunks["end_sentence"]):
        return "a chunk without sentences"
    return None


def owners(firsts: Rows, count: int) -> Numbers:
    """For each of ``count`` rows the number of the article that it belongs to."""
    bounds = np.append(firsts, count).astype(np.int64)
    return np.repeat(np.arange(len(firsts), dtype=np.int32), bounds[1:] - bounds[:-1])


def ranges(firsts: Rows, ends: Rows) -> npt.NDArray[np.int64]:
    """The numbers from each first up to its end, one run after the other."""
    lengths = np.asarray(ends, np.int64) - firsts
    behind = np.cumsum(lengths)
    shift = np.asarray(firsts, np.int64) - (behind - lengths)
    numbers: npt.NDArray[np.int64] = np.arange(lengths.sum()) + np.repeat(shift, lengths)
    return numbers
