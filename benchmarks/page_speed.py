"""How long a reader waits: for the first view of the page, and from Enter to the first words.

    python -m benchmarks.page_speed [--index DIR] [--times 15]

Starts `hoidap serve` over an index (the sample articles if none is given) and opens it in Chromium
with an empty profile each time, as on a first visit. What is measured is what is seen: until the
box for the question can be typed into and the examples stand there, and from the key to the first
sentence with its [1]. The first question of a server is told apart.
"""

from __future__ import annotations

import argparse
import itertools
import json
import shutil
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.load import SAMPLE, sample_index, served

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
SEEN = """() => new Promise(done => {
    const look = () => document.querySelector('#question textarea')
        && document.querySelector('#chat .example')
        ? requestAnimationFrame(() => done(performance.now())) : requestAnimationFrame(look);
    look();
})"""
FIRST_WORDS = """() => {
    window.answered = new Promise(done => {
        const box = document.querySelector('#question textarea');
        box.addEventListener('keydown', event => {
            if (event.key !== 'Enter') return;
            const began = performance.now();
            const look = () => document.querySelector('#answer-0 p')
                ? requestAnimationFrame(() => done(performance.now() - began))
                : requestAnimationFrame(look);
            look();
        }, { capture: true, once: true });
    });
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--index", type=Path)
    parser.add_argument("--questions", type=Path, default=SAMPLE / "questions.jsonl")
    parser.add_argument("--times", type=int, default=15)
    options = parser.parse_args()
    questions = [
        entry["text"]
        for entry in map(json.loads, options.questions.read_text(encoding="utf-8").splitlines())
        if not entry["metadata"]["is_impossible"]
    ]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        index = options.index or sample_index(Path(folder))
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        with served(index) as (address, _):
            browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
            asked = itertools.islice(itertools.cycle(questions), options.times + 1)
            (_, first), *rest = [_visit(browser, address, question) for question in asked]
            browser.close()
    views, words = zip(*rest, strict=True)
    print(f"first view          median {_told(views)}")
    print(f"Enter to words      median {_told(words)}; the server's first question {first:.0f} ms")


def _visit(browser: Browser, address: str, question: str) -> tuple[float, float]:
    """Milliseconds to the first view, and from Enter to the first words."""
    with browser.new_context(locale="vi-VN") as profile:
        page = profile.new_page()
        page.goto(address, wait_until="commit")
        seen = page.evaluate(SEEN)
        page.wait_for_load_state("networkidle")
        page.evaluate(FIRST_WORDS)
        page.fill("#question textarea", question)
        page.press("#question textarea", "Enter")
        return float(seen), float(page.evaluate("window.answered"))


def _told(values: tuple[float, ...]) -> str:
    return f"{statistics.median(values):.0f} ms, slowest {max(values):.0f} ms"


if __name__ == "__main__":
    main()
