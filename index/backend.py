"""What search and build need of a store: `index.storage` on this machine, `index.milvus` on many.

The ranking is ours in either case: a store names candidates and hands out what they are made of.
Articles, chunks and sentences go by numbers that mean something to the store that gave them only,
and the same while it is open.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from index.encoders import EncoderSpec
from index.storage.manifest import Chunking, Counts
from index.types import Article, Chunk, Filters

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Told:
    """What decides without its text whether an article tells a story that another one tells.

    ``published`` counts days from 1 January of year 1, 0 unknown; an unknown source is "".
    """

    story: int
    published: int
    source: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """Articles to browse, one entry an article, in the order of their numbers; see Told."""

    rows: Numbers
    published: Numbers
    story: Numbers
    sources: Sequence[str]


class Allowed(Protocol):
    """Which articles may be found: made by a Reader, and passed back to it."""

    def any(self) -> Any: ...

    def all(self) -> Any: ...


class Reader(Protocol):
    """What is asked of an open index. Safe to use from many threads.

    Any call raises StorageFailed when the store does not answer, IndexDamaged when what it gives
    cannot be.
    """

    @property
    def spec(self) -> EncoderSpec: ...

    @property
    def chunking(self) -> Chunking: ...

    @property
    def generation(self) -> int:
        """Grows with every commit."""
        ...

    @property
    def counts(self) -> Counts: ...

    @property
    def documents(self) -> int:
        """How many chunks the lexical leg searches."""
        ...

    @property
    def sources(self) -> tuple[str, ...]: ...

    @property
    def authors(self) -> tuple[str, ...]: ...

    def allowed(self, filters: Filters) -> Allowed: ...

    def gather(
        self,
        vector: Floats,
        terms: Sequence[str],
        allowed: Any,
        *,
        sentences: int,
        chunks: int,
    ) -> tuple[Numbers, Floats, Floats]:
        """The chunks that either leg names, their best sentence's cosines and their BM25 scores.

        The dense leg names the chunks of the nearest ``sentences`` to ``vector``, the lexical leg
        the ``chunks`` with the highest score for ``terms``; 0 is the score of the others. Chunks
        are in the order of their numbers. QuestionRejected when ``vector`` is none.
        """
        ...

    def document_frequency(self, term: str, field: str = "folded") -> int:
        """In how many of the ``documents`` chunks ``term`` stands."""
        ...

    def articles_of(self, chunks: Numbers) -> Numbers:
        """The article of each chunk."""
        ...

    def chunk(self, number: int, article: Article) -> Chunk:
        """A chunk of ``article``."""
        ...

    def held(self, chunks: Numbers) -> tuple[Numbers, Numbers]:
        """Of its article's sentences, the first that each chunk holds and the next it does not."""
        ...

    def sentences(
        self, articles: Sequence[int]
    ) -> tuple[npt.NDArray[Any], npt.NDArray[Any], Floats, Numbers]:
        """Where the sentences of articles start and end, their vectors, and how many each has."""
        ...

    def told(self, article: int) -> Told: ...

    def article(self, number: int) -> Article: ...

    def whole(self, number: int) -> tuple[Article, list[Chunk], Floats]:
        """An article as it was added: its chunks, and one vector a sentence."""
        ...

    def find(self, article_id: str) -> int | None:
        """The number of the article that has this id now; None when there is none."""
        ...

    def replaced(self, article_id: str) -> list[Article]:
        """Earlier versions that citations may point to, oldest first, until the next compaction."""
        ...

    def articles(self) -> Iterator[Article]:
        """Every article, in the order of its number."""
        ...

    def catalog(self, filters: Filters = ...) -> Catalog:
        """What passes ``filters``, to browse: its cost grows with the articles that pass."""
        ...


class Writer(Protocol):
    """What is asked of an index that is being written. There is one writer at a time."""

    @property
    def chunking(self) -> Chunking: ...

    def known(self, article_id: str) -> bytes | None:
        """The fingerprint of the article that has this id now; None when there is none."""
        ...

    def add(self, article: Article, chunks: Sequence[Chunk], vectors: Floats) -> bool:
        """Adds ``article``, or replaces the one of its id; ``vectors`` has one row a sentence.

        Tells whether another article has the same text: then the two are one story. Nothing is
        added when the text holds half a character (UnicodeEncodeError), or when the store cannot
        hold the article (ValueError that says why).
        """
        ...

    def remove(self, article_ids: Collection[str]) -> int:
        """Removes the articles with these ids, all their versions; tells how many there were."""
        ...

    def named(
        self, sources: Collection[str] = (), before: date | None = None
    ) -> Iterator[tuple[str, str | None]]:
        """The committed articles' ids and paths, or those of these sources or of an earlier day."""
        ...

    def commit(self) -> None:
        """What was added and removed stays; readers that open the index see all of it."""
        ...
