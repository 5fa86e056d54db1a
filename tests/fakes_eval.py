"""A searcher and an answerer whose every score can be worked out by hand."""

from __future__ import annotations

from collections.abc import Iterable

from index.errors import QuestionRejected
from index.text.syllables import fold, syllables
from index.types import Article, Chunk, Filters, Hit, SearchResult, Why
from qa.types import Answer, Citation, Claim, Outcome

ANYTHING = Filters()


def article(identity: str, text: str, title: str = "", **more: object) -> Article:
    return Article(id=identity, title=title, text=text, digest=str(hash(text)), **more)  # type: ignore[arg-type]


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
