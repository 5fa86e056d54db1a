"""The fitted numbers of the answering layer: weights of sentences and of the doubt to abstain.

They come from `eval/fit_answers.py`, which fits them on the train split of ViQuAD; answers.json
says on what, and at which probability the system answers.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FITTED = Path(__file__).with_name("answers.json")


@dataclass(frozen=True, slots=True)
class Linear:
    """``bias`` plus the weighted sum of named features."""

    weights: dict[str, float]
    bias: float

    def score(self, names: tuple[str, ...], values: tuple[float, ...]) -> float:
        return self.bias + sum(
            self.weights[name] * value for name, value in zip(names, values, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Fitted:
    """``threshold`` is the least probability at which a question is answered."""

    sentence: Linear
    doubt: Linear
    threshold: float


@lru_cache(maxsize=1)
def fitted() -> Fitted:
    data = json.loads(FITTED.read_text(encoding="utf-8"))
    return Fitted(
        sentence=Linear(**data["sentence"]),
        doubt=Linear(**data["doubt"]),
        threshold=float(data["threshold"]),
    )


def probability(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
