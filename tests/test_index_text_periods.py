from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.periods import time_expression
from index.text.syllables import fold

AS_OF = date(2026, 3, 11)  # a Wednesday


def days(question: str, as_of: date = AS_OF) -> str | None:
    period = time_expression(question, as_of)
    return None if period is None else f"{period.since or ''}..{period.until or ''}"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Hôm nay giá vàng bao nhiêu?", "2026-03-11..2026-03-11"),
        ("Sáng nay có gì?", "2026-03-11..2026-03-11"),
        ("Hôm qua mưa ở đâu?", "2026-03-10..2026-03-10"),
        ("Tối qua ai thắng?", "2026-03-10..2026-03-10"),
        ("Tuần này họp gì?", "2026-03-09..2026-03-15"),
        ("Tuần trước họp gì?", "2026-03-02..2026-03-08"),
        ("Cuối tuần qua đi đâu?", "2026-03-07..2026-03-08"),
        ("Thứ sáu tuần trước có gì?", "2026-03-06..2026-03-06"),
        ("Tháng này có lễ hội gì?", "2026-03-01..2026-03-31"),
        ("Tháng trước có lễ hội gì?", "2026-02-01..2026-02-28"),
        ("Cuối tháng trước có gì?", "2026-02-19..2026-02-28"),
        ("Tháng 5/2023 có bão nào?", "2023-05-01..2023-05-31"),
        ("Tháng 12 có bão nào?", "2025-12-01..2025-12-31"),
        ("Tháng 12 năm ngoái có bão nào?", "2025-12-01..2025-12-31"),
        ("Đầu tháng 5/2023 có gì?", "2023-05-01..2023-05-10"),
        ("Năm nay thi khi nào?", "2026-01-01..2026-12-31"),
        ("Năm ngoái thi khi nào?", "2025-01-01..2025-12-31"),
        ("Năm 2023 có bao nhiêu hộ nghèo?", "2023-01-01..2023-12-31"),
        ("Đầu năm 2023 có gì?", "2023-01-01..2023-04-30"),
        ("Cuối năm giá cà phê ra sao?", "2025-09-01..2025-12-31"),
        ("Quý 2 năm 2024 xuất khẩu ra sao?", "2024-04-01..2024-06-30"),
        ("Quý III/2025 xuất khẩu ra sao?", "2025-07-01..2025-09-30"),
        ("Quý trước xuất khẩu ra sao?", "2025-10-01..2025-12-31"),
        ("6 tháng đầu năm 2024 ra sao?", "2024-01-01..2024-06-30"),
        ("Nửa cuối năm ngoái ra sao?", "2025-07-01..2025-12-31"),
        ("Từ tháng 3 đến tháng 5/2023 ra sao?", "2023-03-01..2023-05-31"),
        ("Từ tháng 11 đến tháng 2/2024 ra sao?", "2023-11-01..2024-02-29"),
        ("Từ ngày 3 đến ngày 7/9/2024 mưa ở đâu?", "2024-09-03..2024-09-07"),
        ("Từ 30/9 đến 7/10 mưa ở đâu?", "2025-09-30..2025-10-07"),
        ("Từ 2020 đến 2023 ra sao?", "2020-01-01..2023-12-31"),
        ("Giai đoạn 2021-2025 ra sao?", "2021-01-01..2025-12-31"),
        ("Từ đầu năm đến nay ra sao?", "2026-01-01..2026-03-11"),
        ("Kể từ tháng 5 có gì mới?", "2025-05-01..2026-03-11"),
        ("Trước năm 2020 ra sao?", "..2019-12-31"),
        ("Sau ngày 5/6/2024 ra sao?", "2024-06-06.."),
        ("3 ngày qua có gì?", "2026-03-08..2026-03-11"),
        ("Hai tuần gần đây có gì?", "2026-02-25..2026-03-11"),
        ("Gần đây có gì mới?", "2026-02-09..2026-03-11"),
        ("5 năm trước ai làm chủ tịch?", "2021-01-01..2021-12-31"),
        ("Ngày 5/6 có gì?", "2025-06-05..2025-06-05"),
        ("Ngày 29/2 có gì?", "2024-02-29..2024-02-29"),
        ("So với năm 2022, năm 2023 ra sao?", "2022-01-01..2023-12-31"),
        ("Từ tháng 1 tới tháng 3 năm nay mưa ở đâu?", "2026-01-01..2026-03-31"),
        ("Từ tháng 10 đến tháng 12 năm ngoái mưa ở đâu?", "2025-10-01..2025-12-31"),
        ("Mấy hôm nay mưa ở đâu?", "2026-03-08..2026-03-11"),
        ("24 giờ qua có gì?", "2026-03-10..2026-03-11"),
        ("Có bao nhiêu trận bão từ 2020?", "2020-01-01..2026-03-11"),
        ("Ai làm chủ tịch trước 2020?", "..2019-12-31"),
        ("Ai đỗ từ 2020 thí sinh?", None),
        ("Nhiều năm qua ai làm chủ tịch?", None),
        ("Ai là bí thư tỉnh?", None),
        ("Việt Nam qua các thời kỳ ra sao?", None),
        ("Ngày 31/2 có gì?", None),
        ("", None),
    ],
)
def test_a_question_with_and_without_accents(question: str, expected: str | None) -> None:
    assert days(question) == expected
    assert days(fold(question)) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What happened yesterday?", "2026-03-10..2026-03-10"),
        ("What happened last week?", "2026-03-02..2026-03-08"),
        ("What happened in the last 3 weeks?", "2026-02-18..2026-03-11"),
        ("How many storms in May 2023?", "2023-05-01..2023-05-31"),
        ("How many storms in 2023?", "2023-01-01..2023-12-31"),
        ("How many storms since 2021?", "2021-01-01..2026-03-11"),
        ("Exports in Q2 2024", "2024-04-01..2024-06-30"),
        ("Exports in the first half of 2023", "2023-01-01..2023-06-30"),
        ("Exports between May and July 2023", "2023-05-01..2023-07-31"),
        ("Exports from 2020 to 2022", "2020-01-01..2022-12-31"),
        ("Which room is 2023?", None),
    ],
)
def test_a_question_in_english(question: str, expected: str | None) -> None:
    assert days(question) == expected


def test_the_words_and_whether_they_count_from_today() -> None:
    question = "Giá cà phê tuần trước ra sao?"
    period = time_expression(question, AS_OF)
    assert period is not None
    assert question[period.start : period.end] == "tuần trước"
    assert period.relative
    dated = time_expression("Năm 2019 có gì?", AS_OF)
    assert dated is not None
    assert not dated.relative


@pytest.mark.parametrize(
    ("question", "dated"),
    [
        ("Tin ngày 5/6/2024 về giá vàng", True),
        ("Các bài đăng trong tháng 5/2023", True),
        ("articles published in May 2023", True),
        ("Thông tin năm 2023 ra sao?", False),
        ("Tháng 5/2023 có bão nào?", False),
    ],
)
def test_words_that_date_articles(question: str, dated: bool) -> None:
    for typed in (question, fold(question)):
        period = time_expression(typed, AS_OF)
        assert period is not None
        assert period.relative is dated


@given(
    st.text(st.sampled_from("từ đến năm tháng 0123/qua trước ngày tuần -"), max_size=40),
    st.dates(date(1900, 1, 1), date(2100, 1, 1)),
)
def test_whatever_is_asked_the_days_are_in_order(question: str, as_of: date) -> None:
    period = time_expression(question, as_of)
    if period is not None:
        assert 0 <= period.start < period.end <= len(question)
        assert period.since is None or period.until is None or period.since <= period.until
