from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from index.stories import Stories, Telling, same_story, sketch, telling
from index.types import Article

DAY = date(2025, 9, 18)
TEXT = " ".join(
    f"Thôn {name} có {n} nhà bị ngập, nước lên cao." for n, name in enumerate("ABCDEGHK")
)


def told(
    text: str = TEXT,
    source: str | None = "a.vn",
    day: date | None = DAY,
    vector: tuple[float, float] = (1, 0),
) -> Telling:
    article = Article("x", "Nước sông Vân lên nhanh", text, source=source, published=day)
    return telling(article, np.array([vector], np.float32))


def test_a_copy_is_the_same_story_whoever_prints_it_and_whenever() -> None:
    copy = told(TEXT.replace("có 3 nhà", "có 5 nhà"), vector=(0, 1), day=None)
    assert same_story(told(), copy) > 0
    assert same_story(told(), told(day=DAY + timedelta(days=400), source=None)) > 0


def test_reports_of_two_newspapers_within_days_are_one_story() -> None:
    # Some words in common, as two reports of one event have them.
    report = told(TEXT[: len(TEXT) // 2] + " Công an giúp dân dời đồ đạc trong đêm.", source="b.vn")
    assert 0 < np.mean(told().sketch == report.sketch) < 0.75
    assert same_story(told(), report) > 0
    assert same_story(told(), told("Giá vàng tăng mạnh phiên sáng.", "b.vn", vector=(0, 1))) < 0


@pytest.mark.parametrize(
    ("source", "day"),
    [("a.vn", DAY), (None, DAY), ("b.vn", None), ("b.vn", DAY + timedelta(days=4))],
)
def test_a_follow_up_is_a_story_of_its_own(source: str | None, day: date | None) -> None:
    report = told(TEXT[: len(TEXT) // 2], source, day)
    assert same_story(told(), report) < 0


def test_an_aggregator_carries_many_newspapers() -> None:
    half = TEXT[: len(TEXT) // 2]
    assert same_story(told(source="baomoi.com"), told(half, "baomoi.com")) > 0


def test_a_story_is_called_by_its_first_article() -> None:
    stories = Stories()
    assert stories.add(10, told()) == 10
    assert stories.add(11, told("Giá vàng tăng mạnh phiên sáng nay.", "b.vn", vector=(0, 1))) == 11
    assert stories.add(12, told(source="c.vn")) == 10
    assert stories.add(13, told(source="d.vn", day=None)) == 10


def test_an_index_that_exists_is_read_in_as_it_is() -> None:
    stories = Stories()
    assert stories.add(3, told(), story=1) == 1
    assert stories.add(4, told(source="c.vn")) == 1


def test_many_articles_of_one_day_are_all_compared() -> None:
    stories = Stories()
    for number in range(50):
        other = told(
            f"Bản tin số {number} về việc riêng của xã {number}.", f"{number}.vn", vector=(0, 1)
        )
        stories.add(number, other, story=number)
    stories.add(50, told(source="e.vn"))
    assert stories.add(51, told(TEXT[: len(TEXT) // 2], "f.vn")) == 50


def test_the_sketch_is_of_syllables_and_stays_the_same() -> None:
    one = Article("1", "Lũ lên", "Nước SÔNG Vân dâng.")
    other = Article("2", "Lũ lên", "nước sông, vân dâng!")
    assert sketch(one).tolist() == sketch(other).tolist()
    assert sketch(Article("3", "", "")).shape == (128,)
