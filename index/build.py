"""Articles -> an index on disk: added, changed, removed; what did not change costs nothing."""

from __future__ import annotations

import ctypes
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from index.articles.names import spelled
from index.articles.read import Rejected
from index.backend import Writer
from index.chunking import chunk_article
from index.encoders import Encoder, Vectors
from index.interrupt import one_more_batch
from index.opening import merge_small, open_writer
from index.storage.manifest import Chunking
from index.storage.tables import distinct, fingerprint
from index.types import Article, Chunk, Sentence
from index.workers import Encoding, Here, Passages

if TYPE_CHECKING:
    from index.milvus.address import Address

_Item = TypeVar("_Item")

# Ctrl-C waits for one batch, a kill loses at most one commit's worth of encoding.
BATCH_ARTICLES = 32
COMMIT_ARTICLES = 500
COMMIT_SECONDS = 20.0
# A run may rewrite so many sentences, and eight times what it adds.
SMALL_MERGE = 1 << 14


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What became of the articles. ``changed`` ones replaced an earlier version of theirs.

    ``undated`` counts those without a day of publication among the added and changed, and
    ``copies`` those with the very text of another article; ``chunks`` and ``sentences`` are those
    that were encoded. ``seconds`` is the time by stage.
    """

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    rejected: tuple[Rejected, ...] = ()
    chunks: int = 0
    sentences: int = 0
    undated: int = 0
    copies: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def seen(self) -> int:
        """How many articles were read."""
        return self.added + self.changed + self.unchanged + len(self.rejected)


Progress = Callable[[BuildReport], None]


def sentence_text(article: Article, sentence: Sentence) -> str:
    """What is encoded for a sentence: the title carries the topic that the sentence leaves out."""
    text = article.text[sentence.start : sentence.end]
    return f"{article.title}. {text}" if article.title else text


def index_articles(
    articles: Iterable[Article | Rejected],
    place: Path | Address,
    encoder: Encoder,
    *,
    chunk_size: int = 1000,
    chunk_overlap: int = 200,
    prune: Collection[Path] = (),
    progress: Progress | None = None,
    encoding: Encoding | None = None,
) -> BuildReport:
    """Brings the index at ``place``, made when it is missing, up to date with ``articles``.

    An article is known by its id, and new content replaces the old. With ``prune`` the articles
    whose path lies below one of these folders and that did not come this time are removed.
    ``progress`` gets a growing report after every batch. Ctrl-C finishes the batch, commits, and
    then raises KeyboardInterrupt: the next run goes on from there. ``encoding`` says where passages
    are encoded; in this process, by ``encoder``, when it is None.

    Raises what ``open_writer`` and ``encoding`` raise.
    """
    with (
        open_writer(place, encoder.spec, Chunking(chunk_size, chunk_overlap)) as writer,
        one_more_batch() as stop,
    ):
        run = _Run(writer, encoding or Here(encoder), prune)
        for item in run.timed("reading", articles):
            run.take(item)
            if run.is_full:
                run.encode()
                run.store(run.ahead)
                run.commit_when_due()
            if progress and run.taken % BATCH_ARTICLES == 0:
                progress(run.report())
            if stop.is_set():
                break
        run.encode()
        run.store(0)
        if not stop.is_set():
            run.prune()
        run.commit()
        if progress:
            progress(run.report())
    if stop.is_set():
        raise KeyboardInterrupt
    return run.report()


def remove(
    place: Path | Address,
    ids: Collection[str] = (),
    *,
    sources: Collection[str] = (),
    before: date | None = None,
) -> int:
    """Removes the articles that have one of ``ids``, or one of ``sources``, or an earlier day.

    They are gone from every answer at once and from the disk at the next compaction. Undated
    articles are not ``before`` anything. Tells how many were removed.
    """
    with open_writer(place) as writer:
        wanted = set(ids)
        if sources or before:
            wanted |= {one for one, _ in writer.named(sources, before)}
        count = writer.remove(wanted)
        writer.commit()
    return count


@dataclass(frozen=True, slots=True)
class _Batch:
    """Articles whose passages are being encoded; ``vectors`` waits for that."""

    cut: list[tuple[Article, list[Chunk], list[Sentence]]]
    vectors: Callable[[], Vectors]


class _Run:
    """One call of ``index_articles``: what is pending, what was counted."""

    def __init__(self, writer: Writer, encoding: Encoding, folders: Collection[Path]) -> None:
        self._writer = writer
        self._encoding = encoding
        self._folders = [spelled(folder) for folder in folders]
        self.taken = 0
        self._pending: dict[str, Article] = {}
        self._under_way: deque[_Batch] = deque()
        # the fingerprints of what is under way, by id
        self._coming: dict[str, bytes] = {}
        self._seen: set[str] = set()
        of_articles = ("added", "changed", "removed", "unchanged", "undated", "copies")
        self._counts = dict.fromkeys((*of_articles, "chunks", "sentences"), 0)
        self._rejected: list[Rejected] = []
        self._seconds: dict[str, float] = {}
        self._merged = 0
        self._uncommitted = 0
        self._committed_at = time.monotonic()

    @property
    def is_full(self) -> bool:
        """Whether as many articles wait to be encoded as are encoded together."""
        return len(self._pending) >= BATCH_ARTICLES * self._encoding.together

    @property
    def ahead(self) -> int:
        """How many times that may be under way."""
        return self._encoding.ahead

    def report(self) -> BuildReport:
        return BuildReport(
            rejected=tuple(self._rejected), seconds=dict(self._seconds), **self._counts
        )

    def timed(self, stage: str, items: Iterable[_Item]) -> Iterator[_Item]:
        """``items``, with the time that they take booked to ``stage``."""
        source = iter(items)
        while True:
            with self._clock(stage):
                item = next(source, None)
            if item is None:
                return
            yield item

    def take(self, item: Article | Rejected) -> None:
        """Counts what is unchanged or rejected; the rest becomes pending."""
        self.taken += 1
        if not isinstance(item, Article):
            self._rejected.append(item)
            return
        if self._folders:
            self._seen.add(item.id)
        waiting = self._pending.get(item.id)
        known = fingerprint(waiting) if waiting else self._coming.get(item.id)
        if (known or self._writer.known(item.id)) == fingerprint(item):
            self._counts["unchanged"] += 1
            return
        if waiting:
            self._counts["changed"] += 1
        self._pending[item.id] = item

    def encode(self) -> None:
        """The pending articles are under way to the writer."""
        cut: list[tuple[Article, list[Chunk], list[Sentence]]] = []
        with self._clock("chunking"):
            settings = self._writer.chunking
            for article in self._pending.values():
                chunks = chunk_article(article, settings.size, settings.overlap)
                if chunks:
                    cut.append((article, chunks, distinct(chunks)))
                else:
                    self._refuse(article, "it holds no text")
        self._pending.clear()
        if not cut:
            return
        with self._clock("encoding"):
            passages = Passages(
                [article for article, _, _ in cut],
                [len(sentences) for _, _, sentences in cut],
                [sentence_text(one, spot) for one, _, spots in cut for spot in spots],
            )
            self._under_way.append(_Batch(cut, self._encoding.encode(passages)))
        self._coming |= {article.id: fingerprint(article) for article, _, _ in cut}

    def store(self, ahead: int) -> None:
        """All but the last ``ahead`` batches go to the writer, in the order of reading."""
        while len(self._under_way) > ahead:
            with self._clock("encoding"):
                vectors = self._under_way[0].vectors()
            batch = self._under_way.popleft()
            with self._clock("writing"):
                first = 0
                for article, chunks, sentences in batch.cut:
                    end = first + len(sentences)
                    self._store(article, chunks, vectors[first:end])
                    if self._coming.get(article.id) == fingerprint(article):
                        del self._coming[article.id]
                    first = end

    def _store(self, article: Article, chunks: list[Chunk], vectors: Vectors) -> None:
        # NaN is not near to 1
        if not np.all(np.abs(np.linalg.norm(vectors, axis=1) - 1) < 0.01):
            self._refuse(article, "the model gives a vector that is not a number")
            return
        known = self._writer.known(article.id) is not None
        try:
            copied = self._writer.add(article, chunks, vectors)
        except UnicodeEncodeError as error:
            self._refuse(article, f"its text cannot be written as UTF-8: {error.reason}")
            return
        except ValueError as error:
            self._refuse(article, str(error))
            return
        self._counts["changed" if known else "added"] += 1
        self._counts["chunks"] += len(chunks)
        self._counts["sentences"] += len(vectors)
        self._counts["undated"] += article.published is None
        self._counts["copies"] += copied
        self._uncommitted += 1

    def prune(self) -> None:
        """Removes what lies below the folders in the index and did not come.

        What could not be read may still be there: an archive, or a folder, keeps all of its own.
        """
        if not self._folders:
            return
        missed = {Path(one.path) for one in self._rejected}
        gone = [
            article
            for article, path in self._writer.named()
            if article not in self._seen
            and path is not None
            and any(Path(path).is_relative_to(folder) for folder in self._folders)
            and missed.isdisjoint((Path(path), *Path(path).parents))
        ]
        self._counts["removed"] += self._writer.remove(gone)

    def commit_when_due(self) -> None:
        waited = time.monotonic() - self._committed_at
        if self._uncommitted >= COMMIT_ARTICLES or waited >= COMMIT_SECONDS:
            self.commit()

    def commit(self) -> None:
        with self._clock("committing"):
            self._writer.commit()
        with self._clock("merging"):
            allowance = SMALL_MERGE + 8 * self._counts["sentences"] - self._merged
            self._merged += merge_small(self._writer, allowance)
            _give_back()
        self._uncommitted, self._committed_at = 0, time.monotonic()

    def _refuse(self, article: Article, reason: str) -> None:
        self._rejected.append(Rejected(article.path or article.id, reason))

    @contextmanager
    def _clock(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - start
            self._seconds[stage] = self._seconds.get(stage, 0.0) + spent


def _give_back() -> None:
    """glibc keeps what threads that have ended freed: Tantivy's leave 30 MB with every commit."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
