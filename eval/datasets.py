"""A folder or file -> a Dataset: BEIR folders, TREC topics with judgments, files of questions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from eval.lines import broken, read_objects
from eval.questions import holds_questions, parse_question, read_questions
from eval.trec import judged, read_qrels, read_topics
from eval.types import Dataset, Judgment, Question
from index.errors import DatasetError
from index.text.unicode import clean
from index.types import Article, digest_of

_PREFERRED = ("test", "dev", "validation", "train")


def read_dataset(path: Path, split: str | None = None, qrels: Path | None = None) -> Dataset:
    """The dataset at ``path``.

    A folder with ``queries.jsonl`` is BEIR's; one with files ``topics*`` and ``qrels*``, or a file
    of topics or questions together with ``qrels``, is TREC's; any other file holds questions. Of
    several splits the first of test, dev, validation and train is taken when none is named; a file
    of questions is taken whole. Raises DatasetError naming file, line and remedy.
    """
    if not path.exists():
        raise DatasetError(f"There is no dataset at {path}; `hoidap eval list FOLDER` names some.")
    if path.is_file():
        return _trec(path.stem, path, qrels) if qrels else _question_file(path, split)
    if queries := _member(path, "queries.jsonl"):
        return _beir(path, queries, split, qrels)
    topics, judgments = sorted(path.glob("topics*")), sorted(path.glob("qrels*"))
    if len(topics) == 1 and (qrels or len(judgments) == 1):
        return _trec(path.name, topics[0], qrels or judgments[0])
    raise DatasetError(
        f"{path} is no dataset: it holds neither queries.jsonl nor one topics* and one qrels* "
        f"file. If it holds articles, `hoidap eval make-questions --corpus {path}` makes questions."
    )


def with_unanswerable(dataset: Dataset, strangers: Dataset) -> Dataset:
    """``dataset`` and the questions of ``strangers``, which its articles cannot answer.

    What ``dataset`` asks already is not asked twice: its own folder may hold these questions.
    """
    known = {question.text for question in dataset.questions}
    asked = [
        Question(f"{strangers.name} {question.id}", question.text, answerable=False)
        for question in strangers.questions
        if question.text not in known
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
    names = sorted(set(map(_split_name, _qrels_files(path))))
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
        digest=digest_of(title, text),
    )


def _beir(path: Path, queries: Path, split: str | None, judgments: Path | None) -> Dataset:
    chosen, file = (split, judgments) if judgments else _split(path, split)
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


def _split(path: Path, split: str | None) -> tuple[str, Path]:
    """The split called ``split``, or the one taken by default, and its judgments."""
    names = splits(path)
    if not names:
        raise DatasetError(f"{path} holds no qrels/SPLIT.tsv; name a file of judgments by --qrels.")
    if split not in (None, *names):
        raise DatasetError(f"{path} has no split {split!r}; it has: {', '.join(names)}.")
    chosen = split or names[0]
    return chosen, next(p for p in _qrels_files(path) if _split_name(p) == chosen)


def _split_name(path: Path) -> str:
    return path.name.removesuffix(".gz").removesuffix(".tsv")


def _trec(name: str, topics: Path, judgments: Path) -> Dataset:
    if holds_questions(topics):
        texts = {question.id: question.text for question in read_questions(topics)}
    else:
        texts = read_topics(topics)
    qrels = read_qrels(judgments)
    unknown, unjudged = len(qrels.keys() - texts.keys()), len(texts.keys() - qrels.keys())
    counts = (
        (unknown, f"judged topics are not in {topics.name}"),
        (unjudged, f"topics have no judgment in {judgments.name} and were left out"),
    )
    notes = tuple(f"{count} {what}" for count, what in counts if count)
    return Dataset(name, None, judged(texts, qrels), None, notes)


def _question_file(path: Path, split: str | None) -> Dataset:
    if not holds_questions(path):
        raise DatasetError(
            f"{path} is no .jsonl or .csv of questions; a file of topics needs --qrels FILE."
        )
    questions = read_questions(path)
    if not questions:
        raise DatasetError(f"{path} holds no questions; give another.")
    notes = []
    parts = {value for question in questions for name, value in question.facets if name == "split"}
    if split is not None and parts:
        if split not in parts:
            has = ", ".join(sorted(parts))
            raise DatasetError(f"{path} has no split {split!r}; it has: {has}.")
        questions = tuple(q for q in questions if ("split", split) in q.facets)
    elif split is not None:
        notes.append(f"no question says which split it is of, so all are taken for {split}")
    if unjudged := sum(q.answerable and not q.gold for q in questions):
        notes.append(
            f"{unjudged} answerable questions name no article: only their answers can be scored, "
            "with --answers"
        )
    name = path.name.removesuffix(".gz").rsplit(".", 1)[0]
    return Dataset(name, split, questions, None, tuple(notes))


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
