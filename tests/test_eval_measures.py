from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.measures import (
    DEFAULT,
    aggregate,
    falling,
    first_rank,
    parse,
    ranking,
    retrieval_scores,
)
from eval.scores import canonical, confidence_intervals, depth, latency, scores, totals
from eval.types import Found, Judgment, Question, Result, Run
from index.errors import SettingsError


def run_of(*results: Result) -> Run:
    return Run("d", "dev", "", "2026-01-01", 10, "e", 1, None, results=results)


def result(identity: str, gold: str, found: str, *, seconds: float = 0.01) -> Result:
    """Gold and found articles are named by one letter each."""
    question = Question(identity, "?", tuple(Judgment(name) for name in gold))
    places = tuple(Found(name, 0, 9, 1 - 0.1 * rank) for rank, name in enumerate(found))
    return Result(question, "?", seconds, places)


def test_the_default_measures_by_hand() -> None:
    run = run_of(result("1", "a", "abc"), result("2", "a", "bca"), result("3", "ab", "acb"))
    scored = retrieval_scores(run)
    assert list(scored) == list(DEFAULT)
    assert scored["R@1"] == {"1": 1.0, "2": 0.0, "3": 0.5}
    assert scored["R@5"] == {"1": 1.0, "2": 1.0, "3": 1.0}
    assert scored["RR@10"] == pytest.approx({"1": 1.0, "2": 1 / 3, "3": 1.0})
    ideal = 1 + 1 / math.log2(3)
    assert scored["nDCG@10"] == pytest.approx(
        {"1": 1.0, "2": 1 / math.log2(4), "3": (1 + 1 / math.log2(4)) / ideal}
    )
    assert totals(scored)["R@1"] == 0.5


def test_a_question_that_found_nothing_scores_zero_and_is_kept() -> None:
    run = run_of(result("1", "a", "a"), result("2", "a", ""), result("3", "a", "b"))
    scored = retrieval_scores(run, ["R@1", "AP", "Judged@10", "Success@5"])
    for values in scored.values():
        assert values == {"1": 1.0, "2": 0.0, "3": 0.0}


def test_an_empty_run_scores_zero() -> None:
    nothing_found = run_of(result("1", "a", ""), result("2", "b", ""))
    assert totals(retrieval_scores(nothing_found)) == dict.fromkeys(DEFAULT, 0.0)
    assert retrieval_scores(run_of()) == {name: {} for name in DEFAULT}
    assert aggregate("R@1", {}) == 0.0


def test_questions_without_gold_stand_apart() -> None:
    impossible = Result(Question("9", "?", answerable=False), "?", 0.01)
    assert retrieval_scores(run_of(result("1", "a", "a"), impossible))["R@1"] == {"1": 1.0}


@given(
    st.lists(
        st.tuples(
            st.permutations("abcdefgh"),
            st.integers(0, 8),
            st.lists(st.integers(0, 3), min_size=8, max_size=8),
            st.dictionaries(st.sampled_from("abcdefghz"), st.integers(-1, 3), min_size=1),
        ),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=50)
def test_every_measure_is_that_of_ir_measures(
    asked: list[tuple[list[str], int, list[int], dict[str, int]]],
) -> None:
    import ir_measures

    results, qrels, theirs_run = [], [], []
    for number, (order, found, drawn, grades) in enumerate(asked):
        gold = tuple(Judgment(name, grade) for name, grade in grades.items())
        scored = sorted(drawn, reverse=True)  # with ties
        places = tuple(Found(n, 0, 1, s / 4) for n, s in zip(order[:found], scored, strict=False))
        results.append(Result(Question(str(number), "?", gold), "?", 0.01, places))
        qrels += [ir_measures.Qrel(str(number), name, grade) for name, grade in grades.items()]
        theirs_run += [
            ir_measures.ScoredDoc(str(number), name, -rank)
            for rank, name in enumerate(order[:found])
        ]
    names = ["R@1", "R@5", "P@3", "RR@10", "RR", "nDCG@10", "AP", "AP@5", "Judged@10", "Rprec"]
    names += ["Success@3", "ERR@10", "Bpref", "NumRet", "SetP"]
    ours = retrieval_scores(run_of(*results), names)
    theirs = ir_measures.calc(parse(names), qrels, theirs_run)
    for metric in theirs.per_query:
        assert ours[str(metric.measure)][metric.query_id] == pytest.approx(metric.value)
    for measure, value in theirs.aggregated.items():
        assert aggregate(str(measure), ours[str(measure)]) == pytest.approx(value)


def test_equal_scores_keep_the_order_they_were_given_in() -> None:
    for order in itertools.permutations("abc"):
        places = tuple(Found(name, 0, 1, 0.5) for name in order)
        run = run_of(Result(Question("1", "?", (Judgment("b"),)), "?", 0.01, places))
        assert retrieval_scores(run, ["RR"])["RR"]["1"] == pytest.approx(1 / (order.index("b") + 1))


@given(st.lists(st.floats(-1e6, 1e6, width=32)))
def test_falling_scores_fall_and_stay_near(given_scores: list[float]) -> None:
    lowered = falling(given_scores)
    assert all(a > b for a, b in itertools.pairwise(lowered))
    in_order = sorted(given_scores, reverse=True)
    if len(set(in_order)) == len(in_order):
        assert falling(in_order) == in_order


def test_an_article_is_ranked_once_by_its_best_chunk() -> None:
    found = result("1", "b", "aab")
    assert [name for name, _ in ranking(found)] == ["a", "b"]
    assert first_rank(found) == 2
    assert first_rank(result("1", "z", "ab")) is None


def test_a_folded_story_brings_its_other_articles() -> None:
    places = (Found("a", 0, 9, 0.9, also=("c", "b")), Found("d", 0, 9, 0.8))
    folded = Result(Question("1", "?", (Judgment("b"),)), "?", 0.01, places)
    assert [name for name, _ in ranking(folded)] == ["a", "c", "b", "d"]


def test_a_story_told_twice_is_noticed() -> None:
    folded = (Found("a", 0, 9, 0.9, also=("b",)), Found("x", 0, 9, 0.8))
    apart = (Found("a", 0, 9, 0.9), Found("x", 0, 9, 0.8), Found("b", 0, 9, 0.7))
    gold = (Judgment("a"), Judgment("b"))
    results = [
        Result(Question(str(number), "?", gold), "?", 0.01, found)
        for number, found in enumerate((folded, apart, ()))
    ]
    alone = result("single", "a", "ab")
    assert scores(run_of(*results, alone), ["Once@5"]) == {"Once@5": {"0": 1, "1": 0, "2": 1}}
    assert canonical("Once@5") == "Once@5"


def test_gold_spans_are_found_by_the_chunks_that_overlap_them() -> None:
    gold = (Judgment("a", start=10, end=20), Judgment("a", start=50, end=60))
    places = (
        Found("a", 100, 200, 0.9),
        Found("a", 0, 15, 0.8, evidence=(0,)),
        Found("a", 12, 40, 0.7, evidence=(0,)),
        Found("a", 40, 70, 0.6, evidence=(1,)),
    )
    found = Result(Question("1", "?", gold), "?", 0.01, places)
    assert [name for name, _ in ranking(found)] == ["a@100", "a#0", "a#1"]
    scored = retrieval_scores(run_of(found), ["R@1", "R@2", "R@3", "RR"])
    assert {name: values["1"] for name, values in scored.items()} == {
        "R@1": 0.0,
        "R@2": 0.5,
        "R@3": 1.0,
        "RR": 0.5,
    }


def test_a_measure_has_one_spelling() -> None:
    assert [str(m) for m in parse(["Recall@5", "MRR@10", "MAP", "R@5"])] == ["R@5", "RR@10", "AP"]
    assert canonical("Recall@5") == "R@5"
    assert canonical("Cited") == "Cited"


@pytest.mark.parametrize("name", ["nDCG@ten", "precision at 5", "R@", "", "R@1; import os"])
def test_an_unknown_measure_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="There is no measure"):
        parse([name])


def test_a_measure_that_cannot_be_computed_here_is_refused() -> None:
    with pytest.raises(SettingsError, match="needs a provider"):
        parse(["RBP(p=0.8)"])


def test_scores_of_chosen_measures_with_intervals_and_times() -> None:
    run = run_of(
        *(result(str(n), "a", "a" if n % 4 else "ba", seconds=0.001 * n) for n in range(1, 101))
    )
    scored = scores(run, ["NumRet", "Recall@1", "Once@5", "Cited"])
    assert list(scored) == ["NumRet", "R@1"]
    assert totals(scored) == {"R@1": 0.75, "NumRet": 125.0}
    bounds = confidence_intervals(scored)
    assert list(bounds) == ["R@1"]
    assert 0.64 < bounds["R@1"].low < 0.69 < 0.75 < 0.81 < bounds["R@1"].high < 0.85
    assert latency(run) == pytest.approx({"p50": 50.5, "p95": 95.05, "p99": 99.01})
    assert latency(run, answers=True) == {}


def test_as_many_hits_are_kept_as_the_deepest_measure_looks_at() -> None:
    assert depth([]) == depth(["R@10", "Cited", "Once@5"]) == 24
    assert depth(["R@50", "nDCG@10"]) == 50
    assert depth(["AP"]) == 100
