"""Why an expected article is not first: absent, filtered, folded away or below by so much."""

from __future__ import annotations

from index.corpus import NewsIndex
from index.expect import expect
from index.types import Filters

QUESTION = "Giá cà phê Đắk Lắk là bao nhiêu?"


def test_the_first_hit_is_told_as_such(news: NewsIndex) -> None:
    told = expect(news, QUESTION, "ca-phe")
    assert told.place == 1
    assert told.hit == told.above


def test_a_lower_hit_is_told_by_how_much_and_why(news: NewsIndex) -> None:
    told = expect(news, QUESTION, "cau")
    assert told.place is not None
    assert told.place > 1
    assert told.hit is not None
    assert told.above is not None
    assert f"{told.above.score - told.hit.score:.2f} below ca-phe" in told.reason


def test_an_unknown_id_is_told_with_those_like_it(news: NewsIndex) -> None:
    told = expect(news, QUESTION, "ca")
    assert told.place is None
    assert "ca-phe" in told.reason


def test_a_filter_that_keeps_it_out_is_named(news: NewsIndex) -> None:
    told = expect(news, QUESTION, "ca-phe", Filters(sources=("Giáo dục hôm nay",)))
    assert told.place is None
    assert "source Giáo dục hôm nay" in told.reason
