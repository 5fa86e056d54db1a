"""Text to vectors: the embedded model, or any sentence-transformers model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.errors import QuestionRejected

Vectors = npt.NDArray[np.float32]
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class EncoderSpec:
    """What makes two encoders the same: stored with the index, compared when it is opened.

    ``revision`` is a sha256 of the weights (embedded model) or the model's commit or a digest of
    its files (sentence-transformers). The prompts are put in front of every text.
    """

    name: str
    revision: str
    dimension: int
    query_prompt: str
    passage_prompt: str


class Encoder(Protocol):
    """Questions and passages are encoded by different methods because their prompts differ."""

    @property
    def spec(self) -> EncoderSpec: ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Float32 of shape (len(texts), dimension), rows of length 1."""
        ...

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Float32 of shape (len(texts), dimension), rows of length 1, in the order given.

        ``progress`` is told how many more texts are done.
        """
        ...


def refuse_lost(questions: Sequence[str], vectors: Vectors) -> None:
    """Raises QuestionRejected when the vector of a question has no length, or is not a number."""
    lost = np.flatnonzero(~(np.linalg.norm(vectors, axis=1) > 0))
    if len(lost):
        question = questions[int(lost[0])]
        raise QuestionRejected(f"no vector for the question {question[:80]!r}: ask it differently")
