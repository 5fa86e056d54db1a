"""Near misses: one thing is changed for another of its kind, and the answer is gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.near_misses import near_misses
from eval.types import Judgment, Question

ARTICLE = {"a": "Cầu Bến Thủy khánh thành năm 1990 và được mở rộng năm 2012."}


def asked(text: str) -> Question:
    return Question("q", text, gold=(Judgment("a"),), answers=("x",))


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("Năm 1990 ai khánh thành cầu?", "Năm 2012 ai khánh thành cầu?"),
        ("Ai dự hội nghị lần 3?", "Ai dự hội nghị lần 4?"),
        ("Ngọn núi nào cao nhất?", "Ngọn núi nào thấp nhất?"),
    ],
)
def test_one_thing_is_changed(text: str, changed: str) -> None:
    (miss,) = near_misses([asked(text)], ARTICLE, seed=1)
    assert miss == replace(asked(text), text=changed, answers=(), answerable=False)


def test_a_name_comes_from_another_question() -> None:
    questions = [asked("Bố của Lê Lợi là ai?"), asked("Mẹ của Trần Phú là ai?")]
    texts = [miss.text for miss in near_misses(questions, {}, seed=1)]
    assert texts == ["Bố của Trần Phú là ai?", "Mẹ của Lê Lợi là ai?"]


def test_what_has_nothing_to_change_is_left_out() -> None:
    assert list(near_misses([asked("Ai đến?")], ARTICLE, seed=1)) == []
