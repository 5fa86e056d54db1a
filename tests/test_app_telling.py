"""Reasons in words: whole sentences in both languages, the figures and names of the values."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from articles import ARTICLES

from app.telling import limits, told, words_of
from app.words import EN, VI
from index.types import Filters
from qa.notices import (
    AsOf,
    Conflict,
    Fallback,
    Near,
    NonePasses,
    NothingAbout,
    Notice,
    Reported,
    SaysLittle,
    Unmet,
)
from qa.types import Answer, Outcome

BRIDGE = ARTICLES[0]
UNDATED = replace(BRIDGE, published=None, source=None)


@pytest.mark.parametrize(
    ("notice", "vietnamese", "english"),
    [
        (NothingAbout(), "Không có bài nào nói về điều này.", "No article speaks of this."),
        (
            Near(("2023",), ("Trường Nguyễn Huệ",)),
            "Có bài nói về điều gần với câu hỏi, nhưng không nói đến năm 2023, Trường Nguyễn Huệ.",
            "There is an article about something near, but it does not speak of the year 2023, "
            "Trường Nguyễn Huệ.",
        ),
        (
            NonePasses(Filters(since=date(2024, 5, 1), sources=("Báo A", "Báo B"))),
            "Không có bài nào đăng từ 1/5/2024, của Báo A, Báo B.",
            "No article is dated 1 May 2024 or later, from Báo A, Báo B.",
        ),
        (
            NonePasses(Filters(until=date(2024, 5, 1), authors=("Lê An",), articles=("cau",))),
            "Không có bài nào đăng đến 1/5/2024, do Lê An viết, có mã cau.",
            "No article is dated 1 May 2024 or earlier, written by Lê An, called cau.",
        ),
        (
            Unmet(Filters(since=date(2024, 8, 8), until=date(2024, 8, 8))),
            "Không có bài nào đăng ngày 8/8/2024, nên giới hạn này được bỏ qua.",
            "No article is dated 8 August 2024, so this limit was left out.",
        ),
        (
            Unmet(Filters(since=date(2024, 8, 1), until=date(2024, 8, 7))),
            "Không có bài nào đăng từ 1/8/2024 đến 7/8/2024, nên giới hạn này được bỏ qua.",
            "No article is dated 1 August 2024 to 7 August 2024, so this limit was left out.",
        ),
        (
            Conflict((Reported("19", BRIDGE), Reported("12", UNDATED))),
            "Các bài đưa số liệu khác nhau: 19 (Báo Miền Trung, 5/3/2024); 12 (không rõ ngày).",
            "The articles give different figures: 19 (Báo Miền Trung, 5 March 2024); 12 (undated).",
        ),
        (
            AsOf(BRIDGE),
            "Tính đến ngày 5/3/2024, theo bài “Khánh thành cầu Bến Thủy 3”.",
            "As of 5 March 2024, according to “Khánh thành cầu Bến Thủy 3”.",
        ),
        (
            AsOf(UNDATED),
            "Theo bài “Khánh thành cầu Bến Thủy 3”, không rõ ngày đăng.",
            "According to “Khánh thành cầu Bến Thủy 3”, which bears no date.",
        ),
        (SaysLittle(), VI.says_little, EN.says_little),
        (Fallback.FAILED, VI.model_failed, EN.model_failed),
        (Fallback.SILENT, VI.model_silent, EN.model_silent),
        (Fallback.UNSUPPORTED, VI.model_unsupported, EN.model_unsupported),
    ],
)
def test_a_reason_is_a_sentence(notice: Notice, vietnamese: str, english: str) -> None:
    assert told((notice,), VI) == vietnamese
    assert told((notice,), EN) == english


def test_filters_are_named() -> None:
    some = Filters(date(2024, 5, 1), date(2024, 5, 31), ("Báo A",), ("Lê An", "Hà Vy"))
    assert limits(some, VI) == [
        "Từ ngày: 01/05/2024",
        "Đến ngày: 31/05/2024",
        "Nguồn: Báo A",
        "Tác giả: Lê An",
        "Tác giả: Hà Vy",
    ]
    assert limits(Filters(), EN) == []


def test_several_reasons_are_one_paragraph_and_none_is_nothing() -> None:
    assert told((NothingAbout(), Near()), EN) == f"{EN.nothing_about} {EN.near}"
    assert told((), VI) is None


@pytest.mark.parametrize(
    ("question", "lang"),
    [
        ("Cầu dài bao nhiêu?", "vi"),
        ("cau dai bao nhieu", "vi"),
        ("How long is the bridge?", "en"),
        ("🙂", "vi"),
    ],
)
def test_who_asks_is_answered_in_that_language(question: str, lang: str) -> None:
    assert words_of(Answer(question, Outcome.ABSTAINED)).lang == lang
