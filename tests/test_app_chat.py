"""`hoidap chat` and `hoidap serve` as processes, over the sample articles with the real model."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import platformdirs
import pytest
from browsing import chromium, context, tab
from playwright.sync_api import expect

SAMPLE = Path(__file__).parents[1] / "app" / "sample"
PROGRAM = (sys.executable, "-m", "app.cli.main")


def surroundings(folder: Path) -> dict[str, str]:
    """A home of its own, but for the prepared model, which takes a while to make."""
    own = {
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "HOIDAP_CACHE": platformdirs.user_cache_dir("hoidap", appauthor=False),
        "PYTHONUNBUFFERED": "1",
    }
    return {**{k: v for k, v in os.environ.items() if not k.startswith("HOIDAP_")}, **own}


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and the address that it printed."""
    with (folder / "stderr").open("w") as err:
        process = subprocess.Popen(
            [*PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=err, text=True,
            env=surroundings(folder), cwd=folder,
        )  # fmt: skip
    assert process.stdout is not None
    try:
        lines = iter(process.stdout.readline, "")
        line = next((line for line in lines if "http://" in line), "")
        assert line, (folder / "stderr").read_text()
        yield process, line[line.index("http://") :].strip().rstrip("/")
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("chat"), "chat", "--no-browser", "--port", "0") as (
        _,
        address,
    ):
        yield address


def questions() -> list[dict[str, Any]]:
    lines = (SAMPLE / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_the_sample_answers_at_once_on_the_page(chat: str) -> None:
    with chromium() as browser, closing(context(browser)) as profile, tab(profile, chat) as at:
        examples = at.page.locator("#chat .example")
        expect(examples.first).to_be_visible()
        asked = examples.first.inner_text()
        examples.first.click()
        answer = at.page.locator("#answer-0")
        expect(answer.locator(".tools")).to_be_visible()
        expect(answer.locator("a.ref").first).to_be_visible()
        expect(at.page.locator("#chat .user-row")).to_contain_text(asked)
        expect(at.page.locator("#cards mark").first).to_be_visible()
        offered = at.page.locator("#chat .options button, #chat .option")
        expect(offered.first).to_be_visible()
        at.shot("sample-answer")
        offered.first.click()
        expect(at.page.locator("#answer-1 a.ref").first).to_be_visible()
        assert (at.foreign, at.faults) == ([], [])


def test_the_pictures_of_the_readme_show_what_they_say(chat: str) -> None:
    """The screenshots `desktop` and `phone` are copied to docs/ when the page has changed."""
    question = "Cầu Bến Lội dài bao nhiêu mét?"
    with chromium() as browser:
        with closing(context(browser)) as profile, tab(profile, chat) as at:
            at.page.wait_for_selector("#question textarea")
            at.ask(question)
            expect(at.page.locator("#cards mark")).to_contain_text("Cầu Bến Lội dài 412 m")
            expect(at.page.locator("#chat .option").first).to_be_visible()
            at.shot("desktop")
        small = context(
            browser,
            viewport={"width": 360, "height": 740},
            device_scale_factor=2,
            reduced_motion="reduce",
        )
        with closing(small) as profile, tab(profile, chat) as at:
            at.page.wait_for_selector("#question textarea")
            at.ask(question)
            at.page.locator("#answer-0 a.ref").first.click()
            expect(at.page.locator("#card-0-1 mark")).to_be_in_viewport()
            at.shot("phone")


def test_most_sample_questions_are_answered_from_their_article(chat: str) -> None:
    known = [one for one in questions() if not one["metadata"]["is_impossible"]]
    right = 0
    with httpx.Client(base_url=chat, timeout=30) as client:
        for one in known:
            answer = client.post("/api/ask", json={"question": one["text"]}).json()
            cited = {c["article"]["id"] for claim in answer["claims"] for c in claim["citations"]}
            right += one["metadata"]["article"] in cited
    assert right >= 0.7 * len(known), f"{right} of {len(known)}"


def test_a_port_that_is_taken_is_replaced_for_chat_and_refused_for_serve(tmp_path: Path) -> None:
    corpus = tmp_path / "few"
    corpus.mkdir()
    (corpus / "a.txt").write_text("Tin ngắn\n\nMột tin rất ngắn về con đường làng.\n")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        index = str(tmp_path / "kho")
        arguments = ("--corpus", str(corpus), "--index", index, "--port", port, "--no-browser")
        with running(tmp_path, "chat", *arguments) as (_, address):
            assert not address.endswith(f":{port}")
            assert httpx.get(f"{address}/readyz").json()["articles"] == 1
        refused = subprocess.run(
            [*PROGRAM, "serve", "--index", index, "--port", port],
            capture_output=True, text=True, env=surroundings(tmp_path), cwd=tmp_path, check=False,
        )  # fmt: skip
    assert refused.returncode == 2
    assert f"Cannot listen on 127.0.0.1:{port}" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_serve_logs_json_without_questions_and_stops_when_told(tmp_path: Path) -> None:
    corpus = SAMPLE / "articles"
    index = str(tmp_path / "kho")
    with running(tmp_path, "chat", "--corpus", str(corpus), "--index", index, "--no-browser",
                 "--port", "0"):  # fmt: skip
        pass
    with running(tmp_path, "serve", "--index", index, "--port", "0") as (process, address):
        httpx.post(f"{address}/api/ask", json={"question": "Trường Tân Lập ở đâu?"}, timeout=30)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
        assert time.monotonic() - began < 10
    log = (tmp_path / "stderr").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    asked = next(line for line in lines if line.get("route") == "/api/ask")
    assert asked["status"] == 200
    assert len(asked["request"]) == 16
    assert "Tân Lập" not in log
