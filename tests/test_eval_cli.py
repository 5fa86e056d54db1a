"""`hoidap eval` as it is typed, with the embedded model."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import ir_measures
import pytest
from ctrl_c import press_ctrl_c

from app.cli import errors
from app.cli.eval import app
from app.settings import cache_directory
from eval.questions import read_questions
from eval.saved import load_run, save_run
from index.corpus import NewsIndex
from index.encoders.registry import open_encoder

SHARED = Path(__file__).parents[2] / "shared"
SEEDS = SHARED / "data/seed-questions.jsonl"
SAMPLE = Path(__file__).parents[1] / "app" / "sample"
BASELINE = Path(__file__).with_name("baseline_sample.json.gz")
GATE = (
    *("--measures", "nDCG@10,Cited", "--fail-if-worse", "A"),
    *("--fail-under", "nDCG@10>=0.95", "--fail-under", "Cited>=0.7"),
)
TOWNS = {
    "vamsong": ("Vàm Sông", "khánh thành cầu dài 840 m", "Năm 2019"),
    "benlua": ("Bến Lúa", "thu hoạch 7.200 tấn lúa đông xuân", "Năm 2021"),
    "godua": ("Gò Dừa", "xây dựng 37 căn nhà tình nghĩa", "Năm 2022"),
    "rachcau": ("Rạch Cau", "trồng 15.000 cây xanh ven đường", "Năm 2020"),
}
ASKED = {
    "vamsong": ("Cầu ở Vàm Sông dài bao nhiêu mét?", "840", "How long is the bridge of Vàm Sông?"),
    "benlua": ("Bến Lúa thu hoạch bao nhiêu tấn lúa?", "7.200", "How much rice did Bến Lúa reap?"),
    "godua": ("Huyện nào xây 37 căn nhà tình nghĩa?", "Gò Dừa", "Who built 37 houses?"),
}

Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that has the prepared model and nothing else."""
    open_encoder()
    folder = tmp_path_factory.mktemp("cache")
    for made in cache_directory().iterdir():
        if made.name != "eval":
            (folder / made.name).symlink_to(made)
    return folder


@pytest.fixture
def typed(
    cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Typed:
    """What a command gives: exit code, output and remarks."""
    monkeypatch.setenv("HOIDAP_CACHE", str(cache))
    monkeypatch.setenv("HOIDAP_INDEX", str(tmp_path / "no index"))
    monkeypatch.setenv("HOIDAP_RUNS", str(tmp_path / "kept"))
    monkeypatch.chdir(tmp_path)

    def type_(*words: object) -> tuple[int, str, str]:
        code = errors.run(lambda: app([str(word) for word in words], standalone_mode=False))
        out, err = capsys.readouterr()
        return code, out, err

    return type_


@pytest.fixture(scope="module")
def beir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "towns"
    (folder / "qrels").mkdir(parents=True)

    def write(name: str, rows: list[dict[str, object]]) -> None:
        lines = (json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / name).write_text("\n".join(lines), encoding="utf-8")

    corpus = [
        {"_id": name, "title": f"Tin huyện {town}", "text": f"{when}, huyện {town} đã {what}."}
        for name, (town, what, when) in TOWNS.items()
    ]
    write("corpus.jsonl", corpus)
    asked = [
        {"_id": name, "text": text, "metadata": {"answers": [answer]}}
        for name, (text, answer, _) in ASKED.items()
    ]
    write("queries.jsonl", asked)
    write("queries.en.jsonl", [{"_id": name, "text": en} for name, (_, _, en) in ASKED.items()])
    impossible = {"_id": "no", "text": "Giá vàng SJC?", "metadata": {"is_impossible": True}}
    write("queries.unanswerable.jsonl", [impossible])
    head = "query-id\tcorpus-id\tscore\n"
    dev, test = (f"{head}vamsong\tvamsong\t1\n", f"{head}benlua\tbenlua\t1\ngodua\tgodua\t1\n")
    (folder / "qrels" / "dev.tsv").write_text(dev, encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text(test, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def run_file(beir: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("runs") / "test.json.gz"
    words = ["run", str(beir), "--save", str(path), "--set", f"cache={cache}"]
    assert errors.run(lambda: app(words, standalone_mode=False)) == 0
    return path


def test_a_run_prints_one_object_and_writes_what_it_is_told_to(
    typed: Typed, beir: Path, tmp_path: Path
) -> None:
    code, out, _ = typed(
        *("run", beir, "--json", "--run", "towns.trec", "--save", "runs/towns.json"),
        *("--slice", "unaccented,english,type", "--html", "towns.html"),
    )
    told = json.loads(out)
    assert code == 0
    assert list(told["measures"]) == ["R@1", "R@5", "R@10", "RR@10", "nDCG@10"]
    assert told["measures"]["R@5"] == 1.0
    assert (told["dataset"], told["split"], told["questions"]) == ("towns", "test", 2)
    assert set(told["slices"]) == {"unaccented", "english"}
    assert told["slices"]["unaccented"]["measures"]["R@5"] == 1.0
    assert set(told["groups"]) == {"type"}
    trec = ir_measures.read_trec_run(str(tmp_path / "towns.trec"))
    assert {doc.query_id for doc in trec} == {"benlua", "godua"}
    saved = sorted(path.name for path in (tmp_path / "runs").iterdir())
    assert saved == ["towns.english.json", "towns.json", "towns.unaccented.json"]
    assert "<title>Evaluation of towns test" in (tmp_path / "towns.html").read_text("utf-8")


def test_answers_are_measured_with_questions_that_have_none(typed: Typed, beir: Path) -> None:
    code, out, _ = typed("run", beir, "--answers", "--json", "--unanswerable", SEEDS)
    told = json.loads(out)
    assert code == 0
    assert (told["questions"], told["unanswerable"]) == (2, 1 + 17)
    assert {"Cited", "EM", "F1", "CiteP", "CiteR", "Answered", "Abstained"} < set(told["measures"])
    assert told["measures"]["Verbatim"] == 1.0
    assert "17 questions of seed-questions count as unanswerable" in told["notes"]


def test_a_file_of_questions_is_asked_of_a_folder(typed: Typed) -> None:
    code, out, _ = typed(
        *("run", SEEDS, "--corpus", SHARED / "seeds"),
        *("--measures", "Recall@1,AP", "--json"),
    )
    assert code == 0
    assert json.loads(out)["measures"] == {"R@1": 1.0, "AP": 1.0}
    # What nobody asked to save is kept, and can be found again.
    (kept,) = json.loads(typed("list", "--json")[1])["runs"]
    assert kept["label"] == "seed-questions"
    assert typed("report", kept["path"], "--measures", "P@1")[0] == 0


def test_the_usual_output_is_a_table(typed: Typed, beir: Path) -> None:
    code, out, _ = typed("run", beir, "--split", "dev", "--set", "chunk_size=500")
    assert code == 0
    assert "towns dev (chunk_size=500)" in out
    assert "1.0000 [1.0000, 1.0000]" in out


def test_saved_runs_are_listed_compared_and_reported(
    typed: Typed, beir: Path, run_file: Path
) -> None:
    assert typed("list", run_file.parent)[1].startswith(f"{run_file}: towns test, ")
    listed = json.loads(typed("list", beir, "--json")[1])
    assert listed == {"datasets": [{"path": str(beir), "splits": ["test", "dev"]}], "runs": []}
    code, out, _ = typed("compare", run_file, run_file, "--json")
    told = json.loads(out)
    assert (code, told["failed"]) == (0, [])
    assert (told["measures"]["R@1"]["wins"], told["measures"]["R@1"]["ties"]) == (0, 2)
    assert "| R@1 |" in typed("report", run_file, "--format", "markdown")[1]
    assert json.loads(typed("report", run_file, "--format", "json", "--measures", "AP")[1])[
        "measures"
    ]["AP"]


def test_a_worse_run_fails_the_build(typed: Typed, run_file: Path, tmp_path: Path) -> None:
    run = load_run(run_file)
    many = [
        replace(result, question=replace(result.question, id=f"{result.question.id}{n}"))
        for result in run.results
        for n in range(20)
    ]
    good = replace(run, results=tuple(many))
    lost = tuple(replace(result, found=()) for result in many)
    bad = replace(run, results=lost)
    save_run(good, tmp_path / "good.json")
    save_run(bad, tmp_path / "bad.json")
    code, _, err = typed("compare", "good.json", "bad.json", "--fail-if-worse", "A")
    assert code == 1
    assert "RR@10 is worse by" in err
    assert typed("compare", "bad.json", "good.json", "--fail-if-worse", "A")[0] == 0
    assert typed("compare", "good.json", "bad.json")[0] == 0
    code, out, err = typed("compare", "good.json", "bad.json", "--fail-under", "nDCG@10>=0.5")
    assert (code, "nDCG@10>=0.5 fails: it is 0.0000" in err) == (1, True)
    assert "Questions whose nDCG@10 changed most" in out
    assert typed("compare", "bad.json", "good.json", "--fail-under", "nDCG@10>=.5")[0] == 0
    assert typed("compare", "bad.json", "good.json", "--fail-under", "AP>=.5")[0] == 0


def test_a_run_that_is_interrupted_can_go_on(
    typed: Typed, beir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = NewsIndex.search

    def pressed(*words: object, **more: object) -> object:
        press_ctrl_c()
        return search(*words, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(NewsIndex, "search", pressed)
        code, out, err = typed("run", beir, "--json", "--save", "half.json.gz", "--slice", "typos")
    told = json.loads(out)
    assert (code, told["questions"], told["unasked"], told["slices"]) == (130, 1, 1, {})
    assert told["warnings"] == ["Interrupted: 1 questions were not asked and do not count here."]
    assert "The same command with --resume half.json.gz goes on." in err
    words = ("run", beir, "--json", "--save", "whole.json.gz", "--resume", "half.json.gz")
    code, _, err = typed(*words, "--k", 5)
    assert (code, "--resume: that run's k is 24, not 5." in err) == (2, True)
    code, out, _ = typed(*words, "--slice", "typos")
    told = json.loads(out)
    assert (code, told["questions"], told["unasked"], list(told["slices"])) == (0, 2, 0, ["typos"])
    assert load_run(Path("whole.json.gz")).results[0] == load_run(Path("half.json.gz")).results[0]


def test_a_sweep_picks_on_one_split_and_reports_on_the_other(typed: Typed, beir: Path) -> None:
    sizes = ("sweep", beir, "--set", "chunk_size=300,600", "--html", "sweep.html", "--json")
    told = json.loads(typed(*sizes, "--split", "dev", "--report-split", "test")[1])
    assert [one["settings"] for one in told["runs"]] == [
        {"chunk_size": "300"},
        {"chunk_size": "600"},
    ]
    assert (told["split"], told["reported"]["split"], told["warning"]) == ("dev", "test", None)
    assert "<svg" in Path("sweep.html").read_text(encoding="utf-8")
    code, out, _ = typed("sweep", beir, "--set", "chunk_size=300,600", "--save", "grid")
    assert code == 0
    assert "was picked on towns test" in " ".join(out.split())
    assert len(list(Path("grid").iterdir())) == 2


def test_questions_are_made_and_can_be_asked(typed: Typed, beir: Path) -> None:
    folder = Path("articles")
    folder.mkdir()
    for name, (town, what, when) in TOWNS.items():
        text = f"Tin huyện {town}\n\n{when}, huyện {town} đã {what}.\n"
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    code, _, err = typed("make-questions", "--corpus", folder, "-n", "3", "--out", "made.jsonl")
    assert code == 0
    assert "made.jsonl: " in err
    questions = read_questions(Path("made.jsonl"))
    assert sum(question.answerable for question in questions) == 3
    told = json.loads(typed("run", "made.jsonl", "--corpus", folder, "--json")[1])
    assert told["measures"]["R@10"] == 1.0


def test_the_sample_is_not_worse_than_it_was(typed: Typed) -> None:
    """docs/evaluation.md says how the baseline is renewed."""
    code, _, err = typed(
        *("run", SAMPLE / "questions.jsonl", "--corpus", SAMPLE / "articles"),
        *("--answers", "--save", "new.json.gz"),
    )
    assert code == 0, err
    code, _, err = typed("compare", BASELINE, "new.json.gz", *GATE)
    assert code == 0, err


@pytest.mark.parametrize(("lost", "code"), [(1, 0), (4, 1)])
def test_the_gate_bears_a_hair_and_no_loss(typed: Typed, lost: int, code: int) -> None:
    """Another processor may turn one of the 39 questions; four of them are a regression."""
    run = load_run(BASELINE)
    answered = [result for result in run.results if result.question.answerable][:lost]
    worse = tuple(
        replace(result, found=(), given=None) if result in answered else result
        for result in run.results
    )
    save_run(replace(run, results=worse), Path("new.json.gz"))
    assert typed("compare", BASELINE, "new.json.gz", *GATE)[0] == code


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "nowhere"], "There is no dataset at nowhere"),
        (["run", "BEIR", "--split", "tset"], "has no split 'tset'; it has: test, dev"),
        (["run", "BEIR", "--measures", "nDCG@ten"], "There is no measure 'nDCG@ten'"),
        (["run", "BEIR", "--slice", "accents"], "There is no slice 'accents'"),
        (["run", "BEIR", "--set", "chunk_szie=5"], "Unknown setting 'chunk_szie'"),
        (["run", "BEIR", "--set", "chunk_size=5,6"], "`hoidap eval sweep` tries each"),
        (["run", "BEIR", "--unanswerable", "BEIR"], "it needs --answers"),
        (["run", "BEIR", "--corpus", "x", "--index", "y"], "both name the articles"),
        (["run", "BEIR", "--index", "y", "--set", "chunk_size=500"], "shapes an index"),
        (["run", "BEIR", "--corpus", "nowhere"], "There is no folder nowhere"),
        (["run", "BEIR", "--index", "nowhere"], "nowhere"),
        (["run", "SEEDS"], "name them with --corpus FOLDER, or an index of them with --index DIR"),
        (["report", "nowhere.json"], "nowhere.json cannot be read"),
        (["report", "RUN", "--format", "pdf"], "There is no format 'pdf'"),
        (["report", "RUN", "--by", "typos"], "--slice typos"),
        (["compare", "RUN", "RUN", "--fail-under", "AP"], "is no condition"),
        (["compare", "RUN", "RUN", "--fail-if-worse", "C"], "takes A, the baseline"),
        (["sweep", "BEIR", "--set", "chunk_size"], "sets nothing"),
        (["list", "nowhere"], "There is no folder nowhere"),
        (["run"], "Missing argument"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    typed: Typed, beir: Path, run_file: Path, words: list[str], said: str
) -> None:
    places = {"BEIR": str(beir), "RUN": str(run_file), "SEEDS": str(SEEDS)}
    code, out, err = typed(*(places.get(word, word) for word in words))
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1
