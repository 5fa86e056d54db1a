from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.dates import date_line, date_mentions, published_date
from index.text.syllables import fold

SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
TODAY = date(2026, 3, 11)
Parts = tuple[int | None, int | None, int | None]


def parts(text: str) -> list[Parts]:
    return [(mention.day, mention.month, mention.year) for mention in date_mentions(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thứ Sáu, 21/6/2024", (21, 6, 2024)),
        ("Cập nhật: 11:42 27/12/2022", (27, 12, 2022)),
        ("Thứ Năm, ngày 31 tháng 12 năm 2020 - 19:20", (31, 12, 2020)),
        ("tổ chức ngày 07/7/2020.", (7, 7, 2020)),
        ("lúc 8:30 6-1-2020", (6, 1, 2020)),
        ("27.12.2022", (27, 12, 2022)),
        ("2020-12-31T10:20:30+07:00", (31, 12, 2020)),
        ("12/27/2022 8:30 AM", (27, 12, 2022)),
        ("in ngày 27/12/22", (27, 12, 2022)),
        ("ngày 31\ntháng 12", (31, 12, None)),
        ("Ngày 31-12, Ban Dân vận", (31, 12, None)),
        ("Sáng 27/12, Ban Dân vận", (27, 12, None)),
        ("Sáng nay (31/1), giá vàng", (31, 1, None)),
        ("dự báo ngày 6.2 trên cả nước", (6, 2, None)),
        ("đầu tháng 5/2023", (None, 5, 2023)),
        ("tháng 12 năm 2020", (None, 12, 2020)),
        ("tháng 9-2024", (None, 9, 2024)),
        ("hồi 10/2025", (None, 10, 2025)),
        ("tháng 5 có mưa", (None, 5, None)),
        ("năm 2019", (None, None, 2019)),
        ("December 31, 2020", (31, 12, 2020)),
        ("31 December 2020", (31, 12, 2020)),
        ("in May 2023", (None, 5, 2023)),
    ],
)
def test_every_way_to_write_a_date(text: str, expected: Parts) -> None:
    assert parts(text) == [expected]
    assert parts(fold(text)) == [expected]


def test_a_stretch_of_years_is_two_mentions() -> None:
    assert parts("giai đoạn 2021-2025 và từ năm 2017 - 2019") == [
        (None, None, 2021),
        (None, None, 2025),
        (None, None, 2017),
        (None, None, 2019),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "gần 1/3 số hộ, 2/20 trẻ",
        "thắng 3-1 ở vòng 1/8",
        "Nghị định 15/2020/NĐ-CP, Quyết định 290-QĐ/TW",
        "ngày 31/2, tháng 13",
        "mùng 10 tháng 3 âm lịch",
        "tăng 3.2% lên 25.000 đồng",
        "mở cửa 24/7",
    ],
)
def test_figures_that_are_no_dates(text: str) -> None:
    assert parts(text) == []


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.sampled_from("/-."), st.booleans())
def test_offsets_and_value_of_a_written_day(day: date, separator: str, padded: bool) -> None:
    written = separator.join([f"{day:%d}", f"{day:%m}", f"{day:%Y}"])
    if not padded:
        written = separator.join(str(int(part)) for part in written.split(separator))
    text = f"Hội nghị họp ngày {written}, tại Hà Tĩnh."
    (mention,) = date_mentions(text)
    assert text[mention.start : mention.end] == written
    assert mention.date == day
    assert mention.precision == "day"


@given(st.text(st.sampled_from("1290/-. ngàythg\n(),:năm"), max_size=60))
def test_mentions_are_ordered_and_apart(text: str) -> None:
    end = 0
    for mention in date_mentions(text):
        assert end <= mention.start < mention.end <= len(text)
        end = mention.end


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("000", date(2024, 6, 21)),
        ("001", None),  # only the day of the meeting, inside a sentence
        ("002", date(2020, 12, 31)),
        ("003", date(2022, 12, 27)),
        ("004", None),  # "Sáng 6/1" and the years 2019 and 2020, none of them the publication
    ],
)
def test_published_date_of_the_seeds(name: str, expected: date | None) -> None:
    (path,) = SEEDS.glob(f"{name}_*.txt")
    assert published_date(path.read_text("utf-8"), TODAY) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Cập nhật: 11:42 27/12/2022 | Thu Hà | 1.204 lượt xem", date(2022, 12, 27)),
        ("Thứ ba, 3/2/2026, 20:46 (GMT+7)", date(2026, 2, 3)),
        ("Ngày đăng: 12-05-2023 | Lượt xem: 1.234", date(2023, 5, 12)),
        ("Nguyễn Thị Minh Hằng  |  12/05/2023, 07:15", date(2023, 5, 12)),
        ("Thái Nguyên, 21/6/2024", date(2024, 6, 21)),
        ("Published: 2024-05-06", date(2024, 5, 6)),
        ("Hà Nội, ngày 5/6/2024 (TTXVN) - Sáng nay, Quốc hội họp.", date(2024, 6, 5)),
        ("12/27/2022 8:30:00 AM", date(2022, 12, 27)),
        ("6/5/2024 8:30:00 AM", None),
        ("Thứ Sáu, 12/3/2027", None),
        ("Cập nhật ngày 5/6/2024, cả nước có 300 ca mắc mới", None),
        ("Ông sinh ngày 12/5/1950, mất ngày 3/2/2020.", None),
        ("Hạn nộp hồ sơ: 20/5/2024", None),
        ("Đăng ký trước ngày 20/5/2024", None),
        ("Dự báo thời tiết 2/2/2026", None),
        ("Ngày đăng ký: 20/5/2024", None),
        ("Sáng 27/12, Ban Dân vận họp", None),
    ],
)
def test_date_lines(line: str, expected: date | None) -> None:
    assert date_line(line, TODAY) == expected


def test_the_earliest_of_clock_update_and_publication_is_taken() -> None:
    page = "Thứ Hai, 12/5/2025\nTRANG CHỦ\nCà phê tăng giá\n10/05/2025 08:30\nCập nhật: 11/5/2025"
    assert published_date(page, TODAY) == date(2025, 5, 10)


def test_dates_at_the_end_must_agree() -> None:
    body = "\n".join(["Cà phê tăng giá."] * 20)
    assert published_date(f"{body}\nThu Hà - 10/05/2025 08:30", TODAY) == date(2025, 5, 10)
    assert published_date(f"{body}\n10/05/2025\nTin khác\n09/05/2025", TODAY) is None


def test_a_day_that_has_not_come_is_not_believed() -> None:
    assert published_date("Thứ Sáu, 21/6/2024", date(2024, 6, 20)) is None
    assert published_date("Thứ Sáu, 21/6/2024", date(2024, 6, 21)) == date(2024, 6, 21)
