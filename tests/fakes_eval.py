"""A searcher, an answerer and an encoder whose every score can be worked out by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np

from eval.types import Dataset, Question
from index.encoders import EncoderSpec, Progress, Vectors
from index.errors import QuestionRejected
from index.text.syllables import fold, syllables
from index.types import Article, Chunk, Filters, Hit, SearchResult, Why
from qa.types import Answer, Citation, Claim, Outcome

ANYTHING = Filters()


def article(identity: str, text: str, title: str = "", **more: object) -> Article:
    return Article(id=identity, title=title, text=text, digest=str(hash(text)), **more)  # type: ignore[arg-type]


NEWS = (
    article(
        "https://bao.vn/1",
        "Hà Tĩnh đã tổ chức 392 cuộc đối thoại.\nHội nghị kết thúc.",
        path="2022/hatinh.txt",
        source="Báo Hà Tĩnh",
        published=date(2022, 12, 31),
    ),
    article("b.txt", "Thái Nguyên tặng bằng khen.", path="b.txt", source="Báo Thái Nguyên"),
    article("2022/c.txt", "Một bài.", path="2022/c.txt"),
    article("2023/c.txt", "Bài khác.", path="2023/c.txt"),
)


def dataset(*questions: Question) -> Dataset:
    return Dataset("d", "dev", questions, notes=("đã có",))


class LineSearcher:
    """Every line of an article is a chunk; its score is the share of the question it holds."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self.articles = list(articles)
        self.asked = 0

    def search(self, question: str, filters: Filters = ANYTHING, k: int = 10) -> SearchResult:
        wanted = set(syllables(fold(question)))
        if not wanted:
            raise QuestionRejected("nothing was asked")
        self.asked += 1
        hits = [hit for one in self.articles for hit in _hits(one, wanted)]
        hits.sort(key=lambda hit: -hit.score)
        return SearchResult(question, question, filters, tuple(hits[:k]))


class FirstLineAnswerer:
    """Answers with the best line when it holds at least half of the question."""

    def __init__(self, searcher: LineSearcher) -> None:
        self.searcher = searcher

    def ask(self, question: str) -> Answer:
        hits = self.searcher.search(question, k=1).hits
        if not hits or hits[0].score < 0.5:
            return Answer(question, Outcome.ABSTAINED, confidence=hits[0].score if hits else 0.0)
        best = hits[0]
        chunk = best.chunk
        citation = Citation(1, best.article, chunk.start, chunk.end, chunk.text)
        digits = [word for word in chunk.text.split() if word.isdigit()]
        return Answer(
            question,
            Outcome.ANSWERED,
            (Claim(chunk.text, (citation,), True),),
            short=digits[0] if len(digits) == 1 else None,
            hits=hits,
            confidence=best.score,
        )


def _hits(one: Article, wanted: set[str]) -> Iterable[Hit]:
    start = 0
    for line in one.text.split("\n"):
        shared = wanted & set(syllables(fold(line)))
        if shared:
            score = len(shared) / len(wanted)
            chunk = Chunk(one.id, start, start + len(line), line)
            yield Hit(one, chunk, score, Why(0.0, score, score, tuple(sorted(shared))))
        start += len(line) + 1


class LetterEncoder:
    """The vector of a text counts its letters a to h; ``calls`` are the texts it was given."""

    spec = EncoderSpec("letters", "1", 8, "", "")

    def __init__(self) -> None:
        self.calls: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.calls += texts
        counts = [[1 + text.lower().count(letter) for letter in "abcdefgh"] for text in texts]
        vectors = np.array(counts, np.float32).reshape(len(texts), 8)
        if progress is not None:
            progress(len(texts))
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
