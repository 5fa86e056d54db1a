"""An index from one store into another, and whether both then answer alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.backend import Reader
from index.corpus import NewsIndex
from index.encoders import Encoder
from index.errors import IndexDamaged
from index.opening import merge_small, open_reader, open_writer
from index.storage.tables import fingerprint
from index.text.sentences import sentence_spans
from index.types import Hit

if TYPE_CHECKING:
    from index.milvus.address import Address

QUESTIONS = 200
_COMMIT = 500
# Numbers that are summed in another order: two hits nearer than this may come in either one. One
# feature at its weight makes hundreds of times as much.
TIE = 0.01


@dataclass(frozen=True, slots=True)
class Moved:
    """How many articles were copied; ``known`` were there already."""

    copied: int
    known: int


def migrate(
    source: Path | Address, target: Path | Address, progress: Callable[[int], None] | None = None
) -> Moved:
    """Copies what ``target`` lacks of the index at ``source``: vectors too, nothing is encoded.

    Can be repeated after it was interrupted. Raises what ``open_reader`` and ``open_writer`` raise,
    and IndexDamaged when the target then holds another number of articles.
    """
    reader = open_reader(source)
    copied = known = rewritable = 0
    with open_writer(target, reader.spec, reader.chunking) as writer:
        # Asked for by name one by one, what is not there would cost a store far away a call each.
        there = {name for name, _ in writer.named()}
        for number in reader.catalog().rows.tolist():
            article, chunks, vectors = reader.whole(number)
            if article.id in there and writer.known(article.id) == fingerprint(article):
                known += 1
            else:
                writer.add(article, chunks, vectors)
                copied += 1
                rewritable += 8 * len(vectors)
                if copied % _COMMIT == 0:
                    writer.commit()
                    rewritable -= merge_small(writer, rewritable)
            if progress:
                progress(1)
        writer.commit()
    held = len(open_reader(target).catalog().rows)
    if held < copied + known:
        raise IndexDamaged(
            f"{target} holds {held} articles and should hold {copied + known}: migrate again"
        )
    return Moved(copied, known)


def compared(
    source: Path | Address, target: Path | Address, encoder: Encoder, asked: int = QUESTIONS
) -> list[str]:
    """Of ``asked`` questions, made of sentences of the articles, those with other hits."""
    first, second = NewsIndex.open(source, encoder), NewsIndex.open(target, encoder)
    return [
        question
        for question in questions(first.snapshot, asked)
        if not alike(first.search(question).hits, second.search(question).hits)
    ]


def questions(reader: Reader, count: int) -> Iterator[str]:
    """Titles and sentences of articles that lie evenly in the index."""
    rows = reader.catalog().rows.tolist()
    for place in range(count if rows else 0):
        article = reader.article(rows[place * len(rows) // count])
        spans = sentence_spans(article.text)
        start, end = spans[place % len(spans)]
        text = article.text[start:end] if place % 3 or not article.title else article.title
        yield " ".join(text.split())[:300]


def alike(first: tuple[Hit, ...], second: tuple[Hit, ...], tie: float = TIE) -> bool:
    """Whether two lists hold the same stories in the same order, ties aside."""
    return len(first) == len(second) and all(
        _told_by(ours) & _told_by(theirs) or abs(ours.score - theirs.score) <= tie
        for ours, theirs in zip(first, second, strict=True)
    )


def _told_by(hit: Hit) -> set[str]:
    return {one.id for one in (hit.article, *hit.also)}
