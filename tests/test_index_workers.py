"""Several processes encode: the same index as without them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from index import build
from index.articles.read import read_articles
from index.build import index_articles
from index.encoders import Encoder, Progress, Vectors
from index.encoders.registry import open_encoder
from index.errors import WorkerLost
from index.storage.snapshot import Snapshot
from index.vectors import Floats
from index.workers import workers
from tests.fakes_index import LetterEncoder, article

SAMPLE = Path(__file__).parents[1] / "app" / "sample" / "articles"


class Dying(LetterEncoder):
    """Ends its process at article 7, as the kernel does when memory runs out."""

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        if any("số 7 " in text for text in texts):
            os._exit(9)
        return super().encode_passages(texts, progress)


def vectors(directory: Path) -> Floats:
    snapshot = Snapshot.open(directory)
    return snapshot.vectors(np.arange(snapshot.counts.sentences))


def test_two_processes_give_the_same_vectors_bit_for_bit(
    tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "BATCH_ARTICLES", 3)
    with workers(2, partial(open_encoder, None)) as encoding:
        done = index_articles(read_articles(SAMPLE), tmp_path / "two", encoder, encoding=encoding)
    assert done.added == 12
    index_articles(read_articles(SAMPLE), tmp_path / "one", encoder)
    np.testing.assert_array_equal(vectors(tmp_path / "two"), vectors(tmp_path / "one"))


def test_articles_arrive_in_order_and_a_version_that_is_under_way_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "BATCH_ARTICLES", 1)
    stream = [article(n % 5, version=n // 10) for n in range(20)]
    reports = {}
    for name, count in {"one": 0, "two": 2}.items():
        if count:
            with workers(count, LetterEncoder) as encoding:
                reports[name] = index_articles(
                    stream, tmp_path / name, LetterEncoder(), encoding=encoding
                )
        else:
            reports[name] = index_articles(stream, tmp_path / name, LetterEncoder())
    one, two = reports["one"], reports["two"]
    assert (one.added, one.changed, one.unchanged) == (5, 5, 10)
    assert (two.added, two.changed, two.unchanged) == (5, 5, 10)
    np.testing.assert_array_equal(vectors(tmp_path / "two"), vectors(tmp_path / "one"))


def test_a_process_that_dies_is_an_error_and_the_next_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "BATCH_ARTICLES", 1)
    monkeypatch.setattr(build, "COMMIT_ARTICLES", 1)
    stream = [article(number) for number in range(12)]
    with pytest.raises(WorkerLost, match="--workers"), workers(2, Dying) as encoding:
        index_articles(stream, tmp_path, LetterEncoder(), encoding=encoding)
    kept = Snapshot.open(tmp_path).counts.articles
    assert 0 < kept < 12
    with workers(2, LetterEncoder) as encoding:
        report = index_articles(stream, tmp_path, LetterEncoder(), encoding=encoding)
    assert (report.unchanged, report.added) == (kept, 12 - kept)
