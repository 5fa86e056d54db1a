from __future__ import annotations

import pytest

from eval.compare import compare
from eval.gate import Condition, parse_condition, unmet, worse
from index.errors import SettingsError

SCORED = {"nDCG@10": {"1": 1.0, "2": 0.5}, "R@1": {"1": 1.0, "2": 0.0}}


def test_a_condition_is_a_measure_a_sign_and_a_bound() -> None:
    assert parse_condition("IPrec@0.1 >= 0.5") == Condition("IPrec@0.1", 0.5, strict=False)
    assert str(parse_condition("Recall@1>.25")) == "R@1>0.25"
    for text in ("nDCG@10 = 1", "0.85", "nDCG@10>=", "nDCG@10>=viel"):
        with pytest.raises(SettingsError, match="is no condition"):
            parse_condition(text)
    with pytest.raises(SettingsError, match="no measure 'nDGC@10'"):
        parse_condition("nDGC@10>=0.85")


def test_what_is_not_met_is_told_with_its_value() -> None:
    def failed(*texts: str) -> list[str]:
        return unmet([parse_condition(text) for text in texts], SCORED)

    assert failed("nDCG@10>=0.75", "R@1 > .4") == []
    assert failed("nDCG@10>0.75", "R@1>=.6") == [
        "nDCG@10>0.75 fails: it is 0.7500",
        "R@1>=0.6 fails: it is 0.5000",
    ]
    with pytest.raises(SettingsError, match=r"AP>=0.1 cannot be judged"):
        failed("AP>=.1")


def test_worse_is_only_what_chance_does_not_explain() -> None:
    baseline = {"R@1": {str(n): 1.0 for n in range(40)}}
    clearly = {"R@1": {str(n): float(n >= 12) for n in range(40)}}
    barely = {"R@1": {str(n): float(n >= 2) for n in range(40)}}
    assert worse(compare(baseline, clearly), 0.05)[0].startswith("R@1 is worse by 0.3000")
    assert worse(compare(baseline, barely), 0.05) == []
    assert worse(compare(clearly, baseline), 0.05) == []
