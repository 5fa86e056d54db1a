"""TREC files: topics and judgments in, rankings out."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from eval.lines import broken, read_lines
from eval.types import Judgment, Question
from index.errors import DatasetError

_TOPIC = re.compile(r"<top(?:ic)?\b([^>]*)>(.*?)</top(?:ic)?>", re.S | re.I)
_FIELD = re.compile(r"<(\w+)>\s*(?:Number:|Topic:)?\s*([^<]*)", re.I)
_NUMBER_ATTRIBUTE = re.compile(r"""(?:number|id)\s*=\s*["']([^"']+)["']""", re.I)

_HEADED = frozenset({"score", "relevance", "label", "rel", "grade"})

Qrels = dict[str, dict[str, int]]


def read_qrels(path: Path) -> Qrels:
    """Judgments as question id -> article id -> grade.

    Takes TREC's four columns (``question iteration article grade``) and BEIR's three with their
    header line. Raises DatasetError naming the line.
    """
    qrels: Qrels = {}
    for number, line in read_lines(path):
        columns = line.split("\t") if "\t" in line else line.split()
        if number == 1 and columns[-1].strip().lower() in _HEADED:
            continue
        if len(columns) not in (3, 4):
            raise broken(path, number, f"3 or 4 columns were expected, not {len(columns)}")
        question, article = columns[0].strip(), columns[-2].strip()
        grade = _whole(columns[-1])
        if grade is None:
            raise broken(path, number, f"the grade {columns[-1]!r} is no whole number")
        if qrels.setdefault(question, {}).get(article, grade) != grade:
            raise broken(path, number, f"{article!r} has two grades for {question!r}")
        qrels[question][article] = grade
    if not qrels:
        raise DatasetError(f"{path} holds no judgments; give another.")
    return qrels


def read_topics(path: Path) -> dict[str, str]:
    """Topics as id -> question, from ``id<tab>question`` lines or TREC's <top> and <topic> tags."""
    lines = list(read_lines(path))
    text = "\n".join(line for _, line in lines)
    topics = _tagged(text) if _TOPIC.search(text) else _tabbed(path, lines)
    found: dict[str, str] = {}
    for number, identity, question in topics:
        if identity in found:
            raise broken(path, number, f"the topic {identity!r} is there twice")
        if not identity or not question:
            raise broken(path, number, "a topic without a number or a question")
        found[identity] = question
    if not found:
        raise DatasetError(f"{path} holds no topics; give another.")
    return found


def judged(topics: Mapping[str, str], qrels: Qrels) -> tuple[Question, ...]:
    """The topics that have judgments, with them."""
    return tuple(
        Question(identity, text, tuple(Judgment(a, g) for a, g in qrels[identity].items()))
        for identity, text in topics.items()
        if identity in qrels
    )


def run_lines(ranking: Mapping[str, Iterable[tuple[str, float]]], tag: str) -> Iterator[str]:
    """A TREC run: ``question Q0 article rank score tag``. White space inside a name becomes %20.

    Scores must already fall strictly, because readers sort by them and not by the rank.
    """
    for question, places in ranking.items():
        for rank, (article, score) in enumerate(places, 1):
            names = (re.sub(r"\s", "%20", name) for name in (question, article))
            yield "{} Q0 {} {} {:.9g} {}\n".format(*names, rank, score, tag)


def _whole(grade: str) -> int | None:
    """``1`` and ``1.0`` as 1; None for anything else."""
    try:
        value = float(grade)
    except ValueError:
        return None
    return int(value) if value.is_integer() else None


def _tagged(text: str) -> Iterator[tuple[int, str, str]]:
    for topic in _TOPIC.finditer(text):
        attributes, body = topic.groups()
        fields = {n.lower(): html.unescape(v).strip() for n, v in _FIELD.findall(body)}
        attribute = _NUMBER_ATTRIBUTE.search(attributes)
        identity = attribute.group(1) if attribute else fields.get("num", "")
        question = fields.get("title") or fields.get("query") or fields.get("question") or ""
        yield text.count("\n", 0, topic.start()) + 1, identity, " ".join(question.split())


def _tabbed(path: Path, lines: list[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
    for number, line in lines:
        identity, tab, question = line.partition("\t")
        if not tab:
            raise broken(path, number, "a topic is 'id<tab>question'")
        yield number, identity.strip(), question.strip()
