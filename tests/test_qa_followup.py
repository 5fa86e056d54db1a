"""Conversations over the seeds: what a turn leans on is found, a new subject starts clean."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles.read import read_articles
from index.build import index_articles
from index.corpus import NewsIndex
from index.encoders import Encoder
from index.types import Article
from qa.answer import Answerer
from qa.followup import standalone as standing
from qa.thread import staying
from qa.types import Outcome, Turn

SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
DIALOGUES = [
    json.loads(line)["turns"]
    for line in Path(__file__).with_name("dialogues.jsonl").read_text("utf-8").splitlines()
]


def standalone(question: str, history: Sequence[Turn]) -> str:
    return standing(question, history).question


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Answerer:
    folder = tmp_path_factory.mktemp("seeds")
    found = [one for one in read_articles(SEEDS) if isinstance(one, Article)]
    index_articles(found, folder, encoder)
    return Answerer(NewsIndex.open(folder, encoder))


def test_forty_dialogues_end_to_end(answerer: Answerer) -> None:
    assert len(DIALOGUES) == 40
    asked, found, strange = 0, 0, []
    for turns in DIALOGUES:
        history: list[Turn] = []
        for turn in turns:
            answer = answerer.ask(turn["question"], history)
            searched = standalone(turn["question"], history)
            if searched.rstrip("?") != turn["standalone"].rstrip("?"):
                strange.append((searched, turn["standalone"]))
            if searched != turn["question"] and answer.outcome is not Outcome.NO_MATCH:
                assert answer.understood is not None
            if turn["article"]:
                asked += 1
                found += answer.hits[0].article.id == turn["article"]
            said = " ".join(claim.text for claim in answer.claims)
            history.append(Turn(turn["question"], said))
    assert strange == []
    # Two articles come within half a logit of each other once ("Phó Trưởng ban Thường trực").
    assert found >= asked - 1


@pytest.mark.parametrize(
    "question",
    [
        "Giá vàng SJC hôm nay là bao nhiêu?",
        "Ai là huấn luyện viên đội tuyển bóng đá quốc gia Việt Nam?",
        "Cầu Vàm Sông dài bao nhiêu?",
        "What is the population of Hà Nội?",
        "gia xang hom nay",
        "Con số thiệt hại do bão là bao nhiêu?",
        "Người này nói người kia nghe là phim gì?",
    ],
)
def test_a_new_subject_starts_clean(question: str) -> None:
    history = [Turn("Ai chủ trì hội nghị ở Hà Tĩnh năm 2022?", "Bà Trương Thanh Huyền chủ trì.")]
    if question.startswith("Người này"):
        assert "Trương Thanh Huyền" in standalone(question, history)
    else:
        assert standalone(question, history) == question


@pytest.mark.parametrize(
    ("turns", "whole"),
    [
        (["Cầu Vàm Sông dài bao nhiêu?", "Khi nào?"], "Cầu Vàm Sông khi nào?"),
        (["Giá cà phê là bao nhiêu?", "Vì sao?"], "Giá cà phê vì sao?"),
        (
            ["Năm 2022 Huế đón bao nhiêu khách?", "còn tháng 5/2023?"],
            "Tháng 5/2023 Huế đón bao nhiêu khách?",
        ),
        (
            ["Năm 2022 Huế đón bao nhiêu khách?", "Còn năm 2023 ở Đà Nẵng?"],
            "Năm 2023 Đà Nẵng đón bao nhiêu khách?",
        ),
        (
            ["Huế đón bao nhiêu khách?", "còn năm 2023?", "thế Đà Nẵng thì sao?"],
            "Đà Nẵng đón bao nhiêu khách năm 2023?",
        ),
    ],
)
def test_chains(turns: list[str], whole: str) -> None:
    history = [Turn(question, "") for question in turns[:-1]]
    assert standalone(turns[-1], history) == whole


def test_what_was_just_quoted_wins_a_near_tie(answerer: Answerer) -> None:
    result = answerer.index.search("Ai trao giấy khen tại hội nghị?")
    first, second, *_ = result.hits
    near = replace(result, hits=(first, replace(second, score=first.score - 1)))
    far = replace(result, hits=(first, replace(second, score=first.score - 2)))
    said = second.article.text[: second.article.text.index(".") + 1]
    assert staying(near, f"{said[:-1]} [1].").hits[0].article == second.article
    assert staying(far, said).hits[0].article == first.article
    assert staying(near, "Không rõ.").hits[0].article == first.article
    assert staying(near, "").hits == near.hits


def test_another_place_is_no_reason_to_stay() -> None:
    history = [Turn("Ai chủ trì hội nghị ở Hà Tĩnh?", "Bà Trương Thanh Huyền chủ trì.")]
    assert standing("Khi nào?", history).stays
    assert not standing("Còn Nghệ An?", history).stays
    assert not standing("Giá vàng hôm nay là bao nhiêu?", history).stays


@given(st.text(max_size=60))
def test_without_history_nothing_changes(question: str) -> None:
    assert standalone(question, ()) == " ".join(question.split())


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_any_text_gives_a_question(question: str, before: str, answer: str) -> None:
    whole = standalone(question, [Turn(before, answer)])
    assert len(whole) <= len(question) + len(before) + len(answer) + 40


def test_an_endless_conversation_stays_short() -> None:
    history = [Turn("Cầu Vàm Sông dài bao nhiêu?", "840 m.")] + [Turn("Nói rõ hơn", "…")] * 200
    assert len(standalone("Nói rõ hơn", history)) < 100
