"""A run and everything that is said about it, computed once for every form of report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.abstention import Abstention, abstention
from eval.answers import has_answers, unsupported_claims
from eval.compare import Interval
from eval.measures import PerQuestion
from eval.scores import confidence_intervals, latency, scores, totals
from eval.slices import groups, limited
from eval.types import Run


@dataclass(frozen=True, slots=True)
class Group:
    """The questions of a run that share ``value`` of ``facet``."""

    facet: str
    value: str
    questions: int
    measures: dict[str, float]
    intervals: dict[str, Interval]


@dataclass(frozen=True, slots=True)
class Summary:
    """``search_ms`` and ``answer_ms`` are p50, p95 and p99, ``warnings`` what spoils the figures.

    ``questions`` counts those that can be answered, here and in a Group.
    """

    run: Run
    questions: int
    unanswerable: int
    scored: dict[str, PerQuestion]
    measures: dict[str, float]
    intervals: dict[str, Interval]
    search_ms: dict[str, float]
    answer_ms: dict[str, float]
    unsupported: int | None
    abstention: Abstention | None
    groups: tuple[Group, ...]
    warnings: tuple[str, ...]


def summarise(
    run: Run, names: Sequence[str] = (), facets: Sequence[str] = (), fit_on: Run | None = None
) -> Summary:
    """``run`` scored by the measures called ``names`` (see eval.scores), parted by ``facets``.

    ``fit_on`` is the run on which the threshold of abstention is fitted, else half of this one.
    Raises SettingsError for an unknown measure.
    """
    scored = scores(run, names)
    answerable = sum(result.question.answerable for result in run.results)
    return Summary(
        run=run,
        questions=answerable,
        unanswerable=len(run.results) - answerable,
        scored=scored,
        measures=totals(scored),
        intervals=confidence_intervals(scored),
        search_ms=latency(run),
        answer_ms=latency(run, answers=True),
        unsupported=unsupported_claims(run) if has_answers(run) else None,
        abstention=abstention(run, fit_on),
        groups=tuple(group for facet in facets for group in _groups(run, scored, facet)),
        warnings=_warnings(run, fit_on),
    )


def _groups(run: Run, scored: dict[str, PerQuestion], facet: str) -> list[Group]:
    parted = groups(run, facet)
    answerable = {result.question.id for result in run.results if result.question.answerable}
    found = []
    for value, ids in parted.items():
        own = {name: values for name, values in limited(scored, ids).items() if values}
        if own:
            found.append(
                Group(
                    facet, value, len(answerable & set(ids)), totals(own), confidence_intervals(own)
                )
            )
    return found


def _warnings(run: Run, fit_on: Run | None) -> tuple[str, ...]:
    same_split = "so these figures are better than new questions would give"
    found = []
    if run.unasked:
        found.append(f"Interrupted: {run.unasked} questions were not asked and do not count here.")
    if run.chosen_on == run.origin:
        found.append(f"The settings were chosen on {run.chosen_on} itself, {same_split}.")
    if fit_on is not None and fit_on.origin == run.origin:
        found.append(f"The threshold was fitted on {fit_on.label} itself, {same_split}.")
    return tuple(found)
