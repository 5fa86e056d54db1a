"""When not to answer: how well the confidence parts questions with an answer from those without.

The threshold is fitted on one part of the questions and reported on the other, never on the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eval.answers import says_gold
from eval.types import Result, Run

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Operating:
    """A threshold at work: the question is answered when the confidence reaches it.

    ``precision`` is the share of the answered questions that have an answer, ``recall`` the share
    of the questions that have one which are answered, ``silence`` the share of those without one
    which are left unanswered.
    """

    threshold: float
    precision: float
    recall: float
    silence: float


@dataclass(frozen=True, slots=True)
class Abstention:
    """``curve`` holds (coverage, risk): answering the most confident share, how much is wrong.

    Wrong is an answer whose cited sentences lack the gold, or any answer where there is none. What
    the system itself left unanswered counts as wrong once covered. ``area`` is the mean risk.
    """

    answerable: int
    unanswerable: int
    auroc: float
    curve: tuple[tuple[float, float], ...]
    area: float
    operating: Operating
    fitted_on: str
    reported_on: str


def abstention(run: Run, fit_on: Run | None = None) -> Abstention | None:
    """The figures of ``run``, its threshold fitted on ``fit_on`` or else on half of the questions.

    ``None`` when the run has no answers, or a part lacks one of the two kinds of question.
    """
    if fit_on is not None:
        fitting, reported = _asked(fit_on), _asked(run)
        fitted_on, reported_on = fit_on.label, run.label
    else:
        both = _asked(run)
        fitting = [result for result in both if _in_first_half(result)]
        reported = [result for result in both if not _in_first_half(result)]
        fitted_on, reported_on = "one half of the questions", "the other half"
    if not (_has_both(fitting) and _has_both(reported)):
        return None
    confidence, has_answer = _signals(reported)
    threshold = fit_threshold(*_signals(fitting))
    curve = risk_coverage(confidence, np.array([says_gold(result) for result in reported]))
    return Abstention(
        answerable=int(has_answer.sum()),
        unanswerable=int((~has_answer).sum()),
        auroc=auroc(confidence, has_answer),
        curve=curve,
        area=float(np.mean([risk for _, risk in curve])),
        operating=at_threshold(confidence, has_answer, threshold),
        fitted_on=fitted_on,
        reported_on=reported_on,
    )


def auroc(confidence: Floats, has_answer: Bools) -> float:
    """The chance that a question with an answer gets more confidence than one without; ties half.

    Both kinds must be present.
    """
    _, inverse, counts = np.unique(confidence, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks = (last - (counts - 1) / 2)[inverse]
    positives = int(has_answer.sum())
    negatives = len(has_answer) - positives
    above = float(ranks[has_answer].sum()) - positives * (positives + 1) / 2
    return above / (positives * negatives)


def risk_coverage(confidence: Floats, right: Bools) -> tuple[tuple[float, float], ...]:
    """(coverage, risk) as the threshold falls; equal confidences are covered together."""
    order = np.argsort(-confidence, kind="stable")
    wrong = np.cumsum(~right[order])
    covered = np.arange(1, len(order) + 1)
    falling = confidence[order]
    ends = np.append(falling[1:] < falling[:-1], True)
    return tuple(
        (float(count / len(order)), float(errors / count))
        for count, errors in zip(covered[ends], wrong[ends], strict=True)
    )


def fit_threshold(confidence: Floats, has_answer: Bools) -> float:
    """The threshold with the highest recall plus silence (Youden), midway between two values.

    It does not depend on how many of the questions happen to be unanswerable.
    """
    values = np.unique(confidence)
    candidates = np.append((values[1:] + values[:-1]) / 2, values[:1])
    gains = [_recall_and_silence(confidence, has_answer, t) for t in candidates]
    return float(candidates[int(np.argmax([sum(gain) for gain in gains]))])


def at_threshold(confidence: Floats, has_answer: Bools, threshold: float) -> Operating:
    """How ``threshold`` works on these questions; precision is 1 when nothing is answered."""
    answered = confidence >= threshold
    recall, silence = _recall_and_silence(confidence, has_answer, threshold)
    precision = float(has_answer[answered].mean()) if answered.any() else 1.0
    return Operating(threshold, precision, recall, silence)


def _recall_and_silence(
    confidence: Floats, has_answer: Bools, threshold: float
) -> tuple[float, float]:
    answered = confidence >= threshold
    return float(answered[has_answer].mean()), float(1 - answered[~has_answer].mean())


def _asked(run: Run) -> list[Result]:
    return [result for result in run.results if result.given is not None]


def _signals(results: Sequence[Result]) -> tuple[Floats, Bools]:
    confidence = [result.given.confidence for result in results if result.given is not None]
    return np.array(confidence), np.array([result.question.answerable for result in results])


def _has_both(results: Sequence[Result]) -> bool:
    return len({result.question.answerable for result in results}) == 2


def _in_first_half(result: Result) -> bool:
    return hashlib.sha256(result.question.id.encode()).digest()[0] % 2 == 0
