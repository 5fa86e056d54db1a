"""Questions -> results: what was found, where, how fast, and what was answered.

A searcher is anything with ``search`` as index.corpus.NewsIndex has it, an answerer anything with
``ask`` as qa.answer.Answerer has it. Nothing is scored here.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from eval.gold import overlapped
from eval.types import Cited, Found, Given, Question, Result, Shown, Stated
from index.errors import QuestionRejected
from index.interrupt import one_more_batch
from index.types import Filters, Hit, SearchResult
from qa.types import Answer, Citation, Outcome

SHOWN = 3  # hits of a question that are kept as a person sees them


class Searcher(Protocol):
    def search(self, question: str, filters: Filters = ..., k: int = ...) -> SearchResult: ...


class Asked(Protocol):
    def ask(self, question: str) -> Answer: ...


def ask_all(
    questions: Sequence[Question],
    searcher: Searcher,
    *,
    k: int = 100,
    answerer: Asked | None = None,
    progress: Callable[[int], None] | None = None,
    done: Mapping[str, Result] = MappingProxyType({}),
) -> tuple[tuple[Result, ...], tuple[str, ...]]:
    """Ask every question, one after the other, so that the times are those of a quiet system.

    Unanswerable questions are asked only when there is an ``answerer``: no search can find what is
    not there. Ctrl-C ends it after the question that is being asked, and what was asked is
    returned. ``done`` are results, by the ids of their questions, that need not be asked for.
    Returns the results, and notes on what was left out or refused.
    """
    asked = [q for q in questions if answerer is not None or q.answerable]
    results, refused = [], 0
    with one_more_batch() as stop:
        for question in asked:
            if stop.is_set():
                break
            result = done.get(question.id) or _ask(question, searcher, k, answerer)
            refused += result is None
            results.append(result or Result(question, question.text, 0.0))
            if progress is not None:
                progress(1)
    counts = (
        (len(questions) - len(asked), "unanswerable questions were left out; --answers asks them"),
        (refused, "questions were refused by the search and score 0"),
    )
    return tuple(results), tuple(f"{count} {what}" for count, what in counts if count)


def current_commit() -> str | None:
    """The commit of the source tree this runs from, with ``+`` when it was changed since."""
    here = Path(__file__).parent.parent
    if not (here / ".git").exists():
        return None
    try:
        head = _git(here, "rev-parse", "--short=12", "HEAD")
        return head + ("+" if _git(here, "status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.SubprocessError):
        return None


def _ask(question: Question, searcher: Searcher, k: int, answerer: Asked | None) -> Result | None:
    started = time.perf_counter()
    try:
        result = searcher.search(question.text, k=k)
        seconds = time.perf_counter() - started
        given = _given(question, answerer) if answerer is not None else None
    except QuestionRejected:
        return None
    return Result(
        question=question,
        understood=result.understood,
        seconds=seconds,
        found=tuple(_found(question, hit) for hit in result.hits),
        shown=tuple(map(_shown, result.hits[:SHOWN])),
        given=given,
    )


def _found(question: Question, hit: Hit) -> Found:
    chunk = hit.chunk
    return Found(
        article_id=hit.article.id,
        start=chunk.start,
        end=chunk.end,
        score=float(hit.score),
        also=tuple(article.id for article in hit.also),
        evidence=overlapped(question.gold, hit.article.id, chunk.start, chunk.end),
    )


def _shown(hit: Hit) -> Shown:
    why = hit.why
    return Shown(hit.article.title, hit.chunk.text, float(why.dense), float(why.lexical), why.terms)


def _given(question: Question, answerer: Asked) -> Given:
    started = time.perf_counter()
    answer = answerer.ask(question.text)
    seconds = time.perf_counter() - started
    claims = tuple(
        Stated(c.text, c.supported, tuple(_cited(question, citation) for citation in c.citations))
        for c in answer.claims
    )
    answered = answer.outcome is Outcome.ANSWERED
    return Given(answered, float(answer.confidence), answer.short, claims, seconds)


def _cited(question: Question, citation: Citation) -> Cited:
    article, start, end = citation.article, citation.start, citation.end
    return Cited(
        article_id=article.id,
        start=start,
        end=end,
        quote=citation.quote,
        verbatim=article.text[start:end] == citation.quote,
        evidence=overlapped(question.gold, article.id, start, end),
    )


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=10,
    )
    return done.stdout.strip()
