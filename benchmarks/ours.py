"""The same jobs as peer_langchain.py, done by hoidap.

python benchmarks/ours.py index ARTICLES.jsonl.gz STORE   -> JSON on stdout
python benchmarks/ours.py ask STORE QUESTIONS             -> JSON on stdout
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from itertools import islice
from pathlib import Path

BORN = time.perf_counter()
ARTICLES = 100


def resident() -> float:
    """MB resident now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def index(articles: str, store: str) -> dict[str, float]:
    from index.articles.read import read_articles
    from index.build import index_articles
    from index.encoders.registry import open_encoder

    encoder = open_encoder(None)
    encoder.encode_queries(["khởi động"])
    start = time.perf_counter()
    chosen = islice(read_articles(Path(articles)), ARTICLES)
    report = index_articles(chosen, Path(store), encoder, chunk_size=1000, chunk_overlap=200)
    seconds = time.perf_counter() - start
    return {
        "articles_per_second": ARTICLES / seconds,
        "chunks": report.chunks,
        "sentences": report.sentences,
    }


def ask(store: str, questions: str) -> dict[str, float]:
    from index.corpus import NewsIndex
    from index.encoders.registry import open_encoder

    asked = Path(questions).read_text(encoding="utf-8").splitlines()
    news = NewsIndex.open(Path(store), open_encoder(None))
    news.search(asked[0])
    first = time.perf_counter() - BORN
    times = []
    for question in asked:
        start = time.perf_counter()
        news.search(question)
        times.append(time.perf_counter() - start)
    return {"first": first, "p50_ms": 1000 * statistics.median(times), "resident_mb": resident()}


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    print(json.dumps({"index": index, "ask": ask}[command](*arguments)))
