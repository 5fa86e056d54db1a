from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from eval.abstention import abstention, at_threshold, auroc, fit_threshold, risk_coverage
from eval.types import Cited, Given, Judgment, Question, Result, Run, Stated


def result(identity: str, confidence: float, *, answerable: bool, right: bool = True) -> Result:
    gold = (Judgment("a"),) if answerable else ()
    question = Question(identity, "?", gold, ("đúng",) if answerable else (), answerable)
    quote = "đúng" if right else "sai"
    claim = Stated(quote, True, (Cited("a", 0, 4, quote, True, (0,)),))
    return Result(question, "?", 0.1, given=Given(True, confidence, None, (claim,), 0.1))


def run_of(results: list[Result], split: str = "dev") -> Run:
    return Run("d", split, "", "2026-01-01", 10, "e", 1, None, results=tuple(results))


labelled = st.lists(
    st.tuples(st.sampled_from([0.0, 0.2, 0.4, 0.5, 0.9, 1.0]), st.booleans()), min_size=2
).filter(lambda pairs: len({has for _, has in pairs}) == 2)


@given(labelled)
@settings(max_examples=60)
def test_auroc_is_sklearns(pairs: list[tuple[float, bool]]) -> None:
    confidence = np.array([c for c, _ in pairs])
    has_answer = np.array([has for _, has in pairs])
    assert auroc(confidence, has_answer) == pytest.approx(roc_auc_score(has_answer, confidence))


def test_risk_and_coverage_by_hand() -> None:
    confidence = np.array([0.2, 0.9, 0.5, 0.5])
    right = np.array([False, True, True, False])
    assert risk_coverage(confidence, right) == ((0.25, 0.0), (0.75, 1 / 3), (1.0, 0.5))


@given(labelled)
def test_the_curve_ends_with_everything_answered(pairs: list[tuple[float, bool]]) -> None:
    confidence, right = np.array([c for c, _ in pairs]), np.array([r for _, r in pairs])
    curve = risk_coverage(confidence, right)
    assert curve[-1] == pytest.approx((1.0, 1 - right.mean()))
    assert [coverage for coverage, _ in curve] == sorted({coverage for coverage, _ in curve})


def test_the_threshold_parts_what_can_be_parted() -> None:
    confidence = np.array([0.1, 0.3, 0.7, 0.9])
    has_answer = np.array([False, False, True, True])
    threshold = fit_threshold(confidence, has_answer)
    assert threshold == 0.5
    fitted = at_threshold(confidence, has_answer, threshold)
    assert (fitted.precision, fitted.recall, fitted.silence) == (1.0, 1.0, 1.0)
    strict = at_threshold(confidence, has_answer, 0.95)
    assert (strict.precision, strict.recall, strict.silence) == (1.0, 0.0, 1.0)


@given(labelled)
def test_no_threshold_does_better_on_what_it_was_fitted_on(
    pairs: list[tuple[float, bool]],
) -> None:
    confidence, has_answer = np.array([c for c, _ in pairs]), np.array([h for _, h in pairs])
    best = at_threshold(confidence, has_answer, fit_threshold(confidence, has_answer))
    for threshold in np.linspace(0.05, 1.0, 20):
        other = at_threshold(confidence, has_answer, float(threshold))
        assert other.recall + other.silence <= best.recall + best.silence + 1e-12


def test_the_threshold_is_fitted_on_one_run_and_reported_on_another() -> None:
    train = run_of(
        [result(f"t{n}", n / 10, answerable=n >= 5, right=n != 7) for n in range(10)], "train"
    )
    dev = run_of([result(f"d{n}", n / 10, answerable=n >= 4, right=n != 9) for n in range(10)])
    found = abstention(dev, fit_on=train)
    assert found is not None
    assert (found.fitted_on, found.reported_on) == ("d train", "d dev")
    assert found.operating.threshold == pytest.approx(0.45)
    assert found.operating.recall == pytest.approx(5 / 6)
    assert (found.operating.precision, found.operating.silence) == (1.0, 1.0)
    assert (found.answerable, found.unanswerable, found.auroc) == (6, 4, 1.0)
    assert found.curve[0] == (0.1, 1.0)
    assert found.curve[-1] == (1.0, 0.5)


def test_without_another_run_half_of_the_questions_fit_for_the_other_half() -> None:
    run = run_of([result(str(n), (n % 20) / 20, answerable=n % 20 >= 10) for n in range(200)])
    found = abstention(run)
    assert found is not None
    assert 60 < found.answerable + found.unanswerable < 140
    assert found.fitted_on != found.reported_on
    assert found.operating.recall == 1.0


def test_there_is_nothing_to_say_without_both_kinds_of_question() -> None:
    answerable = run_of([result(str(n), 0.5, answerable=True) for n in range(20)])
    assert abstention(answerable) is None
    assert abstention(run_of([Result(Question("1", "?"), "?", 0.1)])) is None
