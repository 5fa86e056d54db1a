"""Kills a writer with SIGKILL at random moments and looks at what it left.

    python -m tests.faults_kill DIRECTORY KILLS

A process that only imports forks a writer, which works through a fixed list of operations and
acknowledges each on a pipe; then it forks a checker. So a round takes milliseconds, and no thread
is alive when it forks.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path

import faiss  # noqa: F401 - imported before the forks, not in each of them
import tantivy  # noqa: F401

from index.build import index_articles, remove
from index.errors import IndexMissing
from index.storage.check import check
from index.storage.compact import compact
from index.storage.snapshot import Snapshot
from index.storage.sweep import BESIDE, WORK
from tests.fakes_index import LetterEncoder, article
from tests.faults import merge_everything

Held = dict[str, int]


def operation(step: int) -> tuple[str, list[int]]:
    """What step ``step`` does, to which articles; articles that are added get it as version."""
    chance = random.Random(step)
    what = chance.choices(["index", "remove", "compact", "merge"], [7, 2, 1, 2])[0]
    return what, sorted(chance.sample(range(12), chance.randrange(1, 6)))


def held_after(step: int) -> Held:
    """The version of each article once the first ``step`` operations are done."""
    held: Held = {}
    for number in range(step):
        what, articles = operation(number)
        for one in articles:
            if what == "index":
                held[f"bai-{one}"] = number
            elif what == "remove":
                held.pop(f"bai-{one}", None)
    return held


def write(directory: Path, step: int, pipe: int) -> None:
    """Works from ``step`` on until it is killed."""
    while True:
        what, numbers = operation(step)
        if what == "index":
            articles = [article(one, version=step) for one in numbers]
            index_articles(articles, directory, LetterEncoder())
        else:
            try:
                if what == "compact":
                    compact(directory)
                elif what == "merge":
                    merge_everything(directory)
                else:
                    remove(directory, [f"bai-{one}" for one in numbers])
            except IndexMissing:
                assert not held_after(step)
        step += 1
        os.write(pipe, b".")


def found_in(directory: Path) -> Held:
    try:
        snapshot = Snapshot.open(directory)
    except IndexMissing:
        return {}
    problems = check(directory)
    assert not problems, problems
    articles = list(snapshot.articles())
    assert snapshot.documents == len(articles)
    return {one.id: int(one.text.split(" bản ")[1].split()[0]) for one in articles}


def forked(work: object, *arguments: object) -> int:
    """Runs ``work`` in a child and tells its process id; a traceback ends it with status 1."""
    child = os.fork()
    if child:
        return child
    try:
        work(*arguments)  # type: ignore[operator]
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)


def check_step(directory: Path, step: int) -> None:
    """The index is at ``step`` or, when that one was in flight, just past it."""
    found = found_in(directory)
    assert found in (held_after(step), held_after(step + 1)), (step, found, held_after(step))


def inside_of_an_operation(directory: Path) -> bool:
    """Whether a writer has left postings that it was writing, or a merge its half of a segment."""
    merging = {path.name for path in (directory / BESIDE).glob("*")}
    return (directory / WORK).exists() or bool(merging - {"lock"})


def main(directory: Path, kills: int) -> None:
    chance = random.Random(1)
    step = 0
    hit: Counter[str] = Counter()
    longest = 0.15
    for _ in range(kills):
        reader, writer = os.pipe()
        child = forked(write, directory, step, writer)
        os.close(writer)
        time.sleep(chance.uniform(0.0, longest))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            raise SystemExit(f"the writer ended by itself at step {step}")
        before = step
        while acknowledged := os.read(reader, 4096):
            step += len(acknowledged)
        os.close(reader)
        # As long as the machine needs for an operation or two, or every kill would hit the first.
        longest = min(2.0, longest * 1.1) if step == before else max(0.05, longest * 0.9)
        _, status = os.waitpid(forked(check_step, directory, step), 0)
        if status:
            raise SystemExit(f"wrong after step {step}")
        if inside_of_an_operation(directory):
            hit[operation(step)[0]] += 1
    print(f"{kills} kills, {step} operations acknowledged, {hit.total()} kills inside of one:")
    print(", ".join(f"{what} {count}" for what, count in hit.most_common()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
