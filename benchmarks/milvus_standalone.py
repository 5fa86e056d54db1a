"""The dense part of an index in the genuine Milvus 2.3.5 of PyPI, which has no BM25.

    make milvus
    python -m benchmarks.milvus_standalone VENV/bin/milvus-server        (as root)

That server listens on every address of the machine, so it gets a network namespace of its own, with
nothing in it but a loopback. Checked against numpy: collections, vectors, filters, states and
deletions. Scalar indexes have other names before Milvus 2.4 and are left out.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from index.errors import StorageFailed
from index.milvus import client as milvus_client
from index.milvus.address import Address
from index.milvus.client import Client
from index.milvus.filters import expression
from index.milvus.reader import living, owned
from index.milvus.tables import (
    ARTICLES,
    SENTENCES,
    TEXTS,
    State,
    article_row,
    columns,
    owner,
    read_record,
    sentence_rows,
    text_rows,
    version_number,
)
from index.storage.tables import fingerprint, ordinal
from index.types import Article, Chunk, Filters, Sentence

PORT = 19530
_INSIDE = "--inside"
_ARTICLES, _SENTENCES, _DIMENSION = 200, 10, 64
_STARTS_WITHIN = 300.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("server", type=Path, nargs="?")
    parser.add_argument(_INSIDE, action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        check(Address("127.0.0.1", PORT, "dense", timeout=60.0, consistency="Strong"))
        return
    space = f"hoidap-{os.getpid()}"
    within = ["ip", "netns", "exec", space]
    subprocess.run(["ip", "netns", "add", space], check=True)
    try:
        subprocess.run([*within, "ip", "link", "set", "lo", "up"], check=True)
        with tempfile.TemporaryDirectory() as data:
            server = subprocess.Popen([*within, options.server.absolute(), "--data", data])
            try:
                inside = [sys.executable, "-m", "benchmarks.milvus_standalone", _INSIDE]
                subprocess.run([*within, *inside], check=True)
            finally:
                _end_all(space)
                server.wait()
    finally:
        subprocess.run(["ip", "netns", "delete", space], check=True)


def _end_all(space: str) -> None:
    """The server outlives the process that started it."""
    told = subprocess.run(
        ["ip", "netns", "pids", space], capture_output=True, text=True, check=True
    )
    for process in told.stdout.split():
        os.kill(int(process), signal.SIGKILL)


def check(address: Address) -> None:
    """Raises AssertionError at the first thing that is not as in an index on disk."""
    milvus_client.columns = lambda table, dimension: tuple(  # type: ignore[attr-defined]
        replace(column, indexed=False) for column in columns(table, dimension)
    )
    client = _once_it_runs(address)
    print(f"Milvus {client.version()}")
    client.create(_DIMENSION, (TEXTS, SENTENCES, ARTICLES))
    random = np.random.default_rng(3)
    vectors = random.standard_normal((_ARTICLES, _SENTENCES, _DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=2, keepdims=True)
    articles = [_article(number) for number in range(_ARTICLES)]
    versions = [version_number(one.id, fingerprint(one)) for one in articles]
    for state in (State.PENDING, State.LIVE):
        client.upsert(
            ARTICLES,
            [article_row(a, v, v, 1, state) for a, v in zip(articles, versions, strict=True)],
        )
        assert client.count(ARTICLES, living()) == (state == State.LIVE) * _ARTICLES
    for one, version, rows in zip(articles, versions, vectors, strict=True):
        client.upsert(TEXTS, text_rows(one, version, _chunks(one)))
        client.upsert(SENTENCES, sentence_rows(one, version, version, _chunks(one), rows))
    _check_search(client, articles, versions, vectors)
    _check_rows(client, articles, versions)
    print(f"{_ARTICLES} articles, {_ARTICLES * _SENTENCES} vectors: all as numpy has it")


def _check_search(
    client: Client, articles: list[Article], versions: list[int], vectors: np.ndarray
) -> None:
    halves = vectors.astype(np.float16).astype(np.float32)
    for number in range(0, _ARTICLES, 20):
        for filters in (Filters(), Filters(sources=("Báo 1",)), Filters(since=_day(100))):
            passing = np.array([_passes(one, filters) for one in articles])
            cosines = np.where(passing[:, None], halves @ vectors[number, 0], -2.0).ravel()
            wanted = np.sort(cosines)[::-1][:50]
            where = expression(filters, ())
            found = client.search(
                SENTENCES, "vector", vectors[number, 0], 50, where, ["article", "first_chunk"]
            )
            np.testing.assert_allclose([score for score, _ in found], wanted, atol=1e-4)
            if passing[number]:
                assert found[0][1]["article"] == versions[number]


def _check_rows(client: Client, articles: list[Article], versions: list[int]) -> None:
    record = read_record(client.query(TEXTS, owned(versions[:1]), ["number", "line"]))
    assert record.article == articles[0]
    assert [record.chunk(0)] == _chunks(articles[0])
    rows = list(client.scan(SENTENCES, "", ["article"]))
    assert len(rows) == _ARTICLES * _SENTENCES
    numbers = np.array([row["number"] for row in rows])
    assert np.all(np.diff(numbers) > 0)
    assert np.all(owner(numbers) == [row["article"] for row in rows])
    client.delete(SENTENCES, owned(versions[:5]))
    assert client.count(SENTENCES) == (_ARTICLES - 5) * _SENTENCES
    try:
        client.query(ARTICLES, "no_such_column == 1", ["number"])
    except StorageFailed as error:
        print(f"told: {error}")
    else:
        raise AssertionError("Milvus refuses this")


def _article(number: int) -> Article:
    text = " ".join(f"Câu {one:02} của bài {number:03}." for one in range(_SENTENCES))
    return Article(
        f"bai-{number}", f"Bài {number}", text, source=f"Báo {number % 3}", published=_day(number)
    )


def _chunks(article: Article) -> list[Chunk]:
    size = len(article.text) // _SENTENCES + 1
    spans = tuple(Sentence(at, at + size - 1) for at in range(0, len(article.text), size))
    return [Chunk(article.id, 0, spans[-1].end, article.text[: spans[-1].end], spans)]


def _day(number: int) -> date:
    return date(2024, 1, 1) + timedelta(number)


def _passes(article: Article, filters: Filters) -> bool:
    if filters.sources and article.source not in filters.sources:
        return False
    return filters.since is None or ordinal(article.published) >= filters.since.toordinal()


def _once_it_runs(address: Address) -> Client:
    deadline = time.monotonic() + _STARTS_WITHIN
    while True:
        try:
            client = Client(replace(address, timeout=5.0))
            client.count(ARTICLES) if client.ready() else client.version()
            return Client(address)
        except StorageFailed:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)


if __name__ == "__main__":
    main()
