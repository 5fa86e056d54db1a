"""Restoring accents: what comes back, what is left alone, and the packed table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.accents import pack_table, restore, unpack_table
from index.text.syllables import fold


@pytest.mark.parametrize(
    ("typed", "restored"),
    [
        ("ai la chu tich uy ban nhan dan tinh", "ai là chủ tịch ủy ban nhân dân tỉnh"),
        ("Da Nang co bao nhieu benh vien?", "Đà Nẵng có bao nhiêu bệnh viện?"),
        ("giá vang hom nay", "giá vàng hôm nay"),
        ("Thủ tướng kí quyết định gi về đất đai?", "Thủ tướng kí quyết định gì về đất đai?"),
    ],
)
def test_accents_come_back(typed: str, restored: str) -> None:
    assert restore(typed) == restored


@pytest.mark.parametrize(
    "question",
    [
        "How many dialogues did the province hold in 2022?",
        "Quyết định số 290-QĐ/TW được ban hành ngày nào?",
        "Hôm qua Việt Nam thắng ai?",
        "Bác sĩ nào lên thay giám đốc cũ của bệnh viện?",
        "2023",
        "",
        "🙂",
    ],
)
def test_foreign_and_complete_questions_are_left_alone(question: str) -> None:
    assert restore(question) == question


def test_marks_that_were_typed_stay() -> None:
    assert "hồ chí" in restore("hồ chí minh sinh nam nao")


def test_the_corpus_decides_between_equally_common_forms() -> None:
    corpus = {"mõ": 50, "cầu": 50, "cầu_mõ": 50, "mõ_cầu": 50}
    typed = "mo cau"
    assert "mõ" not in restore(typed)
    assert "mõ" in restore(typed, lambda term: 300 * corpus.get(term, 0))


@given(st.text(max_size=60))
def test_restoring_changes_marks_only(question: str) -> None:
    assert fold(restore(question)).lower() == fold(question).lower()


def test_a_table_survives_packing() -> None:
    table = unpack_table(pack_table({"hà": 8, "nội": 4, "ha": 1}, {("hà", "nội"): 4}))
    assert table.singles(["hà", "nội", "xa"]).tolist() == [8, 4, 0]
    assert table.pairs(["hà", "ha"], ["nội", "xa"]).tolist() == [[4, 0], [0, 0]]
    assert table.candidates["ha"] == ("hà", "ha")
    assert table.spread(["hà", "xa"]).tolist() == [2, 1]
