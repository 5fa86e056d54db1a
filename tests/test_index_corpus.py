"""Search over a small real index: the right article first, filters exact, periods read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from articles import ARTICLES
from fakes_index import LetterEncoder, article

from index.build import index_articles
from index.bylines import shared
from index.corpus import NewsIndex
from index.encoders import Encoder
from index.errors import QuestionRejected
from index.named import with_authors, with_bylines, with_sources
from index.query import LONGEST_QUESTION
from index.types import Article, Filters, Reading


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("Cầu Bến Thủy 3 dài bao nhiêu?", "cau"),
        ("cau ben thuy 3 dai bao nhieu", "cau"),
        ("Who is the headmistress of Lê Lợi primary school?", "truong"),
        ("gia ca phe dak lak", "ca-phe"),
    ],
)
def test_the_right_article_is_first_and_once(news: NewsIndex, question: str, article: str) -> None:
    hits = news.search(question).hits
    assert hits[0].article.id == article
    assert len({hit.article.id for hit in hits}) == len(hits)
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)


def test_what_was_understood_is_told(news: NewsIndex) -> None:
    result = news.search("truong le loi don bao nhieu hoc sinh")
    assert result.understood == "trường lê lợi đón bao nhiêu học sinh"
    as_typed = news.search("truong le loi don bao nhieu hoc sinh", reading=Reading(as_typed=True))
    assert as_typed.understood == as_typed.question


def test_a_question_in_capitals_is_searched_in_small_letters(news: NewsIndex) -> None:
    loud = "GIÁ CÀ PHÊ ĐẮK LẮK LÀ BAO NHIÊU"
    assert news.search(loud).understood == "giá cà phê Đắk Lắk là bao nhiêu"
    assert news.search("UBND TP.HCM").understood == "UBND TP.HCM"
    assert news.search(loud, reading=Reading(as_typed=True)).understood == loud


def test_sentences_and_chunks_are_slices_of_the_article(news: NewsIndex) -> None:
    for hit in news.search("giá cà phê").hits:
        assert hit.chunk.text == hit.article.text[hit.chunk.start : hit.chunk.end]
        lines = [hit.article.text[s.start : s.end] for s in hit.sentences]
        assert " ".join(lines).split() == hit.article.text.split()


def test_a_weighted_sum_may_stand_in_for_the_fitted_ranking(news: NewsIndex) -> None:
    for share, of in ((1.0, "dense"), (0.0, "lexical")):
        plain = NewsIndex(news.snapshot, news.encoder, dense_share=share)
        legs = [getattr(hit.why, of) for hit in plain.search("giá cà phê ở Đắk Lắk").hits]
        assert len(legs) > 2
        assert legs == sorted(legs, reverse=True)


def test_who_asks_for_more_than_are_ranked_gets_the_rest_behind_them(tmp_path: Path) -> None:
    encoder = LetterEncoder()
    index_articles([article(number) for number in range(60)], tmp_path, encoder)
    news = NewsIndex.open(tmp_path, encoder)
    few, many = (news.search("lúa gạo của bài số 7", k=k).hits for k in (24, 60))
    assert few == many[: len(few)]
    ids = [one.id for hit in many for one in (hit.article, *hit.also)]
    assert len(set(ids)) == len(ids) == 60
    assert [hit.score for hit in many] == sorted((hit.score for hit in many), reverse=True)
    last = many[-1]
    assert last.why.dense == max(sentence.score for sentence in last.sentences)
    assert last.chunk.text == last.article.text[last.chunk.start : last.chunk.end]


def test_filters_leave_only_what_passes(news: NewsIndex) -> None:
    by_source = news.search("giá cà phê", Filters(sources=("Giáo dục hôm nay",)))
    assert [hit.article.id for hit in by_source.hits] == ["truong"]
    by_day = news.search("học sinh", Filters(since=date(2024, 4, 1), until=date(2024, 4, 30)))
    assert [hit.article.id for hit in by_day.hits] == ["ca-phe"]
    by_article = news.search("học sinh", Filters(articles=("cau",)))
    assert [hit.article.id for hit in by_article.hits] == ["cau"]


def test_the_filter_that_excludes_everything_is_named(news: NewsIndex) -> None:
    nobody = Filters(since=date(2024, 1, 1), sources=("không có",))
    result = news.search("học sinh", nobody)
    assert not result.hits
    assert result.excluding == Filters(sources=("không có",))
    apart = Filters(until=date(2024, 3, 31), sources=("Giáo dục hôm nay",))
    assert news.search("học sinh", apart).excluding == apart
    assert not news.search("học sinh", Filters(sources=("Giáo dục hôm nay",))).excluding


def test_a_period_of_the_question_is_a_filter(news: NewsIndex) -> None:
    result = news.search("tuần trước có tin gì", reading=Reading(date(2024, 5, 1)))
    assert [hit.article.id for hit in result.hits] == ["ca-phe"]
    assert result.filters.since == date(2024, 4, 22)
    assert result.unmet is None


def test_a_year_is_told_of_later_so_it_filters_nothing(news: NewsIndex) -> None:
    result = news.search("năm ngoái giá cà phê bao nhiêu", reading=Reading(date(2025, 1, 9)))
    assert result.hits[0].article.id == "ca-phe"
    assert result.filters.since is None
    assert result.unmet is None


def test_a_period_without_articles_filters_nothing_and_is_told(news: NewsIndex) -> None:
    result = news.search("hôm nay giá cà phê bao nhiêu", reading=Reading(date(2024, 8, 8)))
    assert result.hits[0].article.id == "ca-phe"
    assert result.unmet is not None
    assert result.unmet.since == date(2024, 8, 8)


def test_only_what_no_article_passes_is_dropped_of_the_filters_of_a_question(
    news: NewsIndex,
) -> None:
    question = "theo báo Miền Trung hôm nay có gì mới về học sinh"
    result = news.search(question, reading=Reading(date(2024, 8, 8)))
    assert result.filters.sources == ("Báo Miền Trung",)
    assert result.unmet == Filters(since=date(2024, 8, 8), until=date(2024, 8, 8))
    assert {hit.article.id for hit in result.hits} == {"cau", "ca-phe"}


def test_a_filter_that_was_given_is_never_dropped(news: NewsIndex) -> None:
    nobody = Filters(authors=("Lê An",))
    result = news.search("theo báo Miền Trung có gì mới", nobody)
    assert (result.hits, result.filters, result.excluding) == ((), nobody, nobody)


def test_a_year_of_the_question_puts_what_appeared_then_in_front(
    tmp_path: Path, encoder: Encoder
) -> None:
    yearly = [
        Article(
            id=str(year),
            title="Sản lượng lúa của xã Tân Lập",
            text=f"Xã Tân Lập thu {count} tấn lúa.\nBà con phơi lúa ngoài sân đình.",
            published=date(year, 6, 1),
            digest=str(year),
        )
        for year, count in ((2021, 310), (2022, 320), (2023, 330))
    ]
    index_articles(yearly, tmp_path, encoder)
    index = NewsIndex.open(tmp_path, encoder)
    for year in ("2021", "2022", "2023"):
        result = index.search(f"Năm {year} xã Tân Lập thu bao nhiêu tấn lúa?")
        assert result.hits[0].article.id == year
        assert len(result.hits) == len(yearly)
        assert not result.filters


def test_a_newspaper_of_the_question_is_a_filter(news: NewsIndex) -> None:
    result = news.search("theo báo Miền Trung có gì mới về học sinh")
    assert result.filters.sources == ("Báo Miền Trung",)
    assert {hit.article.id for hit in result.hits} == {"cau", "ca-phe"}


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("theo báo Nghệ An thì sao", ("Baonghean.vn",)),
        ("tin cua bao nghe an", ("Baonghean.vn",)),
        ("theo Tuổi Trẻ Online thì sao", ("tuoitre.vn",)),
        ("theo Báo Hà Châu thì sao", ("Báo Hà Châu",)),
        ("theo bao ha chau thi sao", ("Báo Hà Châu",)),
        ("theo Hachau Online thì sao", ("Hachau Online",)),
        ("Hachau Online khác báo Hà Châu ở đâu", ("Báo Hà Châu",)),
        ("tuổi trẻ Hà Nội làm gì", ()),
        ("Nghệ An có gì mới", ()),
        ("vov noi gi", ()),
        ("theo VOV thì sao", ("VOV",)),
        ("VnExpress viết gì về giá vàng", ("VnExpress",)),
    ],
)
def test_sources_are_named_as_people_name_them(question: str, named: tuple[str, ...]) -> None:
    sources = (
        "", "Baonghean.vn", "tuoitre.vn", "VOV", "VnExpress", "Báo Hà Châu", "Hachau Online",
    )  # fmt: skip
    assert with_sources(Filters(), question, sources).sources == named


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("bài của Thu Hằng có gì", ("Mai Hoa - Thu Hằng",)),
        ("bai cua phong vien ha vy", ("Hà Vy",)),
        ("articles by Hà Vy", ("Hà Vy",)),
        ("bài của HÀ VY", ("Hà Vy",)),
        ("theo Hà Vy thì sao", ("Hà Vy",)),
        ("theo Ha Vy thi sao", ("Hà Vy",)),
        ("tác giả: Hoà Vân viết gì", ("Hòa Vân;TTXVN",)),
        ("Hà Vy làm gì", ()),
        ("theo hà vy thì sao", ()),
        ("bài của Hà Vỹ", ()),
        ("bài của Hà Vy Anh", ()),
        ("bài của Hà, Vy và bạn", ()),
        ("bài của Hà", ()),
        ("bài của TTXVN", ()),
        ("bài của h.v", ()),
        ("theo Hải Dương thì sao", ()),
        ("bài của Hải Dương", ("Hải Dương",)),
        ("theo Tuổi Trẻ thì sao", ()),
    ],
)
def test_authors_are_named_in_full_behind_a_word_for_them(
    question: str, named: tuple[str, ...]
) -> None:
    authors = (
        "", "Mai Hoa - Thu Hằng", "Hà Vy", "TTXVN", "Hòa Vân;TTXVN", "H.V", "Hải Dương",
        "TUỔI TRẺ",
    )  # fmt: skip
    assert with_authors(Filters(), question, authors, ("tuoitre.vn",)).authors == named


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("Hà Vy", ("HÀ VY", "Mai Hoa, Hà Vy")),
        ("ha vy", ("HÀ VY", "Hà Vỹ", "Mai Hoa, Hà Vy")),
        ("Mai Hoa, Hà Vy", ("Mai Hoa, Hà Vy",)),
        ("TTXVN", ("TTXVN",)),
        ("Hà Vi", ("Hà Vi",)),
    ],
)
def test_an_author_stands_for_every_byline_with_that_name(
    given: str, meant: tuple[str, ...]
) -> None:
    bylines = ("", "HÀ VY", "Hà Vỹ", "Mai Hoa, Hà Vy", "TTXVN")
    assert with_bylines(Filters(authors=(given,)), bylines).authors == meant


@pytest.mark.parametrize(
    ("bylines", "told"),
    [
        ((), ()),
        (("Hà Vy", "HÀ VY - Mai Hoa", "Lê An, Hà Vy"), ("Hà Vy",)),
        (("Mai Hoa, Hà Vy", "Mai Hoa, Hà Vy;TTXVN"), ("Mai Hoa", "Hà Vy")),
        (("Hà Vy", "Mai Hoa"), ("Hà Vy", "Mai Hoa")),
    ],
)
def test_bylines_are_told_by_whom_they_share(
    bylines: tuple[str, ...], told: tuple[str, ...]
) -> None:
    assert shared(bylines) == told


def test_an_author_is_a_filter(tmp_path: Path, encoder: Encoder) -> None:
    bylines = ("Lê Minh", "Hà Vy - Lê Minh", "Hà Vy")
    signed = [
        replace(article, author=byline) for article, byline in zip(ARTICLES, bylines, strict=True)
    ]
    index_articles(signed, tmp_path, encoder)
    index = NewsIndex.open(tmp_path, encoder)
    for result in (
        index.search("học sinh", Filters(authors=("le minh",))),
        index.search("bài của Lê Minh về học sinh"),
    ):
        assert {hit.article.author for hit in result.hits} == {"Lê Minh", "Hà Vy - Lê Minh"}
    nobody = index.search("học sinh", Filters(authors=("Trần An",)))
    assert nobody.excluding == Filters(authors=("Trần An",))


def test_as_of_hides_what_came_later(news: NewsIndex) -> None:
    then = Reading(as_of=date(2024, 4, 30))
    found = {hit.article.id for hit in news.search("học sinh", reading=then).hits}
    assert found == {"cau", "ca-phe"}


def test_why_names_the_parts_of_the_score(news: NewsIndex) -> None:
    why = news.search("Giá cà phê Đắk Lắk").hits[0].why
    assert {"ca", "phe", "dak", "lak"} <= set(why.terms)
    assert why.lexical > 0
    assert 0.8 < why.dense <= 1
    assert dict(why.features)["coverage"] == pytest.approx(1.0)


@pytest.mark.parametrize("question", ["", "  \n ", "\u200b\u202e"])
def test_an_empty_question_is_refused(news: NewsIndex, question: str) -> None:
    with pytest.raises(QuestionRejected, match="empty"):
        news.search(question)


def test_an_over_long_question_is_refused(news: NewsIndex) -> None:
    assert news.search("cầu " * (LONGEST_QUESTION // 4)).hits
    with pytest.raises(QuestionRejected, match="4,001"):
        news.search("x" * (LONGEST_QUESTION + 1))


@pytest.mark.parametrize("question", ["a", "là và của", "🙂🙂", "Привет 世界 ca phe", "?!"])
def test_odd_questions_are_searched(news: NewsIndex, question: str) -> None:
    assert len(news.search(question).hits) == len(ARTICLES)


def test_a_story_takes_one_place(tmp_path: Path, encoder: Encoder) -> None:
    first = ARTICLES[0]
    retold = replace(
        first,
        id="bao-khac",
        source="Báo Khác",
        published=date(2024, 3, 6),
        title="Cầu Bến Thủy 3 đã khánh thành",
    )
    years_before = replace(
        first, id="xua", published=date(2019, 3, 5), text=f"{first.text}\nCầu mở cho ô tô."
    )
    index_articles([*ARTICLES, retold, years_before], tmp_path, encoder)
    hits = NewsIndex.open(tmp_path, encoder).search("Khánh thành cầu Bến Thủy 3").hits
    told = [{hit.article.id, *(other.id for other in hit.also)} for hit in hits]
    assert {"cau", "bao-khac"} in told
    assert {"xua"} in told


def test_a_filter_that_keeps_one_in_a_hundred_loses_nothing(
    tmp_path: Path, encoder: Encoder
) -> None:
    towns = ["Vàm", "Lội", "Hạ", "Thượng", "Bến", "Đông", "Tây", "Nam", "Bắc", "Trung"]
    many = [
        Article(
            id=f"{town}-{number}",
            title=f"Cầu {town} {number}",
            text=f"Cầu {town} số {number} dài {100 + number} m.",
            source="Báo Cầu" if number == 7 and town in towns[:2] else "Báo Khác",
            digest=f"{town}{number}",
        )
        for town in towns
        for number in range(20)
    ]
    index_articles(many, tmp_path, encoder)
    rare = Filters(sources=("Báo Cầu",))
    kept = [one for one in many if one.source == "Báo Cầu"]
    assert len(kept) == len(many) // 100
    question = "Cầu nào dài 107 m?"
    found = NewsIndex.open(tmp_path, encoder).search(question, rare).hits
    index_articles(kept, tmp_path / "alone", encoder)
    alone = NewsIndex.open(tmp_path / "alone", encoder).search(question).hits
    assert {hit.article.id for hit in found} == {hit.article.id for hit in alone}
    cosines = [{hit.article.id: hit.why.dense for hit in hits} for hits in (found, alone)]
    assert cosines[0] == pytest.approx(cosines[1], abs=0.02)
