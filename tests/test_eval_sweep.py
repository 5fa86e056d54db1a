from __future__ import annotations

import pytest

from eval.sweep import grid, parse_assignments, sweep, sweep_points, sweep_table
from eval.types import Found, Judgment, Question, Result, Run
from index.errors import SettingsError

QUALITY = {"300": 4, "500": 9, "800": 9, "1200": 6}


def run_with(settings: dict[str, str], split: str = "dev") -> Run:
    """Of ten questions the first so many are right."""
    right = QUALITY[settings["chunk_size"]]
    results = tuple(
        Result(
            Question(str(n), "?", (Judgment("a"),)),
            "?",
            0.01,
            (Found("a" if n < right else "b", 0, 9, 1.0),),
        )
        for n in range(10)
    )
    return Run("d", split, "", "2026-01-01", 10, "e", 1, None, settings, results=results)


def test_a_grid_is_every_combination() -> None:
    choices = parse_assignments(["chunk_size=500, 800", "fusion.weight=.3,.5,.3"])
    assert choices == {"chunk_size": ["500", "800"], "fusion_weight": [".3", ".5"]}
    assert grid(choices) == [
        {"chunk_size": "500", "fusion_weight": ".3"},
        {"chunk_size": "500", "fusion_weight": ".5"},
        {"chunk_size": "800", "fusion_weight": ".3"},
        {"chunk_size": "800", "fusion_weight": ".5"},
    ]
    assert grid({}) == [{}]


@pytest.mark.parametrize("text", ["chunk_size", "=5", "chunk_size=", "chunk_size=5,,6"])
def test_what_sets_nothing_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="sets nothing"):
        parse_assignments([text])
    with pytest.raises(SettingsError, match="set twice"):
        parse_assignments(["a=1", "a=2"])


def test_the_best_comes_first_and_is_warned_about() -> None:
    choices = {"chunk_size": ["300", "500", "800", "1200"]}
    found = sweep(grid(choices), "R@1", run_with)
    assert [run.settings["chunk_size"] for run in found.runs] == ["500", "800", "1200", "300"]
    assert [values["R@1"] for values in found.values] == [0.9, 0.9, 0.6, 0.4]
    assert found.best.chosen_on == "d dev"
    assert found.warning is not None
    assert "picked on d dev" in found.warning
    table = sweep_table(found)
    assert table.header == ("chunk_size", "R@1", "R@5", "R@10", "RR@10", "nDCG@10", "p")
    assert table.rows[0][:2] == ("500", "0.9000")
    assert table.rows[0][-1] == ""
    assert table.rows[1][-1] == "1.0000"
    assert found.warning in table.notes
    assert sweep_points(found, choices) == [
        ({"chunk_size": "300"}, 0.4),
        ({"chunk_size": "500"}, 0.9),
        ({"chunk_size": "800"}, 0.9),
        ({"chunk_size": "1200"}, 0.6),
    ]


def test_the_best_can_be_reported_on_another_split() -> None:
    asked: list[dict[str, str]] = []

    def report_with(settings: dict[str, str]) -> Run:
        asked.append(settings)
        return run_with(settings, "test")

    found = sweep(grid({"chunk_size": ["300", "800"]}), "AP", run_with, report_with)
    assert asked == [{"chunk_size": "800"}]
    assert found.reported is not None
    assert (found.reported.split, found.reported.chosen_on) == ("test", "d dev")
    assert found.warning is None


def test_a_sweep_needs_something_to_decide_by() -> None:
    with pytest.raises(SettingsError, match="Nothing to sweep"):
        sweep([], "R@1", run_with)
    with pytest.raises(SettingsError, match="Cited applies to no question"):
        sweep([{"chunk_size": "300"}], "Cited", run_with)
