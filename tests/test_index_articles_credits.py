from __future__ import annotations

import pytest

from index.articles.credits import closing_credit, reprinted_from, signature, split_source


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("(Baohatinh.vn) - Sáng nay", "Baohatinh.vn"),
        ("(Dân trí) - Sáng nay", "Dân trí"),
        ("(Báo Hà Châu) – Sáng nay", "Báo Hà Châu"),
        ("(Hachau Online) - Sáng nay", "Hachau Online"),
        ("(TTXVN/Vietnam+) - Sáng nay", "TTXVN/Vietnam+"),
        ("TTO - Sáng nay", "TTO"),
        ("VOV.VN - Sáng nay", "VOV.VN"),
    ],
)
def test_a_newspaper_opens_a_report(line: str, source: str) -> None:
    assert split_source(line) == (source, "Sáng nay")


@pytest.mark.parametrize(
    "line", ["TP.HCM - Sáng nay", "(Hà Tĩnh) - Sáng nay", "HÀ NỘI - Sáng nay", ""]
)
def test_a_place_is_no_newspaper(line: str) -> None:
    assert split_source(line) == (None, line)


@pytest.mark.parametrize(
    ("line", "paper"),
    [
        ("Theo Báo Tuyên Quang Online", "Báo Tuyên Quang Online"),
        ("(Nguồn: TTXVN)", "TTXVN"),
        ("(Theo AFP, Reuters)", "AFP, Reuters"),
        ("Theo ông Nam, mưa sẽ ngớt.", None),
        ("Theo dõi báo", None),
    ],
)
def test_a_closing_line_names_where_it_was_first(line: str, paper: str | None) -> None:
    assert reprinted_from(line) == paper


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("Thu Hà", "Thu Hà"),
        ("(Nhóm PV, CTV t/h)", "Nhóm PV, CTV t/h"),
        ("Bài, ảnh: Mai Lan", "Mai Lan"),
        ("Tin, ảnh: Bảo Ngọc", "Bảo Ngọc"),
        ("Trần Văn An - Lê Bình", "Trần Văn An - Lê Bình"),
        ("Đỗ Anh (tổng hợp)", "Đỗ Anh"),
        ("Nh.Thạch (AFP)", "Nh.Thạch"),
        ("T.H", "T.H"),
        ("PV", "PV"),
        ("Hà Tĩnh", None),
        ("Thứ Năm", None),
        ("HÀ NỘI", None),
        ("Đại biểu dự hội nghị.", None),
        ("Làm cho dân tin", None),
        ("Công ty Cổ phần", None),
    ],
)
def test_signatures(line: str, author: str | None) -> None:
    assert signature(line) == author


@pytest.mark.parametrize(
    ("line", "credit"),
    [
        ("Gia Tùng (Theo AFP, Reuters)", ("Gia Tùng", "AFP, Reuters")),
        ("Nguyễn Tiến(TheoAFP, AP)", ("Nguyễn Tiến", "AFP, AP")),
        ("Hoàng Cường Theo Philstar", ("Hoàng Cường", "Philstar")),
        ("Thu Hà", ("Thu Hà", None)),
        ("Theo TTXVN", (None, "TTXVN")),
        ("Nhiều người đi theo ông Nam", None),
    ],
)
def test_author_and_paper_in_one_line(line: str, credit: tuple[str | None, str | None]) -> None:
    assert closing_credit(line) == credit
