"""Dense and lexical scores into one ranking.

Two steps. The first is quick and only chooses whom to look at: a weighted sum of the cosine and the
BM25 score, each scaled within this question (rank fusion throws away what the scores know). The
second is a linear model over a few features of each candidate (index/features.py), whose weights
were fitted on questions with known passages (`eval/fit_ranker.py`, weights in ranker.json).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.features import NAMES
from index.text.periods import Period

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

WEIGHTS = Path(__file__).with_name("ranker.json")
_DENSE_SHARE = 0.4
_TIMELY, _SOON = 1.0, 3
# Of an English question a few names are known. A long passage holds more words by chance, which
# says something only where words are known.
_OF_WORDS = [NAMES.index("lexical"), NAMES.index("length")]


def coarse(cosines: Floats, lexical: Floats, dense_share: float | None = None) -> Floats:
    """One score a candidate; ``cosines`` and ``lexical`` (BM25, 0 where nothing matched)."""
    share = _DENSE_SHARE if dense_share is None else dense_share
    top, usual = cosines.max(), cosines.mean()
    dense = (cosines - usual) / np.float32(max(float(top - usual), 1e-6))
    mixed = share * dense + (1 - share) * relative(lexical)
    return np.asarray(mixed, np.float32)


def relative(lexical: Floats) -> Floats:
    """``lexical`` over its highest; all 0 where nothing matched."""
    highest = max(float(lexical.max(initial=0.0)), 1e-6)
    return np.asarray(lexical / np.float32(highest), np.float32)


@lru_cache(maxsize=1)
def weights() -> Floats:
    """The fitted weights, in the order of ``index.features.NAMES``."""
    fitted = json.loads(WEIGHTS.read_text(encoding="utf-8"))["weights"]
    return np.array([fitted[name] for name in NAMES], np.float32)


def known_share(features: Floats) -> float:
    """How much of the question the best candidate's words cover: what the lexical leg knows."""
    return float(features[:, NAMES.index("coverage")].max(initial=0.0))


def gated(features: Floats) -> Floats:
    """``features`` with what rests on words scaled by how much they know of this question."""
    out = features.copy()
    out[:, _OF_WORDS] *= known_share(features)
    return out


def rank(features: Floats) -> Floats:
    """The score of every candidate, from features of shape (candidates, len(NAMES))."""
    scores: Floats = gated(features) @ weights()
    return scores


def timely(published: Sequence[int], period: Period | None) -> Floats:
    """What speaks for articles of ``period``, to add to their scores; days as Reader.told's.

    A year's figures are told when it is over, so what appeared soon after counts as well. Set by
    hand, in logits: the questions that weights are fitted on ask of no days.
    """
    days = np.array(published, np.int64)
    if period is None:
        return np.zeros(len(days), np.float32)
    since = period.since.toordinal() if period.since else 1
    until = period.until.toordinal() if period.until else date.max.toordinal()
    after = max(_SOON, (until - since) // 6)
    return np.where((days >= since) & (days <= until + after), np.float32(_TIMELY), np.float32(0))
