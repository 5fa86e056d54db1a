"""Sentences are shown so that they can be read alone, in the article's own words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.corpus import NewsIndex
from index.text.sentences import sentence_spans
from index.types import Article
from qa.answer import Answerer
from qa.context import lead, widened
from qa.summary import summary_topic
from qa.types import Outcome


def shown(text: str, sentence: str) -> str:
    start = text.index(sentence)
    first, last = widened(Article("a", "Tên bài", text), start, start + len(sentence))
    return text[first:last]


WHO = "Phát biểu tại lễ khai giảng, ông Lê Văn Nam chúc mừng thầy và trò."


@pytest.mark.parametrize(
    "sentence",
    [
        "Ông cho biết trường có thêm 12 phòng học.",
        "Đồng chí đề nghị nhà trường giữ gìn sách vở.",
        "Ông cũng trao 20 suất học bổng cho học sinh nghèo.",
        "Điều này làm phụ huynh rất vui mừng.",
        "Tại đây, ông trao 20 suất học bổng.",
    ],
)
def test_what_leans_brings_what_it_leans_on(sentence: str) -> None:
    text = f"Sáng nay trường khai giảng. {WHO} {sentence} Trời nắng đẹp suốt buổi lễ."
    assert shown(text, sentence) == f"{WHO} {sentence}"


@pytest.mark.parametrize(
    "sentence",
    [
        "Ông Trần Văn Lâm trao 20 suất học bổng.",
        "Bà con trong xóm góp 20 suất học bổng.",
        "Đồng chí Phạm Thị Hoa trao 20 suất học bổng.",
        "Trường có thêm 12 phòng học mới.",
    ],
)
def test_what_stands_alone_is_left_alone(sentence: str) -> None:
    assert shown(f"{WHO} {sentence} Trời nắng.", sentence) == sentence


def test_a_person_is_looked_for_two_sentences_back() -> None:
    between = "Buổi lễ diễn ra trong không khí vui tươi."
    sentence = "Ông cho biết trường có thêm 12 phòng học."
    assert shown(f"{WHO} {between} {sentence}", sentence).startswith(WHO)
    assert shown(f"{WHO} {between} {between} {sentence}", sentence) == sentence


def test_a_heading_is_not_brought_along() -> None:
    sentence = "Ông cho biết trường có thêm 12 phòng học."
    assert shown(f"Ông Lê Văn Nam phát biểu (Ảnh: T.L\n{sentence}", sentence) == sentence


def test_a_list_comes_whole() -> None:
    text = "Bốn việc cần làm gồm:\n- Trồng cây.\n- Dọn rác.\n- Sửa đường.\nBà con rất vui."
    assert shown(text, "Bốn việc cần làm gồm:") == text[: text.index("\nBà con")]


@given(st.text(max_size=300))
def test_a_widened_sentence_is_a_run_of_whole_sentences(text: str) -> None:
    article = Article("a", "", text)
    spans = sentence_spans(text)
    for start, end in spans:
        first, last = widened(article, start, end)
        assert first <= start < end <= last
        assert first in {a for a, _ in spans}
        assert last in {b for _, b in spans}


def test_the_lead_tells_no_heading_and_nothing_twice() -> None:
    text = f"Tin mới\n{WHO}\nẢnh: Mai Hoa\n{WHO}\nTrường có thêm 12 phòng học mới cho năm nay."
    told = [text[a:b] for a, b in lead(Article("a", "Tên bài", text), 4)]
    assert told == [WHO, "Trường có thêm 12 phòng học mới cho năm nay."]


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Tóm tắt bài về hội nghị ở Thái Nguyên", "hội nghị ở Thái Nguyên"),
        ("Hãy tóm tắt tin khánh thành cầu Bến Thủy 3", "khánh thành cầu Bến Thủy 3"),
        ("tom tat hoi nghi o ha tinh", "hoi nghi o ha tinh"),
        ("Summarize the news about Bến Thủy bridge", "Bến Thủy bridge"),
        ("Tóm tắt", None),
        ("Cầu Bến Thủy 3 dài bao nhiêu?", None),
    ],
)
def test_the_topic_of_a_summary(question: str, topic: str | None) -> None:
    assert summary_topic(question) == topic


def test_a_summary_is_the_lead_of_the_story(news: NewsIndex) -> None:
    answer = Answerer(news).ask("Tóm tắt tin khánh thành cầu Bến Thủy 3")
    assert answer.outcome is Outcome.ANSWERED
    article = answer.claims[0].citations[0].article
    assert article.id == "cau"
    assert [claim.text for claim in answer.claims] == article.text.split("\n")
