"""Every score of a run by its name: those of the ranking by ir-measures, those of the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from eval.answers import NAMES as ANSWER_MEASURES
from eval.answers import answer_scores
from eval.compare import Interval, intervals
from eval.measures import (
    DEFAULT,
    ONCE,
    PerQuestion,
    aggregate,
    is_sum,
    parse,
    retrieval_scores,
    told_once,
)
from eval.types import Run

_DRAWS = 2_000  # bounds of an interval are then right to about a hundredth of its width


def scores(run: Run, names: Sequence[str] = ()) -> dict[str, PerQuestion]:
    """Measure -> question -> value for ``names``; by default the usual ones and all of answers.

    A measure that applies to no question of the run is left out.
    Raises SettingsError for a name that nobody knows.
    """
    ranking = [name for name in names if name not in (*ANSWER_MEASURES, ONCE)]
    wanted = [name for name in names if name in ANSWER_MEASURES]
    of_answers = answer_scores(run)
    if not names:
        ranking, wanted = list(DEFAULT), list(of_answers)
    of_ranking = retrieval_scores(run, ranking) if ranking else {}
    of_ranking |= {ONCE: told_once(run)} if ONCE in names else {}
    found = of_ranking | {name: of_answers[name] for name in wanted if name in of_answers}
    order = list(dict.fromkeys(map(canonical, names))) or list(found)
    return {name: found[name] for name in order if found.get(name)}


def canonical(name: str) -> str:
    """The one spelling of a measure: Recall@5 is R@5. SettingsError when it is unknown."""
    return name if name in (*ANSWER_MEASURES, ONCE) else str(parse([name])[0])


# Kept of every question, so that a saved run can be measured otherwise; and for a measure like AP.
_KEPT, _DEEP = 24, 100


def depth(names: Sequence[str]) -> int:
    """How many hits of a question are kept to measure ``names``, canonical ones."""
    ours = (*ANSWER_MEASURES, ONCE)
    cutoffs = (int(name.partition("@")[2] or _DEEP) for name in names if name not in ours)
    return max(_KEPT, *cutoffs, 0)


def totals(scored: Mapping[str, PerQuestion]) -> dict[str, float]:
    """Measure -> its value over all questions."""
    return {name: aggregate(name, values) for name, values in scored.items()}


def confidence_intervals(scored: Mapping[str, PerQuestion]) -> dict[str, Interval]:
    """Measure -> mean and 95% interval. Sums (NumRet) have none and are left out.

    Measures of the same questions are resampled together, so that this takes one pass.
    """
    by_questions: dict[tuple[str, ...], list[str]] = {}
    for name, values in scored.items():
        if not is_sum(name):
            by_questions.setdefault(tuple(sorted(values)), []).append(name)
    found: dict[str, Interval] = {}
    for questions, names in by_questions.items():
        table = np.array([[scored[name][q] for name in names] for q in questions])
        found |= dict(zip(names, intervals(table, _DRAWS), strict=True))
    return found


def latency(run: Run, *, answers: bool = False) -> dict[str, float]:
    """Milliseconds at p50, p95 and p99, of the searches or of the whole answers; {} without any."""
    given = (result.given for result in run.results if result.given)
    times = (g.seconds for g in given) if answers else (result.seconds for result in run.results)
    seconds = [time for time in times if time]  # a question that was refused took none
    if not seconds:
        return {}
    points = np.percentile(np.array(seconds) * 1000, [50, 95, 99])
    return dict(zip(("p50", "p95", "p99"), map(float, points), strict=True))
