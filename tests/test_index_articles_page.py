from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles.leftovers import is_leftover, is_list_heading, is_menu
from index.articles.page import Page, read_page

SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
TODAY = date(2026, 3, 11)
BODY = "Sáng nay, xã Đồng Vân bắt đầu gặt lúa sớm để tránh lũ đang lên."


def seed(number: str) -> Page:
    (path,) = SEEDS.glob(f"{number}_*.txt")
    return read_page(path.read_text("utf-8"), TODAY)


@pytest.mark.parametrize(
    ("number", "title", "source", "author"),
    [
        ("000", "Thái Nguyên: Tăng cường đồng thuận xã hội", None, "Nhóm PV, CTV t/h"),
        ("001", "Công tác dân vận phải được xem là công việc", None, None),
        ("002", "Tổng kết công tác dân vận nhiệm kỳ", "Báo Tuyên Quang Online", None),
        ("003", "Tiếp tục đẩy mạnh thực hiện quy chế", "Baohatinh.vn", "Thu Hà"),
        ("004", "Phó Bí thư Thường trực Tỉnh ủy Nguyễn Xuân Sơn:", "Baonghean.vn", None),
    ],
)
def test_what_the_seeds_say_about_themselves(
    number: str, title: str, source: str | None, author: str | None
) -> None:
    page = seed(number)
    assert page.title.startswith(title)
    assert (page.source, page.author) == (source, author)


def test_the_seeds_keep_their_words_and_lose_their_furniture() -> None:
    pages = {number: seed(number) for number in ("000", "001", "002", "003", "004")}
    leftovers = [
        "{",
        "bình luận",
        "Các tin",
        "Gửi cho",
        "mask",
        "TIN MỚI",
        "Xem tin",
        "Tắt",
        "Tin m",
    ]
    for page in pages.values():
        assert not [word for word in leftovers if word in page.text]
        assert page.title not in page.text
    lead = "Phó Bí thư Thường trực Tỉnh ủy Trần Thế Dũng đề nghị thời gian tới, cấp ủy đảng"
    assert pages["003"].text.count(lead) == 1
    assert pages["003"].text.endswith("trao giấy khen cho các tập thể xuất sắc.")
    # A broken line is put together; near-copies of captions say something new and stay.
    assert "của tỉnh Thái Nguyên cho tập thể, cá nhân" in pages["000"].text
    assert pages["004"].text.count("trao tặng Kỷ niệm chương vì sự nghiệp dân vận") == 2
    assert "\nĐồng chí Nguyễn Mạnh Khôi" in pages["004"].text


@given(
    st.lists(
        st.sampled_from(
            [
                *("", BODY, "Trời mưa to.", "mask", "Các tin khác", "Thu Hà", "{name} - {time}"),
                *(
                    "Cập nhật: 27/12/2022",
                    "Lúa chín sớm ở Đồng Vân",
                    "(TTXVN) - Mưa to.",
                    "cho tập",
                ),
            ]
        ),
        max_size=14,
    )
)
def test_every_line_is_kept_or_accounted_for(lines: list[str]) -> None:
    page = read_page("\n".join(lines), TODAY)
    kept = page.text.split()
    gone = " ".join(removed.text for removed in page.removed).split()
    assert sorted(kept + gone) == sorted(" ".join(lines).split())
    assert [removed.line for removed in page.removed] == sorted(r.line for r in page.removed)


def test_a_date_line_names_its_author() -> None:
    page = read_page(f"Lúa chín sớm\nĐức Duy - 22/06/2025 21:15\nĐức Duy\n\n{BODY}", TODAY)
    assert page.author == "Đức Duy"
    assert page.published == date(2025, 6, 22)
    assert page.text == BODY
    assert read_page(f"Lúa chín sớm\nThứ Năm, 18/9/2025\n{BODY}", TODAY).author is None


def test_the_last_words_of_a_line_may_be_the_byline() -> None:
    page = read_page(f"{BODY} Gia Tùng (Theo AFP)", TODAY, "Lúa chín sớm")
    assert (page.author, page.source, page.text) == ("Gia Tùng", "AFP", BODY)
    assert read_page(f"{BODY} Ông là Lê An.", TODAY, "Lúa").text == f"{BODY} Ông là Lê An."


def test_a_list_of_names_is_no_byline() -> None:
    names = "Lê Văn An\nTrần Thị Bình\nĐỗ Minh Châu"
    page = read_page(f"Danh sách khen thưởng năm nay\n{BODY}\n{names}", TODAY)
    assert page.author is None
    assert page.text.endswith(names)


def test_the_title_is_the_headline_that_the_page_repeats() -> None:
    page = read_page(
        "Tin nóng về giá vàng hôm nay\nLúa chín sớm ở Đồng Vân\n"
        f"{BODY}\nLúa chín sớm ở Đồng Vân\nNgười dân gặt lúa.",
        TODAY,
    )
    assert page.title == "Lúa chín sớm ở Đồng Vân"
    assert page.text == f"{BODY}\nNgười dân gặt lúa."
    assert [r.text for r in page.removed if r.reason == "above the title"] == [
        "Tin nóng về giá vàng hôm nay"
    ]


def test_a_page_without_a_headline_is_called_by_its_first_words() -> None:
    page = read_page(f"{BODY} Bà con phấn khởi.", TODAY)
    assert page.title == BODY
    assert page.text == f"{BODY} Bà con phấn khởi."
    long = read_page("từ " * 100, TODAY)
    assert long.title.endswith("từ…")
    assert len(long.title) <= 151


def test_a_report_of_one_line_is_its_text() -> None:
    for above in ("", "Thời sự\n", "Tin nhanh\n\n"):
        page = read_page(f"{above}Xã Đồng Vân bắt đầu gặt lúa sớm để tránh lũ\n", TODAY)
        assert page.text.endswith("Xã Đồng Vân bắt đầu gặt lúa sớm để tránh lũ")


def test_a_box_of_links_inside_a_body_does_not_end_it() -> None:
    page = read_page(
        f"Lúa chín sớm ở Đồng Vân\n{BODY}\nTin liên quan\n{BODY[:-1]} rồi.\n{BODY}", TODAY
    )
    assert page.text.count("Đồng Vân") == 2
    assert "Tin liên quan" not in page.text


@pytest.mark.parametrize(
    "line",
    [
        *("s", "—", "Tắt [X]", "0 bình luận", "Lượt xem: 1.206", "{body}", "{{ item.title }}"),
        *("In bài viết", "Từ khóa: lũ, bão", "Chia sẻ", "Theo dõi Báo A trên Google News"),
    ],
)
def test_furniture(line: str) -> None:
    assert is_leftover(line)


@pytest.mark.parametrize(
    "line",
    ["5", "In 3D lên ngôi", "Chia sẻ của người mẹ trẻ", "Thích thì đi", "Có", "{name} là một biến"],
)
def test_words_of_an_article_are_no_furniture(line: str) -> None:
    assert not is_leftover(line)
    assert not is_list_heading(line)


def test_menus_and_headings_of_lists() -> None:
    assert is_menu("Trang chủ › Thời sự › Trong tỉnh")
    assert is_menu("VĂN HÓA | DU LỊCH")
    assert not is_menu("Kinh tế Hà Châu tăng 8%")
    assert is_list_heading("CÁC TIN KHÁC:")
    assert is_list_heading("Bình luận (4)")
    assert not is_list_heading("Các tin khác nhau về vụ án")
