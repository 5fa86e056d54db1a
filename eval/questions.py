"""Files of questions with their gold: JSONL or CSV.

A line of JSONL holds ``id`` (or ``_id``), ``text`` (or ``question``) and, at the top or inside
``metadata``, any of

    article      the article that answers, or a list of them: id, path or file name
    evidence     where it answers: {"article": …, "start": …, "end": …}, {"article": …, "quote": …},
                 or just the words; offsets count characters of the cleaned article
    answers      the short answers that are right
    answerable   false (or ``is_impossible`` true) when the corpus holds no answer
    english      the same question in English
    facets       {"name": "value"}: groups to report apart
    split        the split that it is of, for --split

A CSV has the same columns; several answers or articles are parted by ``|``, and ``start``, ``end``
and ``quote`` are columns of their own.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from eval.lines import broken, read_lines, read_objects
from eval.types import Judgment, Question
from index.errors import DatasetError

_NO = frozenset({"false", "no", "0", "không"})


def holds_questions(path: Path) -> bool:
    """Whether ``read_questions`` reads files that are called like ``path``."""
    return path.name.lower().removesuffix(".gz").endswith((".jsonl", ".json", ".ndjson", ".csv"))


def read_questions(path: Path) -> tuple[Question, ...]:
    """The questions of a .jsonl or .csv file, plain or gzip, in order.

    Raises DatasetError naming the line that is broken, or whose id was there before.
    """
    is_csv = path.name.lower().removesuffix(".gz").endswith(".csv")
    rows = _csv_rows(path) if is_csv else read_objects(path)
    questions: dict[str, Question] = {}
    for number, row in rows:
        question = parse_question(path, number, row)
        if question.id in questions:
            raise broken(path, number, f"the id {question.id!r} is there twice")
        questions[question.id] = question
    return tuple(questions.values())


def parse_question(path: Path, number: int, row: Mapping[str, Any]) -> Question:
    """One line as a Question; ``path`` and ``number`` are for the error it may raise."""
    metadata = row.get("metadata")
    fields = {**row, **(metadata if isinstance(metadata, dict) else {})}
    text = _first(row, "text", "question", "query")
    if not isinstance(text, str) or not text.strip():
        raise broken(path, number, "no question (a field 'text')")
    identity = _first(row, "_id", "id", "qid")
    answerable = not fields.get("is_impossible", False) and _true(fields.get("answerable", True))
    try:
        facets = {str(k): str(v) for k, v in dict(fields.get("facets") or {}).items()}
        if split := _first(fields, "split"):
            facets.setdefault("split", str(split))
        return Question(
            id=str(number if identity is None else identity),
            text=text.strip(),
            gold=tuple(_judgments(fields)) if answerable else (),
            answers=tuple(_texts(fields.get("answers"))) if answerable else (),
            answerable=answerable,
            english=_first(fields, "english"),
            facets=tuple(facets.items()),
        )
    except (TypeError, ValueError, KeyError) as error:
        raise broken(path, number, str(error)) from error


def write_questions(path: Path, questions: tuple[Question, ...]) -> None:
    """Write a .jsonl file that ``read_questions`` reads back to equal questions."""
    with path.open("w", encoding="utf-8") as file:
        for question in questions:
            json.dump(_as_row(question), file, ensure_ascii=False)
            file.write("\n")


def _as_row(question: Question) -> dict[str, Any]:
    evidence = [
        {
            "article": gold.article_id,
            **{k: v for k in ("start", "end", "quote") if (v := getattr(gold, k)) is not None},
            **({"grade": gold.grade} if gold.grade != 1 else {}),
        }
        for gold in question.gold
    ]
    return {
        "id": question.id,
        "text": question.text,
        "answers": list(question.answers),
        "answerable": question.answerable,
        **({"evidence": evidence} if evidence else {}),
        **({"english": question.english} if question.english else {}),
        **({"facets": dict(question.facets)} if question.facets else {}),
    }


def _judgments(fields: Mapping[str, Any]) -> Iterator[Judgment]:
    articles = _texts(_first(fields, "article", "articles"))
    evidence = fields.get("evidence")
    if evidence is None:
        if _first(fields, "start", "quote") is None:
            yield from (Judgment(article) for article in articles)
            return
        evidence = [{k: fields.get(k) for k in ("start", "end", "quote")}]
    for item in evidence if isinstance(evidence, list) else [evidence]:
        span = {"quote": item} if isinstance(item, str) else dict(item)
        yield _span(span, articles)


def _span(span: Mapping[str, Any], articles: list[str]) -> Judgment:
    article = span.get("article") or (articles[0] if len(articles) == 1 else None)
    if not article:
        raise ValueError("evidence that does not say which article it is in")
    grade = int(span.get("grade", 1))
    quote, start, end = (span.get(k) for k in ("quote", "start", "end"))
    if start in (None, ""):
        return Judgment(str(article), grade, quote=str(quote) if quote else None)
    if end in (None, ""):
        raise ValueError(f"evidence that starts at {start} and has no end")
    first, last = int(start), int(end)
    if not 0 <= first < last:
        raise ValueError(f"evidence from {first} to {last} is no span")
    return Judgment(str(article), grade, first, last, str(quote) if quote else None)


def _csv_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    numbers: list[int] = []

    def lines() -> Iterator[str]:
        for number, line in read_lines(path):
            numbers.append(number)
            yield line + "\n"

    reader = csv.DictReader(lines(), strict=True)
    if not {"text", "question", "query"} & set(reader.fieldnames or ()):
        raise DatasetError(f"{path}: no column named 'question' or 'text' in its first line.")
    try:
        for row in reader:
            if None in row or None in row.values():
                raise broken(path, numbers[-1], f"not {len(reader.fieldnames or ())} columns")
            yield numbers[-1], {k: _split(k, v) for k, v in row.items() if v != ""}
    except csv.Error as error:
        raise broken(path, numbers[-1], f"not CSV ({error})") from error


def _split(column: str, value: str) -> Any:
    if column in ("answers", "article", "articles"):
        return [part.strip() for part in value.split("|")]
    return value


def _texts(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [str(item) for item in items if item not in (None, "")]


def _first(fields: Mapping[str, Any], *names: str) -> Any:
    return next((fields[n] for n in names if fields.get(n) not in (None, "")), None)


def _true(value: Any) -> bool:
    return str(value).strip().lower() not in _NO
