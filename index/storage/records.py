"""One article as a segment holds it: a line of JSON, rows of tables, vectors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from index.storage.tables import ARTICLE, Rows, cut, fingerprint, key, ordinal
from index.types import Article, Chunk
from index.vectors import Halves


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
