"""An index in Milvus, open: candidates of both legs, and what they are made of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from index.backend import Catalog, Told
from index.encoders import EncoderSpec
from index.errors import IndexDamaged, IndexMismatch, IndexMissing, QuestionRejected, StorageFailed
from index.kept import Kept
from index.lexical import document_fields
from index.milvus import bm25
from index.milvus.address import Address
from index.milvus.client import MOST, Client
from index.milvus.filters import expression, numbers
from index.milvus.tables import (
    ARTICLES,
    MANIFEST,
    PASSAGES,
    SENTENCES,
    TEXTS,
    Record,
    State,
    joined,
    owner,
    place,
    read_record,
    rows_of,
)
from index.milvus.terms import SAMPLE, TermCounts
from index.storage.manifest import Chunking, Counts
from index.storage.tables import key
from index.types import Article, Chunk, Filters

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]

_T = TypeVar("_T")

FORMAT = 1
_TOLD = ("article", "published", "source", "story")
# Articles whose text (4 KB) and vectors (40 KB) stay in memory, and those whose day does.
_KEPT, _KEPT_TOLD = 500, 100_000
# Articles whose text is asked for in one call: an answer of Milvus has 64 MB at most.
_AT_ONCE = 100
# Times as many passages are asked for as are wanted, where Milvus' scores only choose.
_SPARE = 2


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the index is. ``sources`` and ``authors`` name every one that there was."""

    spec: EncoderSpec
    chunking: Chunking
    generation: int = 0
    sources: tuple[str, ...] = ("",)
    authors: tuple[str, ...] = ("",)


@dataclass(frozen=True, slots=True)
class Passing:
    """The articles that fulfil ``where``; the empty expression is everything."""

    where: str
    client: Client

    def any(self) -> bool:
        return bool(self.client.query(ARTICLES, living(self.where), ["number"], limit=1))

    def all(self) -> bool:
        return not self.where


class MilvusReader:
    """An index in Milvus as ``index.backend.Reader`` describes one.

    It is no snapshot: an article that is added or removed meanwhile comes or goes at once, as a
    whole. ``generation`` is that of the manifest when it was opened.
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        self.manifest = read_manifest(client)
        self._told = Kept(self._read_told, _KEPT_TOLD)
        self._records = Kept(self._read_records, _KEPT)
        self._vectors = Kept(self._read_vectors, _KEPT)

    @classmethod
    def open(cls, address: Address) -> MilvusReader:
        """Raises StorageFailed when Milvus does not answer, IndexMissing when it has no index."""
        return cls(Client(address))

    @property
    def spec(self) -> EncoderSpec:
        return self.manifest.spec

    @property
    def chunking(self) -> Chunking:
        return self.manifest.chunking

    @property
    def generation(self) -> int:
        return self.manifest.generation

    @property
    def sources(self) -> tuple[str, ...]:
        return self.manifest.sources

    @property
    def authors(self) -> tuple[str, ...]:
        return self.manifest.authors

    @cached_property
    def counts(self) -> Counts:
        articles = self.client.count(ARTICLES, living())
        return Counts(articles, self.documents, self.client.count(SENTENCES))

    @cached_property
    def documents(self) -> int:
        return self.client.count(PASSAGES)

    def allowed(self, filters: Filters) -> Passing:
        versions = [version for one in filters.articles if (version := self.find(one)) is not None]
        return Passing(expression(filters, versions), self.client)

    def gather(
        self,
        vector: Floats,
        terms: Sequence[str],
        allowed: Passing | None,
        *,
        sentences: int,
        chunks: int,
    ) -> tuple[Numbers, Floats, Floats]:
        """See ``index.backend.Reader``."""
        if not np.all(np.isfinite(vector)):
            raise QuestionRejected(
                "the model gives no vector for this question: ask it differently"
            )
        where = allowed.where if allowed else ""
        best = self._nearest(vector, sentences, where)
        lexical = self._matching(terms, chunks, where)
        found = np.union1d(*(np.fromiter(leg, np.int64, len(leg)) for leg in (best, lexical)))
        # Asked every time: what was removed is gone from the next answer.
        there = self._read_told(np.unique(owner(found)).tolist())
        self._told.keep(there)
        rows = found[np.isin(owner(found), np.fromiter(there, np.int64, len(there)))]
        others = [row for row in rows.tolist() if row not in best]
        best |= self._nearest(vector, MOST, owned(owner(np.array(others, np.int64))), others)
        # What an approximate search left out is not among the nearest.
        far = min(best.values(), default=-1.0)
        return (
            rows,
            np.array([best.get(row, far) for row in rows.tolist()], np.float32),
            np.array([lexical.get(row, 0.0) for row in rows.tolist()], np.float32),
        )

    def _nearest(
        self, vector: Floats, n: int, where: str, only: Sequence[int] | None = None
    ) -> dict[int, float]:
        """The chunks of the nearest sentences, each with its best cosine; ``only`` limits them."""
        best: dict[int, float] = {}
        if only is not None and not only:
            return best
        wanted = None if only is None else set(only)
        fields = ["article", "first_chunk", "last_chunk"]
        for cosine, row in self.client.search(SENTENCES, "vector", vector, n, where, fields):
            if abs(cosine) > 1.01:
                raise IndexDamaged(f"{self.client.address} holds a vector that is not of length 1")
            held = rows_of(row["article"], row["last_chunk"] + 1)[row["first_chunk"] :]
            for chunk in held:
                if wanted is None or chunk in wanted:
                    best.setdefault(chunk, cosine)
        return best

    def _matching(self, terms: Sequence[str], n: int, where: str) -> dict[int, float]:
        """The best passages for ``terms``, with scores as a folder has them where all is counted.

        Where it is not, what is rare is not in the sample, and Milvus' own scores know more.
        """
        if not terms:
            return {}
        counts, asked = self._terms, " ".join(terms)
        if not counts.whole:
            found = self.client.search(PASSAGES, "folded_bm25", asked, n, where)
            return {row["number"]: score for score, row in found}
        found = self.client.search(PASSAGES, "folded_bm25", asked, _SPARE * n, where, ["folded"])
        frequencies = {term: counts.frequency(term) for term in terms}
        passages = [row["folded"].split() for _, row in found]
        scores = bm25.scores(frequencies, passages, counts.documents, counts.length)
        best = np.argsort(-scores, kind="stable")[:n].tolist()
        return {found[place][1]["number"]: float(scores[place]) for place in best}

    def document_frequency(self, term: str, field: str = "folded") -> int:
        """From a sample when there are many articles; see terms.py."""
        return self._terms.frequency(term, field)

    @cached_property
    def _terms(self) -> TermCounts:
        whole = self.documents <= SAMPLE
        articles = self.client.count(ARTICLES, living())
        some = articles if whole else max(1, articles * SAMPLE // self.documents)
        rows = self.client.query(ARTICLES, living(), ["article"], limit=max(1, some))
        return TermCounts(self._fields([row["article"] for row in rows]), self.documents, whole)

    def _fields(self, articles: Sequence[int]) -> Iterator[dict[str, list[str]]]:
        for some in _batches(articles):
            for record in self._read_records(some).values():
                for number in range(len(record.chunks)):
                    yield document_fields(record.article, record.chunk(number))

    def articles_of(self, chunks: Numbers) -> Numbers:
        return owner(chunks)

    def chunk(self, number: int, article: Article) -> Chunk:
        return self._record(int(owner(np.array(number)))).chunk(place(number))

    def held(self, chunks: Numbers) -> tuple[Numbers, Numbers]:
        owners = owner(chunks).tolist()
        records = self._there(self._records.get(owners), owners)
        each = zip(owners, chunks.tolist(), strict=True)
        spans = np.array([records[article].chunks[place(chunk)][2:] for article, chunk in each])
        return spans[:, 0], spans[:, 1]

    def sentences(self, articles: Sequence[int]) -> tuple[Numbers, Numbers, Floats, Numbers]:
        records, vectors = self._whole(articles)
        spans = np.concatenate([records[article].sentences for article in articles])
        counts = np.array([len(records[article].sentences) for article in articles], np.int64)
        return (
            spans[:, 0],
            spans[:, 1],
            np.concatenate([vectors[article] for article in articles]),
            counts,
        )

    def told(self, article: int) -> Told:
        found = self._told.get([article])
        return found[article] if found else Told(article, 0, "")

    def article(self, number: int) -> Article:
        return self._record(number).article

    def whole(self, number: int) -> tuple[Article, list[Chunk], Floats]:
        """An article as it was added."""
        records, vectors = self._whole([number])
        record = records[number]
        chunks = [record.chunk(one) for one in range(len(record.chunks))]
        return record.article, chunks, vectors[number]

    def find(self, article_id: str) -> int | None:
        where = living(f'key == "{key(article_id).hex()}"')
        rows = self.client.query(ARTICLES, where, ["article"])
        return int(rows[0]["article"]) if rows else None

    def replaced(self, article_id: str) -> list[Article]:
        kept = numbers((State.OUTDATED, State.REPLACED))
        where = f'key == "{key(article_id).hex()}" and state in {kept}'
        rows = self.client.query(ARTICLES, where, ["article", "written"])
        rows = sorted(rows, key=lambda row: int(row["written"]))
        return [self.article(row["article"]) for row in rows]

    def articles(self) -> Iterator[Article]:
        for row in self.client.scan(ARTICLES, living(), ["article"]):
            yield self.article(row["article"])

    def catalog(self, filters: Filters = Filters()) -> Catalog:  # noqa: B008 - frozen
        where = living(self.allowed(filters).where)
        rows = list(self.client.scan(ARTICLES, where, _TOLD))
        article, published, story = (
            np.array([row[name] for row in rows], np.int64)
            for name in ("article", "published", "story")
        )
        return Catalog(article, published, story, [row["source"] for row in rows])

    def _record(self, article: int) -> Record:
        return self._there(self._records.get([article]), [article])[article]

    def _whole(self, articles: Sequence[int]) -> tuple[dict[int, Record], dict[int, Floats]]:
        """Text and vectors of ``articles``."""
        records = self._there(self._records.get(articles), articles)
        return records, self._there(self._vectors.get(articles), articles)

    def _there(self, found: dict[int, _T], wanted: Sequence[int]) -> dict[int, _T]:
        if any(one not in found for one in wanted):
            raise StorageFailed(
                f"{self.client.address}: an article was removed while it was read: ask again"
            )
        return found

    def _read_told(self, articles: list[int]) -> dict[int, Told]:
        """Those of ``articles`` that may be found now."""
        rows = self.client.query(ARTICLES, living(owned(articles)), _TOLD) if articles else []
        return {row["article"]: Told(row["story"], row["published"], row["source"]) for row in rows}

    def _read_records(self, articles: Sequence[int]) -> dict[int, Record]:
        parts: dict[int, list[Any]] = {}
        for some in _batches(articles):
            for row in self.client.query(TEXTS, owned(some), ["number", "article", "line"]):
                parts.setdefault(row["article"], []).append(row)
        return {article: read_record(rows) for article, rows in parts.items()}

    def _read_vectors(self, articles: list[int]) -> dict[int, Floats]:
        records = self._there(self._records.get(articles), articles)
        sizes = {article: len(records[article].sentences) for article in articles}
        vectors: dict[int, Floats] = {}
        for some in _portions(sizes):
            # What the searches see may be older than what was just added.
            for strong in (False, True):
                short = [one for one in some if len(vectors.get(one, ())) != sizes[one]]
                vectors |= self._vectors_of(short, strong) if short else {}
        return {one: found for one, found in vectors.items() if len(found) == sizes[one]}

    def _vectors_of(self, articles: Sequence[int], strong: bool) -> dict[int, Floats]:
        fields = ["number", "article", "vector"]
        rows = self.client.query(SENTENCES, owned(articles), fields, strong=strong)
        held: dict[int, list[Any]] = {}
        for row in sorted(rows, key=lambda row: int(row["number"])):
            held.setdefault(row["article"], []).append(row["vector"])
        return {article: np.array(each, np.float32) for article, each in held.items()}


def living(where: str = "") -> str:
    """Rows of ARTICLES that readers find, and that fulfil ``where``."""
    return f"state == {State.LIVE:d}" + (f" and {where}" if where else "")


def owned(articles: Sequence[int] | Numbers) -> str:
    return f"article in {numbers(dict.fromkeys(map(int, articles)))}"


def read_manifest(client: Client) -> Manifest:
    """Raises IndexMissing, IndexDamaged, or IndexMismatch for what a later hoidap made."""
    address = client.address
    parts = client.query(TEXTS, owned([MANIFEST]), ["number", "line"]) if client.ready() else []
    if not parts:
        raise IndexMissing(
            f"there is no index in {address}: make one with `hoidap index ARTICLES --index "
            f"{address}`, or `hoidap migrate DIR {address}`"
        )
    try:
        fields = json.loads(joined(parts))
        if fields["format"] != FORMAT:
            raise IndexMismatch(
                f"{address} has format {fields['format']}, this hoidap reads {FORMAT}: use the "
                "hoidap that made it, or index into another collection"
            )
        return Manifest(
            EncoderSpec(**fields["encoder"]),
            Chunking(**fields["chunking"]),
            int(fields["generation"]),
            tuple(fields["sources"]),
            tuple(fields["authors"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(
            f"the manifest in {address} is not what was written ({error}): migrate the index anew"
        ) from error


def _batches(articles: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(articles), _AT_ONCE):
        yield articles[first : first + _AT_ONCE]


def _portions(sizes: Mapping[int, int]) -> Iterator[list[int]]:
    """The articles in groups whose sentences Milvus gives in one answer."""
    group: list[int] = []
    for article, size in sizes.items():
        if group and sum(sizes[one] for one in group) + size > MOST // 2:
            yield group
            group = []
        group.append(article)
    yield group
