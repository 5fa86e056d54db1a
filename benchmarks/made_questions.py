"""Do questions made without labels rank settings as human questions do?

    python benchmarks/made_questions.py ../shared/data/viquad --split dev

Five ways of ranking are scored by the split's own questions, by questions that
`hoidap eval make-questions` makes of the same passages, and by the half-remembered slice of these.
Printed is nDCG@10, and Kendall's tau of the order that each gives to the one of the first.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from scipy.stats import kendalltau

from app.cli.eval_subject import open_subject
from eval.datasets import read_dataset
from eval.gold import resolve
from eval.make_questions import make_questions
from eval.measures import aggregate, retrieval_scores
from eval.slices import rewrite
from eval.types import Dataset, Found, Question, Result, Run
from index.corpus import NewsIndex
from index.fusion import relative
from index.text.syllables import terms

_DEEP = 100
_DENSE_SHARE = 0.4
_RRF = 60

Ranking = list[tuple[int, float]]
"""(chunk row, score), best first."""


def dense(index: NewsIndex, question: str) -> Ranking:
    vector = index.encoder.encode_queries([question])[0]
    best: dict[int, float] = {}
    for row, cosine in zip(*index.snapshot.dense(vector, 3 * _DEEP), strict=True):
        for chunk in index.snapshot.chunks_of(np.array([row])).tolist():
            best.setdefault(chunk, float(cosine))
    return sorted(best.items(), key=lambda pair: -pair[1])[:_DEEP]


def lexical(index: NewsIndex, question: str) -> Ranking:
    wanted = {"folded": dict.fromkeys(terms(question), 1.0)}
    rows, scores = index.snapshot.lexical(wanted, _DEEP)
    return [(int(row), float(score)) for row, score in zip(rows, scores, strict=True)]


def ranks_fused(index: NewsIndex, question: str) -> Ranking:
    sums: dict[int, float] = {}
    for leg in (dense(index, question), lexical(index, question)):
        for rank, (row, _) in enumerate(leg, 1):
            sums[row] = sums.get(row, 0.0) + 1 / (_RRF + rank)
    return sorted(sums.items(), key=lambda pair: -pair[1])


def scores_fused(index: NewsIndex, question: str) -> Ranking:
    near, matched = dict(dense(index, question)), dict(lexical(index, question))
    rows = list(near | matched)
    floor = min(near.values(), default=0.0)
    cosines = np.array([near.get(row, floor) for row in rows], np.float32)
    scaled = (cosines - cosines.min()) / max(float(np.ptp(cosines)), 1e-6)
    words = relative(np.array([matched.get(row, 0.0) for row in rows], np.float32))
    summed = _DENSE_SHARE * scaled + (1 - _DENSE_SHARE) * words
    order = np.argsort(-summed, kind="stable")
    return [(rows[place], float(summed[place])) for place in order]


def fitted(index: NewsIndex, question: str) -> list[Found]:
    hits = index.search(question, k=_DEEP).hits
    return [Found(hit.article.id, 0, 0, hit.score) for hit in hits]


def by_article(
    rank: Callable[[NewsIndex, str], Ranking],
) -> Callable[[NewsIndex, str], list[Found]]:
    def found(index: NewsIndex, question: str) -> list[Found]:
        best = rank(index, question)[:20]
        articles = index.snapshot.articles_of(np.array([row for row, _ in best], np.int64))
        return [
            Found(index.snapshot.article(article).id, 0, 0, score)
            for article, (_, score) in zip(articles.tolist(), best, strict=True)
        ]

    return found


SETTINGS = {
    "sentence vectors": by_article(dense),
    "BM25": by_article(lexical),
    "reciprocal ranks": by_article(ranks_fused),
    f"weighted sum {_DENSE_SHARE}": by_article(scores_fused),
    "hoidap": fitted,
}


def ndcg(
    index: NewsIndex,
    questions: Iterable[Question],
    rank: Callable[[NewsIndex, str], list[Found]],
) -> float:
    results = tuple(
        Result(question, question.text, 0.0, tuple(rank(index, question.text)))
        for question in questions
    )
    run = Run("", None, "", "", _DEEP, "", None, None, results=results)
    return aggregate("nDCG@10", retrieval_scores(run, ["nDCG@10"])["nDCG@10"])


def by_whole_article(questions: Sequence[Question]) -> list[Question]:
    """Answerable questions, their gold widened from a sentence to its article."""
    return [
        Question(
            q.id, q.text, tuple({g.article_id: type(g)(g.article_id) for g in q.gold}.values())
        )
        for q in questions
        if q.answerable
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--split")
    parser.add_argument("-n", type=int, default=300, help="made questions")
    parser.add_argument("--human", type=int, default=1000, help="human questions, at most")
    parser.add_argument("--seed", type=int, default=0, help="of the made questions")
    given = parser.parse_args()
    dataset = read_dataset(given.dataset, given.split)
    subject = open_subject({}, corpus_file=dataset.corpus)
    made = make_questions(subject.articles, subject.index, given.n, seed=given.seed)
    human = [q for q in resolve(dataset, subject.articles).questions if q.answerable]
    # From all of the split: neighbours are about one article, and articles differ.
    human = random.Random(5).sample(human, min(given.human, len(human)))
    made = resolve(Dataset("made", None, made), subject.articles).questions
    columns = {
        "human": by_whole_article(human),
        "made": by_whole_article(made),
        "half-remembered": by_whole_article(rewrite(made, "half-remembered")),
    }
    print("nDCG@10".ljust(18), *(f"{len(qs):>6} {name:<15}" for name, qs in columns.items()))
    scores = []
    for name, rank in SETTINGS.items():
        scores.append([ndcg(subject.index, questions, rank) for questions in columns.values()])
        print(name.ljust(18), *(f"{score:>6.4f}{'':<16}" for score in scores[-1]), flush=True)
    orders = list(zip(*scores, strict=True))
    taus = [kendalltau(orders[0], order).statistic for order in orders]
    print("Kendall's tau".ljust(18), *(f"{tau:>6.2f}{'':<16}" for tau in taus))


if __name__ == "__main__":
    main()
