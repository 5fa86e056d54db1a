from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.slices import (
    GROUPS,
    REWRITINGS,
    groups,
    limited,
    rewrite,
    split_names,
    with_own_facets,
)
from eval.types import Question, Result, Run
from index.errors import SettingsError
from index.text.syllables import fold

LONG = "Năm 2022 Hà Tĩnh tổ chức bao nhiêu cuộc tiếp xúc, đối thoại với Nhân dân trong tỉnh?"


def one(name: str, text: str = LONG, **more: str) -> str:
    (question,) = rewrite([Question("1", text, **more)], name)  # type: ignore[arg-type]
    return question.text


def test_accents_go_entirely_or_by_half() -> None:
    assert one("unaccented") == (
        "Nam 2022 Ha Tinh to chuc bao nhieu cuoc tiep xuc, doi thoai voi Nhan dan trong tinh?"
    )
    half = one("half-accented")
    assert fold(half) == fold(LONG)
    kept = sum(a == b for a, b in zip(half.split(), LONG.split(), strict=True) if fold(b) != b)
    assert 0 < kept < sum(fold(word) != word for word in LONG.split())


def test_most_words_are_forgotten_but_not_what_is_asked() -> None:
    assert one("half-remembered").split() == [
        word for word in LONG.split() if word in one("half-remembered").split()
    ]
    many = [Question(str(n), LONG) for n in range(200)]
    texts = [question.text for question in rewrite(many, "half-remembered")]
    assert all("bao nhiêu" in text for text in texts)
    assert 0.3 < sum("đối" in text for text in texts) / 200 < 0.5
    assert 0.7 < sum("Tĩnh" in text for text in texts) / 200 < 0.9
    assert one("half-remembered", "x y") in ("x y", "x", "y")


def test_english_is_asked_where_it_is_given() -> None:
    questions = [Question("1", "Gì?", english="What?"), Question("2", "Ai?")]
    assert [(q.id, q.text) for q in rewrite(questions, "english")] == [("1", "What?")]


@given(st.text(min_size=1), st.sampled_from(sorted(REWRITINGS)))
def test_the_same_question_is_rewritten_the_same_way(text: str, name: str) -> None:
    question = Question("7", text, answers=("x",))
    assert rewrite([question], name) == rewrite([question], name)
    for rewritten in rewrite([question], name):
        assert (rewritten.id, rewritten.answers) == ("7", ("x",))


@given(st.text(st.sampled_from("abcdefghiêôươạ 0123"), min_size=1, max_size=60))
def test_slips_stay_inside_words_and_leave_numbers_alone(text: str) -> None:
    slipped = one("typos", text)
    assert len(slipped.split()) == len(text.split())
    digits = [c for c in slipped if c.isdigit()]
    assert digits == [c for c in text if c.isdigit()]


def test_a_long_question_gets_two_slips_or_more() -> None:
    changed = zip(one("typos").split(), LONG.split(), strict=True)
    assert sum(a != b for a, b in changed) == round(len(LONG.split()) / 8)


def test_slices_are_told_apart_and_an_unknown_one_is_refused() -> None:
    questions = [Question("1", "?", facets=(("made", "year"),))]
    assert split_names(["made", "typos", "year", "typos"], questions) == (
        ["typos"],
        ["made", "year"],
    )
    with pytest.raises(SettingsError, match=r"no slice 'unacented'.*unaccented.*year, made"):
        split_names(["unacented"], questions)


def test_scores_are_parted_by_facet() -> None:
    questions = [
        with_own_facets(Question("1", "Ai?", facets=(("year", "2020"), ("year", "2021")))),
        with_own_facets(Question("2", LONG, facets=(("year", "2020"),))),
        with_own_facets(Question("3", "Ai?", facets=(("type", "của tôi"),))),
    ]
    results = tuple(Result(question, question.text, 0.1) for question in questions)
    run = Run("d", None, "", "2026-01-01", 10, "e", 1, None, results=results)
    assert groups(run, "year") == {"2020": ["1", "2"], "-": ["3"], "2021": ["1"]}
    assert groups(run, "type") == {"how many": ["2"], "who": ["1"], "của tôi": ["3"]}
    assert groups(run, "length") == {"to 8 syllables": ["1", "3"], "15 syllables and more": ["2"]}
    assert set(GROUPS) == {"type", "length", "source", "year"}
    assert limited({"R@1": {"1": 1.0, "2": 0.0}}, ["2", "9"]) == {"R@1": {"2": 0.0}}
