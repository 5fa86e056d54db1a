"""Story links: pairwise precision and recall on known events, links within one newspaper.

    python benchmarks/stories.py DATA        (DATA: the folder that holds stories/ and news/)

Half of the events fit the weights that index/stories.py carries; the other half is what counts.
Within the articles of one newspaper no two should be linked, copies apart.
"""

from __future__ import annotations

import argparse
import gzip
import json
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from index.articles.read import read_articles
from index.build import sentence_text
from index.encoders import Encoder
from index.encoders.registry import open_encoder
from index.stories import SENTENCES, Stories, Telling, same_story, telling
from index.text.sentences import sentence_spans
from index.types import Article, Sentence


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    encoder = open_encoder()
    file = data / "stories" / "articles.jsonl.gz"
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        events: dict[str, Any] = {row["id"]: row["cluster"] for row in map(json.loads, lines)}
    told = tellings(file, encoder)
    order = sorted(set(events.values()))
    fitted = set(order[::2])
    halves = {
        "the half that was fitted": [id for id in told if events[id] in fitted],
        "the other half": [id for id in told if events[id] not in fitted],
        "all": list(told),
    }
    print(
        "refitted weights:",
        refit({id: told[id] for id in halves["the half that was fitted"]}, events),
    )
    for name, ids in halves.items():
        story = grouped({id: told[id] for id in ids})
        pairs = list(combinations(ids, 2))
        linked = {pair for pair in pairs if story[pair[0]] == story[pair[1]]}
        true = {pair for pair in pairs if events[pair[0]] == events[pair[1]]}
        precision = len(linked & true) / max(1, len(linked))
        recall = len(linked & true) / len(true)
        f1 = 2 * precision * recall / (precision + recall)
        print(f"{name}: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}")
    paper = tellings(data / "news" / "tuoitre2024.jsonl.gz", encoder)
    story = grouped(paper)
    links = sum(story[a] == story[b] for a, b in combinations(paper, 2))
    print(f"links within {len(paper)} articles of one newspaper: {links}")


def tellings(file: Path, encoder: Encoder) -> dict[str, Telling]:
    told: dict[str, Telling] = {}
    for article in read_articles(file, fields={"id": "id"}):
        if isinstance(article, Article):
            spots = [Sentence(*span) for span in sentence_spans(article.text)[:SENTENCES]]
            texts = [sentence_text(article, spot) for spot in spots]
            told[article.id] = telling(article, encoder.encode_passages(texts))
    return told


def grouped(told: dict[str, Telling]) -> dict[str, int]:
    stories = Stories()
    return {id: stories.add(number, one) for number, (id, one) in enumerate(told.items())}


def refit(told: dict[str, Telling], events: dict[str, Any]) -> list[float]:
    from sklearn.linear_model import LogisticRegression

    rows, labels = [], []
    for a, b in combinations(told, 2):
        one, other = told[a], told[b]
        if one.day and other.day and -100 < same_story(one, other) < 75:
            overlap = float(np.mean(one.sketch == other.sketch))
            rows.append([one.vector @ other.vector, overlap**0.5, abs((one.day - other.day).days)])
            labels.append(events[a] == events[b])
    model = LogisticRegression(C=100, max_iter=9000).fit(np.array(rows), labels)
    return [round(float(weight), 2) for weight in (*model.coef_[0], model.intercept_[0])]


if __name__ == "__main__":
    main()
