"""Answers over a small real index: verbatim, cited, and silent where nothing answers."""

from __future__ import annotations

import pytest

from index.corpus import NewsIndex
from index.types import Reading
from qa.answer import Answerer
from qa.types import Outcome, Turn


@pytest.fixture(scope="module")
def answerer(news: NewsIndex) -> Answerer:
    return Answerer(news)


@pytest.mark.parametrize(
    ("question", "article", "said", "short"),
    [
        ("Cầu Bến Thủy 3 dài bao nhiêu?", "cau", "1.200 m", None),
        ("CẦU BẾN THỦY 3 DÀI BAO NHIÊU?", "cau", "1.200 m", None),
        ("cau ben thuy 3 do ai cat bang khanh thanh", "cau", "Lê Văn Nam", "Lê Văn Nam"),
        ("Ai là hiệu trưởng trường Lê Lợi?", "truong", "Trần Thu Hằng", "Trần Thu Hằng"),
        ("Trường Lê Lợi đón bao nhiêu học sinh lớp một?", "truong", "320", "320"),
        ("Giá cà phê Đắk Lắk là bao nhiêu?", "ca-phe", "131.000", "131.000 đồng"),
    ],
)
def test_the_claims_answer(
    answerer: Answerer, question: str, article: str, said: str, short: str | None
) -> None:
    answer = answerer.ask(question)
    assert answer.outcome is Outcome.ANSWERED
    assert any(said in claim.text for claim in answer.claims)
    assert answer.claims[0].citations[0].article.id == article
    if short:
        assert answer.short == short


def test_every_claim_is_a_sentence_of_its_article(answerer: Answerer) -> None:
    answer = answerer.ask("Cầu Bến Thủy 3 được khánh thành khi nào?")
    assert 1 <= len(answer.claims) <= 4
    for claim in answer.claims:
        (citation,) = claim.citations
        assert claim.supported
        assert claim.text == citation.quote
        assert citation.quote == citation.article.text[citation.start : citation.end]
    assert answer.claims[0].citations[0].number == 1


@pytest.mark.parametrize(
    "question",
    [
        "Ai vô địch giải bóng đá thế giới?",
        "Giá vàng SJC hôm nay là bao nhiêu?",
        "Trường Nguyễn Huệ đón bao nhiêu học sinh lớp một?",
        "What is the capital of France?",
    ],
)
def test_what_the_articles_do_not_say_is_not_answered(answerer: Answerer, question: str) -> None:
    answer = answerer.ask(question)
    assert answer.outcome is Outcome.ABSTAINED
    assert not answer.claims
    assert answer.short is None
    assert 1 <= len(answer.nearest) <= 3


def test_a_stream_grows_to_the_whole_answer(answerer: Answerer) -> None:
    question = "Cầu Bến Thủy 3 được khánh thành khi nào?"
    parts = list(answerer.stream(question))
    assert [len(part.claims) for part in parts] == list(range(1, len(parts) + 1))
    assert parts[-1] == answerer.ask(question)


def test_what_was_understood_is_in_the_answer(answerer: Answerer) -> None:
    assert answerer.ask("truong le loi don bao nhieu hoc sinh").understood is not None
    assert answerer.ask("Trường Lê Lợi đón bao nhiêu học sinh?").understood is None


def test_a_question_as_typed_is_neither_restored_nor_completed(answerer: Answerer) -> None:
    bare = "truong le loi don bao nhieu hoc sinh"
    as_typed = Reading(as_typed=True)
    assert answerer.ask(bare, reading=as_typed).understood is None
    history = [Turn(bare, "Trường tiểu học Lê Lợi đón 320 học sinh lớp một.")]
    assert answerer.ask("Ở đó ai là hiệu trưởng?", history).understood is not None
    assert answerer.ask("Ở đó ai là hiệu trưởng?", history, reading=as_typed).understood is None
