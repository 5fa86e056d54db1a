from __future__ import annotations

import itertools
from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.compare import (
    compare,
    holm,
    interval,
    intervals,
    most_changed,
    randomisation_p,
)
from index.errors import SettingsError


def test_the_test_of_significance_holds_its_level_on_null_data() -> None:
    rng = np.random.default_rng(5)
    small = 0
    for draw in range(1000):
        # Two systems of equal quality: hard and easy questions, graded scores with many ties.
        ease = rng.random(60)
        a, b = (rng.binomial(4, ease) / 4 for _ in range(2))
        small += randomisation_p(b - a, draws=999, seed=draw) < 0.05
    assert 0.03 <= small / 1000 <= 0.07


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(6)
    held = 0
    for draw in range(1000):
        found = interval((rng.random(80) < 0.7).tolist(), draws=400, seed=draw)
        held += found.low <= 0.7 <= found.high
    assert 0.92 <= held / 1000 <= 0.98


def test_p_equals_the_count_over_all_sign_flips() -> None:
    differences = np.array([0.5, -0.25, 1.0, 0.0, 0.75, 0.1, 0.3])
    moved = differences[differences != 0]
    flips = [abs(np.dot(signs, moved)) for signs in itertools.product([1, -1], repeat=len(moved))]
    share = float(np.mean(np.array(flips) >= abs(moved.sum()) - 1e-12))
    assert randomisation_p(differences, draws=20_000) == pytest.approx(share, abs=0.01)


@given(st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), max_size=30), st.randoms())
def test_p_does_not_depend_on_which_run_is_called_b(values: list[float], order: object) -> None:
    differences = np.array(values) - 0.25
    p = randomisation_p(differences, draws=200)
    assert 0 < p <= 1
    assert p == randomisation_p(-differences, draws=200)


def test_equal_runs_do_not_differ() -> None:
    assert randomisation_p(np.zeros(10)) == 1.0
    same = {"R@1": {"1": 1.0, "2": 0.0}}
    (found,) = compare(same, same)
    assert (found.p, found.p_holm, found.wins, found.ties, found.losses) == (1.0, 1.0, 0, 2, 0)
    assert (found.difference.mean, found.difference.low, found.difference.high) == (0, 0, 0)


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([]) == []


def test_intervals_of_several_measures_are_those_of_each_alone() -> None:
    rng = np.random.default_rng(1)
    values = rng.random((40, 3))
    together = intervals(values, draws=500, seed=9)
    for column, found in enumerate(together):
        (alone,) = intervals(values[:, [column]], draws=500, seed=9)
        assert astuple(found) == pytest.approx(astuple(alone))
    assert intervals(np.empty((0, 2)))[0].mean == 0.0


def test_a_difference_is_told_with_wins_and_losses() -> None:
    a = {"R@1": {str(n): 0.0 for n in range(20)}, "NumRet": {"0": 3.0}, "AP": {"0": 1.0}}
    b = {
        "R@1": {str(n): float(n < 12) for n in range(20)} | {"new": 1.0},
        "NumRet": {"0": 4.0},
        "P@1": {"0": 1.0},
    }
    (found,) = compare(a, b)
    assert found.measure == "R@1"
    assert (found.a, found.b, found.difference.mean) == (0.0, 0.6, 0.6)
    assert (found.wins, found.ties, found.losses) == (12, 8, 0)
    assert found.p < 0.01
    assert found.difference.low < 0.6 < found.difference.high


def test_runs_without_a_common_question_are_refused() -> None:
    with pytest.raises(SettingsError, match="share no scored question"):
        compare({"R@1": {"1": 1.0}}, {"R@1": {"2": 1.0}})


def test_the_questions_that_changed_most_come_first() -> None:
    a = {"1": 0.0, "2": 0.5, "3": 1.0, "4": 1.0}
    b = {"1": 0.2, "2": 0.5, "3": 0.1, "5": 1.0}
    assert most_changed(a, b, 5) == [("3", -0.9), ("1", 0.2)]
    assert most_changed(a, b, 1) == [("3", -0.9)]
