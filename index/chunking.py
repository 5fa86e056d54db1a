"""Article -> Chunks: runs of whole sentences, by langchain-text-splitters.

The splitter merges the numbers of sentences instead of their texts. So the offsets of a chunk are
known, never searched for, and a sentence that an article says twice cannot confuse them.
"""

from __future__ import annotations

from typing import Any

from langchain_text_splitters import RecursiveCharacterTextSplitter, TextSplitter

from index.errors import SettingsError
from index.text.sentences import sentence_spans
from index.types import Article, Chunk, Sentence

Span = tuple[int, int]


class SentenceSplitter(TextSplitter):
    """A LangChain splitter whose pieces are whole Vietnamese sentences.

    A sentence longer than ``size`` is cut at clauses, then words, then characters. ``overlap`` is
    an upper bound: a chunk repeats the whole sentences at the end of the last one that fit in it.
    """

    def __init__(self, size: int, overlap: int, **options: Any) -> None:
        super().__init__(chunk_size=size, chunk_overlap=overlap, **options)
        self._size = size
        self._cutter = RecursiveCharacterTextSplitter(
            separators=["; ", ", ", " ", ""],
            chunk_size=size,
            chunk_overlap=0,
            keep_separator="end",
            strip_whitespace=False,
        )
        # What is merged are numbers ("17 "); their length is looked up in here.
        self._lengths: list[int] = []
        self._length_function = lambda number: self._lengths[int(number)] if number else 0

    def split_text(self, text: str) -> list[str]:
        return [text[run[0][0] : run[-1][1]] for run in self.split_spans(text)]

    def split_spans(self, text: str) -> list[list[Span]]:
        """For every chunk the spans of its sentences, or of the pieces of an over-long one."""
        units = [piece for span in sentence_spans(text) for piece in self._pieces(text, span)]
        ends = [start for start, _ in units[1:]] + [units[-1][1]] if units else []
        self._lengths = [
            min(end - start, self._size) for (start, _), end in zip(units, ends, strict=True)
        ]
        merged = self._merge_splits([f"{number} " for number in range(len(units))], "")
        return [[units[int(number)] for number in run.split()] for run in merged]

    def _pieces(self, text: str, span: Span) -> list[Span]:
        start, end = span
        if end - start <= self._size:
            return [span]
        pieces: list[Span] = []
        for piece in self._cutter.split_text(text[start:end]):
            stripped = piece.strip()
            lead = len(piece) - len(piece.lstrip())
            if stripped:
                pieces.append((start + lead, start + lead + len(stripped)))
            start += len(piece)
        return pieces


def chunk_article(article: Article, size: int = 1000, overlap: int = 200) -> list[Chunk]:
    """The chunks of ``article`` in reading order, each at most ``size`` characters.

    ``chunk.text == article.text[chunk.start:chunk.end]`` always; every sentence is in one chunk or
    more, and is cut only when it is longer than ``size``. Raises SettingsError when ``size`` and
    ``overlap`` (characters) do not fit together.
    """
    if not 0 <= overlap < size:
        raise SettingsError(
            f"chunk overlap {overlap} does not fit a chunk size of {size}: "
            "choose 0 <= overlap < size"
        )
    chunks: list[Chunk] = []
    for run in SentenceSplitter(size, overlap).split_spans(article.text):
        start, end = run[0][0], run[-1][1]
        sentences = tuple(Sentence(*span) for span in run)
        chunks.append(Chunk(article.id, start, end, article.text[start:end], sentences))
    return chunks
