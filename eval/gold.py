"""Gold as a dataset states it -> gold in the articles of an index, and back to the dataset's names.

A dataset may call an article by its id, its path, its file name or its url, and another index of
the same files may give it another id. Inside a search the index's ids count; a Run speaks of
articles as its dataset does, so that runs of several indexes, and other tools' judgments, agree.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from eval.datasets import read_corpus
from eval.slices import with_own_facets
from eval.types import Dataset, Found, Judgment, Question, Result
from index.types import Article

_NAMED = 3  # missing articles that a note names


def resolve(dataset: Dataset, articles: Iterable[Article]) -> Dataset:
    """``dataset`` with its gold tied to ``articles``, in the same order.

    Evidence given by its words gets offsets. Questions take the source and the year of their gold
    as facets. Gold that is not among ``articles`` stays, so that it counts as not found, and is
    noted.
    """
    known = {article.id: article for article in articles}
    ids = _ids(dataset, known.values())
    missing: list[str] = []
    misplaced = 0
    questions = []
    for question in dataset.questions:
        gold = []
        for judgment in question.gold:
            article = known.get(_id(judgment.article_id, ids))
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


def names(dataset: Dataset, resolved: Dataset) -> dict[str, str]:
    """What ``dataset`` calls the articles of its gold: id -> the first name, where they differ."""
    found: dict[str, str] = {}
    for stated, tied in zip(dataset.questions, resolved.questions, strict=True):
        for there, here in zip(stated.gold, tied.gold, strict=True):
            found.setdefault(here.article_id, there.article_id)
    return {identity: name for identity, name in found.items() if identity != name}


def renamed(result: Result, called: Mapping[str, str]) -> Result:
    """``result`` with the articles by the names in ``called`` (id -> name) where it has one."""

    def name(article_id: str) -> str:
        return called.get(article_id, article_id)

    def place(found: Found) -> Found:
        return replace(found, article_id=name(found.article_id), also=tuple(map(name, found.also)))

    question, given = result.question, result.given
    gold = tuple(
        replace(judgment, article_id=name(judgment.article_id)) for judgment in question.gold
    )
    if given is not None:
        claims = tuple(
            replace(
                claim,
                citations=tuple(replace(c, article_id=name(c.article_id)) for c in claim.citations),
            )
            for claim in given.claims
        )
        given = replace(given, claims=claims)
    return replace(
        result,
        question=replace(question, gold=gold),
        found=tuple(map(place, result.found)),
        given=given,
    )


def overlapped(gold: Sequence[Judgment], article_id: str, start: int, end: int) -> tuple[int, ...]:
    """The numbers of the judgments that the span overlaps; a whole article overlaps all of it."""
    return tuple(
        number
        for number, judgment in enumerate(gold)
        if judgment.article_id == article_id and _overlaps(judgment, start, end)
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


def _ids(dataset: Dataset, articles: Iterable[Article]) -> dict[str, str]:
    """Everything that an article may be called -> its id.

    What the corpus of the dataset calls it counts too: its row is known again by url or content.
    """
    articles = list(articles)
    ids = _unique((Path(article.path).name, article.id) for article in articles if article.path)
    ids |= _unique((_row(article.id), article.id) for article in articles if "#" in article.id)
    ids |= {article.path: article.id for article in articles if article.path}
    ids |= {article.id: article.id for article in articles}
    gold = {judgment.article_id for question in dataset.questions for judgment in question.gold}
    if dataset.corpus is not None and not gold <= ids.keys():
        same = {article.digest: article.id for article in articles}
        same |= {article.url: article.id for article in articles if article.url}
        for row in read_corpus(dataset.corpus):
            found = same.get(row.url or "") or same.get(row.digest)
            if found is not None:
                ids.setdefault(row.id, found)
    return ids


def _id(name: str, ids: Mapping[str, str]) -> str:
    """The id of what is called ``name``; a path may begin above the folder that was indexed."""
    parts = name.split("/")
    ends = ("/".join(parts[start:]) for start in range(1, len(parts)))
    return ids.get(name) or next((ids[end] for end in ends if ids.get(end) == end), "")


def _row(article_id: str) -> str:
    """The name of a row in its file: ``news.jsonl#17`` is row 17."""
    return article_id.rpartition("#")[2]


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """A name that two articles share names neither."""
    pairs = list(pairs)
    counts = Counter(name for name, _ in pairs)
    return {name: identity for name, identity in pairs if counts[name] == 1}


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
