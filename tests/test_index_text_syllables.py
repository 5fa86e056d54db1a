"""Syllables: what the lexical leg takes for the same term."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.spelled import numbers, spelled
from index.text.syllables import fold, folded_syllables, syllables, terms


@pytest.mark.parametrize(
    ("written", "also"),
    [
        ("290-QĐ/TW", "290QĐ/TW"),
        ("290-QĐ/TW", "290 - qđ / tw"),
        ("25- NQ/TW", "25-NQ/TW"),
        ("25- NQ/TW", "25 NQ-TW"),
        ("Nghị định 05/2020/NĐ-CP", "nghị định 5/2020/NĐ – CP"),
        ("05/06/2024", "5-6-2024"),
        ("05/06/2024", "5.6.2024"),
        ("05.06.2024", "5/6/2024"),
        ("1.200.000 đồng", "1,200,000 đồng"),
        ("1.200 m", "1200m"),
        ("U23", "U.23"),
        ("Covid-19", "COVID 19"),
        ("e\u0301", "é"),
    ],
)
def test_one_form_however_it_is_set(written: str, also: str) -> None:
    assert syllables(written) == syllables(also)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("ngày 5 tháng 6 năm 2024", ["ngày", "5", "tháng", "6", "năm", "2024"]),
        ("tỷ lệ 3,5% và 12.500,75 đồng", ["tỷ", "lệ", "3", "5", "và", "12", "500", "75", "đồng"]),
        ("lúc 7h05, số 0912345678", ["lúc", "7", "h", "5", "số", "0912345678"]),
        ("0,05 và 10.05", ["0", "05", "và", "10", "05"]),
        ("snake_case 🙂 世界", ["snake", "case", "世界"]),
        ("", []),
    ],
)
def test_runs_of_letters_and_of_digits(text: str, units: list[str]) -> None:
    assert syllables(text) == units


def test_folding_and_pairs() -> None:
    assert fold("Đường số 5, Huế") == "Duong so 5, Hue"
    assert terms("Đà Nẵng 5") == ["da", "nang", "5", "da_nang", "nang_5"]


@given(st.text())
def test_folding_goes_before_or_by_itself(text: str) -> None:
    assert folded_syllables(text) == syllables(fold(text))


def test_a_word_of_any_length_is_cut() -> None:
    assert syllables("ạ" * 40 + "-5 b") == ["ạ" * 40, "5", "b"]
    assert folded_syllables("ạ" * 40 + "-5 b") == ["a" * 40, "5", "b"]


# Vietnamese, and what is not: digits of two kinds, marks, Korean, Japanese, Turkish, an emoji.
LETTERS = st.text("aăậĐsß 0123456789.,-_٣\u0301İﬁ한が🙂“\n", max_size=20)


@given(st.lists(LETTERS, max_size=4))
def test_numbers_stand_for_syllables(texts: list[str]) -> None:
    found = spelled(texts)
    cut = [syllables(text) for text in texts]
    assert found.lengths.tolist() == [len(units) for units in cut]
    units = [unit for each in cut for unit in each]
    pairs = set(zip(units, found.accented.tolist(), strict=True))
    assert len(pairs) == len(set(units)) == len(set(found.accented.tolist()))
    assert found.folded.tolist() == numbers(map(fold, units)).tolist()
