"""Syllables: what the lexical leg takes for the same term."""

from __future__ import annotations

import pytest

from index.text.syllables import fold, syllables, terms


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
