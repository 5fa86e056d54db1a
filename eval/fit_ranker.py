"""Fits the weights of the ranking (index/ranker.json) on questions whose passages are known.

    python -m eval.fit_ranker BEIR_FOLDER --index DIR [--split train] [-n 6000]

The loss is the softmax over a question's candidates, summed over those from its passage. Every
question is seen as typed; a third also without accents, and a third as if asked in another
language: only its names and numbers meet the lexical leg, and noise blurs its vector. Report on
another split than the one fitted on.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from eval.datasets import read_dataset
from eval.listwise import Example, fit
from index import fusion
from index.corpus import NewsIndex
from index.encoders.registry import open_encoder
from index.features import NAMES, Asked
from index.text.syllables import fold, folded_syllables

_NOISE = 0.25


def foreign(asked: Asked, question: str) -> Asked:
    """``asked`` as a question in another language would be: names and numbers in common."""
    kept = {
        unit
        for place, token in enumerate(question.split())
        if any(c.isdigit() for c in token) or (place and token[:1].isupper())
        for unit in folded_syllables(token)
    }
    return replace(
        asked,
        words={word: weight for word, weight in asked.words.items() if word in kept},
        pairs={pair: weight for pair, weight in asked.pairs.items() if kept.issuperset(pair)},
        accented=frozenset(word for word in asked.accented if fold(word) in kept),
    )


def examples(
    index: NewsIndex, questions: list[tuple[str, str]], rng: np.random.Generator
) -> Iterator[Example]:
    """Features of the candidates and which are from the gold article; questions as (text, id)."""
    for place, (text, gold) in enumerate(questions):
        variants = [(index.asked(text), index.encoder.encode_queries([text])[0])]
        if place % 3 == 0:
            restored = index.understand(fold(text))
            vector = index.encoder.encode_queries([restored])[0]
            variants.append((index.asked(restored), vector))
        if place % 3 == 1:
            asked, vector = variants[0]
            noise = rng.normal(0, _NOISE / np.sqrt(len(vector)), len(vector))
            blurred = (vector + noise).astype(np.float32)
            variants.append((foreign(asked, text), blurred / np.linalg.norm(blurred)))
        for asked, vector in variants:
            rows, table, _ = index.candidates(asked, vector, None)
            owners = index.snapshot.articles_of(rows)
            positive = owners == index.snapshot.find(gold)
            if positive.any() and not positive.all():
                yield fusion.gated(table), positive


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--split", default="train")
    parser.add_argument("-n", type=int, default=6000)
    options = parser.parse_args()
    dataset = read_dataset(options.dataset, options.split)
    questions = [(q.text, q.gold[0].article_id) for q in dataset.questions if q.gold]
    chosen = random.Random(7).sample(questions, min(options.n, len(questions)))
    index = NewsIndex.open(options.index, open_encoder(None))
    data = list(examples(index, chosen, np.random.default_rng(7)))
    weights = fit(data, NAMES)
    fitted_on = f"{options.dataset.name}, {options.split}, {len(chosen)} questions"
    report = {"fitted_on": fitted_on, "weights": weights}
    fusion.WEIGHTS.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
