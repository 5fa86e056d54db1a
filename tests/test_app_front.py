"""What the page shows before anything is asked: the newest, plots, questions worth offering."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fakes_app import BRIDGE, RICE, archive, write_index

from app.front import front_of
from app.library import overview
from app.live import Archive
from app.suggest import stands_alone
from app.web import markup
from app.web.plot import MOST_MONTHS, MOST_YEARS, plot, spans, when
from app.words import EN, VI


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return archive(write_index(tmp_path_factory.mktemp("front")))


def test_the_front_names_the_newest_articles_and_the_newspapers(opened: Archive) -> None:
    front = front_of(opened)
    assert front.articles == 2
    assert [article.title for article in front.newest] == [RICE.title, BRIDGE.title]
    assert set(front.sources) == {BRIDGE.source, RICE.source}
    assert front.authors == (BRIDGE.author,)
    shown = markup.front(front, EN)
    assert shown.index(RICE.title) < shown.index(BRIDGE.title)
    assert "See the whole archive: 2 articles" in shown


@pytest.mark.parametrize(
    ("months", "first", "last", "count"),
    [
        ((("2024-11", 2), ("2025-02", 1)), ("2024-11", 2), ("2025-02", 1), 4),
        ((("2024-05", 7),), ("2024-05", 7), ("2024-05", 7), 1),
        ((("2019-12", 1), ("2023-06", 4)), ("2019", 1), ("2023", 4), 5),
        ((("1890-01", 3), ("2026-01", 1)), ("1991", 0), ("2026", 1), MOST_YEARS),
        ((), None, None, 0),
    ],
)
def test_an_axis_of_time_leaves_no_month_out(
    months: tuple[tuple[str, int], ...],
    first: tuple[str, int] | None,
    last: tuple[str, int] | None,
    count: int,
) -> None:
    shown = spans(months)
    assert len(shown) == count <= max(MOST_MONTHS, MOST_YEARS)
    if shown:
        assert (shown[0], shown[-1]) == (first, last)


def test_the_plot_links_every_bar_to_its_articles(opened: Archive) -> None:
    drawn = plot(overview(opened.snapshot), VI)
    assert drawn.count("<rect") == 2
    assert 'href="/articles?month=2024-03#list" aria-label="03/2024: 1"' in drawn
    assert when("2024") == "2024"


def test_the_ends_of_the_axis_are_named_where_there_is_room(opened: Archive) -> None:
    months = (("2024-12", 1), ("2025-10", 3))
    drawn = plot(replace(overview(opened.snapshot), months=months), VI)
    assert re.findall(r">([\d/]+)</text>", drawn) == ["3", "12/2024", "10/2025"]


@pytest.mark.parametrize(
    ("question", "sentence", "good"),
    [
        ("Cầu Vàm Sông dài bao nhiêu m?", "Cầu Vàm Sông dài 840 m.", True),
        ("Trưởng đoàn Đại biểu Quốc hội tỉnh; ai?", "Trưởng đoàn …; Lê Văn An.", False),
        # It begins in the middle of a sentence.
        ("Cuốn trôi khoảng bao nhiêu con gà ở Xuân Hòa?", "Lũ cuốn trôi khoảng 20 con gà.", False),
        # The list of names goes on.
        ("Xã sơ tán bao nhiêu hộ ở Bãi Giữa?", "Xã sơ tán 9 hộ ở Bãi Giữa, Cồn Nổi.", False),
        ("Xã sơ tán bao nhiêu hộ ở Bãi Giữa?", "Xã sơ tán 9 hộ ở Bãi Giữa, khi lũ lên.", True),
        ("Đội về đích sau bao nhiêu phút 47 giây?", "Đội về đích sau 9 phút 47 giây.", False),
        ("Ai dự lễ khánh thành cầu Vàm Sông?", "Ông Lâm dự lễ khánh thành cầu Vàm Sông.", True),
        ("Bao nhiêu hộ dân ở Nà Tông có nước?", "Có 96 hộ dân ở Nà Tông có nước.", False),
    ],
)
def test_a_question_that_is_offered_can_be_understood_alone(
    question: str, sentence: str, good: bool
) -> None:
    assert stands_alone(question, sentence) is good
