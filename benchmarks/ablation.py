"""What each part of the ranking is worth: the table in docs/ablation.md.

    python -m benchmarks.ablation ../shared/data/viquad --split dev

One run over the questions gives every row: each leg alone, the legs fused, and the linear model
without one of its features at a time. A model without a feature is fitted anew, on questions of the
train split alone. ``--slice unaccented`` and the like ask the same questions otherwise.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.cli.eval_subject import open_subject
from eval.datasets import read_dataset
from eval.fit_ranker import examples
from eval.listwise import Example, fit
from eval.run import resolve
from eval.slices import rewrite
from eval.types import Question
from index import fusion
from index.corpus import NewsIndex
from index.features import NAMES

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]

_SEED = 7
_RANK_CONSTANT = 60.0  # of reciprocal rank fusion, as its authors have it


Scores = Callable[["Looked"], tuple[Floats, Numbers]]
"""What a question looked at -> a score a candidate, and the candidates' articles."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What one question looked at: all that either leg named, and the few that were ranked."""

    gold: int | None
    cosines: Floats
    lexical: Floats
    articles: Numbers
    table: Floats
    ranked: Numbers


def looked(index: NewsIndex, questions: Sequence[Question]) -> Iterator[Looked]:
    """Each question as the search asks it, without filters and folding."""
    view = index.snapshot
    for question in questions:
        understood = index.understand(question.text)
        vector = index.encoder.encode_queries([understood])[0]
        asked = index.asked(understood)
        terms = [*asked.words, *map("_".join, asked.pairs)]
        rows, cosines, lexical = view.gather(vector, terms, None, sentences=200, chunks=100)
        few, table, _ = index.candidates(asked, vector, None)
        yield Looked(
            gold=view.find(question.gold[0].article_id),
            cosines=cosines,
            lexical=lexical,
            articles=view.articles_of(rows),
            table=fusion.gated(table),
            ranked=view.articles_of(few),
        )


def reciprocal_ranks(one: Looked) -> tuple[Floats, Numbers]:
    places = (np.argsort(np.argsort(-leg, kind="stable")) for leg in (one.cosines, one.lexical))
    return sum(1 / (_RANK_CONSTANT + place + 1) for place in places), one.articles


LEGS: dict[str, Scores] = {
    "meaning alone: the best sentence's cosine": lambda one: (one.cosines, one.articles),
    "words alone: BM25 of syllables and pairs": lambda one: (one.lexical, one.articles),
    "reciprocal rank fusion": reciprocal_ranks,
    "weighted sum, .4 and .6": lambda one: (
        fusion.coarse(one.cosines, one.lexical),
        one.articles,
    ),
}


def linear(weights: Floats) -> Scores:
    return lambda one: (one.table @ weights, one.ranked)


def place(scores: Floats, articles: Numbers, gold: int | None) -> int | None:
    """The place of the gold article, from 0; None when it is not among them."""
    order = articles[np.argsort(-scores, kind="stable")].tolist()
    distinct = list(dict.fromkeys(order))
    return distinct.index(gold) if gold in distinct else None


def measured(scores: Scores, questions: Sequence[Looked]) -> tuple[float, float]:
    """R@1 and nDCG@10; every question has one gold article."""
    places = [place(*scores(one), one.gold) for one in questions]
    first = sum(at == 0 for at in places)
    gain = sum(1 / float(np.log2(at + 2)) for at in places if at is not None and at < 10)
    return first / len(places), gain / len(places)


def without(data: Sequence[Example], feature: str) -> Floats:
    """Weights fitted anew with ``feature`` blotted out."""
    kept = np.array([name != feature for name in NAMES], np.float32)
    fitted = fit([(table * kept, gold) for table, gold in data], NAMES)
    return np.array([fitted[name] for name in NAMES], np.float32) * kept


def report(name: str, scores: Scores, asked: dict[str, list[Looked]]) -> None:
    cells = (
        f"{first:.3f} / {gain:.3f}"
        for first, gain in (measured(scores, questions) for questions in asked.values())
    )
    print(f"| {name} |", " | ".join(cells), "|", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--split", required=True, help="reported")
    parser.add_argument("--slice", action="append", default=[], dest="slices")
    parser.add_argument("--train", type=int, default=1500, help="questions of the train split")
    options = parser.parse_args()
    dataset = read_dataset(options.dataset, options.split)
    subject = open_subject({}, corpus_file=dataset.corpus)
    index = subject.index
    questions = [one for one in resolve(dataset, subject.articles).questions if one.answerable]
    asked = {"as typed": list(looked(index, questions))}
    for name in options.slices:
        asked[name] = list(looked(index, rewrite(questions, name)))

    print(f"R@1 / nDCG@10, {len(questions):,} questions of {dataset.name} {dataset.split}\n")
    print("| |", " | ".join(asked), "|\n|---|" + "---|" * len(asked))
    for name, scores in LEGS.items():
        report(name, scores, asked)
    report("the linear model that is shipped", linear(fusion.weights()), asked)
    train = [
        (q.text, q.gold[0].article_id) for q in read_dataset(options.dataset, "train").questions
    ]
    chosen = random.Random(_SEED).sample(train, options.train)
    data = list(examples(index, chosen, np.random.default_rng(_SEED)))
    for feature in ("", *NAMES):
        name = f"fitted on {options.train:,} questions, without {feature or 'nothing'}"
        report(name, linear(without(data, feature)), asked)


if __name__ == "__main__":
    main()
