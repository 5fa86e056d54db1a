"""What the ranking loses when a dataset's index is searched as an archive of millions is.

    python -m benchmarks.scale_loss ../shared/data/viquad --split dev [--first N]

The same index twice, question by question: as its size has it, and with all of its sentences in one
part that is put into lists, of which one in eight is read. A dataset is smaller than what lists
are made for, so its lists are shorter and the loss is not less than in a real archive of its kind.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from app.settings import load
from eval.datasets import read_corpus, read_dataset
from eval.prepare import prepared_index
from eval.types import Question
from index import codes, vectors
from index.corpus import NewsIndex
from index.encoders import Encoder, Vectors
from index.encoders.registry import open_encoder
from index.storage.snapshot import Snapshot

K = 10


class Remembering:
    """Encodes a question once for both indexes."""

    def __init__(self, encoder: Encoder) -> None:
        self.spec = encoder.spec
        self._one = lru_cache(maxsize=8)(lambda text: encoder.encode_queries([text]))

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return np.concatenate([self._one(text) for text in texts])


def in_lists(directory: Path) -> Snapshot:
    """The index with its sentences in lists, however few they are."""
    vectors.CODED_FROM = codes.LISTED_FROM = 0
    view = Snapshot.open(directory)
    rows = np.concatenate([segment.vectors for segment in view.segments])
    data = b"".join(vectors.encode(rows))
    part = vectors.Part(rows, data, codes.lists_for(len(rows)))
    view._dense = vectors.DenseIndex([part])
    return view


def gain(index: NewsIndex, question: Question) -> float:
    """nDCG@10 of one question."""
    gold = {judgment.article_id for judgment in question.gold if judgment.grade > 0}
    found = [hit.article.id in gold for hit in index.search(question.text, k=K).hits]
    best = sum(1 / math.log2(place + 2) for place in range(min(K, len(gold))))
    return sum(right / math.log2(place + 2) for place, right in enumerate(found)) / best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--split")
    parser.add_argument("--first", type=int, help="ask so many questions only")
    options = parser.parse_args()
    dataset = read_dataset(options.dataset, options.split)
    encoder = open_encoder(None)
    if dataset.corpus is None:
        parser.error("a dataset without articles has no index of its own")
    directory = prepared_index(list(read_corpus(dataset.corpus)), encoder, load().cache)
    remembering = Remembering(encoder)
    usual = NewsIndex(Snapshot.open(directory), remembering)
    listed = NewsIndex(in_lists(directory), remembering)
    asked = [one for one in dataset.questions if one.answerable and one.gold][: options.first]
    pairs = np.array([[gain(usual, one), gain(listed, one)] for one in asked])
    worse, better = np.sum(pairs[:, 1] < pairs[:, 0]), np.sum(pairs[:, 1] > pairs[:, 0])
    print(f"| {len(asked)} questions | nDCG@10 |\n|---|---|")
    print(f"| exact | {pairs[:, 0].mean():.4f} |\n| in lists | {pairs[:, 1].mean():.4f} |")
    print(f"\n{worse} questions are worse in lists, {better} better")


if __name__ == "__main__":
    main()
