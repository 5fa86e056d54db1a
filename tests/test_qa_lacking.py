"""Why there is no answer: nothing about it, or near but not of this."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from articles import ARTICLES

from index.corpus import NewsIndex
from index.types import Filters, Reading
from qa.answer import Answerer
from qa.evidence import written_units
from qa.notices import Near, NonePasses, NothingAbout, Notice, SaysLittle, Unmet
from qa.types import Outcome


@pytest.mark.parametrize(
    ("question", "notice"),
    [
        ("Ai vô địch giải bóng đá thế giới?", NothingAbout()),
        ("What is the capital of France?", NothingAbout()),
        (
            "Trường Nguyễn Huệ đón bao nhiêu học sinh lớp một?",
            Near(names=("Trường Nguyễn Huệ",)),
        ),
    ],
)
def test_the_reason_tells_how_near_the_articles_are(
    news: NewsIndex, question: str, notice: Notice
) -> None:
    answer = Answerer(news).ask(question)
    assert answer.outcome is Outcome.ABSTAINED
    assert answer.notices == (notice,)
    assert answer.nearest


@pytest.mark.parametrize("question", ["a", "ă", "là và của", "🙂", "?!", "what is it"])
def test_a_question_without_a_word_to_look_for_is_told_so(news: NewsIndex, question: str) -> None:
    answer = Answerer(news).ask(question)
    assert answer.outcome is Outcome.ABSTAINED
    assert answer.notices == (SaysLittle(),)
    assert not answer.nearest


def test_who_wrote_and_printed_an_article_is_not_what_it_lacks() -> None:
    signed = replace(ARTICLES[0], author="Lê Thị Minh Vân", source="Baonghean.vn")
    assert {"minh", "van", "baonghean", "nghe", "an", "thuy", "980"} <= {*written_units(signed)}
    assert "none" not in written_units(replace(signed, author=None, source=None))


def test_the_filter_that_excludes_everything_is_the_reason(news: NewsIndex) -> None:
    limits = Filters(since=date(2024, 1, 1), sources=("Báo Miền Trung",), authors=("Lê An",))
    answer = Answerer(news).ask("Cầu Bến Thủy 3 dài bao nhiêu?", (), limits)
    assert answer.outcome is Outcome.NO_MATCH
    assert answer.notices == (NonePasses(Filters(authors=("Lê An",))),)


def test_what_could_not_limit_an_answer_is_told_with_it(news: NewsIndex) -> None:
    question = "Cầu Bến Thủy 3 dài bao nhiêu mét theo báo Miền Trung hôm nay?"
    answer = Answerer(news).ask(question, reading=Reading(as_of=date(2024, 8, 8)))
    today = Filters(since=date(2024, 8, 8), until=date(2024, 8, 8))
    assert Unmet(today) in answer.notices
    assert answer.filters == Filters(until=date(2024, 8, 8), sources=("Báo Miền Trung",))
