"""Why an expected article is not first: absent, filtered, folded away or below by so much."""

from __future__ import annotations

from pathlib import Path

from articles import ARTICLES

from index.build import index_articles
from index.corpus import NewsIndex
from index.encoders import Encoder
from index.expect import expect
from index.types import Article, Filters

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


def test_an_article_goes_by_its_file_name_too(tmp_path: Path, encoder: Encoder) -> None:
    file = tmp_path / "tin.txt"
    line = "Theo dõi chuyên trang Ẩm thực để đọc thêm công thức bánh xèo Quy Nhơn."
    body = "\n".join(sentence for article in ARTICLES for sentence in article.text.split("\n"))
    file.write_text(f"{line}\n{body}\n", encoding="utf-8")
    kept = Article(id="a", title="Tin trong ngày", text=body, path=str(file), digest="a")
    index_articles([kept], tmp_path / "index", encoder)
    news = NewsIndex.open(tmp_path / "index", encoder)
    told = expect(news, "công thức bánh xèo", "tin.txt")
    assert told.place == 1
    assert "cleaned away from it, with banh, cong, thuc, xeo: “Theo dõi" in told.reason


def test_a_filter_that_keeps_it_out_is_named(news: NewsIndex) -> None:
    told = expect(news, QUESTION, "ca-phe", Filters(sources=("Giáo dục hôm nay",)))
    assert told.place is None
    assert "source Giáo dục hôm nay" in told.reason
