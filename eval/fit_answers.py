"""Fits the choice of sentences and the doubt to abstain (qa/answers.json).

    python -m eval.fit_answers BEIR_FOLDER --index DIR [--split train] [-n 600]

A sentence is right when it is from the gold article and holds the answer. For the doubt every
question is asked of the whole corpus, and besides, in turn: of the corpus without its passage (its
neighbours are still there), without any passage of that title (nothing about it), and with one
thing changed (eval/near_misses.py). What the first two still find is right when it holds the
answer. The first two thirds of the questions fit, the last third sets the threshold; report on
another split than either.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from eval.datasets import read_dataset
from eval.listwise import Example, fit
from eval.near_misses import near_misses
from eval.types import Question
from index.corpus import Floats, NewsIndex
from index.encoders.registry import open_encoder
from index.features import Asked
from index.storage.snapshot import Snapshot
from index.types import Filters, SearchResult
from index.vectors import Mask
from qa import abstain, evidence
from qa.evidence import Evidence, gather
from qa.model import FITTED, Linear, probability

# What ViQuAD cannot show, set by hand. Its questions are in one language: a translation costs .06
# to .09 of the cosine on the seeds. Its articles have no dates: where the question speaks of a time
# that no article is from ("hôm qua"), only a certain answer stands. And an encyclopedia seldom
# tells the same of two years, as news does of every year: the fit finds no worth in it (.07).
BY_HAND = {"year": 1.0, "foreign": 2.2, "unmet": -2.0}
_HITS, _SEED = 10, 11
# The share of answerable questions, answered rightly, that the threshold lets through.
_KEPT = 0.85


class Trial:
    """One question of one corpus: the sentences that were found and which of them are right."""

    def __init__(
        self, index: NewsIndex, question: Question, vector: Floats, allowed: Mask | None
    ) -> None:
        self.asked: Asked = index.asked(question.text)
        hits = index.hits(question.text, vector, allowed, _HITS)
        self.result = SearchResult(question.text, question.text, Filters(), hits)
        self.sentences: list[Evidence] = gather(question.text, self.asked, hits)
        self.right = np.array([_holds(one, question) for one in self.sentences], bool)

    def best(self, chooser: Linear) -> int:
        return int(
            np.argmax([chooser.score(evidence.NAMES, one.features) for one in self.sentences])
        )


def _holds(sentence: Evidence, question: Question) -> bool:
    text = sentence.text.lower()
    return any(answer.lower() in text for answer in question.answers)


def trials(index: NewsIndex, questions: list[Question]) -> Iterator[tuple[Trial, bool]]:
    """Every question of the whole corpus and then as a near miss, and whether it has an answer."""
    view = index.snapshot
    if not isinstance(view, Snapshot):
        raise TypeError("passages are hidden in an index on this machine only")
    titles: dict[str, list[int]] = {}
    texts: dict[str, str] = {}
    for row, article in enumerate(view.articles()):
        titles.setdefault(article.title, []).append(row)
        texts[article.id] = article.text
    changed = {one.id: one for one in near_misses(questions, texts, _SEED)}
    for turn, question in enumerate(questions):
        vector = index.encoder.encode_queries([question.text])[0]
        gold = view.find(question.gold[0].article_id)
        if gold is None:
            continue
        yield Trial(index, question, vector, None), True
        if turn % 3 == 0 or (turn % 3 == 2 and question.id not in changed):
            yield Trial(index, question, vector, _without(view, [gold])), False
        elif turn % 3 == 1:
            title = view.article(gold).title
            yield Trial(index, question, vector, _without(view, titles[title])), False
        if near := changed.get(question.id):
            vector = index.encoder.encode_queries([near.text])[0]
            yield Trial(index, near, vector, None), False


def _without(view: Snapshot, rows: list[int]) -> Mask:
    allowed: Mask = view.alive.copy()
    allowed[rows] = False
    return allowed


def fit_doubt(
    rows: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]
) -> tuple[dict[str, float], float]:
    """Logistic regression in the units of the signs; signs that never vary get no weight."""
    from sklearn.linear_model import LogisticRegression

    scale = rows.std(axis=0)
    scale[scale == 0] = 1.0
    model = LogisticRegression(C=1.0, max_iter=2000).fit(rows / scale, right)
    weights = dict(zip(abstain.NAMES, (model.coef_[0] / scale).tolist(), strict=True))
    return weights | BY_HAND, float(model.intercept_[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--split", default="train")
    parser.add_argument("-n", type=int, default=600)
    options = parser.parse_args()
    pool = read_dataset(options.dataset, options.split).questions
    pool = tuple(q for q in pool if q.gold and q.answers)
    chosen = random.Random(_SEED).sample(pool, min(options.n, len(pool)))
    index = NewsIndex.open(options.index, open_encoder(None))
    tried = [(trial, whole) for trial, whole in trials(index, chosen) if trial.sentences]
    lists: list[Example] = [
        (np.array([one.features for one in trial.sentences], np.float32), trial.right)
        for trial, whole in tried
        if whole and trial.right.any() and not trial.right.all()
    ]
    chooser = Linear(fit(lists, evidence.NAMES), 0.0)
    rows, right = [], []
    for trial, whole in tried:
        best = trial.best(chooser)
        if whole or not trial.right[best]:
            rows.append(abstain.signs(trial.asked, trial.result, trial.sentences[best]))
            right.append(bool(trial.right[best]))
    table, labels = np.array(rows, np.float64), np.array(right)
    fitting = 2 * len(table) // 3
    weights, bias = fit_doubt(table[:fitting], labels[:fitting])
    doubt = Linear(weights, bias)
    held = [probability(doubt.score(abstain.NAMES, tuple(r))) for r in table[fitting:]]
    sure = np.array(held)[labels[fitting:]]
    report = {
        "fitted_on": f"{options.dataset.name}, {options.split}, {len(chosen)} questions",
        "sentence": {"weights": chooser.weights, "bias": 0.0},
        "doubt": {"weights": {k: round(v, 4) for k, v in weights.items()}, "bias": round(bias, 4)},
        "threshold": round(float(np.quantile(sure, 1 - _KEPT)), 3),
    }
    FITTED.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
