"""Questions to offer: made of the archive's own sentences, and only those that it answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from eval.made import drafts
from index.text.sentences import sentence_spans
from index.text.syllables import fold
from index.types import Article
from qa.types import Answer, Outcome

if TYPE_CHECKING:
    from app.live import Archive

TRIES = 8
NEAR = 4
LOOKED_AT = 40


def examples(archive: Archive, count: int = 4) -> tuple[str, ...]:
    """Questions about the newest articles, one an article."""
    found: list[str] = []
    for article in _newest(archive):
        found += _answered(archive, _questions([article]), asked=found, count=1, tries=2)
        if len(found) == count:
            break
    return tuple(found)


def follow_ups(archive: Archive, answer: Answer, count: int = 3) -> tuple[str, ...]:
    """Questions that the articles of an answer answer too, but for the one that was asked."""
    if answer.outcome is not Outcome.ANSWERED:
        return ()
    cited = {c.article.id: c.article for claim in answer.claims for c in claim.citations}
    others = (hit.article for hit in answer.hits[:NEAR] if hit.article.id not in cited)
    asked = [answer.question, answer.understood or ""]
    quoted = " ".join(claim.text for claim in answer.claims)
    fresh = (pair for pair in _questions([*cited.values(), *others]) if pair[1] not in quoted)
    return tuple(_answered(archive, fresh, asked=asked, count=count, tries=TRIES))


def _questions(articles: Iterable[Article]) -> Iterator[tuple[str, str, Article]]:
    """Questions with the sentence and the article that they are made of."""
    for article in articles:
        for start, end in sentence_spans(article.text):
            sentence = article.text[start:end].strip()
            for draft in drafts(sentence):
                # Before a colon or an apposition the word that asks has lost its sentence.
                if ":" not in draft.text and not draft.text.startswith("Ai,"):
                    yield draft.text, sentence, article


def _answered(
    archive: Archive,
    questions: Iterable[tuple[str, str, Article]],
    *,
    asked: Collection[str],
    count: int,
    tries: int,
) -> list[str]:
    """The first ``count`` that the archive answers out of the sentence they are made of."""
    known = {_key(text) for text in asked}
    sentences: set[str] = set()
    found: list[str] = []
    for text, sentence, article in questions:
        if len(found) == count or tries == 0:
            break
        if _key(text) in known or sentence in sentences:
            continue
        tries -= 1
        if _quotes(archive.answerer.ask(text), sentence, article):
            found.append(text)
            known.add(_key(text))
            sentences.add(sentence)
    return found


def _quotes(answer: Answer, sentence: str, article: Article) -> bool:
    first = answer.claims[0].citations if answer.claims else ()
    return any(c.article.id == article.id and sentence in c.quote for c in first)


def _key(question: str) -> str:
    return " ".join(fold(question).lower().strip(" ?.!").split())


def _newest(archive: Archive) -> Iterator[Article]:
    catalog = archive.snapshot.catalog()
    for row in catalog.rows[np.argsort(-catalog.published, kind="stable")][:LOOKED_AT]:
        yield archive.snapshot.article(int(row))
