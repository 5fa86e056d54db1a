"""Questions to offer: made of the archive's own sentences, and only those that it answers."""

from __future__ import annotations

import re
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

_ASKS = re.compile(r"\b(?:bao nhiêu phần trăm|bao nhiêu|ngày nào|năm nào|ai)\b", re.IGNORECASE)
_COUNTED_TWICE = re.compile(r"bao nhiêu \w+ \d|\d \w+ bao nhiêu")
_LOOK = 12  # characters that tell one place of a sentence from another


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
    """Questions with the sentence and the article that they are made of, the plainest first."""
    for article in articles:
        spans = sentence_spans(article.text)
        sentences = (article.text[start:end].strip() for start, end in spans)
        made = [(d.text, s) for s in sentences for d in drafts(s) if stands_alone(d.text, s)]
        for text, sentence in sorted(made, key=lambda pair: ("," in pair[0], len(pair[0]))):
            yield text, sentence, article


def stands_alone(question: str, sentence: str) -> bool:
    """Whether a reader who has not seen ``sentence`` would take the question for a whole one.

    It begins where the sentence or a name begins, ends in no list of names that goes on, and asks
    for no half of a measure ("9 phút bao nhiêu giây").
    """
    told = " ".join(sentence.split())
    asks = _ASKS.search(question)
    if asks is None or ":" in question or ";" in question or _COUNTED_TWICE.search(question):
        return False
    before, after = question[: asks.start()].strip(), question[asks.end() :].rstrip("?")
    if before and before[:_LOOK] not in told:
        return False
    if not before and (after.startswith(",") or asks.group().lower() != "ai"):
        return False
    rest = told.partition(after[-_LOOK:])[2] if after else ""
    return not (re.match(r", \w", rest) and rest[2].isupper())


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
