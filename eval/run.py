"""Questions -> results: what was found, where, how fast, and what was answered.

A searcher is anything with ``search`` as index.corpus.NewsIndex has it, an answerer anything with
``ask`` as qa.answer.Answerer has it. Nothing is scored here.
"""

from __future__ import annotations

import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from eval.slices import with_own_facets
from eval.types import Cited, Dataset, Found, Given, Judgment, Question, Result, Shown, Stated
from index.errors import QuestionRejected
from index.types import Article, Filters, Hit, SearchResult
from qa.types import Answer, Citation, Outcome

SHOWN = 3  # hits of a question that are kept as a person sees them
_NAMED = 3  # missing articles that a note names


class Searcher(Protocol):
    def search(self, question: str, filters: Filters = ..., k: int = ...) -> SearchResult: ...


class Asked(Protocol):
    def ask(self, question: str) -> Answer: ...


def resolve(dataset: Dataset, articles: Iterable[Article]) -> Dataset:
    """``dataset`` with its gold tied to ``articles``.

    An article may be named by its id, its path or its file name; evidence given by its words gets
    offsets. Questions take the source and the year of their gold as facets. Gold that is not among
    ``articles`` stays, so that it counts as not found, and is noted.
    """
    known = {article.id: article for article in articles}
    names = _names(known.values())
    missing: list[str] = []
    misplaced = 0
    questions = []
    for question in dataset.questions:
        gold = []
        for judgment in question.gold:
            article = known.get(names.get(judgment.article_id, ""))
            if article is None:
                missing.append(judgment.article_id)
                gold.append(judgment)
                continue
            placed = _place(replace(judgment, article_id=article.id), article.text)
            misplaced += placed is None
            gold.append(placed or replace(judgment, article_id=article.id))
        found = (known[g.article_id] for g in gold if g.grade > 0 and g.article_id in known)
        questions.append(with_own_facets(_with_facets(replace(question, gold=tuple(gold)), found)))
    notes = list(dataset.notes)
    if missing:
        some = ", ".join(dict.fromkeys(missing[:_NAMED]))
        notes.append(
            f"{len(missing)} judgments name articles that are not in the corpus and count as not "
            f"found: {some}{', …' if len(set(missing)) > _NAMED else ''}"
        )
    if misplaced:
        notes.append(f"{misplaced} pieces of evidence are not in the article that they name")
    return replace(dataset, questions=tuple(questions), notes=tuple(notes))


def ask_all(
    questions: Sequence[Question],
    searcher: Searcher,
    *,
    k: int = 100,
    answerer: Asked | None = None,
    progress: Callable[[int], None] | None = None,
) -> tuple[tuple[Result, ...], tuple[str, ...]]:
    """Ask every question, one after the other, so that the times are those of a quiet system.

    Unanswerable questions are asked only when there is an ``answerer``: no search can find what is
    not there. Returns the results, and notes on what was left out or refused.
    """
    asked = [q for q in questions if answerer is not None or q.answerable]
    results, refused = [], 0
    for question in asked:
        result = _ask(question, searcher, k, answerer)
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


def overlapped(gold: Sequence[Judgment], article_id: str, start: int, end: int) -> tuple[int, ...]:
    """The numbers of the judgments that the span overlaps; a whole article overlaps all of it."""
    return tuple(
        number
        for number, judgment in enumerate(gold)
        if judgment.article_id == article_id and _overlaps(judgment, start, end)
    )


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


def _overlaps(judgment: Judgment, start: int, end: int) -> bool:
    if judgment.start is None or judgment.end is None:
        return not judgment.is_span
    return start < judgment.end and judgment.start < end


def _place(judgment: Judgment, text: str) -> Judgment | None:
    """With offsets that fit ``text``, or ``None`` when the evidence is not in it."""
    if not judgment.is_span:
        return judgment
    if judgment.start is not None and judgment.end is not None:
        return judgment if judgment.end <= len(text) else None
    words = map(re.escape, (judgment.quote or "").split())
    match = re.search(r"\s+".join(words), text)
    return replace(judgment, start=match.start(), end=match.end()) if match else None


def _names(articles: Iterable[Article]) -> Mapping[str, str]:
    """Every name of an article -> its id; a file name that two articles share names neither."""
    articles = list(articles)
    files = [(Path(article.path).name, article.id) for article in articles if article.path]
    counts = Counter(name for name, _ in files)
    names = {name: identity for name, identity in files if counts[name] == 1}
    names |= {article.path: article.id for article in articles if article.path}
    return names | {article.id: article.id for article in articles}


def _with_facets(question: Question, gold: Iterable[Article]) -> Question:
    facets = dict.fromkeys(
        facet
        for article in gold
        for facet in (
            ("source", article.source),
            ("year", str(article.published.year) if article.published else None),
        )
    )
    known = tuple((name, value) for name, value in facets if value)
    return replace(question, facets=question.facets + known)


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=10,
    )
    return done.stdout.strip()
