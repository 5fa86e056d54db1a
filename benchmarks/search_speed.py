"""Question to hits and to an answer in an archive: milliseconds, questions a second, memory.

    python -m benchmarks.search_speed ../shared/data/news/baomoi2017-10k.jsonl.xz --cache FOLDER

To encode 10,000 articles takes most of an hour, so their vectors here are made up: syllables,
hashed. A question pays for the embedded model's work and is then given a made-up vector too, so
that it comes near the articles it shares words with. Everything else is what users run. So the
times are true and the hits mean nothing. The index is built once and stays in FOLDER.

Questions are titles of the articles, every second one typed without accents; none is asked twice.
``--profile`` prints what the time is spent on.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from zlib import crc32

import numpy as np

from benchmarks.archive import resident
from index.articles.read import read_articles
from index.build import index_articles
from index.corpus import NewsIndex
from index.encoders import Encoder, Progress, Vectors
from index.encoders.registry import open_encoder
from index.storage.snapshot import Snapshot
from index.text.syllables import fold, terms
from qa.answer import Answerer

ASKED, ASKERS = 200, 8
# The model puts every two texts near each other, and how near decides what is compared further.
_ALIKE = 0.7


class HashedSyllables:
    """Vectors that cost nothing for passages; questions pay for ``encoder`` all the same."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.spec = encoder.spec

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        vectors = np.zeros((len(texts), self.spec.dimension), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            hashed = np.array([crc32(term.encode()) for term in terms(text)] or [0], np.int64)
            np.add.at(row, hashed % len(row), np.where(hashed & 1 << 20, 1, -1))
            row /= max(float(np.linalg.norm(row)), 1e-6)
        vectors += _ALIKE / np.sqrt(self.spec.dimension)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self._encoder.encode_queries(texts)
        return self.encode_passages(texts)


def build(path: Path, first: int, directory: Path) -> None:
    building = directory.with_name(f"{directory.name}.{os.getpid()}")
    index_articles(
        islice(read_articles(path), first), building, HashedSyllables(open_encoder(None))
    )
    building.rename(directory)


def titles(view: Snapshot) -> list[str]:
    """Of articles from all over the archive, every second one without its accents."""
    rows = np.linspace(0, view.counts.articles - 1, 3 * ASKED + 1).astype(int).tolist()
    chosen = [view.article(row).title for row in rows]
    return [fold(title) if number % 2 else title for number, title in enumerate(chosen)]


def milliseconds(index: NewsIndex, question: str) -> float:
    start = time.perf_counter()
    index.search(question)
    return 1e3 * (time.perf_counter() - start)


def answering(answerer: Answerer, question: str) -> tuple[float, float]:
    """Milliseconds to the first words of an extractive answer, and to all of it."""
    start = time.perf_counter()
    stops = [time.perf_counter() - start for _ in answerer.stream(question)]
    return 1e3 * stops[0], 1e3 * stops[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("articles", type=Path)
    parser.add_argument("--cache", type=Path, required=True, help="keeps the index")
    parser.add_argument("--first", type=int, default=10_000, help="index so many articles only")
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    directory = options.cache / f"{options.articles.name}-{options.first}"
    if not directory.exists():
        # In another process: what building leaves in memory is not what searching needs.
        with ProcessPoolExecutor(1) as apart:
            apart.submit(build, options.articles, options.first, directory).result()
    first, *questions = titles(Snapshot.open(directory))
    encoder = HashedSyllables(open_encoder(None))
    start = time.perf_counter()
    index = NewsIndex.open(directory, encoder)
    opening = time.perf_counter() - start
    cold = milliseconds(index, first)
    if options.profile:
        with cProfile.Profile(time.thread_time) as profile:  # whatever else the machine does
            for question in questions[: ASKED // 4]:
                index.search(question)
        pstats.Stats(profile, stream=sys.stdout).sort_stats("tottime").print_stats(30)
        return
    start = time.process_time()
    times = [milliseconds(index, question) for question in questions[:ASKED]]
    work = 1e3 * (time.process_time() - start) / ASKED
    start = time.perf_counter()
    with ThreadPoolExecutor(ASKERS) as askers:
        some = questions[ASKED : 2 * ASKED]
        crowded = list(askers.map(lambda one: milliseconds(index, one), some))
    together = time.perf_counter() - start
    answerer = Answerer(index)
    words, whole = zip(*(answering(answerer, one) for one in questions[2 * ASKED :]), strict=True)
    counts = index.snapshot.counts
    print("| what | measured |\n|---|---|")
    print(f"| articles, chunks, sentences | {counts.articles:,}, ", end="")
    print(f"{counts.chunks:,}, {counts.sentences:,} |")
    for name, some in {"question to hits": times, "without accents": times[::2]}.items():
        p50, p99 = np.percentile(some, [50, 99])
        print(f"| {name}, p50 / p99 | {p50:.1f} / {p99:.1f} ms |")
    print(f"| of it a processor's work, mean of both cores' | {work:.1f} ms |")
    print(f"| {ASKERS} askers at once | {len(crowded) / together:.0f} questions a second, ", end="")
    print(f"p50 / p99 {np.percentile(crowded, 50):.0f} / {np.percentile(crowded, 99):.0f} ms |")
    for name, taken in {"first words": words, "whole extractive answer": whole}.items():
        p50, p95 = np.percentile(taken, [50, 95])
        print(f"| question to {name}, p50 / p95 | {p50:.0f} / {p95:.0f} ms |")
    print(f"| opening, then the first question | {opening:.2f} s, {cold:.0f} ms |")
    print(f"| resident, the encoder included | {resident():,.0f} MB |")
    print(f"\n{os.cpu_count()} cores, load average {os.getloadavg()[1]:.1f}; ", end="")
    print("passages' vectors are made up (hashed syllables), questions are really encoded")


if __name__ == "__main__":
    main()
