"""One story, one place: retellings fold, and what is only alike does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index.build import index_articles
from index.corpus import NewsIndex
from index.encoders import Encoder
from index.folding import by_story
from index.types import Article

LAUNCH = Article(
    id="ra-mat",
    title="Hãng Sao Biển ra mắt điện thoại Hải Âu 5",
    text=(
        "Sáng 4/3, hãng Sao Biển trình làng điện thoại Hải Âu 5 tại Đà Nẵng.\n"
        "Hải Âu 5 có giá 7 triệu đồng, bán từ cuối tháng.\n"
        "Đây là máy thứ năm mang tên Hải Âu của hãng."
    ),
    source="Báo Sông Hàn",
    published=date(2024, 3, 4),
    digest="1",
)
RETOLD = replace(
    LAUNCH,
    id="len-ke",
    title="Hải Âu 5 của Sao Biển giá 7 triệu đồng",
    text=(
        "Điện thoại Hải Âu 5 vừa được hãng Sao Biển giới thiệu ở Đà Nẵng với giá 7 triệu đồng.\n"
        "Máy lên kệ vào cuối tháng 3, đại diện Sao Biển cho biết."
    ),
    source="Tin Công Nghệ",
    published=date(2024, 3, 5),
    digest="2",
)
WEATHER = Article(
    id="thoi-tiet-27",
    title="Thời tiết hôm nay 27-11: Bắc Bộ rét, Trung Bộ mưa to",
    text=(
        "Bắc Bộ trời rét, nhiệt độ thấp nhất 14 độ, vùng núi có nơi dưới 9 độ.\n"
        "Trung Bộ mưa to, có nơi trên 120 mm. Nam Bộ có mưa rào vài nơi."
    ),
    source="Báo Sông Hàn",
    published=date(2024, 11, 27),
    digest="3",
)
NEXT_DAY = replace(
    WEATHER,
    id="thoi-tiet-28",
    title="Thời tiết hôm nay 28-11: Bắc Bộ rét, Trung Bộ giảm mưa",
    text=WEATHER.text.replace("120 mm", "60 mm"),
    source="Tin Công Nghệ",
    published=date(2024, 11, 28),
    digest="4",
)


def told(folder: Path, encoder: Encoder, question: str, *articles: Article) -> list[set[str]]:
    """The articles of each hit."""
    index_articles(articles, folder, encoder)
    hits = NewsIndex.open(folder, encoder).search(question).hits
    return [{hit.article.id, *(other.id for other in hit.also)} for hit in hits]


def test_a_retelling_by_another_newspaper_folds(tmp_path: Path, encoder: Encoder) -> None:
    stories = told(tmp_path, encoder, "Hải Âu 5 giá bao nhiêu?", LAUNCH, RETOLD, WEATHER)
    assert stories == [{"ra-mat", "len-ke"}, {"thoi-tiet-27"}]


def test_the_newspapers_of_a_story_are_told(tmp_path: Path, encoder: Encoder) -> None:
    index_articles([LAUNCH, RETOLD, WEATHER], tmp_path, encoder)
    first, second = NewsIndex.open(tmp_path, encoder).search("Hải Âu 5 giá bao nhiêu?").hits
    assert set(first.newspapers) == {"Báo Sông Hàn", "Tin Công Nghệ"}
    assert second.newspapers == ("Báo Sông Hàn",)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(RETOLD, source=LAUNCH.source), id="the same newspaper"),
        pytest.param(replace(RETOLD, published=date(2024, 3, 20)), id="weeks later"),
        pytest.param(replace(RETOLD, published=None), id="undated"),
    ],
)
def test_what_may_be_another_story_stays(tmp_path: Path, encoder: Encoder, other: Article) -> None:
    assert len(told(tmp_path, encoder, "Hải Âu 5 giá bao nhiêu?", LAUNCH, other)) == 2


def test_two_of_an_aggregator_are_of_two_newspapers(tmp_path: Path, encoder: Encoder) -> None:
    both = (replace(one, source="baomoi.com") for one in (LAUNCH, RETOLD))
    assert len(told(tmp_path, encoder, "Hải Âu 5 giá bao nhiêu?", *both)) == 1


def test_a_copy_folds_within_a_newspaper_and_undated(tmp_path: Path, encoder: Encoder) -> None:
    copy = replace(LAUNCH, id="ban-sao", title=f"{LAUNCH.title} (cập nhật)")
    undated = replace(LAUNCH, id="khong-ngay", published=None)
    assert len(told(tmp_path, encoder, "Hải Âu 5 giá bao nhiêu?", LAUNCH, copy, undated)) == 1


def test_the_weather_of_two_days_is_two_stories(tmp_path: Path, encoder: Encoder) -> None:
    stories = told(tmp_path, encoder, "thời tiết Bắc Bộ", WEATHER, NEXT_DAY)
    assert sorted(map(sorted, stories)) == [["thoi-tiet-27"], ["thoi-tiet-28"]]


def test_what_is_like_two_stories_makes_them_one() -> None:
    alike = {(0, 3), (1, 3)}
    assert by_story(4, sorted(alike), lambda *pair: pair in alike) == [[0, 1, 3], [2]]


def test_what_is_of_one_story_is_not_compared_again() -> None:
    asked = []

    def same(one: int, other: int) -> bool:
        asked.append((one, other))
        return True

    assert by_story(3, [(0, 1), (0, 2), (1, 2)], same) == [[0, 1, 2]]
    assert asked == [(0, 1), (0, 2)]
