"""As many vectors as a national archive has, grown from those of some thousand real articles.

No machine of ours encodes millions of sentences in an afternoon. So a vector here is a point
between a real one and one of its eight nearest real neighbours, with noise half as long as the
distance between the two, at length 1 again. The real ones are the first rows. So every region of
the space is as full, relative to the others, as real news make it. What this cannot show is what
only other subjects would bring: regions that these articles leave empty.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Halves = npt.NDArray[np.float16]
Floats = npt.NDArray[np.float32]

NEIGHBOURS, NOISE = 8, 0.5
_STEP = 1 << 14


def neighbours(real: Floats) -> npt.NDArray[np.int64]:
    """For each row its nearest others, shape (rows, NEIGHBOURS)."""
    found = []
    for first in range(0, len(real), 1024):
        near = real[first : first + 1024] @ real.T
        near[np.arange(len(near)), np.arange(first, first + len(near))] = -1
        found.append(np.argpartition(-near, NEIGHBOURS, axis=1)[:, :NEIGHBOURS])
    return np.concatenate(found)


def grown(real: Floats, near: npt.NDArray[np.int64], count: int, seed: int = 0) -> Iterator[Halves]:
    """``count`` vectors in pieces, as they are stored; the real ones first.

    ``near`` is what ``neighbours`` says of the real ones.
    """
    yield real[:count].astype(np.float16)
    chance = np.random.default_rng(seed)
    for first in range(len(real), count, _STEP):
        size = min(_STEP, count - first)
        one = chance.integers(0, len(real), size)
        other = near[one, chance.integers(0, NEIGHBOURS, size)]
        between = chance.random((size, 1), dtype=np.float32)
        apart = np.linalg.norm(real[one] - real[other], axis=1, keepdims=True)
        noise = chance.standard_normal((size, real.shape[1]), dtype=np.float32)
        rows = real[one] + between * (real[other] - real[one])
        rows += NOISE * apart / np.sqrt(real.shape[1]) * noise
        yield (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)


def best_scores(pieces: Iterator[Halves], questions: Floats, n: int) -> Floats:
    """The true ``n`` highest scores of every question, best first, by comparing it with all."""
    scores = np.zeros((len(questions), 0), np.float32)
    for piece in pieces:
        scores = np.hstack([scores, questions @ piece.astype(np.float32).T])
        scores = scores if scores.shape[1] <= n else np.partition(scores, -n, axis=1)[:, -n:]
    return -np.sort(-scores, axis=1)
