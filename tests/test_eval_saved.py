from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from fakes_eval import FirstLineAnswerer, LineSearcher, article

from eval.run import ask_all
from eval.saved import is_run, load_run, save_run
from eval.scores import scores
from eval.types import Judgment, Question, Run
from index.errors import DatasetError, StorageFailed

NEWS = [article("a", "Hà Tĩnh tổ chức 392 cuộc.\nHết."), article("b", "Thái Nguyên: 10 tập thể.")]
ASKED = [
    Question("1", "Hà Tĩnh tổ chức", (Judgment("a", start=0, end=25),), ("392",), english="x"),
    Question("2", "Thái Nguyên", (Judgment("b"), Judgment("a", 0)), facets=(("type", "who"),)),
    Question("3", "Giá vàng", answerable=False),
]


@pytest.fixture
def run() -> Run:
    searcher = LineSearcher(NEWS)
    results, notes = ask_all(ASKED, searcher, answerer=FirstLineAnswerer(searcher))
    # Times are kept to the microsecond.
    results = tuple(type(r)(r.question, r.understood, 0.25, r.found, r.shown) for r in results)
    return Run(
        "d", "dev", "typos", "2026-01-01", 9, "e5", 3, "abc", {"k": "v"}, notes, "train", results
    )


@pytest.mark.parametrize("name", ["run.json", "run.json.gz"])
def test_a_run_comes_back_as_it_was(tmp_path: Path, run: Run, name: str) -> None:
    path = tmp_path / "new" / name
    save_run(run, path)
    assert load_run(path) == run
    assert scores(load_run(path), ["R@1", "AP"]) == scores(run, ["R@1", "AP"])
    assert is_run(path)
    before = path.read_bytes()
    save_run(load_run(path), path)
    assert path.read_bytes() == before


def test_answers_come_back_too(tmp_path: Path) -> None:
    searcher = LineSearcher(NEWS)
    results, _ = ask_all(ASKED, searcher, answerer=FirstLineAnswerer(searcher))
    run = Run("d", None, "", "2026-01-01", 9, "e5", None, None, results=results)
    save_run(run, tmp_path / "run.json.gz")
    loaded = load_run(tmp_path / "run.json.gz")
    assert [r.given and r.given.claims for r in loaded.results] == [
        r.given and r.given.claims for r in results
    ]
    assert scores(loaded) == scores(run)


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b"\xff", b'{"format": "hoidap run 1"}', b'{"format": "hoidap run 9"}'],
)
def test_what_is_no_run_is_refused(tmp_path: Path, data: bytes) -> None:
    for path, written in (
        (tmp_path / "r.json", data),
        (tmp_path / "r.json.gz", gzip.compress(data)),
    ):
        path.write_bytes(written)
        with pytest.raises(DatasetError, match="is no saved run"):
            load_run(path)


def test_a_run_that_was_cut_off_or_is_not_there_is_refused(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "r.json.gz"
    save_run(run, path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DatasetError, match="is no saved run"):
        load_run(path)
    with pytest.raises(DatasetError, match="cannot be read"):
        load_run(tmp_path / "nowhere.json")
    assert not is_run(tmp_path / "nowhere.json")


def test_a_run_with_a_field_too_many_is_refused(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "r.json"
    save_run(run, path)
    value = json.loads(path.read_text(encoding="utf-8"))
    value["results"][0]["found"][0].append("more")
    path.write_text(json.dumps(value), encoding="utf-8")
    with pytest.raises(DatasetError, match="is no saved run"):
        load_run(path)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, run: Run) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageFailed, match="cannot be written"):
        save_run(run, tmp_path / "file" / "run.json")
