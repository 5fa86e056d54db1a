"""Indexes the sample on a local Ray cluster of two workers, in a process of its own.

Ray leaves threads, sockets and warnings behind that are none of other tests' business.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from index import build
from index.articles.read import read_articles
from index.build import index_articles
from index.cluster import Cluster, joined
from index.encoders.registry import open_encoder
from index.errors import IndexDamaged
from index.storage.manifest import Chunking

SAMPLE = Path(__file__).parents[1] / "app" / "sample" / "articles"
BATCH = 4


def main(folder: Path) -> None:
    """Three runs: ``two`` is made by two workers; what they made is taken over; it is damaged."""
    build.BATCH_ARTICLES, Cluster.together = BATCH, 1
    encoder, parts = open_encoder(None), folder / "parts"

    def run(name: str) -> None:
        where = Cluster(parts, partial(open_encoder, None), encoder.spec, Chunking(), 2)
        index_articles(read_articles(SAMPLE), folder / name, encoder, encoding=where)

    def made() -> dict[str, int]:
        return {path.name: path.stat().st_ino for path in parts.iterdir()}

    with joined("local", 2):
        run("two")
        before = made()
        assert len(before) == 12 / BATCH
        run("again")
        assert made() == before
        stored = next(iter(sorted(parts.rglob("vectors.f16"))))
        stored.write_bytes(bytes(stored.stat().st_size))
        try:
            run("damaged")
        except IndexDamaged:
            print("damage was found")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
