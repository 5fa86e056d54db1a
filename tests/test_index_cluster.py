"""A local Ray cluster of two workers encodes: the same vectors, bit for bit, as without it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index import build
from index.articles.read import read_articles
from index.build import index_articles
from index.encoders import Encoder
from index.storage.snapshot import Snapshot
from index.vectors import Floats
from tests.cluster_run import BATCH, SAMPLE

HOUSE = Path(__file__).parents[1]


def vectors(directory: Path) -> Floats:
    snapshot = Snapshot.open(directory)
    return snapshot.vectors(np.arange(snapshot.counts.sentences))


def test_two_workers_of_a_cluster_give_the_same_vectors_bit_for_bit(
    tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The workers' code is this tree; without the mode Ray writes a token into the user's home.
    surroundings = {**os.environ, "PYTHONPATH": str(HOUSE), "RAY_AUTH_MODE": "disabled"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.cluster_run", str(tmp_path)],
        cwd=HOUSE,
        env=surroundings,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "damage was found"
    monkeypatch.setattr(build, "BATCH_ARTICLES", BATCH)
    index_articles(read_articles(SAMPLE), tmp_path / "one", encoder)
    for name in ("two", "again"):
        np.testing.assert_array_equal(vectors(tmp_path / name), vectors(tmp_path / "one"))
