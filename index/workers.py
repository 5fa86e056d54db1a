"""Passages are encoded here, or by several processes of this machine: the same vectors, sooner.

A batch is encoded whole by one process, as it is without them: which texts are padded together
shows in the last bits of a vector.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized
from typing import Protocol

from index.encoders import Encoder, Vectors
from index.errors import WorkerLost
from index.types import Article

OpenEncoder = Callable[[], Encoder]

# Batches that wait for each worker, so that none waits for the reading of articles.
_AHEAD = 2

_encoder: Encoder


@dataclass(frozen=True, slots=True)
class Passages:
    """Of some articles: ``texts`` are to be encoded, ``counts`` of them for each article."""

    articles: Sequence[Article]
    counts: Sequence[int]
    texts: Sequence[str]


class Encoding(Protocol):
    """``together`` is how many batches are given away as one, ``ahead`` how often that is done
    before the first is waited for."""

    together: int
    ahead: int

    def encode(self, passages: Passages) -> Callable[[], Vectors]:
        """Starts to encode; calling what comes back waits for the vectors, one a text."""
        ...


class Here:
    """Encodes in this process, when it is told to."""

    together, ahead = 1, 0

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def encode(self, passages: Passages) -> Callable[[], Vectors]:
        vectors = self._encoder.encode_passages(passages.texts)
        return lambda: vectors


class Workers:
    """Encodes in the processes of ``pool``."""

    together = 1

    def __init__(self, pool: ProcessPoolExecutor, count: int) -> None:
        self.ahead = _AHEAD * count
        self._pool = pool

    def encode(self, passages: Passages) -> Callable[[], Vectors]:
        """Raises WorkerLost, as what comes back does, when a process died."""
        try:
            return _waiting(self._pool.submit(_encode, passages.texts))
        except BrokenProcessPool as error:
            raise _lost() from error


@contextmanager
def workers(count: int, open_encoder: OpenEncoder) -> Iterator[Workers]:
    """``count`` processes that have the encoder open, each on cores of its own as far as they go.

    ``open_encoder`` is called in each of them, so it must be picklable. The processes are ended
    with the block, batches that nobody waits for are given up.
    """
    context = multiprocessing.get_context("spawn")
    started = context.Value("i", 0)
    pool = ProcessPoolExecutor(count, context, _start, (open_encoder, started, count))
    try:
        yield Workers(pool, count)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _waiting(future: Future[Vectors]) -> Callable[[], Vectors]:
    def wait() -> Vectors:
        try:
            return future.result()
        except BrokenProcessPool as error:
            raise _lost() from error

    return wait


def _lost() -> WorkerLost:
    return WorkerLost(
        "a process that encodes was ended from outside, perhaps because memory ran out: what was "
        "committed stays; run the same command with fewer --workers to go on"
    )


def _start(open_encoder: OpenEncoder, started: Synchronized[int], count: int) -> None:
    """In a new process: the encoder is open."""
    global _encoder
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one that commits
    with started.get_lock():
        number = started.value
        started.value += 1
    _keep_to_cores(number, count)
    _encoder = open_encoder()


def _keep_to_cores(number: int, count: int) -> None:
    """Threads of several processes on one core wait for each other."""
    if not hasattr(os, "sched_setaffinity"):
        return
    cores = sorted(os.sched_getaffinity(0))
    mine = cores[number % len(cores) :: min(count, len(cores))]
    os.sched_setaffinity(0, mine)


def _encode(texts: Sequence[str]) -> Vectors:
    return _encoder.encode_passages(texts)
