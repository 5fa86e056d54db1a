"""Passages are encoded by many machines, with Ray Data; the only module that imports ray.

The machine that indexes reads the articles and hands them out, some hundred at a time. Whoever gets
them makes a small index of them in a folder that all machines see, a part, and the one that indexes
takes the vectors over from there. A part has the checksums that every index has. Its name says what
is in it, so a run that was stopped finds the parts that are done.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from index.build import index_articles
from index.encoders import Encoder, EncoderSpec, Vectors
from index.errors import IndexDamaged, SettingsError, WorkerLost
from index.storage.manifest import Chunking, require_encoder
from index.storage.records import decode_line, encode_line
from index.storage.snapshot import Snapshot
from index.storage.tables import fingerprint
from index.types import Article
from index.workers import OpenEncoder, Passages

# Whole batches, because a batch that is cut in another place has other last bits.
_TOGETHER = 16
# Parts for each worker of one pass: its model is opened once for all of them.
_PARTS_EACH = 4


class Cluster:
    """Where passages are encoded: by ``workers`` processes of the Ray cluster that is joined."""

    together = _TOGETHER

    def __init__(
        self,
        parts: Path,
        open_encoder: OpenEncoder,
        spec: EncoderSpec,
        chunking: Chunking,
        workers: int,
    ) -> None:
        self.ahead = _PARTS_EACH * workers
        self._parts = parts.resolve()
        self._made_by = (open_encoder, self._parts, chunking)
        self._spec = spec
        self._workers = workers
        self._waiting: dict[str, bytes] = {}

    def encode(self, passages: Passages) -> Callable[[], Vectors]:
        """The texts are left to the workers, who cut the articles as they are cut here.

        What comes back raises WorkerLost when the cluster cannot finish, IndexDamaged when a part
        is not what was written.
        """
        lines = b"".join(map(_line, passages.articles))
        told = repr((self._spec, self._made_by[-1])).encode()
        name = hashlib.sha256(told + lines).hexdigest()[:32]
        if not (self._parts / name).exists():
            self._waiting[name] = lines
        return lambda: self._take(name, passages)

    def _take(self, name: str, passages: Passages) -> Vectors:
        if name in self._waiting:
            self._run()
        part = Snapshot.open(self._parts / name)
        require_encoder(part.spec, self._spec, part.directory)
        found = zip(passages.articles, passages.counts, strict=True)
        return np.concatenate([_vectors(part, article, count) for article, count in found])

    def _run(self) -> None:
        """Every part that waits is on disk."""
        import ray.data
        from ray.exceptions import RayError

        rows = [{"name": name, "lines": lines} for name, lines in self._waiting.items()]
        worker: Any = _Worker  # Ray makes one in each process; its signature wants a function
        made = ray.data.from_items(rows, override_num_blocks=len(rows)).map(
            worker, fn_constructor_args=self._made_by, concurrency=min(self._workers, len(rows))
        )
        try:
            for row in made.iter_rows():
                self._waiting.pop(row["name"])
        except RayError as error:
            reason = str(error).strip().splitlines()[-1][:200]
            raise WorkerLost(
                f"the cluster did not finish ({reason}): parts that are done stay in "
                f"{self._parts}, run the same command to go on"
            ) from error


@contextmanager
def joined(address: str, workers: int) -> Iterator[None]:
    """A Ray cluster: the one at ``address``, or "local", one of so many processes on this machine.

    SettingsError when there is none, or no Ray.
    """
    try:
        import ray
    except ImportError:
        raise SettingsError("--cluster needs Ray: pip install 'hoidap[cluster]'") from None
    options: dict[str, Any] = {"num_cpus": workers} if address == "local" else {}
    try:
        ray.init(address, include_dashboard=False, log_to_driver=False, **options)
    except Exception as error:  # of many kinds, bare ones among them
        raise SettingsError(f"there is no Ray cluster at {address!r} ({error})") from None
    try:
        yield
    finally:
        ray.shutdown()


class _Worker:
    """In a process of the cluster: lines of articles -> a part on disk."""

    def __init__(self, open_encoder: OpenEncoder, parts: Path, chunking: Chunking) -> None:
        self._encoder: Encoder = open_encoder()
        self._parts = parts
        self._chunking = chunking

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        articles = map(decode_line, row["lines"].splitlines())
        done, making = self._parts / row["name"], self._parts / f"{row['name']}.new"
        shutil.rmtree(making, ignore_errors=True)
        index_articles(
            articles,
            making,
            self._encoder,
            chunk_size=self._chunking.size,
            chunk_overlap=self._chunking.overlap,
        )
        making.rename(done)
        return {"name": row["name"]}


def _line(article: Article) -> bytes:
    """Nothing for an article that cannot be written; the indexer will reject it."""
    try:
        return encode_line(article)
    except UnicodeEncodeError:
        return b""


def _vectors(part: Snapshot, article: Article, count: int) -> Vectors:
    """The ``count`` vectors of ``article``; no numbers where the worker had none."""
    row = part.find(article.id)
    if row is None:
        return np.full((count, part.spec.dimension), np.nan, np.float32)
    made, _, vectors = part.whole(row)
    if len(vectors) != count or fingerprint(made) != fingerprint(article):
        raise IndexDamaged(f"{part.directory} is another part: delete it and run the command again")
    return vectors
