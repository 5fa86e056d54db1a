"""What a build must meet: least values, and not being worse than a kept baseline."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.compare import Difference
from eval.measures import PerQuestion, aggregate
from eval.scores import canonical
from index.errors import SettingsError

_FORM = re.compile(r"^\s*(?P<name>.+?)\s*(?P<sign>>=|>)\s*(?P<least>[+-]?\d*\.?\d+)\s*$")


@dataclass(frozen=True, slots=True)
class Condition:
    """``measure`` must be at least ``least``, or above it when ``strict``."""

    measure: str
    least: float
    strict: bool

    def __str__(self) -> str:
        return f"{self.measure}{'>' if self.strict else '>='}{self.least:g}"


def parse_condition(text: str) -> Condition:
    """``nDCG@10>=0.85``; SettingsError when it is no condition or its measure is unknown."""
    parts = _FORM.match(text)
    if parts is None:
        raise SettingsError(f"{text!r} is no condition; write it like 'nDCG@10>=0.85'.")
    return Condition(canonical(parts["name"]), float(parts["least"]), parts["sign"] == ">")


def unmet(conditions: Sequence[Condition], scored: Mapping[str, PerQuestion]) -> list[str]:
    """What is not met, each with the value that was reached.

    Raises SettingsError for a measure that applies to no question of the run.
    """
    failed = []
    for condition in conditions:
        if condition.measure not in scored:
            raise SettingsError(f"{condition} cannot be judged: the run scores no such measure.")
        value = aggregate(condition.measure, scored[condition.measure])
        if value < condition.least or (condition.strict and value == condition.least):
            failed.append(f"{condition} fails: it is {value:.4f}")
    return failed


def worse(differences: Sequence[Difference], alpha: float) -> list[str]:
    """The measures on which B is worse than A, significantly at ``alpha`` after Holm."""
    return [
        f"{d.measure} is worse by {-d.difference.mean:.4f} (p {d.p_holm:.4f} after Holm)"
        for d in differences
        if d.difference.mean < 0 and d.p_holm < alpha
    ]
