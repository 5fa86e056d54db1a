"""hoidap beside LangChain on the same weights: indexing, asking, starting, memory.

    python benchmarks/against_langchain.py ARTICLES.jsonl.gz [--rounds 3]

Every measurement is a process of its own; the two take turns, and medians are shown. Needs the
extra `bench`. The questions are the articles' titles.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
ROWS = (
    ("indexing, articles a second", "articles_per_second", True),
    ("question to hits, p50, ms", "p50_ms", False),
    ("new process to its first hits, s", "first", False),
    ("`hoidap ask` as a new process, s", "command", False),
    ("resident after 100 questions, MB", "resident_mb", False),
)


def run(script: str, *arguments: str) -> dict[str, float]:
    command = [sys.executable, str(HERE / script), *arguments]
    out = subprocess.run(command, check=True, capture_output=True, text=True, cwd=HERE.parent)
    return dict(json.loads(out.stdout.splitlines()[-1]))


def command_seconds(store: Path, question: str) -> float:
    start = time.perf_counter()
    hoidap = Path(sys.executable).with_name("hoidap")
    asked = [str(hoidap), "ask", question, "--index", str(store)]
    done = subprocess.run(asked, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("articles", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    from benchmarks.weights import save_folder

    results: dict[str, list[dict[str, float]]] = {"hoidap": [], "LangChain": []}
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        save_folder(work / "model")
        with gzip.open(options.articles, "rt") as lines:
            titles = [json.loads(line)["title"] for line, _ in zip(lines, range(100), strict=False)]
        questions = work / "questions.txt"
        questions.write_text("\n".join(titles), encoding="utf-8")
        articles, ours, theirs = str(options.articles), work / "ours", str(work / "theirs")
        for round_ in range(options.rounds):
            shutil.rmtree(ours, ignore_errors=True)
            got = run("ours.py", "index", articles, str(ours))
            got |= run("ours.py", "ask", str(ours), str(questions))
            got["command"] = command_seconds(ours, titles[round_])
            results["hoidap"].append(got)
            got = run("peer_langchain.py", "index", articles, str(work / "model"), theirs)
            got |= run("peer_langchain.py", "ask", str(work / "model"), theirs, str(questions))
            got["command"] = got["first"]
            results["LangChain"].append(got)
    print("| | hoidap | LangChain | times better |\n|---|---|---|---|")
    for label, key, more_is_better in ROWS:
        a, b = (statistics.median(r[key] for r in results[who]) for who in results)
        ratio = a / b if more_is_better else b / a
        print(f"| {label} | {a:.3g} | {b:.3g} | {ratio:.1f} |")


if __name__ == "__main__":
    main()
