from __future__ import annotations

import pytest
from fakes_eval import LineSearcher, article

from eval.gold import resolve
from eval.made import drafts
from eval.make_questions import make_questions
from eval.squad import contains
from eval.types import Dataset, Question
from index.errors import SettingsError
from index.types import Article


def made(sentence: str) -> list[tuple[str, str, str]]:
    return [(draft.made, draft.text, draft.answer) for draft in drafts(sentence)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "Năm 2022, tỉnh Hà Tĩnh đã tổ chức 392 cuộc đối thoại với nhân dân.",
            [
                (
                    "year",
                    "Năm nào, tỉnh Hà Tĩnh đã tổ chức 392 cuộc đối thoại với nhân dân?",
                    "2022",
                ),
                (
                    "number",
                    "Năm 2022, tỉnh Hà Tĩnh đã tổ chức bao nhiêu cuộc đối thoại với nhân dân?",
                    "392",
                ),
            ],
        ),
        (
            "Ông Trần Văn Lâm trao bằng khen cho các hộ dân ở Vàm Sông.",
            [("person", "Ai trao bằng khen cho các hộ dân ở Vàm Sông?", "Trần Văn Lâm")],
        ),
        (
            "Quyết định của tỉnh Nghệ An có hiệu lực từ ngày 1-1-2025.",
            [("day", "Quyết định của tỉnh Nghệ An có hiệu lực từ ngày nào?", "1-1-2025")],
        ),
        (
            "Xuất khẩu gạo của An Giang tăng 20,5% so với cùng kỳ.",
            [
                (
                    "number",
                    "Xuất khẩu gạo của An Giang tăng bao nhiêu phần trăm so với cùng kỳ?",
                    "20,5",
                )
            ],
        ),
    ],
)
def test_the_answer_makes_room_for_a_question_word(
    sentence: str, expected: list[tuple[str, str, str]]
) -> None:
    assert made(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "Ông đã trao 392 suất quà cho học sinh nghèo ở Hà Tĩnh.",  # who is "ông"?
        "Công an tỉnh Hà Tĩnh đã bắt giữ nghi phạm lúc 22 giờ.",  # a clock
        "Hội nghị tổng kết Quyết định số 290 ở tỉnh Hà Tĩnh.",  # a name
        "Chủ tịch UBND tỉnh Nguyễn Văn An dự lễ ở Hà Tĩnh.",  # behind a post
        "Đoàn Thanh niên Cộng sản Hồ Chí Minh tổ chức lễ ở Hà Tĩnh.",
        "Có bao nhiêu vụ trong 392 vụ ở tỉnh Hà Tĩnh?",
        "Các hộ dân ở đây đã nhận được 392 suất quà.",  # of where?
        'Anh nói: "Ở Hà Tĩnh có 392 người như thế (2022).',
        "Hà Tĩnh có 392 xã",
    ],
)
def test_sentences_that_cannot_be_asked_alone_are_left(sentence: str) -> None:
    assert made(sentence) == []


def test_only_the_clause_around_the_answer_is_asked() -> None:
    long = (
        "Theo báo cáo của Sở Y tế, trong mùa mưa, các bệnh viện ở Cần Thơ đã tiếp nhận 1.250 "
        "bệnh nhân sốt xuất huyết, nhiều người phải điều trị dài ngày, nhất là trẻ nhỏ."
    )
    assert made(long) == [
        (
            "number",
            "Các bệnh viện ở Cần Thơ đã tiếp nhận bao nhiêu bệnh nhân sốt xuất huyết?",
            "1.250",
        )
    ]


def corpus() -> list[Article]:
    towns = (
        "Vàm Sông",
        "Bến Lúa",
        "Gò Dừa",
        "Rạch Cau",
        "Hòn Tre",
        "Suối Mơ",
        "Đồng Sen",
        "Núi Bà",
    )
    return [
        article(
            f"{place}.txt",
            f"Năm {1950 + 9 * place}, huyện {town} đã xây {37 * place + 12} căn nhà tình nghĩa.\n"
            f"Ông Trần Văn {name} trao chìa khóa cho các hộ dân của huyện {town}.",
            title=f"Huyện {town} xây nhà tình nghĩa cho dân",
        )
        for place, (town, name) in enumerate(zip(towns, "ABCDEGHI", strict=True))
    ]


def ask(articles: list[Article], count: int = 50, **more: object) -> tuple[Question, ...]:
    return make_questions(articles, LineSearcher(articles), count, **more)  # type: ignore[arg-type]


def test_every_made_question_says_how_and_is_answered_by_its_gold() -> None:
    articles = corpus()
    questions = ask(articles)
    answerable = [question for question in questions if question.answerable]
    assert len(answerable) == len(articles)
    assert {dict(question.facets)["made"] for question in answerable} > {"title", "number"}
    resolved = resolve(Dataset("d", None, questions), articles)
    assert resolved.notes == ()
    texts = {one.id: one.text for one in articles}
    for question in resolved.questions:
        assert dict(question.facets)["how"]
        for gold in question.gold:
            if question.answers:
                assert contains(texts[gold.article_id][gold.start : gold.end], question.answers)
                assert not contains(question.text, question.answers)


def test_the_same_seed_makes_the_same_questions() -> None:
    assert ask(corpus(), seed=1) == ask(corpus(), seed=1)
    assert ask(corpus(), seed=1) != ask(corpus(), seed=2)
    assert sum(question.answerable for question in ask(corpus(), 3)) == 3


def test_twins_ask_for_what_no_passage_knows() -> None:
    twins = [question for question in ask(corpus()) if not question.answerable]
    assert twins
    for twin in twins:
        facets = dict(twin.facets)
        assert facets["made"] in ("other year", "other province")
        assert facets["twin of"] + "-twin" == twin.id
        assert (twin.gold, twin.answers) == ((), ())


def test_a_question_that_another_article_answers_is_left_out() -> None:
    one = article("1.txt", "Huyện Vàm Sông đã xây dựng 37 căn nhà tình nghĩa trong năm qua.")
    other = article("2.txt", "Trong năm qua Vàm Sông xây dựng 37 căn nhà tình nghĩa cho huyện đã.")
    assert [q.answers for q in ask([one])] == [("37",)]
    with pytest.raises(SettingsError, match="No question can be made of these 2 articles"):
        ask([one, other])


def test_the_same_sentence_in_another_article_is_gold_too() -> None:
    sentence = "Huyện Vàm Sông đã xây dựng 37 căn nhà tình nghĩa trong năm qua."
    first, *_ = ask([article("1.txt", sentence), article("2.txt", f"Tin mới.\n{sentence}")])
    assert {gold.article_id for gold in first.gold} == {"1.txt", "2.txt"}


def test_a_title_that_two_articles_share_is_no_question() -> None:
    title = "Huyện Vàm Sông xây nhà tình nghĩa"
    with pytest.raises(SettingsError, match="No question"):
        ask([article("1.txt", "Tin một.", title), article("2.txt", "Tin hai.", title)])


def test_a_language_model_may_write_better_ones_but_not_give_the_answer_away() -> None:
    one = article("1.txt", "Huyện Vàm Sông đã xây dựng 37 căn nhà tình nghĩa trong năm qua.")
    better = "Số nhà tình nghĩa mà Vàm Sông dựng năm qua là mấy?"
    (written,) = ask([one], writer=lambda sentence, answer: better)
    assert (written.text, dict(written.facets)["made"]) == (better, "model")
    (kept,) = ask([one], writer=lambda sentence, answer: f"Có phải là {answer} căn?")
    assert dict(kept.facets)["made"] == "number"
