"""The bare answer: found where there is just one, never guessed between two."""

from __future__ import annotations

from datetime import date

import pytest

from qa.short import short_answer


@pytest.mark.parametrize(
    ("question", "sentence", "short"),
    [
        (
            "Xã trồng được bao nhiêu cây?",
            "Năm 2023, xã trồng gần 4.500 cây trên 12 km đường.",
            "gần 4.500",
        ),
        (
            "Lễ hội khai mạc ngày nào?",
            "Lễ hội khai mạc ngày 12/3/2024 tại sân vận động.",
            "12/3/2024",
        ),
        (
            "Ai là hiệu trưởng của trường?",
            "Hiệu trưởng của trường là bà Trần Thu Hằng, 45 tuổi.",
            "Trần Thu Hằng",
        ),
        (
            "Ai dự lễ khánh thành?",
            "Dự lễ khánh thành có ông Lê Văn Nam và bà Trần Thu Hằng.",
            None,
        ),
        (
            "Hội nghị do ai tổ chức?",
            "Ông Lê Nam nói tại Hội nghị do Ban Thường vụ Tỉnh ủy tổ chức ngày 7/7.",
            "Ban Thường vụ Tỉnh ủy",
        ),
        ("Vì sao cầu sập?", "Cầu sập vì lũ lớn.", None),
    ],
)
def test_short_answers(question: str, sentence: str, short: str | None) -> None:
    assert short_answer(question, sentence) == short


def test_the_day_of_publication_answers_when_an_article_came_out() -> None:
    question = "Bài về lễ hội được đăng ngày nào?"
    assert short_answer(question, "Lễ hội rất đông.", date(2024, 6, 21)) == "21/6/2024"
    assert short_answer(question, "Lễ hội rất đông.", None) is None
