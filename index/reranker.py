"""An optional second look at the best candidates: a sentence-transformers cross-encoder.

It reads question and passage together, which ranks better and takes about a thousand times as long;
so it is asked about the first few only, and never unless the user names one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from index.errors import ModelUnavailable

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

Floats = npt.NDArray[np.float32]

LOOKED_AT = 20


class Reranker(Protocol):
    def score(self, question: str, passages: Sequence[str]) -> Floats:
        """One score a passage, higher is better; comparable within this question only."""
        ...


class CrossEncoderReranker:
    """Any model that ``sentence_transformers.CrossEncoder`` opens."""

    def __init__(self, model: CrossEncoder) -> None:
        self._model = model

    def score(self, question: str, passages: Sequence[str]) -> Floats:
        pairs = [(question, passage) for passage in passages]
        scores = self._model.predict(pairs, show_progress_bar=False)
        return np.asarray(scores, np.float32).reshape(len(passages), -1)[:, -1]


def open_reranker(name: str) -> CrossEncoderReranker:
    """``name`` on the hub, or a folder. Raises ModelUnavailable when it cannot be had."""
    from sentence_transformers import CrossEncoder

    try:
        return CrossEncoderReranker(CrossEncoder(name))
    except Exception as error:  # the hub, transformers and torch each raise their own
        raise ModelUnavailable(
            f"cannot load the reranker {name} ({type(error).__name__}): check the name and the "
            "connection, or give the path of a folder that holds it"
        ) from error


def reranked(scores: Floats, judged: Floats, first: npt.NDArray[np.intp]) -> Floats:
    """``scores`` where those at ``first`` rank by ``judged``, still above the rest."""
    out = scores.copy()
    rest = np.delete(scores, first)
    floor = float(rest.max(initial=0.0)) + 1.0
    out[first] = judged - judged.min() + floor
    return out
