"""An open index: a question in, the articles that answer it out, and why."""

from __future__ import annotations

import math
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index import features, filtering, fusion, named, query
from index.backend import Allowed, Reader
from index.encoders import Encoder
from index.folding import Folding
from index.opening import open_reader
from index.reranker import LOOKED_AT, Reranker, reranked
from index.storage.manifest import require_encoder
from index.text.accents import usual_share
from index.text.periods import Period, time_expression
from index.types import (
    Article,
    Chunk,
    Filters,
    Hit,
    Reading,
    ScoredSentence,
    SearchResult,
    Why,
)

if TYPE_CHECKING:
    from index.milvus.address import Address

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

_SENTENCES, _CHUNKS, _CANDIDATES = 200, 100, 24
# Chunks taken apart that stay in memory, about 20 KB each.
_KEPT_APART = 1_500
_KEPT_ARTICLES = 1_000  # about 10 KB each
_KEPT_TERMS = 1 << 16  # about 200 bytes each
# How many chunks of the news at large count beside those of the corpus.
_LEAN = 300


class NewsIndex:
    """One generation of an index and the encoder that made it. Safe to use from many threads.

    With ``dense_share`` (0 to 1) hits are ranked by a plain weighted sum of cosine and BM25 in
    place of the fitted features: what the fitting is measured against.
    """

    def __init__(
        self,
        snapshot: Reader,
        encoder: Encoder,
        reranker: Reranker | None = None,
        dense_share: float | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.encoder = encoder
        self._reranker = reranker
        self._dense_share = dense_share
        self._apart = lru_cache(maxsize=_KEPT_APART)(self._take_apart)
        self._read = lru_cache(maxsize=_KEPT_ARTICLES)(snapshot.article)
        self._idf = lru_cache(maxsize=_KEPT_TERMS)(self._inverse_frequency)
        self.folding = Folding(snapshot, self._idf)

    @classmethod
    def open(
        cls,
        place: Path | Address,
        encoder: Encoder,
        reranker: Reranker | None = None,
        dense_share: float | None = None,
    ) -> NewsIndex:
        """Raises what ``open_reader`` does, IndexMismatch too when another model made the index."""
        snapshot = open_reader(place)
        require_encoder(snapshot.spec, encoder.spec, place)
        return cls(snapshot, encoder, reranker, dense_share)

    def search(
        self,
        question: str,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        k: int = 10,
        reading: Reading = Reading(),  # noqa: B008 - frozen
    ) -> SearchResult:
        """The ``k`` best articles, one a story, best first.

        "Hôm qua", "tuần trước" and the like become a filter on the day of publication, "theo báo …"
        one on the source and "bài của …" one on the author, unless no article passes; "năm 2023"
        and the like put what was published then in front. ``reading`` says what of this is done.
        An author in ``filters`` stands for every byline with this name.
        Raises QuestionRejected for a question that is empty or too long.
        """
        question = query.checked(question)
        understood = question if reading.as_typed else self.understand(question)
        given = named.with_bylines(filters, self.snapshot.authors)
        given = query.published_by(given, reading.as_of)
        filters, period = given, None
        if reading.filters:
            period = time_expression(understood, reading.as_of or date.today())
            filters = query.with_period(given, period)
            sources, authors = self.snapshot.sources, self.snapshot.authors
            filters = named.with_sources(filters, understood, sources)
            filters = named.with_authors(filters, question, authors, sources)
        filters, unmet = filtering.passable(self.snapshot, filters, given)
        allowed = self.snapshot.allowed(filters)
        if not allowed.any():
            to_blame = filtering.excluding(self.snapshot, filters)
            return SearchResult(question, understood, filters, (), excluding=to_blame)
        vector = self.encoder.encode_queries([understood])[0]
        hits = self.hits(understood, vector, None if allowed.all() else allowed, k, period)
        return SearchResult(question, understood, filters, hits, unmet or None)

    def understand(self, question: str) -> str:
        """``question`` with the accents that it lacks, written as this corpus writes them."""
        return query.with_accents(question, self.snapshot)

    def article(self, article_id: str) -> Article | None:
        """The article that has this id now."""
        row = self.snapshot.find(article_id)
        return None if row is None else self._read(row)

    def _inverse_frequency(self, term: str) -> float:
        """How rare a folded term is among the chunks; a small corpus leans on the news at large."""
        found = self.snapshot.document_frequency(term) + _LEAN * usual_share(term)
        documents = self.snapshot.documents + _LEAN
        return math.log(1 + (documents - found + 0.5) / (found + 0.5))

    def asked(self, question: str) -> features.Asked:
        """``question`` taken apart and weighed by this corpus."""
        return features.ask(
            question, self._idf, lambda term: self.snapshot.document_frequency(term) > 0
        )

    def candidates(
        self, asked: features.Asked, vector: Floats, allowed: Allowed | None
    ) -> tuple[Rows, Floats, Floats]:
        """Chunk rows, their features (rows, len(NAMES)) and BM25 scores, in no order."""
        terms = [*asked.words, *map("_".join, asked.pairs)]
        rows, cosines, lexical = self.snapshot.gather(
            vector, terms, allowed, sentences=_SENTENCES, chunks=_CHUNKS
        )
        if not len(rows):
            return rows, np.zeros((0, len(features.NAMES)), np.float32), lexical
        coarse = fusion.coarse(cosines, lexical, self._dense_share)
        first = np.argsort(-coarse, kind="stable")[:_CANDIDATES]
        rows, lexical = rows[first], lexical[first]
        # First what asks for all of them at once: a store far away gives their text with it.
        nearness = self._nearness(vector, rows)
        chunks = [self._apart(row) for row in rows.tolist()]
        table = features.table(asked, chunks, nearness, fusion.relative(lexical))
        return rows, table, lexical

    def hits(
        self,
        question: str,
        vector: Floats,
        allowed: Allowed | None,
        k: int,
        period: Period | None = None,
    ) -> tuple[Hit, ...]:
        """The ``k`` best articles for a question that needs no understanding, one a story.

        What was published in ``period`` goes in front of what is as good.
        """
        asked = self.asked(question)
        rows, table, lexical = self.candidates(asked, vector, allowed)
        articles = self.snapshot.articles_of(rows).tolist()
        published = [self.snapshot.told(article).published for article in articles]
        timely = fusion.timely(published, period)
        scores = (self._ranked(table, lexical) if len(rows) else lexical) + timely
        if self._reranker and len(rows):
            first = np.argsort(-scores, kind="stable")[:LOOKED_AT]
            passages = [self._passage(int(row)) for row in rows[first]]
            scores = reranked(scores, self._reranker.score(question, passages), first)
        places: dict[int, list[int]] = {}
        for place in np.argsort(-scores, kind="stable").tolist():
            places.setdefault(articles[place], []).append(place)
        stories = self.folding.folded(list(places))[:k]
        told = self._scored([story[0] for story in stories], vector)
        found = []
        for story, sentences in zip(stories, told, strict=True):
            best = places[story[0]][0]
            named = (
                *zip(features.NAMES, table[best].tolist(), strict=True),
                ("timely", float(timely[best])),
            )
            found.append(
                Hit(
                    article=self._read(story[0]),
                    chunk=self._chunk(int(rows[best])),
                    score=float(scores[best]),
                    why=self._why(int(rows[best]), asked, named, scores[best], lexical[best]),
                    sentences=sentences,
                    also=tuple(self._read(other) for other in story[1:]),
                )
            )
        return tuple(found)

    def _ranked(self, table: Floats, lexical: Floats) -> Floats:
        if self._dense_share is None:
            return fusion.rank(table)
        return fusion.coarse(table[:, features.NAMES.index("cosine")], lexical, self._dense_share)

    def _why(
        self,
        row: int,
        asked: features.Asked,
        named: tuple[tuple[str, float], ...],
        score: float,
        lexical: float,
    ) -> Why:
        return Why(
            dense=dict(named)["cosine"],
            lexical=float(lexical),
            fused=float(score),
            terms=tuple(sorted(asked.words.keys() & self._apart(row).words)),
            features=named,
        )

    def _scored(self, articles: list[int], vector: Floats) -> list[tuple[ScoredSentence, ...]]:
        """Every sentence of each article with its cosine, in reading order."""
        starts, ends, vectors, counts = self.snapshot.sentences(articles)
        columns = (starts, ends, vectors @ vector)
        sentences = list(map(ScoredSentence, *(column.tolist() for column in columns)))
        stops = np.cumsum(counts).tolist()
        return [tuple(sentences[a:b]) for a, b in zip([0, *stops], stops, strict=False)]

    def _nearness(self, vector: Floats, rows: Rows) -> features.Nearness:
        vectors, counts = self.snapshot.chunk_vectors(rows)
        cosines = vectors @ vector
        lengths = np.linalg.norm(vectors[:-1] + vectors[1:], axis=1)
        joint = (cosines[:-1] + cosines[1:]) / np.maximum(lengths, 1e-6)
        starts = np.concatenate([[0], np.cumsum(counts)])
        # Where a chunk ends the next one begins: those two are no neighbours.
        joint[starts[1:-1] - 1] = -1.0
        alone = np.where(counts == 1, cosines[starts[:-1]], -1.0)
        pairs = np.maximum.reduceat(np.append(joint, -1.0), starts[:-1])
        return features.Nearness(cosines, np.maximum(pairs, alone))

    def _chunk(self, row: int) -> Chunk:
        return self.snapshot.chunk(row, self._source(row))

    def _passage(self, row: int) -> str:
        """A chunk behind its title, as a reranker reads it."""
        return f"{self._source(row).title}. {self._chunk(row).text}"

    def _take_apart(self, row: int) -> features.WrittenChunk:
        article = self._source(row)
        spans = self.snapshot.chunk(row, article).sentences
        return features.take_apart(
            article.title, [article.text[one.start : one.end] for one in spans]
        )

    def _source(self, row: int) -> Article:
        """The article that a chunk is from."""
        return self._read(int(self.snapshot.articles_of(np.array([row]))[0]))
