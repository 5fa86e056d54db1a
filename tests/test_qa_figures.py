"""Figures in one form, however they are written."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.figures import figures, number_pairs, plain_value


@pytest.mark.parametrize(
    ("text", "value", "unit", "bound"),
    [
        ("gần 2.000 mô hình", 2000, None, -1),
        ("2000 mô hình", 2000, None, 0),
        ("hơn 1,2 triệu đồng", 1_200_000, "VND", 1),
        ("1.200.000 đồng", 1_200_000, "VND", 0),
        ("7,2 tấn", Fraction("7.2"), "t", 0),
        ("2 nghìn tỷ đồng", 2 * 10**12, "VND", 0),
        ("$5 billion", 5 * 10**9, "USD", 0),
        ("tăng 5 phần trăm", 5, "%", 0),
        ("ba trăm linh năm người", 305, None, 0),
        ("hai mươi lăm người", 25, None, 0),
        ("hai mươi năm trước", 20, None, 0),
        ("lấn biển 25. 000 m2", 25_000, None, 0),
        ("5 tỷ lệ", 5, None, 0),
        ("ít hơn 40 người", 40, None, -1),
    ],
)
def test_a_figure_is_read(text: str, value: Fraction, unit: str | None, bound: int) -> None:
    first = figures(text)[0]
    assert (first.value, first.unit, first.bound) == (value, unit, bound)


def test_a_single_number_word_is_weak() -> None:
    assert [one.weak for one in figures("hai xã, mười hai huyện")] == [True, False]


def test_days_are_not_figures() -> None:
    assert [one.value for one in figures("Ngày 31-12-2020 có 392 cuộc, năm 2022 thì không")] == [
        392
    ]


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("Ngày 31-12", []),
        ("hội nghị 31-12", [(31, 12)]),
        ("31 tháng 12", [(31, 12)]),
        ("on December 31", [(31, 12)]),
        ("the 31st of December", [(31, 12)]),
        ("thắng 3-1", [(3, 1)]),
        ("1/3 số hộ", [(1, 3)]),
        ("ngày 31/12/2020", []),
    ],
)
def test_pairs_of_numbers(text: str, pairs: list[tuple[int, int]]) -> None:
    assert number_pairs(text) == pairs


@given(st.integers(0, 10**12))
def test_separators_do_not_change_a_number(value: int) -> None:
    english = f"{value:,}"
    assert plain_value(str(value)) == value
    assert plain_value(english) == value
    assert plain_value(english.replace(",", ".")) == value


@given(st.integers(0, 999), st.integers(0, 99))
def test_both_decimal_marks_mean_the_same(whole: int, decimals: int) -> None:
    expected = Fraction(f"{whole}.{decimals:02d}")
    assert plain_value(f"{whole},{decimals:02d}") == expected
    assert plain_value(f"{whole}.{decimals:02d}") == expected


@given(st.text(max_size=200))
def test_figures_are_spans_in_order(text: str) -> None:
    found = figures(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
