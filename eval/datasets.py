"""A folder or file -> a Dataset: BEIR folders, TREC topics with judgments, files of questions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from eval.lines import broken, read_objects
from eval.questions import parse_question, read_questions
from eval.trec import judged, read_qrels, read_topics
from eval.types import Dataset, Judgment, Question
from index.errors import DatasetError
from index.text.unicode import clean
from index.types import Article

_PREFERRED = ("test", "dev", "validation", "train")


def read_dataset(path: Path, split: str | None = None, qrels: Path | None = None) -> Dataset:
    """The dataset at ``path``.

    A folder with ``queries.jsonl`` is BEIR's; one with files ``topics*`` and ``qrels*``, or a file
    of topics together with ``qrels``, is TREC's; any other file holds questions. Of several splits
    the first of test, dev, validation and train is taken when none is named.
    Raises DatasetError naming file, line and remedy.
    """
    if qrels is not None:
        return _trec(path.stem, path, qrels)
    if path.is_file():
        if split is not None:
            raise DatasetError(f"{path} is one file without splits; leave --split {split} out.")
        return _question_file(path)
    if not path.is_dir():
        raise DatasetError(f"There is no dataset at {path}; `hoidap eval list FOLDER` names some.")
    if queries := _member(path, "queries.jsonl"):
        return _beir(path, queries, split)
    topics, judgments = sorted(path.glob("topics*")), sorted(path.glob("qrels*"))
    if len(topics) == len(judgments) == 1:
        return _trec(path.name, topics[0], judgments[0])
    raise DatasetError(f"{path} holds neither queries.jsonl nor one topics* and one qrels* file.")


def with_unanswerable(dataset: Dataset, strangers: Dataset) -> Dataset:
    """``dataset`` and the questions of ``strangers``, which its articles cannot answer."""
    asked = [
        Question(f"{strangers.name} {question.id}", question.text, answerable=False)
        for question in strangers.questions
    ]
    note = (
        f"{len(asked)} questions of {strangers.name} {strangers.split or ''} count as unanswerable"
    )
    return replace(
        dataset,
        questions=(*dataset.questions, *asked),
        notes=(*dataset.notes, " ".join(note.split())),
    )


def is_dataset(path: Path) -> bool:
    """Whether ``path`` is a folder that ``read_dataset`` knows."""
    return path.is_dir() and (
        _member(path, "queries.jsonl") is not None
        or len(list(path.glob("topics*"))) == len(list(path.glob("qrels*"))) == 1
    )


def splits(path: Path) -> list[str]:
    """The splits of a BEIR folder, the one that is taken by default first."""
    names = sorted(p.name.removesuffix(".gz").removesuffix(".tsv") for p in _qrels_files(path))
    order = {name: rank for rank, name in enumerate(_PREFERRED)}
    return sorted(names, key=lambda name: order.get(name, len(order)))


def read_corpus(path: Path) -> Iterator[Article]:
    """The articles of a BEIR corpus, cleaned, in order; ``id`` is BEIR's ``_id``.

    Raises DatasetError naming the line that is broken, or whose id was there before.
    """
    seen: set[str] = set()
    for number, row in read_objects(path):
        identity = row.get("_id", row.get("id"))
        if identity is None or not isinstance(row.get("text"), str):
            raise broken(path, number, "an article needs '_id' and 'text'")
        if str(identity) in seen:
            raise broken(path, number, f"the id {identity!r} is there twice")
        seen.add(str(identity))
        yield _article(path, number, str(identity), row)


def _article(path: Path, number: int, identity: str, row: dict[str, Any]) -> Article:
    day = row.get("date") or row.get("published")
    try:
        published = date.fromisoformat(str(day)[:10]) if day else None
    except ValueError as error:
        raise broken(path, number, f"the date {day!r} is not like 2024-12-31") from error
    title, text = clean(str(row.get("title") or "")), clean(row["text"])
    return Article(
        id=identity,
        title=title,
        text=text,
        url=row.get("url"),
        source=row.get("source"),
        author=row.get("author"),
        published=published,
        digest=hashlib.sha256(f"{title}\n{text}".encode()).hexdigest(),
    )


def _beir(path: Path, queries: Path, split: str | None) -> Dataset:
    names = splits(path)
    chosen = split or (names[0] if names else None)
    if chosen is None or chosen not in names:
        raise DatasetError(f"{path} has no split {split!r}; it has: {', '.join(names) or 'none'}.")
    file = next(p for p in _qrels_files(path) if p.name.split(".")[0] == chosen)
    qrels = read_qrels(file)
    english = _english(path)
    questions = [
        replace(
            question,
            gold=tuple(Judgment(a, grade) for a, grade in qrels[question.id].items()),
            english=english.get(question.id),
        )
        for question in read_questions(queries)
        if question.id in qrels
    ]
    unknown = len(qrels) - len(questions)
    notes = (f"{unknown} judged questions are not in {queries.name}",) if unknown else ()
    if impossible := _member(path, "queries.unanswerable.jsonl"):
        questions += read_questions(impossible)
    corpus = _member(path, "corpus.jsonl") or _member(path, "articles.jsonl")
    return Dataset(path.name, chosen, tuple(questions), corpus, notes)


def _trec(name: str, topics: Path, judgments: Path) -> Dataset:
    texts, qrels = read_topics(topics), read_qrels(judgments)
    unknown, unjudged = len(qrels.keys() - texts.keys()), len(texts.keys() - qrels.keys())
    counts = (
        (unknown, f"judged topics are not in {topics.name}"),
        (unjudged, f"topics have no judgment in {judgments.name} and were left out"),
    )
    notes = tuple(f"{count} {what}" for count, what in counts if count)
    return Dataset(name, None, judged(texts, qrels), None, notes)


def _question_file(path: Path) -> Dataset:
    questions = read_questions(path)
    if not questions:
        raise DatasetError(f"{path} holds no questions; give another.")
    unjudged = sum(q.answerable and not q.gold for q in questions)
    notes = (f"{unjudged} answerable questions name no article: only answers are scored",)
    name = path.name.removesuffix(".gz").rsplit(".", 1)[0]
    return Dataset(name, None, questions, None, notes if unjudged else ())


def _english(path: Path) -> dict[str, str]:
    file = _member(path, "queries.en.jsonl")
    if file is None:
        return {}
    questions: list[Question] = [parse_question(file, n, row) for n, row in read_objects(file)]
    return {question.id: question.text for question in questions}


def _member(folder: Path, name: str) -> Path | None:
    found = (folder / name, folder / f"{name}.gz")
    return next((path for path in found if path.is_file()), None)


def _qrels_files(path: Path) -> list[Path]:
    return [p for pattern in ("*.tsv", "*.tsv.gz") for p in (path / "qrels").glob(pattern)]
