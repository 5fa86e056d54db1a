"""A grid of settings, each scored on the same questions; what does not change is used again."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from eval.compare import compare
from eval.measures import PerQuestion
from eval.scores import scores, totals
from eval.tables import Table, number
from eval.types import Run
from index.errors import SettingsError

Settings = dict[str, str]


@dataclass(frozen=True, slots=True)
class Sweep:
    """Runs of one grid, best first by ``measure``; ``reported`` is the best on another split."""

    measure: str
    runs: tuple[Run, ...]
    values: tuple[dict[str, float], ...]
    ps: tuple[float, ...]
    reported: Run | None

    @property
    def best(self) -> Run:
        return self.runs[0]

    @property
    def warning(self) -> str | None:
        """Why the best figure must not be reported, when it must not."""
        if self.reported is not None:
            return None
        return (
            f"The best of {len(self.runs)} was picked on {self.best.label}, so its figures there "
            "are better than new questions would give; name another split with --report-split."
        )


def parse_assignments(texts: Sequence[str]) -> dict[str, list[str]]:
    """``chunk_size=500,800`` as {"chunk_size": ["500", "800"]}; SettingsError when it is none.

    ``fusion.weight`` is another spelling of ``fusion_weight``.
    """
    found: dict[str, list[str]] = {}
    for text in texts:
        key, equals, listed = text.partition("=")
        key = key.strip().replace(".", "_")
        values = [value.strip() for value in listed.split(",")]
        if not equals or not key or not all(values):
            raise SettingsError(f"{text!r} sets nothing; write it like chunk_size=500,800.")
        if key in found:
            raise SettingsError(f"{key!r} is set twice; give all its values at once.")
        found[key] = list(dict.fromkeys(values))
    return found


def grid(choices: Mapping[str, Sequence[str]]) -> list[Settings]:
    """Every combination, the last setting changing fastest."""
    combinations = itertools.product(*choices.values())
    return [dict(zip(choices, values, strict=True)) for values in combinations]


def sweep(
    combinations: Sequence[Settings],
    measure: str,
    run_with: Callable[[Settings], Run],
    report_with: Callable[[Settings], Run] | None = None,
) -> Sweep:
    """Run every combination and order them by ``measure``, best first, equals in grid order.

    ``run_with`` asks the questions that decide. ``report_with`` asks those of another split, with
    the best settings alone. ``ps`` are the paired tests of each run against the best.
    """
    if not combinations:
        raise SettingsError("Nothing to sweep; give --set key=value,value at least once.")
    pairs = [(run, scores(run, [measure])) for run in map(run_with, combinations)]
    if not all(measure in scored for _, scored in pairs):
        raise SettingsError(f"{measure} applies to no question here; order by another measure.")
    pairs.sort(key=lambda pair: -totals(pair[1])[measure])
    best, best_scores = pairs[0]
    reported = None
    if report_with is not None:
        reported = replace(report_with(best.settings), chosen_on=best.origin)
    else:
        pairs[0] = (replace(best, chosen_on=best.origin), best_scores)
    return Sweep(
        measure=measure,
        runs=tuple(run for run, _ in pairs),
        values=tuple({**totals(scores(run)), **totals(scored)} for run, scored in pairs),
        ps=tuple(_p(best_scores, scored) for _, scored in pairs),
        reported=reported,
    )


def sweep_table(found: Sweep) -> Table:
    """The grid, best first; p is against the best."""
    keys = list(found.best.settings)
    names = list(dict.fromkeys(name for values in found.values for name in values))
    rows = [
        (
            *(run.settings[key] for key in keys),
            *(number(values[name]) if name in values else "" for name in names),
            "" if place == 0 else f"{p:.4f}",
        )
        for place, (run, values, p) in enumerate(
            zip(found.runs, found.values, found.ps, strict=True)
        )
    ]
    notes = [
        f"Questions of {found.best.label}, best first by {found.measure}; p: paired randomisation "
        f"test of {found.measure} against the best, not corrected for the size of the grid."
    ]
    if found.warning:
        notes.append(found.warning)
    return Table("Sweep", (*keys, *names, "p"), tuple(rows), tuple(notes))


def sweep_points(
    found: Sweep, choices: Mapping[str, Sequence[str]]
) -> list[tuple[Settings, float]]:
    """(settings, value of the deciding measure) in the order of the grid, for a plot."""
    order = {tuple(settings.values()): place for place, settings in enumerate(grid(choices))}
    pairs = zip(found.runs, found.values, strict=True)
    points = [(run.settings, values[found.measure]) for run, values in pairs]
    return sorted(points, key=lambda point: order[tuple(point[0].values())])


def _p(best: Mapping[str, PerQuestion], other: Mapping[str, PerQuestion]) -> float:
    (difference,) = compare(best, other)
    return difference.p
