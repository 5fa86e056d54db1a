from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from fakes_eval import NEWS, FirstLineAnswerer, LineSearcher, article, dataset

from eval.datasets import read_corpus, read_dataset
from eval.gold import names, overlapped, renamed, resolve
from eval.run import ask_all
from eval.scores import scores, totals
from eval.types import Judgment, Question, Run


def test_an_article_may_be_named_by_id_path_or_file_name() -> None:
    names = ["https://bao.vn/1", "2022/hatinh.txt", "hatinh.txt", "data/b.txt", "2022/c.txt"]
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


def test_an_index_that_names_articles_otherwise_is_matched_by_what_they_are(tmp_path: Path) -> None:
    rows = [
        {"_id": "17", "title": "Tin", "text": "Hà Tĩnh họp.", "url": "https://bao.vn/1"},
        {"_id": "18", "title": "", "text": "Thái Nguyên tặng bằng khen."},
    ]
    (tmp_path / "qrels").mkdir()
    for name, lines in (
        ("corpus.jsonl", map(json.dumps, rows)),
        ("queries.jsonl", [json.dumps({"_id": "1", "text": "Thái Nguyên tặng bằng khen"})]),
        ("qrels/test.tsv", ["1\t17\t1", "1\t18\t1", "1\t19\t1"]),
    ):
        (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
    asked = read_dataset(tmp_path)
    assert asked.corpus is not None
    same = next(row.digest for row in read_corpus(asked.corpus) if row.id == "18")
    there = (
        replace(NEWS[0], url=NEWS[0].id),
        replace(NEWS[1], id="news.csv#2", path=None, digest=same),
        NEWS[3],
    )
    resolved = resolve(asked, there)
    assert [gold.article_id for gold in resolved.questions[0].gold] == [
        "https://bao.vn/1",
        "news.csv#2",
        "19",
    ]
    called = names(asked, resolved)
    assert called == {"https://bao.vn/1": "17", "news.csv#2": "18"}
    searcher = LineSearcher(there)
    results, _ = ask_all(resolved.questions, searcher, answerer=FirstLineAnswerer(searcher))
    told = renamed(results[0], called)
    assert told.found[0].article_id == "18"
    assert [gold.article_id for gold in told.question.gold] == ["17", "18", "19"]
    assert told.given is not None
    assert told.given.claims[0].citations[0].article_id == "18"
    run = Run("d", None, "", "2026-01-01", 10, "e", 1, None, results=(told,))
    assert totals(scores(run, ["Success@1"])) == {"Success@1": 1.0}


def test_a_row_may_be_named_without_its_file() -> None:
    rows = (article("a.jsonl#7", "Một."), article("b.jsonl#8", "Hai."), article("a.jsonl#8", "Ba."))
    asked = dataset(Question("1", "?", (Judgment("7"), Judgment("8"))))
    assert [g.article_id for g in resolve(asked, rows).questions[0].gold] == ["a.jsonl#7", "8"]
