"""BM25 as a folder has it, for passages that Milvus chose.

Milvus weighs the same words otherwise: Milvus Lite by the counts of each of its segments, and
neither rounds the length of a passage, as Tantivy does. That moves the edge between the last
candidate and the first that is none, and with it the hits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

K1, B = 1.2, 0.75

_EXACT = 24


def _length(code: int) -> int:
    """What Tantivy keeps in a byte as the length of a passage: four binary digits and a shift."""
    shift, digits = divmod(code - _EXACT, 8)
    if code < _EXACT or not shift:
        return code
    return _EXACT + ((8 | digits) << (shift - 1))


_LENGTHS = np.array([_length(code) for code in range(256)], np.int64)


def scores(
    frequencies: dict[str, int], passages: Sequence[Sequence[str]], documents: int, length: float
) -> npt.NDArray[np.float32]:
    """The score of each of ``passages``, given as its terms.

    ``frequencies`` says of each term of the question in how many of all ``documents`` it stands,
    ``length`` is how many terms those have on average.
    """
    counted = [Counter(term for term in passage if term in frequencies) for passage in passages]
    shape = len(passages), len(frequencies)
    held = np.array([[each[term] for term in frequencies] for each in counted]).reshape(shape)
    frequency = np.array(list(frequencies.values()), np.float64)
    rarity = np.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))
    lengths = np.array([len(passage) for passage in passages], np.int64)
    rounded = _LENGTHS[np.searchsorted(_LENGTHS, lengths, side="right") - 1]
    dampened = held + K1 * (1 - B + B * rounded / length)[:, None]
    found: npt.NDArray[np.float32] = ((1 + K1) * held / dampened @ rarity).astype(np.float32)
    return found
