"""Is the difference real? Intervals, paired tests and the questions that changed.

Both tests take the questions as the sample. The randomisation test asks how often a difference as
large turns up when, for each question, it is left to a coin which run scored which value; nothing
is assumed about how scores are spread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eval.measures import PerQuestion, is_sum
from index.errors import SettingsError

Floats = npt.NDArray[np.float64]

_DRAWS = 10_000
_SEED = 20
_AT_ONCE = 4_000_000  # cells of the matrix of draws that is held at a time


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and the bounds that hold 95% of its bootstrap."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure of run B against run A; positive differences are in favour of B.

    ``p`` is of the two-sided paired randomisation test, ``p_holm`` corrected for all the measures
    that were compared together. ``wins`` are the questions on which B scored higher.
    """

    measure: str
    a: float
    b: float
    difference: Interval
    p: float
    p_holm: float
    wins: int
    ties: int
    losses: int


def interval(values: Sequence[float], draws: int = _DRAWS, seed: int = _SEED) -> Interval:
    """The mean of ``values`` with a 95% percentile-bootstrap interval over questions."""
    return intervals(np.asarray(values, dtype=np.float64).reshape(-1, 1), draws, seed)[0]


def intervals(values: Floats, draws: int = _DRAWS, seed: int = _SEED) -> list[Interval]:
    """One interval for each column of ``values`` (questions x measures), from the same draws."""
    questions, columns = values.shape
    if questions == 0:
        return [Interval(0.0, 0.0, 0.0)] * columns
    rng = np.random.default_rng(seed)
    means = np.empty((draws, columns))
    step = max(1, _AT_ONCE // questions)
    for start in range(0, draws, step):
        picks = rng.integers(0, questions, size=(min(step, draws - start), questions))
        for column in range(columns):
            means[start : start + len(picks), column] = values[:, column][picks].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5], axis=0)
    centre = values.mean(axis=0)
    return [Interval(*map(float, bounds)) for bounds in zip(centre, low, high, strict=True)]


def randomisation_p(differences: Floats, draws: int = _DRAWS, seed: int = _SEED) -> float:
    """Two-sided p of paired ``differences``: how often flipping signs at random gives as much.

    The observed labelling is one of the draws, so p is never 0.
    """
    moved = differences[differences != 0.0]
    if not len(moved):
        return 1.0
    observed = abs(moved.sum())
    slack = 1e-9 * np.abs(moved).sum()
    rng = np.random.default_rng(seed)
    step = max(1, _AT_ONCE // len(moved))
    as_large = 0
    for start in range(0, draws, step):
        size = (min(step, draws - start), len(moved))
        signs = rng.integers(0, 2, size=size, dtype=np.int8) * np.int8(2) - np.int8(1)
        as_large += int(np.count_nonzero(np.abs(signs @ moved) >= observed - slack))
    return (as_large + 1) / (draws + 1)


def holm(ps: Sequence[float]) -> list[float]:
    """Holm's step-down correction: the family-wise error rate of all ``ps`` together is kept."""
    corrected = [0.0] * len(ps)
    highest = 0.0
    for rank, place in enumerate(sorted(range(len(ps)), key=lambda i: ps[i])):
        highest = max(highest, min(1.0, (len(ps) - rank) * ps[place]))
        corrected[place] = highest
    return corrected


def compare(
    a: Mapping[str, PerQuestion], b: Mapping[str, PerQuestion], seed: int = _SEED
) -> list[Difference]:
    """Every measure that both runs have, paired over the questions that both asked.

    Raises SettingsError when no question is in both.
    """
    names = [name for name in a if name in b and not is_sum(name)]
    pairs = {name: [q for q in a[name] if q in b[name]] for name in names}
    names = [name for name in names if pairs[name]]
    if not names:
        raise SettingsError("The runs share no scored question; compare runs of one dataset.")
    values = {
        name: np.array([(a[name][q], b[name][q]) for q in pairs[name]], dtype=np.float64)
        for name in names
    }
    ps = [randomisation_p(values[name][:, 1] - values[name][:, 0], seed=seed) for name in names]
    return [
        _difference(name, values[name], p, p_holm, seed)
        for name, p, p_holm in zip(names, ps, holm(ps), strict=True)
    ]


def most_changed(a: PerQuestion, b: PerQuestion, count: int) -> list[tuple[str, float]]:
    """The questions whose value changed most from A to B, with the change, largest first."""
    changes = [(question, b[question] - a[question]) for question in a if question in b]
    moved = [change for change in changes if change[1]]
    return sorted(moved, key=lambda change: -abs(change[1]))[:count]


def _difference(name: str, pairs: Floats, p: float, p_holm: float, seed: int) -> Difference:
    change = pairs[:, 1] - pairs[:, 0]
    a, b = pairs.mean(axis=0)
    return Difference(
        measure=name,
        a=float(a),
        b=float(b),
        difference=interval(change.tolist(), seed=seed),
        p=p,
        p_holm=p_holm,
        wins=int((change > 0).sum()),
        ties=int((change == 0).sum()),
        losses=int((change < 0).sum()),
    )
