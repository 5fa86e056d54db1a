from __future__ import annotations

from datetime import date

import pytest
from fakes_eval import FirstLineAnswerer, LineSearcher, article

from eval.run import ask_all, current_commit, overlapped, resolve
from eval.scores import scores, totals
from eval.types import Dataset, Judgment, Question, Run

NEWS = (
    article(
        "https://bao.vn/1",
        "Hà Tĩnh đã tổ chức 392 cuộc đối thoại.\nHội nghị kết thúc.",
        path="2022/hatinh.txt",
        source="Báo Hà Tĩnh",
        published=date(2022, 12, 31),
    ),
    article("b.txt", "Thái Nguyên tặng bằng khen.", path="b.txt", source="Báo Thái Nguyên"),
    article("2022/c.txt", "Một bài.", path="2022/c.txt"),
    article("2023/c.txt", "Bài khác.", path="2023/c.txt"),
)


def dataset(*questions: Question) -> Dataset:
    return Dataset("d", "dev", questions, notes=("đã có",))


def test_an_article_may_be_named_by_id_path_or_file_name() -> None:
    names = ["https://bao.vn/1", "2022/hatinh.txt", "hatinh.txt", "b.txt", "2022/c.txt"]
    asked = dataset(*(Question(str(n), "?", (Judgment(name),)) for n, name in enumerate(names)))
    resolved = resolve(asked, NEWS)
    assert [q.gold[0].article_id for q in resolved.questions] == [
        "https://bao.vn/1",
        "https://bao.vn/1",
        "https://bao.vn/1",
        "b.txt",
        "2022/c.txt",
    ]
    assert resolved.notes == ("đã có",)


def test_gold_that_is_not_there_is_counted_and_not_found() -> None:
    asked = dataset(
        Question("1", "?", tuple(map(Judgment, ["gone", "b.txt"]))),
        Question("2", "?", (Judgment("c.txt"),)),
    )
    resolved = resolve(asked, NEWS)
    assert resolved.notes == (
        "đã có",
        "2 judgments name articles that are not in the corpus and count as not found: gone, c.txt",
    )
    results, _ = ask_all(
        [q.__class__(q.id, "Thái Nguyên", q.gold) for q in resolved.questions], LineSearcher(NEWS)
    )
    run = Run("d", None, "", "2026-01-01", 10, "e", 1, None, results=results)
    assert totals(scores(run, ["R@10"])) == {"R@10": 0.25}


def test_evidence_given_by_its_words_gets_offsets() -> None:
    question = Question("1", "?", (Judgment("b.txt", quote="tặng  bằng\nkhen"),))
    (resolved,) = resolve(dataset(question), NEWS).questions
    (gold,) = resolved.gold
    assert NEWS[1].text[gold.start : gold.end] == "tặng bằng khen"


def test_evidence_that_is_not_there_is_counted() -> None:
    question = Question(
        "1", "?", (Judgment("b.txt", quote="cắt băng"), Judgment("b.txt", start=3, end=900))
    )
    resolved = resolve(dataset(question), NEWS)
    assert resolved.notes[1:] == ("2 pieces of evidence are not in the article that they name",)
    assert overlapped(resolved.questions[0].gold[:1], "b.txt", 0, 20) == ()


def test_questions_take_source_and_year_of_their_gold() -> None:
    question = Question("1", "Ai?", (Judgment("hatinh.txt"), Judgment("b.txt", 0)))
    (resolved,) = resolve(dataset(question), NEWS).questions
    assert dict(resolved.facets) == {
        "source": "Báo Hà Tĩnh",
        "year": "2022",
        "type": "who",
        "length": "to 8 syllables",
    }


def test_spans_overlap_by_at_least_a_character() -> None:
    gold = (Judgment("a", start=10, end=20), Judgment("a"), Judgment("b"))
    assert overlapped(gold, "a", 0, 10) == (1,)
    assert overlapped(gold, "a", 0, 11) == (0, 1)
    assert overlapped(gold, "a", 20, 30) == (1,)
    assert overlapped(gold, "c", 0, 30) == ()


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


def test_the_commit_is_that_of_the_source_tree() -> None:
    commit = current_commit()
    assert commit is None or len(commit.rstrip("+")) == 12
