"""The one writer of an index in Milvus: a version of an article is there as a whole, or not at all.

Milvus has no transactions, so a version goes through states (tables.State), each reached by one
write: its row is PENDING while texts, sentences and passages are written, then it is LIVE and the
version before it OUTDATED, in one message. Readers ask for LIVE rows only. Whatever a writer that
died left PENDING or half removed the next one takes away, and since rows are numbered by content,
writing a version again doubles nothing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from index.encoders import EncoderSpec
from index.errors import IndexMismatch, IndexMissing, StorageFailed
from index.milvus.address import Address
from index.milvus.client import MOST, Client
from index.milvus.filters import numbers, quoted
from index.milvus.lease import Lease
from index.milvus.reader import FORMAT, Manifest, living, owned, read_manifest
from index.milvus.tables import (
    ARTICLES,
    MANIFEST,
    PASSAGES,
    SENTENCES,
    TEXTS,
    State,
    article_row,
    line_rows,
    passage_rows,
    refusal,
    sentence_rows,
    text_mark,
    text_rows,
    version_number,
)
from index.storage.manifest import Chunking, require_encoder
from index.storage.tables import fingerprint, key, ordinal
from index.types import Article, Chunk

# What is written together, at most: sentences, and articles (whose rows go in one message).
_SENTENCES, _ARTICLES = 2_000, 400
_KEYS = 500  # in one expression
# Seconds that what left is kept for the questions that are under way.
GRACE = 2.0
# All of a row of ARTICLES but its number, which is the article's.
_ROW = ("article", "key", "fingerprint", "copy", "state", "written", "id", "path")
_FILTERED = ("published", "source", "author", "story", "unused")


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A version with its rows, not written yet."""

    article: Article
    version: int
    story: int
    rows: dict[str, list[dict[str, Any]]]


class MilvusWriter:
    """What ``open_milvus_writer`` gives. Everything that is added is committed in groups."""

    def __init__(self, client: Client, manifest: Manifest, lease: Lease) -> None:
        self.client = client
        self.manifest = manifest
        self._lease = lease
        self._waiting: dict[str, _Waiting] = {}
        self._sentences = 0
        self._changed = False
        self._left_at = 0.0

    @property
    def chunking(self) -> Chunking:
        return self.manifest.chunking

    def known(self, article_id: str) -> bytes | None:
        """The fingerprint of the article that has this id now; None when there is none."""
        if article_id in self._waiting:
            return fingerprint(self._waiting[article_id].article)
        rows = self._rows(living(f'key == "{key(article_id).hex()}"'), ["fingerprint"])
        return bytes.fromhex(rows[0]["fingerprint"]) if rows else None

    def add(
        self, article: Article, chunks: Sequence[Chunk], vectors: npt.NDArray[np.float32]
    ) -> bool:
        """See ``index.backend.Writer``."""
        if reason := refusal(article, chunks):
            raise ValueError(reason)
        version, copied = self._met(article)
        story = version if copied is None else copied
        rows = {
            TEXTS: text_rows(article, version, chunks),
            SENTENCES: sentence_rows(article, version, story, chunks, vectors),
            PASSAGES: passage_rows(article, version, story, chunks),
        }
        self._waiting[article.id] = _Waiting(article, version, story, rows)
        self._sentences += len(vectors)
        if self._sentences >= _SENTENCES or len(self._waiting) >= _ARTICLES:
            self._write()
        return copied is not None

    def remove(self, article_ids: Collection[str]) -> int:
        """Removes the articles with these ids, all their versions; tells how many there were."""
        self._write()
        removed = 0
        ids = list(article_ids)
        for first in range(0, len(ids), _KEYS):
            keys = quoted(key(one).hex() for one in ids[first : first + _KEYS])
            rows = self._rows(f"key in {keys}", [*_ROW, *_FILTERED])
            removed += sum(row["state"] == State.LIVE for row in rows)
            self._leave([{**row, "state": int(State.REMOVED)} for row in rows])
        return removed

    def named(
        self, sources: Collection[str] = (), before: date | None = None
    ) -> Iterator[tuple[str, str | None]]:
        """See ``index.backend.Writer``."""
        either = [f"source in {quoted(sources)}"] if sources else []
        if before is not None:
            either.append(f"(published > 0 and published < {ordinal(before)})")
        where = f"({' or '.join(either)})" if either else ""
        for row in self.client.scan(ARTICLES, living(where), ["id", "path"]):
            yield row["id"], row["path"] or None

    def commit(self) -> None:
        """What was added and removed stays, and readers learn that there is something new."""
        self._write()
        if self._changed:
            generation = self.manifest.generation + 1
            write_manifest(self.client, replace(self.manifest, generation=generation))
            self.manifest = replace(self.manifest, generation=generation)
            self._changed = False
        self.client.seal()

    def clear(self) -> None:
        """Takes away the rows of what is not found any more."""
        self._left_at = 0.0
        gone = numbers((State.PENDING, State.REMOVED, State.OUTDATED))
        while some := self._rows(f"state in {gone}", [*_ROW, *_FILTERED], _KEYS):
            which = owned([row["article"] for row in some])
            self.client.delete(PASSAGES, which)
            self.client.delete(SENTENCES, which)
            outdated = [row for row in some if row["state"] == State.OUTDATED]
            others = [row["article"] for row in some if row["state"] != State.OUTDATED]
            if outdated:
                kept = [{**row, "state": int(State.REPLACED)} for row in outdated]
                self.client.upsert(ARTICLES, _numbered(kept))
            if others:
                self.client.delete(TEXTS, owned(others))
                self.client.delete(ARTICLES, owned(others))

    def forget(self) -> None:
        """Takes away the versions that were replaced."""
        while rows := self._rows(f"state == {State.REPLACED:d}", [*_ROW, *_FILTERED], _KEYS):
            self._leave([{**row, "state": int(State.REMOVED)} for row in rows])
        self.clear()

    def close(self) -> None:
        """Once no question can be reading what left, it is taken away."""
        if self._left_at:
            time.sleep(max(0.0, self._left_at + GRACE - time.monotonic()))
            self.clear()

    def _write(self) -> None:
        """What waits is found from here on, and the versions before it no more."""
        if not self._waiting:
            return
        self._lease.renew()
        if self._left_at and time.monotonic() - self._left_at > GRACE:
            self.clear()
        waiting = list(self._waiting.values())
        self._learn_names([one.article for one in waiting])
        self.client.upsert(ARTICLES, _article_rows(waiting, State.PENDING))
        for table in (TEXTS, SENTENCES, PASSAGES):
            self.client.upsert(table, [row for one in waiting for row in one.rows[table]])
        keys = quoted(key(one.article.id).hex() for one in waiting)
        before = self._rows(living(f"key in {keys}"), [*_ROW, *_FILTERED])
        outdated = [{**row, "state": int(State.OUTDATED)} for row in before]
        self._leave(outdated, _article_rows(waiting, State.LIVE))
        self._waiting.clear()
        self._sentences = 0

    def _leave(self, rows: Sequence[dict[str, Any]], coming: Sequence[dict[str, Any]] = ()) -> None:
        """``rows`` are found no more from here on, and those ``coming`` are: one message."""
        if rows or coming:
            self.client.upsert(ARTICLES, [*coming, *_numbered(rows)])
            self._changed = True
        if rows:
            self._left_at = time.monotonic()

    def _met(self, article: Article) -> tuple[int, int | None]:
        """The number of this version, and the story of another article that has the same text.

        The number is another one if an article of another id has it.
        """
        own, copies = key(article.id).hex(), living(f'copy == "{text_mark(article)}"')
        waiting = self._waiting.values()
        stories = [
            one.story
            for one in waiting
            if one.article.text == article.text and one.article.id != article.id
        ]
        for salt in range(8):
            number = version_number(article.id, fingerprint(article), salt)
            rows = self._rows(f"{owned([number])} or ({copies})", ["article", "key", "story"])
            others = [row for row in rows if row["key"] != own]
            if all(row["article"] != number for row in others):
                stories += [int(row["story"]) for row in others]
                return number, stories[0] if stories else None
        raise StorageFailed(f"{self.client.address}: no number is free for {article.id}")

    def _learn_names(self, articles: Sequence[Article]) -> None:
        """Written before what bears them, so that a reader knows each name that it meets."""
        sources = dict.fromkeys((*self.manifest.sources, *(one.source or "" for one in articles)))
        authors = dict.fromkeys((*self.manifest.authors, *(one.author or "" for one in articles)))
        manifest = replace(self.manifest, sources=tuple(sources), authors=tuple(authors))
        if manifest != self.manifest:
            write_manifest(self.client, manifest)
            self.manifest = manifest

    def _rows(self, where: str, fields: Sequence[str], limit: int = MOST) -> list[dict[str, Any]]:
        return [dict(row) for row in self.client.query(ARTICLES, where, fields, limit)]


@contextmanager
def open_milvus_writer(
    address: Address, spec: EncoderSpec | None = None, chunking: Chunking | None = None
) -> Iterator[MilvusWriter]:
    """The writer of the index at ``address``, which is made when ``spec`` is given.

    Only what was committed inside of the ``with`` block is sure to stay. Raises IndexLocked when
    there is another writer, IndexMissing without ``spec`` and an index, IndexMismatch when the
    index was made with another encoder or other chunks, StorageFailed when Milvus does not answer.
    """
    client = Client(address)
    try:
        if spec is not None:
            client.create(spec.dimension)
        with Lease(client) as lease:
            writer = MilvusWriter(client, _begin(client, spec, chunking), lease)
            writer.clear()
            yield writer
            writer.close()
    finally:
        with suppress(StorageFailed):
            client.close()


def _begin(client: Client, spec: EncoderSpec | None, chunking: Chunking | None) -> Manifest:
    """What the writer starts from."""
    try:
        manifest = read_manifest(client)
    except IndexMissing:
        if spec is None:
            raise
        manifest = Manifest(spec, chunking or Chunking())
        write_manifest(client, manifest)
        return manifest
    if spec is not None:
        require_encoder(manifest.spec, spec, client.address)
    if chunking is not None and chunking != manifest.chunking:
        ours = manifest.chunking
        raise IndexMismatch(
            f"{client.address} has chunks of {ours.size} characters with overlap {ours.overlap}, "
            f"not {chunking.size} and {chunking.overlap}: use its values (--chunk-size {ours.size} "
            f"--chunk-overlap {ours.overlap}), or index into another collection"
        )
    return manifest


def write_manifest(client: Client, manifest: Manifest) -> None:
    fields = {
        "format": FORMAT,
        "encoder": asdict(manifest.spec),
        "chunking": asdict(manifest.chunking),
        "generation": manifest.generation,
        "sources": manifest.sources,
        "authors": manifest.authors,
    }
    client.upsert(TEXTS, line_rows(MANIFEST, json.dumps(fields, ensure_ascii=False)))


def _article_rows(waiting: Sequence[_Waiting], state: State) -> list[dict[str, Any]]:
    now = int(time.time() * 1000)
    return [article_row(one.article, one.version, one.story, now, state) for one in waiting]


def _numbered(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of ARTICLES that were read, as they are written."""
    return [{**row, "number": row["article"]} for row in rows]
