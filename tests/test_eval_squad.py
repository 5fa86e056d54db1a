from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.squad import contains, exact, token_f1, tokens


@pytest.mark.parametrize(
    ("given_answer", "gold"),
    [
        ("392", "392."),
        ("Hồ Đức Tiến", "hồ đức tiến"),
        ("gần 2.000", "Gần 2000"),
        ("1,234,567 người", "1.234.567 người"),
        ("3,5%", "3.5 %"),
        ("25/02/2010", "ngày 25 tháng 2 năm 2010"),
        ("31-12-2020", "31.12.2020"),
        ("tháng 6 năm 2013", "6/2013"),
        ("Hoà Bình", "Hòa Bình"),
        ("quý I", "qúy I"),
        ("thuỷ điện", "thủy điện"),
        ("Việt-Nam", "Việt Nam"),
        ("“Năm dân vận khéo”", "Năm dân vận khéo"),
        ("thủ đô của Việt Nam", "thủ đô Việt Nam"),
        (unicodedata.normalize("NFD", "Trương Thị Mai"), "Trương Thị Mai"),
    ],
)
def test_answers_that_are_the_same(given_answer: str, gold: str) -> None:
    assert exact(given_answer, [gold])
    assert token_f1(given_answer, [gold]) == 1.0


@pytest.mark.parametrize(
    ("given_answer", "gold"),
    [
        ("Nghệ", "Nghệ An"),
        ("an toàn", "toàn"),
        ("ma", "má"),
        ("đa", "da"),
        ("2.000", "2.001"),
        ("3,5", "35"),
        ("25/02/2010", "25/03/2010"),
        ("1.2.3", "123"),
        ("", ""),
    ],
)
def test_answers_that_are_not(given_answer: str, gold: str) -> None:
    assert not exact(given_answer, [gold])


def test_f1_by_hand() -> None:
    assert token_f1("Ban Thường vụ Tỉnh ủy", ["Ban Thường vụ"]) == pytest.approx(2 * 3 / (5 + 3))
    assert token_f1("ông Hồ Đức Tiến", ["x", "Hồ Đức Tiến"]) == pytest.approx(2 * 3 / (4 + 3))
    assert token_f1("không", ["có"]) == 0.0
    assert token_f1("", ["có"]) == 0.0
    assert token_f1("có", []) == 0.0


def test_an_answer_is_contained_whole() -> None:
    sentence = "Năm 2022, toàn tỉnh đã tổ chức 392 cuộc, xây dựng gần 2.000 mô hình."
    assert contains(sentence, ["392"])
    assert contains(sentence, ["không", "2000 mô hình"])
    assert not contains(sentence, ["39"])
    assert not contains(sentence, ["2"])
    assert not contains(sentence, [])
    assert not contains(sentence, ["…"])


@given(st.text())
def test_normalising_is_for_any_text_and_changes_nothing_twice(text: str) -> None:
    once = tokens(text)
    assert all(once)
    assert exact(text, [text]) == bool(once)
