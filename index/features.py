"""What speaks for a chunk as the place of an answer, as numbers.

The question's terms weigh by how rare they are in the corpus (the idf of BM25). A share is of the
weight of the whole question, so an English question asked of Vietnamese articles gets small shares
from the few names that it has in common with them, and the cosine decides.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from index.text.accents import is_foreign
from index.text.mentions import holds_answer
from index.text.questions import INTERROGATIVES, Kind, counted, kind_of, measured
from index.text.syllables import fold, syllables

Floats = npt.NDArray[np.float32]
Pair = tuple[str, str]
Inverse = Callable[[str], float]

# A text repeats its syllables, and a language has few: Vietnamese some 7,000.
_folded = lru_cache(maxsize=1 << 14)(fold)

NAMES = (
    "cosine",
    "pair_cosine",
    "sentence_match",
    "lexical",
    "coverage",
    "pair_coverage",
    "title_coverage",
    "numbers",
    "accented",
    "answer_type",
    "length",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, taken apart once: folded syllables and pairs with their weights.

    Words that only ask or bind are left out. ``unit`` is what a "how many" counts, ``measure``
    what it measures.
    """

    words: dict[str, float]
    pairs: dict[Pair, float]
    accented: frozenset[str]
    digits: frozenset[str]
    spoken: frozenset[str]
    kind: Kind
    unit: tuple[str, ...]
    measure: str | None
    word_weight: float
    pair_weight: float


@dataclass(frozen=True, slots=True)
class Written:
    """A run of text, taken apart once."""

    words: frozenset[str]
    pairs: frozenset[Pair]


@dataclass(frozen=True, slots=True)
class WrittenChunk:
    """A chunk and its title, taken apart once; ``sentences`` in reading order."""

    title: frozenset[str]
    body: Written
    accented: frozenset[str]
    sentences: tuple[Written, ...]
    texts: tuple[str, ...]
    length: int


def ask(question: str, inverse_frequency: Inverse, known: Callable[[str], bool]) -> Asked:
    """``inverse_frequency`` is the weight of a term; pairs that the corpus lacks weigh nothing."""
    accented = syllables(question)
    folded = [fold(word) for word in accented]
    words = {
        bare: inverse_frequency(bare)
        for word, bare in zip(accented, folded, strict=True)
        if word not in INTERROGATIVES
    }
    pairs = {
        pair: inverse_frequency("_".join(pair))
        for pair in pairwise(folded)
        if known("_".join(pair))
    }
    foreign = is_foreign(question)
    word_weight = sum(words.values()) or 1.0
    # The pairs that a translation shares are all of it that the corpus knows, not all of it.
    pair_weight = word_weight if foreign else sum(pairs.values()) or 1.0
    return Asked(
        words=words,
        pairs=pairs,
        accented=frozenset(accented) - INTERROGATIVES,
        digits=frozenset(word for word in words if word[0].isdigit()),
        spoken=frozenset(question.lower().split()),
        kind=kind_of(question),
        unit=() if foreign else counted(question),
        measure=measured(question),
        word_weight=word_weight,
        pair_weight=pair_weight,
    )


def take_apart(title: str, sentences: Iterable[str]) -> WrittenChunk:
    texts = tuple(sentences)
    accented = [syllables(text) for text in texts]
    folded = [syllables(fold(text)) for text in texts]
    written = tuple(Written(frozenset(units), frozenset(pairwise(units))) for units in folded)
    return WrittenChunk(
        title=frozenset(syllables(fold(title))),
        body=_joined(folded),
        accented=frozenset(unit for units in accented for unit in units),
        sentences=written,
        texts=texts,
        length=sum(map(len, folded)),
    )


def _joined(sentences: list[list[str]]) -> Written:
    units = [unit for sentence in sentences for unit in sentence]
    return Written(frozenset(units), frozenset(pairwise(units)))


def coverage(asked: Asked, words: frozenset[str]) -> float:
    """The share of the question's weight that ``words`` hold, 0 to 1."""
    return sum(weight for word, weight in asked.words.items() if word in words) / asked.word_weight


def pair_coverage(asked: Asked, pairs: frozenset[Pair]) -> float:
    return sum(weight for pair, weight in asked.pairs.items() if pair in pairs) / asked.pair_weight


def chunk_features(
    asked: Asked, chunk: WrittenChunk, cosines: Floats, pair_cosine: float, lexical: float
) -> list[float]:
    """The numbers named by ``NAMES``, in that order.

    ``cosines`` has one entry a sentence; ``lexical`` is the chunk's BM25 score over the highest of
    this question, 0 to 1.
    """
    best = int(np.argmax(cosines))
    covered = [coverage(asked, sentence.words) for sentence in chunk.sentences]
    paired = [pair_coverage(asked, sentence.pairs) for sentence in chunk.sentences]
    match = max(
        5 * (float(cosine) - 0.8) + c + p / 2
        for cosine, c, p in zip(cosines, covered, paired, strict=True)
    )
    title = len(chunk.title & asked.words.keys()) / (len(chunk.title) or 1)
    found = asked.digits & chunk.body.words
    numbers = len(found) / len(asked.digits) if asked.digits else 0.5
    answer = holds_answer(chunk.texts[best], asked.kind, asked.spoken)
    return [
        float(cosines[best]),
        pair_cosine,
        match,
        lexical,
        coverage(asked, chunk.body.words | chunk.title),
        pair_coverage(asked, chunk.body.pairs),
        title,
        numbers,
        _accented_share(asked, chunk),
        0.0 if answer is None else (1.0 if answer else -1.0),
        math.log1p(chunk.length),
    ]


def _accented_share(asked: Asked, chunk: WrittenChunk) -> float:
    hits = (asked.words.get(_folded(word), 0.0) for word in asked.accented & chunk.accented)
    return sum(hits) / asked.word_weight
