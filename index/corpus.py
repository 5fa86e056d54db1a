"""An open index: a question in, the articles that answer it out, and why."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import lru_cache
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index import features, filtering, fusion, named, query
from index.backend import Allowed, Reader
from index.candidates import Candidates
from index.encoders import Encoder
from index.folding import Folding
from index.kept import Kept
from index.opening import open_reader
from index.reranker import LOOKED_AT, Reranker, reranked
from index.storage.manifest import require_encoder
from index.text.accents import restore, usual_share
from index.text.periods import Period, time_expression
from index.types import Article, Filters, Hit, Reading, SearchResult, Why

if TYPE_CHECKING:
    from index.milvus.address import Address

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

_SENTENCES, _CHUNKS, _CANDIDATES = 200, 100, 24
_COSINE = features.NAMES.index("cosine")
# Chunks taken apart that stay in memory, about 8 KB each.
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
        self._apart = Kept(self._take_apart, _KEPT_APART)
        self._read = lru_cache(maxsize=_KEPT_ARTICLES)(snapshot.article)
        self._idf = lru_cache(maxsize=_KEPT_TERMS)(self._inverse_frequency)
        self.folding = Folding(snapshot, self._read, self._idf)

    @classmethod
    def open(
        cls,
        place: Path | Address,
        encoder: Encoder,
        reranker: Reranker | None = None,
        dense_share: float | None = None,
    ) -> NewsIndex:
        """Raises what ``open_reader`` does, IndexMismatch too when another model made the index."""
        with ThreadPoolExecutor(1) as meanwhile:
            meanwhile.submit(_warm_up)
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
        rows, _, lexical = self._gathered(asked, vector, allowed)
        rows, lexical = rows[:_CANDIDATES], lexical[:_CANDIDATES]
        if not len(rows):
            return rows, np.zeros((0, len(features.NAMES)), np.float32), lexical
        read = Candidates.read(self.snapshot, rows, vector)
        return rows, self._table(asked, read, lexical)[0], lexical

    def hits(
        self,
        question: str,
        vector: Floats,
        allowed: Allowed | None,
        k: int,
        period: Period | None = None,
    ) -> tuple[Hit, ...]:
        """The ``k`` best articles for a question that needs no understanding, one a story.

        What was published in ``period`` goes in front of what is as good. Who asks for more than
        are ranked gets the others behind them, in the order by which candidates are chosen.
        """
        asked = self.asked(question)
        rows, coarse, lexical = self._gathered(asked, vector, allowed)
        if not len(rows):
            return ()
        first = slice(_CANDIDATES)
        read = Candidates.read(self.snapshot, rows[first], vector)
        table, held = self._table(asked, read, lexical[first])
        published = [self.snapshot.told(article).published for article in read.owners]
        timely = fusion.timely(published, period)
        scores = self._ranked(table, lexical[first]) + timely
        if self._reranker:
            looked_at = np.argsort(-scores, kind="stable")[:LOOKED_AT]
            passages = [self._passage(read, place) for place in looked_at.tolist()]
            scores = reranked(scores, self._reranker.score(question, passages), looked_at)
        best: dict[int, int] = {}
        for place in np.argsort(-scores, kind="stable").tolist():
            best.setdefault(read.owners[place], place)
        means = read.means()[[read.articles.index(article) for article in best]]
        found = []
        for article, *others in self.folding.folded(list(best), means)[:k]:
            place = best[article]
            by_name = zip(features.NAMES, table[place].tolist(), strict=True)
            why = Why(
                dense=float(table[place, _COSINE]),
                lexical=float(lexical[place]),
                fused=float(scores[place]),
                terms=tuple(sorted(compress(asked.words, held[place]))),
                features=(*by_name, ("timely", float(timely[place]))),
            )
            found.append(self._hit(read, place, why, others))
        if k > _CANDIDATES:
            floor = float(scores.min() - coarse[first][-1])
            told = {self.snapshot.told(article).story for article in best}
            rest = slice(_CANDIDATES, None)
            found += self._further(
                rows[rest], coarse[rest] + floor, lexical[rest], vector, told, k - len(found)
            )
        return tuple(found)

    def _further(
        self, rows: Rows, scores: Floats, lexical: Floats, vector: Floats, told: set[int], n: int
    ) -> Iterator[Hit]:
        """``n`` hits among chunks that are not ranked any further, one an article.

        ``told`` are stories that were told already. Only word for word copies are known for such.
        """
        chosen: list[int] = []
        for place, article in enumerate(self.snapshot.articles_of(rows).tolist()):
            story = self.snapshot.told(article).story
            if story not in told and len(chosen) < n:
                told.add(story)
                chosen.append(place)
        if not chosen:
            return
        read = Candidates.read(self.snapshot, rows[chosen], vector)
        for place, nearest in enumerate(read.nearest().tolist()):
            at = chosen[place]
            why = Why(dense=nearest, lexical=float(lexical[at]), fused=float(scores[at]))
            yield self._hit(read, place, why)

    def _hit(self, read: Candidates, place: int, why: Why, others: Sequence[int] = ()) -> Hit:
        """The candidate at ``place``, under which ``others`` are folded."""
        article = self._read(read.owners[place])
        return Hit(
            article=article,
            chunk=self.snapshot.chunk(int(read.chunks[place]), article),
            score=why.fused,
            why=why,
            sentences=read.scored(read.owners[place]),
            also=tuple(map(self._read, others)),
        )

    def _gathered(
        self, asked: features.Asked, vector: Floats, allowed: Allowed | None
    ) -> tuple[Rows, Floats, Floats]:
        """The chunks that either leg names, their fused and their BM25 scores, best fused first."""
        terms = [*asked.words, *map("_".join, asked.pairs)]
        rows, cosines, lexical = self.snapshot.gather(
            vector, terms, allowed, sentences=_SENTENCES, chunks=_CHUNKS
        )
        if not len(rows):
            return rows, cosines, lexical
        coarse = fusion.coarse(cosines, lexical, self._dense_share)
        order = np.argsort(-coarse, kind="stable")
        return rows[order], coarse[order], lexical[order]

    def _table(
        self, asked: features.Asked, read: Candidates, lexical: Floats
    ) -> tuple[Floats, features.Held]:
        """What speaks for each of the candidates; see ``features.table``."""
        apart = self._apart.get(read.chunks.tolist())
        chunks = [apart[row] for row in read.chunks.tolist()]
        return features.table(asked, chunks, read.nearness(), fusion.relative(lexical))

    def _ranked(self, table: Floats, lexical: Floats) -> Floats:
        if self._dense_share is None:
            return fusion.rank(table)
        return fusion.coarse(table[:, _COSINE], lexical, self._dense_share)

    def _passage(self, read: Candidates, place: int) -> str:
        """A candidate behind its title, as a reranker reads it."""
        article = self._read(read.owners[place])
        return f"{article.title}. {self.snapshot.chunk(int(read.chunks[place]), article).text}"

    def _take_apart(self, rows: list[int]) -> dict[int, features.WrittenChunk]:
        written = []
        for row, owner in zip(
            rows, self.snapshot.articles_of(np.array(rows)).tolist(), strict=True
        ):
            article = self._read(owner)
            spans = self.snapshot.chunk(row, article).sentences
            written.append((article.title, [article.text[one.start : one.end] for one in spans]))
        return dict(zip(rows, features.take_apart(written), strict=True))


def _warm_up() -> None:
    """Loads and compiles what the first question would wait for."""
    for question in ("hôm nay có tin gì?", "hom nay co tin gi?"):
        restore(question)
        time_expression(question, date.today())
        features.take_apart([(question, [question])])
    fusion.weights()
