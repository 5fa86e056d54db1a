"""Retrieval measures, with the names and meanings of ir-measures.

Every answerable question with a judgment counts: one without a result scores the measure's default,
0, and is never dropped. Questions without an answer have no gold to find and stand apart
(eval/answers.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from eval.types import Result, Run
from index.errors import SettingsError

DEFAULT = ("R@1", "R@5", "R@10", "RR@10", "nDCG@10")

ONCE = "Once@5"
"""Ours: 1 unless gold stands in two of the first five hits, so that one story is told twice."""

_FIRST_HITS = 5

PerQuestion = dict[str, float]
"""Question id -> value."""


def parse(names: Iterable[str]) -> list[Any]:
    """The ir-measures called ``names``; aliases such as Recall@5 become their one spelling.

    Raises SettingsError for a name that ir-measures does not know or cannot compute here.
    """
    import ir_measures

    pipeline: Any = ir_measures.DefaultPipeline
    found = []
    for name in names:
        try:
            measure = ir_measures.parse_measure(name.strip())
            supported = pipeline.supports(measure)
        except (NameError, ValueError, KeyError, TypeError, SyntaxError, AssertionError):
            raise SettingsError(
                f"There is no measure {name!r}; some are {', '.join(DEFAULT)}, AP and Judged@10."
            ) from None
        if not supported:
            raise SettingsError(f"{name} needs a provider of ir-measures that is not installed.")
        if measure not in found:
            found.append(measure)
    return found


def retrieval_scores(run: Run, names: Sequence[str] = DEFAULT) -> dict[str, PerQuestion]:
    """Measure name -> question id -> value, over the questions that have a judgment."""
    import ir_measures

    measures = parse(names)
    scored = [result for result in run.results if result.question.gold]
    scores: dict[str, PerQuestion] = {str(measure): {} for measure in measures}
    if not scored or not measures:
        return scores
    qrels = {result.question.id: _grades(result) for result in scored}
    # A question with an empty ranking is left to the default: Judged divides by its length.
    rankings = {r.question.id: dict(places) for r in scored if (places := ranking(r))}
    for metric in ir_measures.iter_calc(measures, qrels, rankings):
        scores[str(metric.measure)][metric.query_id] = float(metric.value)
    return scores


def told_once(run: Run) -> PerQuestion:
    """``ONCE`` for the questions with several gold articles, which are taken for one story."""
    scores: PerQuestion = {}
    for result in run.results:
        gold = {judgment.article_id for judgment in result.question.gold if judgment.grade > 0}
        hits = ({hit.article_id, *hit.also} for hit in result.found[:_FIRST_HITS])
        if len(gold) > 1:
            scores[result.question.id] = float(sum(bool(gold & told) for told in hits) <= 1)
    return scores


def aggregate(name: str, values: Mapping[str, float]) -> float:
    """The value over all questions: a mean, except where ir-measures sums (NumRet, NumQ)."""
    if not values:
        return 0.0
    return sum(values.values()) / (1 if is_sum(name) else len(values))


def is_sum(name: str) -> bool:
    """Whether the measure adds up over questions, so that a mean has no meaning."""
    return name.split("(")[0] in ("NumQ", "NumRet", "NumRel")


def ranking(result: Result) -> list[tuple[str, float]]:
    """What was found, best first, each thing once, with strictly falling scores.

    Things are articles or, when the gold has spans, pieces of evidence: a chunk brings every gold
    span that it overlaps.
    """
    if not _has_spans(result):
        return article_ranking(result)
    units: dict[str, float] = {}
    for place in result.found:
        names = [_evidence_id(result, number) for number in place.evidence]
        for name in names or [f"{place.article_id}@{place.start}"]:
            units.setdefault(name, place.score)
    return _ranked(units)


def article_ranking(result: Result) -> list[tuple[str, float]]:
    """The same of articles, whatever the gold is; those of a folded story follow its first."""
    units: dict[str, float] = {}
    for place in result.found:
        for name in (place.article_id, *place.also):
            units.setdefault(name, place.score)
    return _ranked(units)


def falling(scores: Iterable[float]) -> list[float]:
    """``scores`` lowered, by as little as a 32-bit float can tell, until each is below the last.

    Tools sort a ranking by score and break ties by the articles' names, which would reorder it.
    """
    given = np.fromiter(scores, np.float32)
    if np.all(given[1:] < given[:-1]):
        return list(map(float, given))
    lowered: list[float] = []
    limit = np.float32(np.inf)
    for score in given:
        limit = min(score, np.nextafter(limit, np.float32(-np.inf)))
        lowered.append(float(limit))
    return lowered


def first_rank(result: Result) -> int | None:
    """The place, from 1, of the first gold; ``None`` when none was found."""
    gold = {name for name, grade in _grades(result).items() if grade > 0}
    return next((rank for rank, (name, _) in enumerate(ranking(result), 1) if name in gold), None)


def _ranked(units: Mapping[str, float]) -> list[tuple[str, float]]:
    return list(zip(units, falling(units.values()), strict=True))


def _grades(result: Result) -> dict[str, int]:
    gold = result.question.gold
    if _has_spans(result):
        return {_evidence_id(result, number): j.grade for number, j in enumerate(gold)}
    return {judgment.article_id: judgment.grade for judgment in gold}


def _has_spans(result: Result) -> bool:
    return any(judgment.is_span for judgment in result.question.gold)


def _evidence_id(result: Result, number: int) -> str:
    return f"{result.question.gold[number].article_id}#{number}"
