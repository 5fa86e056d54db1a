"""What is said where there is no answer: nothing about it, or near but not of this."""

from __future__ import annotations

import pytest

from index.corpus import NewsIndex
from qa.answer import Answerer
from qa.lacking import ENGLISH, VIETNAMESE
from qa.types import Outcome


@pytest.mark.parametrize(
    ("question", "notice"),
    [
        ("Ai vô địch giải bóng đá thế giới?", VIETNAMESE.nothing),
        ("What is the capital of France?", ENGLISH.nothing),
        (
            "Trường Nguyễn Huệ đón bao nhiêu học sinh lớp một?",
            VIETNAMESE.lacks.format(what="Trường Nguyễn Huệ"),
        ),
    ],
)
def test_the_tone_tells_how_near_the_articles_are(
    news: NewsIndex, question: str, notice: str
) -> None:
    answer = Answerer(news).ask(question)
    assert answer.outcome is Outcome.ABSTAINED
    assert answer.notice == notice
    assert answer.nearest
