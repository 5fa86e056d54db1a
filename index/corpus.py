"""An open index: a question in, the articles that answer it out, and why."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index import features, fusion, query
from index.encoders import Encoder
from index.folding import Folding
from index.reranker import LOOKED_AT, Reranker, reranked
from index.storage.manifest import require_encoder
from index.storage.snapshot import Snapshot
from index.text.accents import usual_share
from index.types import Article, Chunk, Filters, Hit, ScoredSentence, SearchResult, Why

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_SENTENCES, _CHUNKS, _CANDIDATES = 200, 100, 24
# Chunks taken apart that stay in memory, about 20 KB each.
_KEPT_APART = 1_500
# How many chunks of the news at large count beside those of the corpus.
_LEAN = 300


class NewsIndex:
    """One generation of an index and the encoder that made it. Safe to use from many threads."""

    def __init__(
        self, snapshot: Snapshot, encoder: Encoder, reranker: Reranker | None = None
    ) -> None:
        self.snapshot = snapshot
        self.encoder = encoder
        self._reranker = reranker
        self.folding = Folding(snapshot)
        self._apart = lru_cache(maxsize=_KEPT_APART)(self._take_apart)
        self._read = lru_cache(maxsize=256)(snapshot.article)

    @classmethod
    def open(cls, directory: Path, encoder: Encoder, reranker: Reranker | None = None) -> NewsIndex:
        """Raises IndexMissing, IndexDamaged, or IndexMismatch when another model made the index."""
        snapshot = Snapshot.open(directory)
        require_encoder(snapshot.manifest, encoder.spec, directory)
        return cls(snapshot, encoder, reranker)

    def search(
        self,
        question: str,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        k: int = 10,
        *,
        as_of: date | None = None,
        restore_accents: bool = True,
        read_filters: bool = True,
    ) -> SearchResult:
        """The ``k`` best articles, one a story, best first.

        Accents are put back unless ``restore_accents`` is off. "hôm qua", "tuần trước" and the like
        become a filter on the day of publication, counted from ``as_of`` (today), and "theo báo …"
        one on the source, unless no article passes or ``read_filters`` is off; with ``as_of``
        nothing published later is found. Raises QuestionRejected for a question that is empty or
        too long.
        """
        question = query.checked(question)
        understood = self.understand(question) if restore_accents else question
        given = query.published_by(filters, as_of)
        filters = given
        if read_filters:
            filters = query.with_period(given, understood, as_of)
            filters = query.with_sources(filters, understood, self.snapshot.sources)
        allowed, unmet = self.allowed(filters), None
        if not allowed.any() and filters != given:
            filters, unmet = given, filters
            allowed = self.allowed(given)
        if not allowed.any():
            return SearchResult(question, understood, filters, ())
        vector = self.encoder.encode_queries([understood])[0]
        hits = self.hits(understood, vector, None if allowed.all() else allowed, k)
        return SearchResult(question, understood, filters, hits, unmet)

    def understand(self, question: str) -> str:
        """``question`` with the accents that it lacks, written as this corpus writes them."""
        return query.with_accents(question, self.snapshot)

    def allowed(self, filters: Filters) -> Mask:
        """Which articles pass, one entry an article row."""
        view = self.snapshot
        mask: Mask = view.alive.copy()
        if filters.since or filters.until:
            first = filters.since.toordinal() if filters.since else 1
            last = filters.until.toordinal() if filters.until else date.max.toordinal()
            published = view.published.astype(np.int64)
            mask &= (published >= first) & (published <= last)
        if filters.sources:
            mask &= np.isin(view.source, _places(view.sources, filters.sources))
        if filters.authors:
            mask &= np.isin(view.author, _places(view.authors, filters.authors))
        if filters.articles:
            rows = [row for one in filters.articles if (row := view.find(one)) is not None]
            only = np.zeros_like(mask)
            only[rows] = True
            mask &= only
        return mask

    def article(self, article_id: str) -> Article | None:
        """The article that has this id now."""
        row = self.snapshot.find(article_id)
        return None if row is None else self._read(row)

    def idf(self, term: str) -> float:
        """How rare a folded term is among the chunks; a small corpus leans on the news at large."""
        found = self.snapshot.document_frequency(term) + _LEAN * usual_share(term)
        documents = self.snapshot.documents + _LEAN
        return math.log(1 + (documents - found + 0.5) / (found + 0.5))

    def asked(self, question: str) -> features.Asked:
        """``question`` taken apart and weighed by this corpus."""
        return features.ask(
            question, self.idf, lambda term: self.snapshot.document_frequency(term) > 0
        )

    def candidates(
        self, asked: features.Asked, vector: Floats, allowed: Mask | None
    ) -> tuple[Rows, Floats, Floats]:
        """Chunk rows, their features (rows, len(NAMES)) and BM25 scores, in no order."""
        rows, cosines, lexical = self._gather(asked, vector, allowed)
        if not len(rows):
            return rows, np.zeros((0, len(features.NAMES)), np.float32), lexical
        first = np.argsort(-fusion.coarse(cosines, lexical), kind="stable")[:_CANDIDATES]
        rows, lexical = rows[first], lexical[first]
        table = [
            features.chunk_features(asked, self._apart(int(row)), *near, float(share))
            for row, near, share in zip(
                rows, self._nearness(vector, rows), fusion.relative(lexical), strict=True
            )
        ]
        return rows, np.array(table, np.float32), lexical

    def hits(self, question: str, vector: Floats, allowed: Mask | None, k: int) -> tuple[Hit, ...]:
        """The ``k`` best articles for a question that needs no understanding, one a story."""
        asked = self.asked(question)
        rows, table, lexical = self.candidates(asked, vector, allowed)
        scores = fusion.rank(table) if len(rows) else lexical
        if self._reranker and len(rows):
            first = np.argsort(-scores, kind="stable")[:LOOKED_AT]
            passages = [self._passage(int(row)) for row in rows[first]]
            scores = reranked(scores, self._reranker.score(question, passages), first)
        places: dict[int, list[int]] = {}
        for place in np.argsort(-scores, kind="stable").tolist():
            places.setdefault(int(self.snapshot.chunk_article[rows[place]]), []).append(place)
        found = []
        for story in self.folding.folded(list(places))[:k]:
            ranked = [place for article in story for place in places[article]]
            best = ranked[0]
            found.append(
                self._hit(rows[ranked], table[best], scores[best], lexical[best], vector, asked)
            )
        return tuple(found)

    def _hit(
        self,
        rows: Rows,
        named: Floats,
        score: float,
        lexical: float,
        vector: Floats,
        asked: features.Asked,
    ) -> Hit:
        """The hit of one story: ``rows`` are its chunks that were found, best first."""
        best, *others = dict.fromkeys(int(self.snapshot.chunk_article[row]) for row in rows)
        apart = self._apart(int(rows[0]))
        why = Why(
            dense=float(named[0]),
            lexical=float(lexical),
            fused=float(score),
            terms=tuple(sorted(asked.words.keys() & (apart.body.words | apart.title))),
            features=tuple(zip(features.NAMES, map(float, named), strict=True)),
        )
        return Hit(
            article=self._read(best),
            chunk=self.snapshot.chunk(int(rows[0])),
            score=float(score),
            why=why,
            sentences=self._scored(best, vector),
            also=tuple(self._read(row) for row in others),
        )

    def _scored(self, article: int, vector: Floats) -> tuple[ScoredSentence, ...]:
        """Every sentence of an article with its cosine, in reading order."""
        view = self.snapshot
        first, end = np.searchsorted(view.sentence_article, [article, article + 1])
        rows = np.arange(first, end)
        cosines = view.vectors(rows) @ vector
        starts, ends = view.sentence_start[rows].tolist(), view.sentence_end[rows].tolist()
        return tuple(map(ScoredSentence, starts, ends, cosines.tolist()))

    def _gather(
        self, asked: features.Asked, vector: Floats, allowed: Mask | None
    ) -> tuple[Rows, Floats, Floats]:
        """The chunks that either leg names, with the scores that both give them."""
        view = self.snapshot
        terms = [*asked.words, *map("_".join, asked.pairs)]
        wanted = {"folded": dict.fromkeys(terms, 1.0)}
        lexical_rows, lexical = view.lexical(wanted, _CHUNKS, allowed)
        sentences, _ = view.dense(vector, _SENTENCES, allowed)
        rows = np.union1d(view.chunks_of(sentences), lexical_rows)
        scores = np.zeros(len(rows), np.float32)
        scores[np.searchsorted(rows, lexical_rows)] = lexical
        best = [float(one.max(initial=-1.0)) for one in view.sentence_cosines(vector, rows)]
        return rows, np.array(best, np.float32), scores

    def _nearness(self, vector: Floats, rows: Rows) -> Iterator[tuple[Floats, float]]:
        """For each chunk its sentences' cosines, and the best cosine of two neighbours' sum."""
        view = self.snapshot
        firsts, ends = view.chunk_first_sentence[rows], view.chunk_end_sentence[rows]
        vectors = view.vectors(
            np.concatenate([np.arange(*s) for s in zip(firsts, ends, strict=True)])
        )
        cosines = vectors @ vector
        lengths = np.linalg.norm(vectors[:-1] + vectors[1:], axis=1)
        joint = (cosines[:-1] + cosines[1:]) / np.maximum(lengths, 1e-6)
        stops = np.cumsum(ends - firsts).tolist()
        for start, stop in zip([0, *stops], stops, strict=False):
            alone = float(cosines[start]) if stop - start == 1 else -1.0
            yield cosines[start:stop], float(joint[start : stop - 1].max(initial=alone))

    def _passage(self, row: int) -> str:
        """A chunk behind its title, as a reranker reads it."""
        title = self._read(int(self.snapshot.chunk_article[row])).title
        return f"{title}. {self.snapshot.chunk(row).text}"

    def _take_apart(self, row: int) -> features.WrittenChunk:
        chunk: Chunk = self.snapshot.chunk(row)
        title = self._read(int(self.snapshot.chunk_article[row])).title
        texts = [chunk.text[s.start - chunk.start : s.end - chunk.start] for s in chunk.sentences]
        return features.take_apart(title, texts)


def _places(names: tuple[str, ...], wanted: tuple[str, ...]) -> list[int]:
    return [place for place, name in enumerate(names) if name in wanted]
