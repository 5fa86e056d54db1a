"""The command line on a real index with the real model: output, exit codes, one-line errors."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.main import get_command

from app import wiring
from app.cli import errors, watch
from app.cli.errors import exit_code
from app.cli.main import app
from app.cli.main import run as hoidap
from app.cli.reference import reference
from index import errors as index_errors
from index.storage.lock import writing

BRIDGE = """Khánh thành cầu Vàm Sông
Thứ Ba, 12/03/2024, 08:15

Sáng 12/3, cầu Vàm Sông được khánh thành sau ba năm thi công.
Cầu Vàm Sông dài 840 m và rộng 16 m, nối hai huyện Bình Minh và Phú Hữu.
Tổng vốn đầu tư của dự án là 1.250 tỉ đồng, do ngân sách tỉnh bố trí.
"""
RICE = """Vụ lúa đông xuân được mùa
Thứ Ba, 02/04/2024, 09:00

Năng suất lúa đông xuân ở xã Tân Lập đạt 7,2 tấn một hecta, cao nhất trong năm năm qua.
Nông dân phấn khởi vì giá lúa tăng thêm 500 đồng mỗi ký so với vụ trước.
"""


class Ran(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "cau.txt").write_text(BRIDGE, encoding="utf-8")
    (folder / "lua.txt").write_text(RICE, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def indexed(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("index") / "kho"
    assert hoidap(["index", str(corpus), "--index", str(directory)]) == 0
    return directory


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)

    def ran(*arguments: object) -> Ran:
        capsys.readouterr()
        words = [str(argument) for argument in arguments]
        code = hoidap(words)
        told = capsys.readouterr()
        return Ran(code, told.out, told.err)

    return ran


def test_indexing_again_costs_nothing_and_tells_so(run, corpus: Path, indexed: Path) -> None:  # type: ignore[no-untyped-def]
    again = run("index", corpus, "--index", indexed)
    assert again.code == 0
    assert "0 added, 0 changed, 0 removed, 2 unchanged, 0 rejected" in again.out


def test_ask_prints_the_answer_with_its_article(run, indexed: Path) -> None:  # type: ignore[no-untyped-def]
    asked = run("ask", "Cầu Vàm Sông nối hai huyện nào?", "--index", indexed)
    assert asked.code == 0
    assert "nối hai huyện Bình Minh và Phú Hữu" in asked.out
    assert "[1] Khánh thành cầu Vàm Sông · 12/03/2024" in asked.out


def test_ask_as_json_is_the_answer_and_nothing_else(run, indexed: Path) -> None:  # type: ignore[no-untyped-def]
    asked = run("ask", "Cầu Vàm Sông nối hai huyện nào?", "--index", indexed, "--json")
    answer = json.loads(asked.out)
    assert list(answer) == [
        "question", "outcome", "short", "claims", "nearest", "understood", "notice", "filters",
    ]  # fmt: skip
    assert answer["outcome"] == "answered"
    claim = answer["claims"][0]
    assert list(claim) == ["text", "supported", "citations"]
    citation = claim["citations"][0]
    assert list(citation) == ["number", "article", "start", "end", "quote"]
    assert list(citation["article"]) == [
        "id", "title", "source", "author", "published", "url", "path",
    ]  # fmt: skip
    shown = run("articles", "show", citation["article"]["id"], "--index", indexed, "--json")
    text = json.loads(shown.out)["text"]
    assert text[citation["start"] : citation["end"]] == citation["quote"] == claim["text"]


def test_no_answer_is_exit_code_1_with_the_nearest_articles(run, indexed: Path) -> None:  # type: ignore[no-untyped-def]
    asked = run("ask", "Ai vô địch giải bóng đá thế giới?", "--index", indexed, "--json")
    answer = json.loads(asked.out)
    assert asked.code == 1
    assert (answer["outcome"], answer["claims"]) == ("abstained", [])
    assert {"cau.txt", "lua.txt"} >= {article["id"] for article in answer["nearest"]}


def test_search_explains_every_hit(run, indexed: Path) -> None:  # type: ignore[no-untyped-def]
    found = run("search", "nang suat lua dong xuan", "--index", indexed, "--explain", "-k", 1)
    assert found.code == 0
    assert " 1. Vụ lúa đông xuân được mùa" in found.out
    assert " 2. " not in found.out
    assert all(part in found.out for part in ("fused", "dense", "lexical", "matched:", "lua"))


def test_what_was_understood_can_be_taken_back(run, indexed: Path) -> None:  # type: ignore[no-untyped-def]
    for command in ("ask", "search"):
        question = (command, "nang suat lua dong xuan dat bao nhieu tan", "--index", indexed)
        restored = run(*question)
        told = restored.out + restored.err
        assert "năng suất lúa đông xuân" in told.split("--as-typed")[0]
        as_typed = run(*question, "--as-typed")
        assert "--as-typed" not in as_typed.out + as_typed.err
        assert "Vụ lúa đông xuân được mùa" in as_typed.out


def test_a_filter_that_the_question_names_can_be_taken_back(run, indexed: Path) -> None:  # type: ignore[no-untyped-def]
    question = ("search", "tin ngày 2/4/2024 về cầu và lúa", "--index", indexed)
    limited = run(*question)
    assert "Only: published 2024-04-02 to 2024-04-02  (--no-filters takes it back)" in limited.err
    assert "Vàm Sông" not in limited.out
    assert "Vàm Sông" in run(*question, "--no-filters").out


def test_odd_questions_are_answered_with_what_is_wrong_about_them(run, indexed: Path) -> None:  # type: ignore[no-untyped-def]
    for question in ("a", "là và của", "🙂"):
        asked = run("ask", question, "--index", indexed)
        assert asked.code == 1
        assert "chưa nói đến điều gì cụ thể" in asked.out
        assert "Add some" in run("search", question, "--index", indexed).err
    nobody = ("--index", indexed, "--since", "1/1/2024", "--author", "Không Ai")
    assert "do Không Ai viết" in run("ask", "Cầu dài bao nhiêu?", *nobody).out
    assert run("search", "cầu", *nobody).err == "No article passes the filter: author Không Ai\n"


def test_search_as_json_keeps_to_its_filters(run, indexed: Path) -> None:  # type: ignore[no-untyped-def]
    found = run(
        "search", "cầu và lúa", "--index", indexed, "--json", "--since", "1/4/2024",
        "--until", "2024-04-30",
    )  # fmt: skip
    told = json.loads(found.out)
    assert [hit["article"]["id"] for hit in told["hits"]] == ["lua.txt"]
    assert told["filters"]["since"] == "2024-04-01"
    hit = told["hits"][0]
    assert set(hit["why"]) == {"dense", "lexical", "fused", "terms"}


def test_the_index_can_be_looked_at_and_checked(run, indexed: Path) -> None:  # type: ignore[no-untyped-def]
    info = json.loads(run("info", "--index", indexed, "--json").out)
    assert (info["articles"], info["dimension"]) == (2, 384)
    assert run("check", "--index", indexed).code == 0
    listed = json.loads(run("articles", "list", "--index", indexed, "--json").out)
    assert [article["id"] for article in listed] == ["lua.txt", "cau.txt"]
    stats = json.loads(run("articles", "stats", "--index", indexed, "--json").out)
    assert stats["months"] == [["2024-03", 1], ["2024-04", 1]]
    assert stats["report"]["rejected_count"] == 0


def test_removing_and_compacting(run, corpus: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    directory = tmp_path / "kho"
    assert run("index", corpus, "--index", directory).code == 0
    assert run("remove", "--before", "1/4/2024", "--index", directory).out == "1 removed\n"
    left = json.loads(run("articles", "list", "--index", directory, "--json").out)
    assert [article["id"] for article in left] == ["lua.txt"]
    assert run("compact", "--index", directory).code == 0
    info = json.loads(run("info", "--index", directory, "--json").out)
    assert (info["articles"], info["removed_or_replaced"]) == (1, 0)


def test_what_is_rejected_is_named_and_the_rest_is_indexed(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path / "some"
    folder.mkdir()
    (folder / "good.txt").write_text(BRIDGE, encoding="utf-8")
    (folder / "empty.txt").write_text("")
    report = tmp_path / "report.json"
    ran = run("index", folder, "--index", tmp_path / "kho", "--report", report)
    assert ran.code == 3
    assert "1 added" in ran.out
    assert "empty.txt" in ran.err
    written = json.loads(report.read_text())
    assert (written["added"], written["rejected_count"]) == (1, 1)
    assert written["rejected"][0]["path"].endswith("empty.txt")


def test_what_cleaning_removed_can_be_looked_at(run, indexed: Path) -> None:  # type: ignore[no-untyped-def]
    shown = run("articles", "show", "cau.txt", "--raw", "--index", indexed).out.splitlines()
    assert shown[:2] == ["  Khánh thành cầu Vàm Sông", "- Thứ Ba, 12/03/2024, 08:15"]
    assert all(line.startswith("  ") for line in shown[2:])
    told = run("articles", "show", "cau.txt", "--raw", "--json", "--index", indexed).out
    removed = [part["text"] for part in json.loads(told)["parts"] if not part["kept"]]
    assert removed == ["Thứ Ba, 12/03/2024, 08:15"]


def test_an_index_among_its_articles_is_refused(run, corpus: Path) -> None:  # type: ignore[no-untyped-def]
    inside = run("index", corpus, "--index", corpus / "kho")
    assert inside.code == 2
    assert "lie in one another" in inside.err


def test_a_second_writer_is_told_before_a_model_is_loaded(  # type: ignore[no-untyped-def]
    run, corpus: Path, indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "open_encoder", None)
    with writing(indexed):
        ran = run("index", corpus, "--index", indexed)
    assert (ran.code, ran.out) == (5, "")
    assert "another hoidap is writing" in ran.err


def test_no_place_for_the_report_beside_the_index_is_no_failure(  # type: ignore[no-untyped-def]
    run, corpus: Path, indexed: Path
) -> None:
    beside = indexed.with_name(indexed.name + ".report.json")
    told = beside.read_text("utf-8")
    beside.unlink()
    beside.mkdir()
    try:
        ran = run("index", corpus, "--index", indexed)
    finally:
        beside.rmdir()
        beside.write_text(told, "utf-8")
    assert ran.code == 0
    assert "no report beside the index" in ran.err


def _damage(directory: Path) -> None:
    file = next(directory.rglob("vectors.f16"))
    data = bytearray(file.read_bytes())
    data[7] ^= 1
    file.write_bytes(bytes(data))


def test_every_misuse_is_one_line_with_its_exit_code(  # type: ignore[no-untyped-def]
    run, corpus: Path, indexed: Path, tmp_path: Path
) -> None:
    (tmp_path / "nothing").mkdir()
    damaged = tmp_path / "damaged"
    assert run("index", corpus, "--index", damaged).code == 0
    _damage(damaged)
    for arguments, code, words in (
        (("sarch",), 2, "No such command 'sarch'"),
        (("search",), 2, "hoidap search --help"),
        (("search", "a", "--sinc", "1"), 2, "--since"),
        (("search", "a", "--since", "soon", "--index", indexed), 2, "31/12/2024"),
        (("search", "a", "--since", "2024-02-02", "--until", "2024-01-01"), 2, "swap them"),
        (("search", " ", "--index", indexed), 2, "empty"),
        (("ask", "a" * 4001, "--index", indexed), 2, "4,000"),
        (("ask", "a", "--index", tmp_path / "nowhere"), 2, str(tmp_path / "nowhere")),
        (("index", tmp_path / "nothing"), 2, "holds no files"),
        (("index", tmp_path / "missing"), 2, "There is no"),
        (("index", corpus, "--field", "title"), 2, "title=headline"),
        (("chat", "--port", "99999999"), 2, "port"),
        (("serve", "--host", "0.0.0.0", "--index", indexed), 2, "--auth"),
        (("remove", "--index", indexed), 2, "Say what to remove"),
        (("articles", "show", "none", "--index", indexed), 2, "articles list"),
        (("ask", "cầu", "--index", damaged), 4, "vectors.f16"),
        (("check", "--index", damaged), 4, "vectors.f16"),
    ):
        ran = run(*arguments)
        assert ran.code == code, arguments
        assert words in ran.err, arguments
        assert ran.out == ""
        assert "Traceback" not in ran.err
        assert all(line.startswith("hoidap: ") for line in ran.err.splitlines())


def test_each_error_of_the_tree_has_its_code() -> None:
    codes = {
        "SettingsError": 2, "QuestionRejected": 2, "IndexMissing": 2, "DatasetError": 2,
        "ModelUnavailable": 2, "IndexDamaged": 4, "IndexLocked": 5, "IndexMismatch": 6,
        "StorageFailed": 74, "GenerationFailed": 74, "WorkerLost": 74,
    }  # fmt: skip
    tree = {kind.__name__: kind for kind in index_errors.HoidapError.__subclasses__()}
    assert {name: exit_code(tree[name]("x")) for name in codes} == codes
    assert set(codes) == set(tree)


def test_io_and_interruption_have_their_codes(capsys: pytest.CaptureFixture[str]) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device", "/data/index")

    def stop() -> None:
        raise KeyboardInterrupt

    assert (errors.run(full), errors.run(stop)) == (74, 130)
    told = capsys.readouterr().err
    assert told == "hoidap: /data/index: No space left on device.\nhoidap: Interrupted.\n"


def test_ctrl_c_while_indexing_commits_and_says_how_to_go_on(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(600):
        text = BRIDGE.replace("Vàm Sông", f"Vàm Sông {number}")
        (folder / f"{number:03}.txt").write_text(text, encoding="utf-8")
    directory = tmp_path / "kho"
    program = [sys.executable, "-m", "app.cli.main"]
    command = [*program, "index", str(folder), "--index", str(directory)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    while not (directory / "lock").exists():
        assert process.poll() is None
        time.sleep(0.02)
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130, told
    assert "run the same command to go on" in told
    checked = subprocess.run(
        [*program, "check", "--index", str(directory)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr


def test_watching_follows_the_folder_and_outlives_what_is_in_the_way(  # type: ignore[no-untyped-def]
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, away, directory = tmp_path / "tin", tmp_path / "away", tmp_path / "kho"
    folder.mkdir()
    (folder / "cau.txt").write_text(BRIDGE, encoding="utf-8")
    steps: list[Callable[[], object]] = [
        lambda: None,  # nothing changes: nothing is indexed
        lambda: (folder / "lua.txt").write_text(RICE, encoding="utf-8"),
        lambda: folder.rename(away),
        lambda: away.rename(folder),
    ]

    def sleep(seconds: float) -> None:
        assert seconds == 0.5
        if not steps:
            raise KeyboardInterrupt
        steps.pop(0)()

    monkeypatch.setattr(watch.time, "sleep", sleep)
    ran = run("index", folder, "--index", directory, "--watch", "--every", "0.5")
    assert ran.code == 130
    assert [line.split(" removed")[0] for line in ran.out.splitlines()] == [
        "1 added, 0 changed, 0",
        "1 added, 0 changed, 0",
        "0 added, 0 changed, 0",
    ]
    assert f"There is no {folder}" in ran.err
    assert "Traceback" not in ran.err


def test_every_command_and_flag_has_help() -> None:
    def walk(command, name: str):  # type: ignore[no-untyped-def]
        yield name, command.help
        for parameter in command.params:
            yield f"{name} {parameter.name}", parameter.help
        for inner in getattr(command, "commands", {}).values():
            yield from walk(inner, f"{name} {inner.name}")

    assert [name for name, text in walk(get_command(app), "hoidap") if not text] == []


def test_the_page_in_the_docs_is_what_the_commands_say() -> None:
    written = Path(__file__).parents[1] / "docs" / "cli.md"
    assert written.read_text(encoding="utf-8") == reference(), (
        "run `python -m app.cli.reference > docs/cli.md`"
    )


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from app.cli.main import run;"
        "run(['--help']);"
        "print([m for m in sys.modules if m in "
        "{'torch','gradio','faiss','openvino','tantivy','sentence_transformers','numpy','fastapi'}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
