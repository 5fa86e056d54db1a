from __future__ import annotations

import signal

import pytest
from ctrl_c import press_ctrl_c
from fakes_eval import NEWS, FirstLineAnswerer, LineSearcher, dataset

from eval.gold import resolve
from eval.run import ask_all, current_commit
from eval.scores import scores, totals
from eval.types import Judgment, Question, Run


def test_questions_are_asked_and_what_was_found_is_kept() -> None:
    asked = resolve(
        dataset(
            Question("1", "Hà Tĩnh đối thoại", (Judgment("hatinh.txt"),), ("392",)),
            Question("2", "Giá vàng?", answerable=False),
            Question("3", "???", (Judgment("b.txt"),)),
        ),
        NEWS,
    )
    told: list[int] = []
    results, notes = ask_all(asked.questions, LineSearcher(NEWS), k=5, progress=told.append)
    assert notes == (
        "1 unanswerable questions were left out; --answers asks them",
        "1 questions were refused by the search and score 0",
    )
    assert told == [1, 1]
    first, refused = results
    assert [place.article_id for place in first.found] == ["https://bao.vn/1"]
    assert first.found[0].evidence == (0,)
    assert first.found[0].score == 1.0
    assert first.shown[0].passage == "Hà Tĩnh đã tổ chức 392 cuộc đối thoại."
    assert first.shown[0].terms == ("doi", "ha", "thoai", "tinh")
    assert first.seconds > 0
    assert (refused.found, refused.seconds) == ((), 0.0)


def test_answers_are_kept_with_their_citations() -> None:
    asked = resolve(
        dataset(
            Question("1", "Hà Tĩnh đối thoại", (Judgment("hatinh.txt"),), ("392 cuộc",)),
            Question("2", "Giá vàng hôm nay bao nhiêu?", answerable=False),
        ),
        NEWS,
    )
    searcher = LineSearcher(NEWS)
    results, notes = ask_all(asked.questions, searcher, answerer=FirstLineAnswerer(searcher))
    assert notes == ()
    run = Run("d", None, "", "2026-01-01", 10, "e", 1, None, results=results)
    assert totals(scores(run)) == pytest.approx(
        {
            **dict.fromkeys(("R@1", "R@5", "R@10", "RR@10", "nDCG@10"), 1.0),
            **dict.fromkeys(("Cited", "Cited@1", "CiteP", "CiteR", "Supported", "Verbatim"), 1.0),
            "EM": 0.0,
            "F1": 2 / 3,
            "Answered": 1.0,
            "Abstained": 1.0,
        }
    )


def test_ctrl_c_ends_a_run_and_what_was_asked_stays() -> None:
    questions = [Question(str(n), "Thái Nguyên", (Judgment("b.txt"),)) for n in range(4)]
    searcher = LineSearcher(NEWS)
    began = signal.getsignal(signal.SIGINT)

    def interrupt(done: int) -> None:
        if searcher.asked == 2:
            press_ctrl_c()

    results, _ = ask_all(questions, searcher, progress=interrupt)
    assert [result.question.id for result in results] == ["0", "1"]
    assert signal.getsignal(signal.SIGINT) is began
    done = {result.question.id: result for result in results}
    whole, _ = ask_all(questions, searcher, done=done)
    assert [result.question.id for result in whole] == ["0", "1", "2", "3"]
    assert whole[:2] == results
    assert searcher.asked == 4


def test_the_commit_is_that_of_the_source_tree() -> None:
    commit = current_commit()
    assert commit is None or len(commit.rstrip("+")) == 12
