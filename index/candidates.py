"""The chunks that may be hits, and every sentence of their articles, read from the store at once.

The ranking compares a chunk's sentences with the question, the folding an article's mean vector
with another's, the answer every sentence of a hit with the question: all of it is here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.backend import Reader
from index.features import Nearness
from index.storage.tables import ranges
from index.types import ScoredSentence

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidates:
    """``chunks`` go by the store's numbers, and ``owners`` are their articles, one a chunk.

    ``articles`` are those articles, each once. Where the sentences of each begin and end in
    ``starts``, ``ends``, ``vectors`` and ``cosines``, all of one length, is told by its place in
    ``bounds`` and the next one; where those of a chunk do, by ``firsts`` and ``stops``.
    """

    chunks: Rows
    owners: list[int]
    articles: list[int]
    bounds: Rows
    firsts: Rows
    stops: Rows
    starts: Rows
    ends: Rows
    vectors: Floats
    cosines: Floats

    @classmethod
    def read(cls, view: Reader, chunks: Rows, vector: Floats) -> Candidates:
        """A chunk or more, compared with a question's ``vector``."""
        owners = view.articles_of(chunks).tolist()
        articles = list(dict.fromkeys(owners))
        # First what asks for all of them at once: a store far away gives their text with it.
        starts, ends, vectors, counts = view.sentences(articles)
        bounds = np.concatenate([[0], np.cumsum(counts)])
        places = {article: place for place, article in enumerate(articles)}
        base = bounds[[places[article] for article in owners]]
        firsts, stops = view.held(chunks)
        return cls(
            chunks=chunks,
            owners=owners,
            articles=articles,
            bounds=bounds,
            firsts=base + firsts,
            stops=base + stops,
            starts=starts,
            ends=ends,
            vectors=vectors,
            cosines=vectors @ vector,
        )

    def nearness(self) -> Nearness:
        """Of the chunks, in their order."""
        rows = ranges(self.firsts, self.stops)
        vectors, cosines = self.vectors[rows], self.cosines[rows]
        lengths = np.linalg.norm(vectors[:-1] + vectors[1:], axis=1)
        joint = (cosines[:-1] + cosines[1:]) / np.maximum(lengths, 1e-6)
        counts = self.stops - self.firsts
        begins = np.cumsum(counts) - counts
        # Where a chunk ends the next one begins: those two are no neighbours.
        joint[begins[1:] - 1] = -1.0
        alone = np.where(counts == 1, cosines[begins], -1.0)
        pairs = np.maximum.reduceat(np.append(joint, -1.0), begins)
        return Nearness(cosines, np.maximum(pairs, alone))

    def nearest(self) -> Floats:
        """The cosine of each chunk's nearest sentence."""
        counts = self.stops - self.firsts
        best: Floats = np.maximum.reduceat(
            self.cosines[ranges(self.firsts, self.stops)], np.cumsum(counts) - counts
        )
        return best

    def means(self) -> Floats:
        """The mean vector of each of ``articles``, of length 1."""
        sums = np.add.reduceat(self.vectors, self.bounds[:-1])
        lengths = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6)
        means: Floats = sums / lengths
        return means

    def scored(self, article: int) -> tuple[ScoredSentence, ...]:
        """The sentences of one of ``articles`` in reading order."""
        place = self.articles.index(article)
        own = slice(self.bounds[place], self.bounds[place + 1])
        columns = (column[own].tolist() for column in (self.starts, self.ends, self.cosines))
        return tuple(map(ScoredSentence, *columns))
