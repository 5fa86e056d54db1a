"""Articles that disagree are both heard, newest first; "hiện nay" says as of when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index.build import index_articles
from index.corpus import NewsIndex
from index.encoders import Encoder
from index.types import Article
from qa.answer import Answerer
from qa.freshness import asks_about_now
from qa.notices import AsOf, Conflict

EARLY = Article(
    id="som",
    title="Lũ quét ở xã Mường Phăng",
    text=(
        "Lũ quét ở xã Mường Phăng làm 12 người mất tích.\n"
        "Sáng nay bộ đội biên phòng tìm kiếm dọc suối.\n"
        "Nhiều ngôi nhà ven suối bị cuốn trôi."
    ),
    source="Báo Sớm",
    published=date(2024, 7, 1),
    digest="1",
)
LATE = Article(
    id="muon",
    title="Lực lượng cứu hộ vào xã Mường Phăng",
    text=(
        "Đường vào bản đã thông sau hai ngày san gạt đất đá.\n"
        "Lũ quét ở xã Mường Phăng khiến 19 người mất tích, huyện cho biết.\n"
        "Học sinh được nghỉ đến hết tuần vì trường bị ngập bùn."
    ),
    source="Báo Muộn",
    published=date(2024, 7, 3),
    digest="2",
)
QUESTION = "Lũ quét ở xã Mường Phăng làm bao nhiêu người mất tích?"


def answerer(folder: Path, encoder: Encoder, *articles: Article) -> Answerer:
    index_articles(articles, folder, encoder)
    return Answerer(NewsIndex.open(folder, encoder))


def test_both_figures_with_their_days_newest_first(tmp_path: Path, encoder: Encoder) -> None:
    answer = answerer(tmp_path, encoder, EARLY, LATE).ask(QUESTION)
    (conflict,) = answer.notices
    assert isinstance(conflict, Conflict)
    told = [(one.said, one.article.source) for one in conflict.figures]
    assert told == [("19", "Báo Muộn"), ("12", "Báo Sớm")]
    first, second, *_ = answer.claims
    assert "19 người" in first.text
    assert "12 người" in second.text
    assert [first.citations[0].number, second.citations[0].number] == [1, 2]
    assert answer.short is None
    for claim in answer.claims:
        for one in claim.citations:
            assert one.quote == one.article.text[one.start : one.end]


@pytest.mark.parametrize(
    "text",
    [
        LATE.text.replace("19 người mất tích", "12 người mất tích"),
        LATE.text.replace("19 người mất tích", "gần 12 người mất tích"),
        LATE.text.replace("19 người mất tích", "19 ngôi nhà sập"),
        LATE.text.replace("xã Mường Phăng khiến", "xã Nà Tấu khiến"),
    ],
)
def test_no_conflict_where_both_can_be_right(tmp_path: Path, encoder: Encoder, text: str) -> None:
    other = replace(LATE, title="Cứu hộ vào bản", text=text)
    assert answerer(tmp_path, encoder, EARLY, other).ask(QUESTION).notices == ()


def test_one_article_is_no_conflict(tmp_path: Path, encoder: Encoder) -> None:
    answer = answerer(tmp_path, encoder, EARLY).ask(QUESTION)
    assert answer.notices == ()
    assert answer.claims[0].text.startswith("Lũ quét")


@pytest.mark.parametrize(
    ("question", "now"),
    [
        ("Hiện nay ai là hiệu trưởng trường Lê Lợi?", True),
        ("hien nay ai la hieu truong", True),
        ("Who is currently the head of the school?", True),
        ("Ai là hiệu trưởng trường Lê Lợi?", False),
        ("Thế hiện nét đẹp văn hóa ra sao?", False),
    ],
)
def test_questions_about_now(question: str, now: bool) -> None:
    assert asks_about_now(question) is now


def test_an_answer_about_now_says_as_of_when(news: NewsIndex) -> None:
    answer = Answerer(news).ask("Ai hiện nay là hiệu trưởng trường tiểu học Lê Lợi?")
    (notice,) = answer.notices
    assert isinstance(notice, AsOf)
    assert notice.article.id == "truong"
