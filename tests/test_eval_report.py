from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import ir_measures
import pytest
from fakes_eval import FirstLineAnswerer, LineSearcher, article

from eval.compare import compare
from eval.gold import resolve
from eval.page import failures, page
from eval.plots import rank_shares, sweep_plot
from eval.report import (
    as_csv,
    as_json,
    as_markdown,
    as_trec,
    comparison_json,
    print_tables,
    to_text,
)
from eval.run import ask_all
from eval.summary import Summary, summarise
from eval.tables import difference_table, number, parse_names, summary_tables
from eval.types import Dataset, Found, Judgment, Question, Result, Run

HOSTILE = "<script>alert(1)</script> | <img src=https://evil.example/x>"
NEWS = [
    article("a", "Hà Tĩnh tổ chức 392 cuộc đối thoại trong năm 2022.", title=HOSTILE),
    article("b c", "Thái Nguyên tặng bằng khen cho 10 tập thể.\n" + HOSTILE, source="Báo TN"),
]
QUESTIONS = (
    Question("1", "Hà Tĩnh tổ chức bao nhiêu cuộc đối thoại?", (Judgment("a"),), ("392",)),
    Question("2", "Thái Nguyên tặng bằng khen cho mấy tập thể?", (Judgment("b c"),), ("10",)),
    Question("3", "script alert " + HOSTILE, (Judgment("a"),), ("không",)),
    Question("4", "Giá vàng hôm nay?", answerable=False),
    Question("5", "Ai tặng bằng khen?", answerable=False),
)


def run_of(questions: tuple[Question, ...] = QUESTIONS, **more: object) -> Run:
    dataset = resolve(Dataset("báo", "dev", questions), NEWS)
    searcher = LineSearcher(NEWS)
    results, notes = ask_all(dataset.questions, searcher, answerer=FirstLineAnswerer(searcher))
    run = Run("báo", "dev", "", "2026-01-01", 10, "e5", 7, "abc", {}, notes, None, results)
    return replace(run, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def summary() -> Summary:
    return summarise(run_of(), (), ["type", "source"])


def test_json_is_one_object_with_bare_measures(summary: Summary) -> None:
    told = json.loads(to_text([summary], "json"))
    assert told["measures"]["R@1"] == pytest.approx(2 / 3)
    assert told["measures"]["Abstained"] == 0.5
    low, high = told["intervals"]["R@1"]
    assert 0.0 <= low <= 2 / 3 <= high <= 1.0
    assert (told["dataset"], told["split"], told["generation"]) == ("báo", "dev", 7)
    assert (told["questions"], told["unanswerable"]) == (3, 2)
    assert told["groups"]["source"]["Báo TN"]["measures"]["R@1"] == 1.0
    assert set(told["search_ms"]) == {"p50", "p95", "p99"}
    assert told == json.loads(json.dumps(as_json(summary)))
    assert isinstance(json.loads(to_text([summary, summary], "json")), list)


def test_csv_has_a_row_for_every_measure_and_group(summary: Summary) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv([summary]))))
    whole = {row["measure"]: row for row in rows if not row["facet"]}
    assert set(whole) == set(summary.measures)
    assert float(whole["R@1"]["result"]) == pytest.approx(2 / 3, abs=1e-6)
    assert float(whole["R@1"]["low"]) <= 2 / 3 <= float(whole["R@1"]["high"])
    assert whole["Abstained"]["questions"] == "2"
    assert {row["value"] for row in rows if row["facet"] == "source"} == {"-", "Báo TN"}


def test_markdown_cells_cannot_break_the_table(summary: Summary) -> None:
    marked = as_markdown(summary_tables([summary]))
    for line in marked.splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) >= 3
    assert "| R@1 | 0.6667 [" in marked
    assert "split reported" in marked
    assert to_text([summary], "markdown") == marked


def test_a_trec_run_gives_other_tools_the_same_measures(summary: Summary, tmp_path: Path) -> None:
    path = tmp_path / "run"
    path.write_text(to_text([summary], "trec"), encoding="utf-8")
    found = list(ir_measures.read_trec_run(str(path)))
    assert {doc.doc_id for doc in found} == {"a", "b%20c"}
    qrels = [
        ir_measures.Qrel(q.id, gold.article_id.replace(" ", "%20"), gold.grade)
        for q in QUESTIONS
        for gold in q.gold
    ]
    theirs = ir_measures.calc_aggregate([ir_measures.nDCG @ 10, ir_measures.R @ 1], qrels, found)
    for measure, value in theirs.items():
        assert summary.measures[str(measure)] == pytest.approx(value)
    assert as_trec(summary.run).count("\n") == len(found)


def test_a_trec_run_names_articles_where_the_gold_is_a_span() -> None:
    span = Judgment("a", start=0, end=5)
    found = tuple(Found(name, 0, 9, 1.0) for name in ("b", "a", "b"))
    run = Run("d", None, "", "", 10, "e", 1, None, results=(
        Result(Question("1", "?", (span,)), "?", 0.1, found),
    ))  # fmt: skip
    assert [line.split()[2] for line in as_trec(run).splitlines()] == ["b", "a"]


def test_tables_are_printed_whole(summary: Summary, capsys: pytest.CaptureFixture[str]) -> None:
    print_tables(summary_tables([summary]))
    out = capsys.readouterr().out
    assert "nDCG@10" in out
    assert "3 + 2 unanswerable" in out
    assert "settings chosen on" in out


def test_a_comparison_is_told_in_full() -> None:
    first = run_of()
    second = run_of(QUESTIONS[:2])
    a, b = summarise(first).scored, summarise(second).scored
    differences = compare(a, b)
    table = difference_table("một", "hai", differences, 2)
    assert {len(row) for row in table.rows} == {len(table.header)} == {8}
    assert "p (Holm)" in table.header
    assert "A is một, B is hai; 2 questions in both." in table.notes
    alone = difference_table("một", "hai", differences[:1], 2)
    assert {len(row) for row in alone.rows} == {len(alone.header)} == {7}
    assert comparison_json(differences)["R@1"]["wins"] == 0


class Page(HTMLParser):
    """What a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            assert not name.startswith("on")
            if name in ("href", "src", "xlink:href", "action", "data"):
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def parsed(summary: Summary) -> tuple[str, Page]:
    unaccented = summarise(run_of(slice="unaccented"), (), [])
    drawn = sweep_plot([({"a": "1"}, 0.5), ({"a": "2"}, 0.7)], "R@1")
    html = page(f"Báo {HOSTILE}", [summary, unaccented], (), [drawn])
    reader = Page()
    reader.feed(html)
    return html, reader


def test_the_page_asks_nothing_of_anyone(parsed: tuple[str, Page]) -> None:
    html, reader = parsed
    assert not {"script", "img", "iframe", "object", "link", "form", "base"} & set(reader.tags)
    assert all(link.startswith("#") for link in reader.links)
    assert "@import" not in html
    assert all(address.startswith("#") for address in re.findall(r"url\(([^)]*)\)", html))
    assert "default-src 'none'" in html
    assert len(reader.ids) == len(set(reader.ids))


def test_the_page_shows_hostile_text_as_text(parsed: tuple[str, Page]) -> None:
    _, reader = parsed
    assert reader.text.count(HOSTILE) >= 3


def test_the_page_holds_tables_plots_and_failures(parsed: tuple[str, Page]) -> None:
    html, reader = parsed
    assert reader.tags.count("svg") == 1 + 3  # sweep, ranks, precision, latency
    assert 'name="viewport"' in html
    assert "@media print" in html
    for said in ("báo dev unaccented", "What went wrong", "no article answers this", "not found"):
        assert said in reader.text


def test_the_page_is_the_same_twice(summary: Summary) -> None:
    assert page("x", [summary]) == page("x", [summary])


def test_failures_are_those_that_a_reader_would_call_so(summary: Summary) -> None:
    wrong = [result.question.id for result in failures(summary)]
    assert set(wrong) == {"3", "5"}
    assert rank_shares(summary.run)[0] == pytest.approx(2 / 3)
    assert sum(rank_shares(summary.run)) == pytest.approx(1)


def test_figures_of_the_split_they_were_tuned_on_are_warned_about() -> None:
    tuned = summarise(run_of(chosen_on="báo dev"), fit_on=run_of())
    assert len(tuned.warnings) == 2
    assert "chosen on báo dev itself" in tuned.warnings[0]
    assert "fitted on báo dev itself" in tuned.warnings[1]
    assert tuned.warnings[0] in page("x", [tuned])
    assert summarise(run_of(chosen_on="báo train")).warnings == ()


def test_names_and_numbers_have_one_spelling() -> None:
    assert parse_names("Recall@1, R@1,Cited ,nDCG@10") == ["R@1", "Cited", "nDCG@10"]
    assert parse_names(None) == []
    assert [number(v) for v in (0.5, 1.0, 0.0, 125.0)] == ["0.5000", "1.0000", "0.0000", "125"]
