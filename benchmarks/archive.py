"""An archive, indexed and kept current: seconds by stage, memory as it grows, what a change costs.

    python -m benchmarks.archive ../shared/data/news/baomoi2017-10k.jsonl.xz [--plot FILE.svg]

Every measurement is a process of its own, and tells its processor time beside the clock's, which
other work on the machine stretches. ``--fake-encoder`` puts vectors that cost nothing in the
place of the model's: then only what is not encoding means anything, in minutes instead of an hour.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from index.articles.read import read_articles
from index.build import BuildReport, index_articles, remove
from index.encoders import Encoder, EncoderSpec, Progress, Vectors
from index.encoders.registry import open_encoder
from index.storage.check import check
from index.storage.compact import compact
from index.storage.snapshot import Snapshot
from index.types import Article

ADDED, REMOVED, ASKED = 10, 1_000, 200


class FakeEncoder:
    """How often each byte stands in the text, at length 1: as wide as the embedded model's."""

    spec = EncoderSpec("bytes", "1", 384, "", "")

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        vectors = np.ones((len(texts), 384), np.float32)
        for row, text in enumerate(texts):
            letters = np.frombuffer(text.encode(), np.uint8)
            vectors[row, :256] += np.bincount(letters, minlength=256)
            vectors[row, 256:] += np.bincount(letters[1:] ^ letters[:-1], minlength=256)[:128]
        vectors -= vectors.mean(axis=1, keepdims=True)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    encode_queries = encode_passages


def resident() -> float:
    """MB resident now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def written() -> float:
    """MB that this process has written, by whatever library."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return int(dict(line.split(": ") for line in lines)["wchar"]) / 1e6


def encoder(options: argparse.Namespace) -> Encoder:
    return FakeEncoder() if options.fake_encoder else open_encoder(None)


def articles(options: argparse.Namespace) -> Iterator[Any]:
    return islice(read_articles(options.articles), options.first)


class Clock:
    """Seconds since it was made: those of the day, and those of all processors for this process."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def spent(self) -> dict[str, Any]:
        return {
            "seconds": time.perf_counter() - self._wall,
            "cpu": time.process_time() - self._cpu,
        }


def read(options: argparse.Namespace) -> dict[str, Any]:
    clock = Clock()
    kinds = [isinstance(one, Article) for one in articles(options)]
    return {**clock.spent(), "read": sum(kinds)}


def build(options: argparse.Namespace) -> dict[str, Any]:
    """Indexes everything; ``grown`` has (articles, seconds, resident MB) after every batch."""
    model = encoder(options)
    model.encode_passages(["khởi động"])
    grown: list[tuple[int, float, float]] = []
    clock = Clock()

    def progress(report: BuildReport) -> None:
        grown.append((report.seen, clock.spent()["seconds"], resident()))

    report = index_articles(articles(options), options.index, model, progress=progress)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return {
        **clock.spent(),
        "added": report.added,
        "rejected": len(report.rejected),
        "chunks": report.chunks,
        "sentences": report.sentences,
        "stages": report.seconds,
        "peak_mb": peak,
        "grown": grown,
    }


def add(options: argparse.Namespace) -> dict[str, Any]:
    """Adds ten articles that the index does not have."""
    found = (one for one in articles(options) if isinstance(one, Article))
    some = [
        replace(one, id=f"{one.id}#again", title=f"Lại nữa: {one.title}", digest=f"{one.digest}+")
        for one in islice(found, ADDED)
    ]
    model = encoder(options)
    model.encode_passages(["khởi động"])
    before, start = written(), time.perf_counter()
    report = index_articles(some, options.index, model)
    return {
        "seconds": time.perf_counter() - start - report.seconds["encoding"],
        "written_mb": written() - before,
    }


def forget(options: argparse.Namespace) -> dict[str, Any]:
    snapshot = Snapshot.open(options.index)
    ids = [one.id for one in islice(snapshot.articles(), REMOVED)]
    del snapshot
    before, clock = written(), Clock()
    count = remove(options.index, ids)
    return {**clock.spent(), "removed": count, "written_mb": written() - before}


def opening(options: argparse.Namespace) -> dict[str, Any]:
    """Opens, then asks for the neighbours of sentences and for terms."""
    import faiss  # noqa: F401 - a process imports it once, however often it opens an index
    import tantivy  # noqa: F401

    before, clock = resident(), Clock()
    snapshot = Snapshot.open(options.index)
    spent, grown = clock.spent(), resident() - before
    rows = np.linspace(0, snapshot.counts.sentences - 1, ASKED).astype(np.int64)
    vectors = snapshot.vectors(rows)
    dense = [_timed(lambda v=vector: snapshot.dense(v, 100)) for vector in vectors]
    return {
        **spent,
        "resident_mb": grown,
        "dense_ms": {"p50": _percentile(dense, 50), "p99": _percentile(dense, 99)},
        "segments": len(snapshot.segments),
        "articles": snapshot.counts.articles,
        "sentences": snapshot.counts.sentences,
        "disk_mb": sum(one.size for one in snapshot.manifest.files.values()) / 1e6,
    }


def compacting(options: argparse.Namespace) -> dict[str, Any]:
    clock = Clock()
    freed = compact(options.index)
    return {**clock.spent(), "freed_mb": freed / 1e6}


def checking(options: argparse.Namespace) -> dict[str, Any]:
    clock = Clock()
    problems = check(options.index)
    return {**clock.spent(), "problems": problems}


STAGES: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "read": read,
    "index": build,
    "add": add,
    "open": opening,
    "remove": forget,
    "check": checking,
    "compact": compacting,
    "open compacted": opening,
}


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _percentile(seconds: list[float], percent: int) -> float:
    return float(np.percentile(seconds, percent) * 1e3)


def table(found: dict[str, dict[str, Any]]) -> Iterator[str]:
    """The rows of issue 7, as Markdown."""
    built, stages = found["index"], found["index"]["stages"]
    other = sum(stages.values()) - stages["encoding"]
    early = [mb for seen, _, mb in built["grown"] if seen >= min(2_000, built["added"] // 2)]
    yield "| what | measured |"
    yield "|---|---|"
    yield f"| articles, chunks, sentences | {built['added']:,}, {built['chunks']:,}, "
    yield f"{built['sentences']:,} |"
    yield f"| reading and cleaning | {_times(found['read'])} |"
    for name, seconds in stages.items():
        yield f"| {name} | {seconds:.1f} s |"
    yield f"| not encoding, of indexing | {100 * other / sum(stages.values()):.1f}% |"
    yield f"| resident after 2,000 articles, at the end, at most | {early[0]:,.0f}, "
    yield f"{early[-1]:,.0f}, {built['peak_mb']:,.0f} MB |"
    yield f"| adding {ADDED} articles, without encoding | {found['add']['seconds']:.2f} s, "
    yield f"{found['add']['written_mb']:.1f} MB written |"
    forgotten, compacted = found["remove"], found["compact"]
    yield f"| removing {forgotten['removed']:,} articles | {_times(forgotten)} |"
    for name in ("open", "open compacted"):
        one = found[name]
        yield f"| {name}: {one['segments']} segments, {one['disk_mb']:,.0f} MB on disk | "
        yield f"{_times(one)}, {one['resident_mb']:,.0f} MB resident |"
        yield f"| nearest 100 sentences of {one['sentences']:,}, p50 / p99 | "
        yield f"{one['dense_ms']['p50']:.1f} / {one['dense_ms']['p99']:.1f} ms |"
    yield f"| check | {_times(found['check'])} |"
    yield f"| compact | {_times(compacted)}, {compacted['freed_mb']:,.0f} MB freed |"


def _times(one: dict[str, Any]) -> str:
    return f"{one['seconds']:.2f} s ({one['cpu']:.2f} s of a processor)"


def plot(grown: list[tuple[int, float, float]], path: Path) -> None:
    """Time and memory against articles."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    seen, seconds, memory = zip(*grown, strict=True)
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 3), layout="constrained")
    left.plot(seen, seconds)
    left.set(xlabel="articles", ylabel="seconds")
    right.plot(seen, memory)
    right.set(xlabel="articles", ylabel="MB resident", ylim=(0, None))
    figure.savefig(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("articles", type=Path)
    parser.add_argument("--first", type=int, default=10_000, help="index so many articles only")
    parser.add_argument("--fake-encoder", action="store_true")
    parser.add_argument("--plot", type=Path, help="an SVG of time and memory against articles")
    parser.add_argument("--index", type=Path, help="keep the index in this new folder")
    parser.add_argument("--stage", choices=STAGES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stage:
        print(json.dumps(STAGES[options.stage](options)))
        return
    with tempfile.TemporaryDirectory() as work:
        found = {}
        for stage in STAGES:
            command = [sys.executable, "-m", "benchmarks.archive", *sys.argv[1:]]
            command += ["--stage", stage, "--index", str(options.index or Path(work) / "index")]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            found[stage] = json.loads(done.stdout.splitlines()[-1])
            print(f"{stage}: {json.dumps(found[stage] | {'grown': None})}", file=sys.stderr)
    if options.plot:
        plot(found["index"]["grown"], options.plot)
    rows = "\n".join(table(found))
    print(rows.replace(", \n", ", ").replace("| \n", "| "))
    print(
        f"\n{os.cpu_count()} cores, {'bytes counted' if options.fake_encoder else 'embedded model'}"
    )


if __name__ == "__main__":
    main()
