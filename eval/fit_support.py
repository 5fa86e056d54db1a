"""Measures how near a claim is to the sentence that it rests on (the thresholds of qa/verify.py).

    python -m eval.fit_support BEIR_FOLDER [--split dev] [-n 400] [--translated VI.jsonl EN.jsonl]

No set of judged claims in Vietnamese is at hand, so claims are made: from a third to
two thirds of a sentence's words, turned around when there is a comma to turn them at. The sentence
itself supports such a claim; the nearest other sentence of the same passage does not. Printed is
the cosine that 95 % of the supported claims reach, and the share of the others that reach it too.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

import numpy as np

from eval.datasets import read_corpus, read_dataset
from index.encoders import Encoder
from index.encoders.registry import open_encoder
from index.errors import DatasetError
from index.text.sentences import sentence_spans

_LEAST_WORDS = 14
_REACHED = 0.95


def made_claim(sentence: str, coin: random.Random) -> str:
    """The head or the tail of ``sentence``, turned around at a comma where one remains."""
    words = sentence.split()
    kept = coin.randint(len(words) // 3, 2 * len(words) // 3)
    part = " ".join(words[:kept] if coin.random() < 0.5 else words[-kept:])
    head, comma, tail = part.partition(", ")
    return f"{tail}, {head}" if comma else part


def same_language(encoder: Encoder, passages: list[str], coin: random.Random) -> dict[str, float]:
    right, wrong = [], []
    for passage in passages:
        sentences = [passage[a:b] for a, b in sentence_spans(passage)]
        sentences = [one for one in sentences if len(one.split()) >= _LEAST_WORDS]
        if len(sentences) < 2:
            continue
        at = coin.randrange(len(sentences))
        vectors = encoder.encode_passages([made_claim(sentences[at], coin), *sentences])
        cosines = vectors[1:] @ vectors[0]
        right.append(float(cosines[at]))
        wrong.append(float(np.delete(cosines, at).max()))
    return _summary(right, wrong)


def translated(encoder: Encoder, vietnamese: list[str], english: list[str]) -> dict[str, float]:
    """Wrong is the nearest of the other texts."""
    cosines = encoder.encode_passages(english) @ encoder.encode_passages(vietnamese).T
    right = np.diag(cosines).tolist()
    np.fill_diagonal(cosines, -1.0)
    return _summary(right, cosines.max(axis=1).tolist())


def _summary(right: list[float], wrong: list[float]) -> dict[str, float]:
    at = float(np.quantile(right, 1 - _REACHED))
    return {
        "claims": len(right),
        "reached_by_95": round(at, 3),
        "wrong_that_reach_it": round(float(np.mean(np.array(wrong) >= at)), 3),
        "wrong_median": round(float(np.median(wrong)), 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--split", default="dev")
    parser.add_argument("-n", type=int, default=400)
    parser.add_argument("--translated", type=Path, nargs=2)
    options = parser.parse_args()
    coin = random.Random(7)
    encoder = open_encoder(None)
    dataset = read_dataset(options.dataset, options.split)
    gold = {question.gold[0].article_id for question in dataset.questions if question.gold}
    if dataset.corpus is None:
        raise DatasetError(f"{options.dataset} has no corpus: give a BEIR folder")
    texts = [article.text for article in read_corpus(dataset.corpus) if article.id in gold]
    chosen = coin.sample(texts, min(options.n, len(texts)))
    print(json.dumps({"same language": same_language(encoder, chosen, coin)}))
    if options.translated:
        first, second = (_texts(path) for path in options.translated)
        both = sorted(first.keys() & second.keys())
        keys = coin.sample(both, min(options.n, len(both)))
        pair = translated(encoder, [first[k] for k in keys], [second[k] for k in keys])
        print(json.dumps({"translated": pair}))


def _texts(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return {row["_id"]: row["text"] for row in map(json.loads, lines)}


if __name__ == "__main__":
    main()
