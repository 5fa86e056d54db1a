"""Small honest stand-ins, whose answers can be worked out by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from app.live import Archive
from index.build import index_articles
from index.encoders import EncoderSpec, Progress, Vectors
from index.storage.snapshot import Snapshot
from index.text.syllables import syllables
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
from qa.notices import NothingAbout
from qa.types import Answer, Citation, Claim, Outcome, Turn

BRIDGE = Article(
    id="https://bao.example/cau",
    title="Khánh thành cầu Vàm Sông",
    text=(
        "Sáng 12/3, cầu Vàm Sông được khánh thành. Cầu dài 840 m, rộng 16 m. "
        "Tổng vốn đầu tư là 1.250 tỉ đồng. Ông Trần Văn Lâm dự lễ."
    ),
    url="https://bao.example/cau",
    source="Báo Vàm Sông",
    author="Lê Minh",
    published=date(2024, 3, 12),
    path="cau.txt",
)
RICE = Article(
    id="lua.txt",
    title="Vụ lúa đông xuân được mùa",
    text="Năng suất lúa đạt 7,2 tấn một hecta. Nông dân phấn khởi vì giá lúa tăng.",
    source="Tin Đồng Bằng",
    published=date(2024, 4, 2),
    path="lua.txt",
)
# The one question that the fakes understand otherwise than it is typed.
BARE, RESTORED = "cau vam song dai bao nhieu", "cầu vàm sông dài bao nhiêu"


@dataclass
class FakeIndex:
    """Ranks articles by how many of the question's syllables they hold."""

    articles: Sequence[Article] = (BRIDGE, RICE)
    snapshot: Snapshot | None = None

    def search(
        self,
        question: str,
        filters: Filters = Filters(),  # noqa: B008
        k: int = 10,
        reading: Reading = Reading(),  # noqa: B008
    ) -> SearchResult:
        understood = _understood(question, reading) or question
        wanted = set(syllables(understood))
        hits = [
            _hit(article, wanted)
            for article in self.articles
            if _allowed(article, filters) and wanted & set(syllables(article.title + article.text))
        ]
        hits.sort(key=lambda hit: -hit.score)
        return SearchResult(question, understood, filters, tuple(hits[:k]))


@dataclass
class FakeAnswerer:
    """Quotes, from the best article, the sentences with most of the question's syllables."""

    index: FakeIndex

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),  # noqa: B008
        reading: Reading = Reading(),  # noqa: B008
    ) -> Answer:
        return list(self.stream(question, history, filters, reading))[-1]

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),  # noqa: B008
        reading: Reading = Reading(),  # noqa: B008
    ) -> Iterator[Answer]:
        if reading.filters and "theo Báo Vàm Sông" in question:
            filters = replace(filters, sources=("Báo Vàm Sông",))
        result = self.index.search(question, filters, reading=reading)
        hits = result.hits
        empty = Answer(
            question, Outcome.ABSTAINED, hits=hits, filters=filters,
            understood=_understood(question, reading),
        )  # fmt: skip
        if not hits or hits[0].score < 2:
            near = tuple(hit.article for hit in hits[:3])
            yield replace(empty, nearest=near, notices=(NothingAbout(),))
            return
        article = hits[0].article
        wanted = set(syllables(result.understood))
        ranked = sorted(
            _sentences(article),
            key=lambda span: -len(wanted & set(syllables(article.text[slice(*span)]))),
        )
        whole = replace(empty, outcome=Outcome.ANSWERED, confidence=0.9)
        for start, end in ranked[:2]:
            quote = article.text[start:end]
            claim = Claim(quote, (Citation(1, article, start, end, quote),), supported=True)
            whole = replace(whole, claims=(*whole.claims, claim))
            yield whole
        number = re.search(r"\d[\d.,]*\s\w+", whole.claims[0].text)
        yield replace(whole, short=number.group() if number else None)


def _understood(question: str, reading: Reading) -> str | None:
    return RESTORED if question == BARE and not reading.as_typed else None


def _sentences(article: Article) -> list[tuple[int, int]]:
    return [found.span() for found in re.finditer(r"[^ ].*?[.](?= |$)", article.text)]


def _hit(article: Article, wanted: set[str]) -> Hit:
    found = sorted(wanted & set(syllables(article.title + " " + article.text)))
    chunk = Chunk(article.id, 0, len(article.text), article.text)
    scored = tuple(
        ScoredSentence(start, end, len(wanted & set(syllables(article.text[start:end]))) / 10)
        for start, end in _sentences(article)
    )
    score = float(len(found))
    return Hit(article, chunk, score, Why(score / 10, score, score, tuple(found)), scored)


def _allowed(article: Article, filters: Filters) -> bool:
    day = article.published
    return (
        (not filters.sources or article.source in filters.sources)
        and (not filters.authors or article.author in filters.authors)
        and (not filters.articles or article.id in filters.articles)
        and (filters.since is None or (day is not None and day >= filters.since))
        and (filters.until is None or (day is not None and day <= filters.until))
    )


def archive(directory: Path) -> Archive:
    """A real index of two articles on disk, with the fakes in front of it."""
    snapshot = Snapshot.open(directory)
    index = FakeIndex(tuple(snapshot.articles()), snapshot)
    return Archive(index, FakeAnswerer(index))


def write_index(directory: Path, articles: Sequence[Article] = (BRIDGE, RICE)) -> Path:
    """Index articles with vectors that cost nothing."""
    index_articles(articles, directory, FakeEncoder())
    return directory


class FakeEncoder:
    """Every text is the same unit vector."""

    spec = EncoderSpec("fake", "1", 4, "", "")

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        return np.tile(np.array([1, 0, 0, 0], np.float32), (len(texts), 1))
