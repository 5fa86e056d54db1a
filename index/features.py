"""What speaks for a chunk as the place of an answer, as numbers.

The question's terms weigh by how rare they are in the corpus (the idf of BM25). A share is of the
weight of the whole question, so an English question asked of Vietnamese articles gets small shares
from the few names that it has in common with them, and the cosine decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt

from index.text.accents import is_foreign
from index.text.questions import binding
from index.text.spelled import Numbers, numbers, spelled
from index.text.syllables import fold, syllables
from index.text.wanted import Wanted, values, wanted

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Held = npt.NDArray[np.bool_]
Pair = tuple[str, str]
Inverse = Callable[[str], float]

# A text repeats its syllables, and a language has few: Vietnamese some 7,000.
_folded = lru_cache(maxsize=1 << 14)(fold)

# Two passages of three hold a word that weighs less.
_TELLING = 0.4

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
class Nearness:
    """Cosines of chunks to a question, the chunks one after the other.

    ``sentences`` has one entry a sentence, ``pairs`` one a chunk: the best of the sums of two
    neighbouring sentences' vectors, or of the sentence that stands alone.
    """

    sentences: Floats
    pairs: Floats


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, taken apart once: folded syllables and pairs with their weights.

    Words that only ask or bind are left out. ``foreign`` says that it is in another language.
    """

    words: dict[str, float]
    pairs: dict[Pair, float]
    accented: frozenset[str]
    digits: frozenset[str]
    wanted: Wanted
    foreign: bool
    word_weight: float
    pair_weight: float

    @property
    def says_little(self) -> bool:
        """Whether nothing can be looked for: words that ask or are in any text, letters."""
        return not any(
            weight >= _TELLING and (len(word) > 1 or word.isdigit())
            for word, weight in self.words.items()
        )


@dataclass(frozen=True, slots=True)
class WrittenChunk:
    """A chunk and its title, taken apart once; syllables as numbers (``index.text.spelled``).

    ``folded`` and ``accented`` are those of its sentences, one after the other; ``lengths`` says
    how many each sentence has.
    """

    title: Numbers
    folded: Numbers
    accented: Numbers
    lengths: Rows
    texts: tuple[str, ...]


def ask(question: str, inverse_frequency: Inverse, known: Callable[[str], bool]) -> Asked:
    """``inverse_frequency`` is the weight of a term; pairs that the corpus lacks weigh nothing."""
    foreign = is_foreign(question)
    binds = binding(foreign)
    accented = syllables(question)
    folded = [fold(word) for word in accented]
    words = {
        bare: inverse_frequency(bare)
        for word, bare in zip(accented, folded, strict=True)
        if word not in binds
    }
    pairs = {
        pair: inverse_frequency("_".join(pair))
        for pair in pairwise(folded)
        if known("_".join(pair))
    }
    word_weight = sum(words.values()) or 1.0
    # The pairs that a translation shares are all of it that the corpus knows, not all of it.
    pair_weight = word_weight if foreign else sum(pairs.values()) or 1.0
    return Asked(
        words=words,
        pairs=pairs,
        accented=frozenset(accented) - binds,
        digits=frozenset(word for word in words if word[0].isdigit()),
        wanted=wanted(question),
        foreign=foreign,
        word_weight=word_weight,
        pair_weight=pair_weight,
    )


def take_apart(written: Sequence[tuple[str, Sequence[str]]]) -> list[WrittenChunk]:
    """Chunks, each given by the title of its article and its sentences."""
    found = spelled(chain.from_iterable([title, *sentences] for title, sentences in written))
    texts = np.cumsum([0, *(1 + len(sentences) for _, sentences in written)])
    ends = np.cumsum(found.lengths)
    out = []
    for (_, sentences), first, behind in zip(written, texts, texts[1:], strict=False):
        body = slice(ends[first], ends[behind - 1])
        title = slice(ends[first] - found.lengths[first], ends[first])
        out.append(
            WrittenChunk(
                # Copies: a part would keep the whole.
                title=found.folded[title].copy(),
                folded=found.folded[body].copy(),
                accented=found.accented[body].copy(),
                lengths=found.lengths[first + 1 : behind].copy(),
                texts=tuple(sentences),
            )
        )
    return out


def coverage(asked: Asked, words: frozenset[str]) -> float:
    """The share of the question's weight that ``words`` hold, 0 to 1."""
    return sum(weight for word, weight in asked.words.items() if word in words) / asked.word_weight


def pair_coverage(asked: Asked, pairs: frozenset[Pair]) -> float:
    return sum(weight for pair, weight in asked.pairs.items() if pair in pairs) / asked.pair_weight


def table(
    asked: Asked, chunks: Sequence[WrittenChunk], nearness: Nearness, lexical: Floats
) -> tuple[Floats, Held]:
    """The numbers named by ``NAMES``, in that order, shape (chunks, features); a chunk or more.

    Besides, which words of the question each chunk or its title holds, shape (chunks, words).
    ``lexical`` is each chunk's BM25 score over the highest of this question, 0 to 1. All chunks are
    compared with the question at once: a question looks at thousands of syllables, of which a
    dozen are its own.
    """
    sentences = [len(chunk.lengths) for chunk in chunks]
    firsts = np.concatenate([[0], np.cumsum(sentences)[:-1]])
    words, pairs = _held(asked, chunks)
    body, titles = np.maximum.reduceat(words, firsts), _in_titles(asked, chunks)
    weights = np.array(list(asked.words.values()), np.float32)
    heard = np.array(list(asked.pairs.values()), np.float32)
    covered = words @ weights / asked.word_weight
    paired = pairs @ heard / asked.pair_weight
    match = 5 * (nearness.sentences - 0.8) + covered + paired / 2
    best = [int(np.argmax(one)) for one in np.split(nearness.sentences, firsts[1:])]
    digits = [place for place, word in enumerate(asked.words) if word in asked.digits]
    answers = [
        values(chunk.texts[place], asked.wanted) for chunk, place in zip(chunks, best, strict=True)
    ]
    held = np.maximum(body, titles)
    columns = (
        nearness.sentences[firsts + best],
        nearness.pairs,
        np.maximum.reduceat(match, firsts),
        lexical,
        held @ weights / asked.word_weight,
        np.maximum.reduceat(pairs, firsts) @ heard / asked.pair_weight,
        titles.sum(axis=1) / [len(np.unique(chunk.title)) or 1 for chunk in chunks],
        body[:, digits].mean(axis=1) if digits else np.full(len(chunks), 0.5),
        _accented_shares(asked, chunks),
        [0.0 if answer is None else (1.0 if answer else -1.0) for answer in answers],
        np.log1p([len(chunk.folded) for chunk in chunks]),
    )
    return np.array(columns, np.float32).T, held > 0


def _held(asked: Asked, chunks: Sequence[WrittenChunk]) -> tuple[Floats, Floats]:
    """1 where a sentence holds a word, and where it holds a pair, of the question; else 0.

    Shapes (sentences of all chunks, words) and (those sentences, pairs), in the order of ``asked``.
    """
    known = {word: place for place, word in enumerate({*asked.words, *chain(*asked.pairs)})}
    nothing = len(known)
    lengths = np.concatenate([chunk.lengths for chunk in chunks])
    units = _places(numbers(known), np.concatenate([chunk.folded for chunk in chunks]))
    owners = np.repeat(np.arange(len(lengths)), lengths)
    words = np.zeros((len(lengths), nothing + 1), np.float32)
    words[owners, units] = 1
    places = np.full((nothing + 1, nothing + 1), len(asked.pairs))
    for place, (first, second) in enumerate(asked.pairs):
        places[known[first], known[second]] = place
    neighbours = places[units[:-1], units[1:]]
    neighbours[owners[:-1] != owners[1:]] = len(asked.pairs)
    pairs = np.zeros((len(lengths), len(asked.pairs) + 1), np.float32)
    pairs[owners[:-1], neighbours] = 1
    return words[:, [known[word] for word in asked.words]], pairs[:, :-1]


def _in_titles(asked: Asked, chunks: Sequence[WrittenChunk]) -> Floats:
    """1 where a chunk's title holds a word of the question, shape (chunks, words)."""
    return _found(numbers(asked.words), [chunk.title for chunk in chunks])


def _accented_shares(asked: Asked, chunks: Sequence[WrittenChunk]) -> Floats:
    """How much of the question each chunk holds with the very accents."""
    words = spelled(asked.accented)
    weights = np.array([asked.words.get(_folded(word), 0.0) for word in asked.accented], np.float32)
    found = _found(words.accented, [chunk.accented for chunk in chunks])
    shares: Floats = found @ weights / np.float32(asked.word_weight)
    return shares


def _found(wanted: Numbers, texts: Sequence[Numbers]) -> Floats:
    """1 where a text holds a syllable, shape (texts, wanted)."""
    out = np.zeros((len(texts), len(wanted) + 1), np.float32)
    owners = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    out[owners, _places(wanted, np.concatenate(texts))] = 1
    return out[:, :-1]


def _places(known: Numbers, written: Numbers) -> Rows:
    """The place in ``known`` of each written syllable; their number for one that is not there."""
    if not len(known):
        return np.zeros(len(written), np.int64)
    order = np.argsort(known)
    at = order[np.minimum(np.searchsorted(known[order], written), len(known) - 1)]
    return np.where(known[at] == written, at, len(known))
