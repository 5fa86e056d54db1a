from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.unicode import MAX_MARKS, clean

ANY_CHARACTER = st.characters(exclude_categories=())


@given(st.text(ANY_CHARACTER))
def test_clean_is_idempotent_nfc_and_encodable(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once.encode("utf-8").decode("utf-8") == once


@given(st.text(ANY_CHARACTER))
def test_nothing_unseen_survives(text: str) -> None:
    for character in clean(text):
        assert character == "\n" or unicodedata.category(character) not in {"Cc", "Cs"}
        assert not 0x200B <= ord(character) <= 0x200F
        assert not 0xE0000 <= ord(character) <= 0xE0FFF


@given(st.text(st.sampled_from("aăâbdđeêghikêlmnoôơpqrstuưvxyÀẢÃÁẠỆỮỘĐ ,.\n0123456789")))
def test_vietnamese_is_untouched_in_every_normal_form(text: str) -> None:
    assert clean(text) == text
    assert clean(unicodedata.normalize("NFD", text)) == text


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("Hà\x00 Nội\x07", "Hà Nội"),
        ("Hà\u200b Nộ\u00adi\ufeff", "Hà Nội"),
        ("\u202eiộN àH\u202c", "iộN àH"),
        ("tin\U000e0041\U000e0042 mới", "tin mới"),
        ("một\ud800hai", "mộthai"),
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("ngày\u00a05\t6", "ngày 5 6"),
        ("Vie\u0323\u0302t", "Việt"),
        ("Vie\u0302\u0323t", "Việt"),
        ("Vie\u200b\u0302\u0323t", "Việt"),
    ],
)
def test_what_goes_and_what_stays(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


def test_a_letter_keeps_eight_marks_of_a_million() -> None:
    zalgo = "x" + "\u0316\u0301" * 500_000 + "y"
    cleaned = clean(zalgo)
    assert cleaned[0] == "x"
    assert cleaned[-1] == "y"
    assert len(cleaned) == 2 + MAX_MARKS


def test_punctuation_beside_marks_is_not_cut() -> None:
    assert clean("—" * 40 + "…" * 40) == "—" * 40 + "…" * 40
