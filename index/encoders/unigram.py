"""Text to token ids: the Unigram tokenizer of the embedded model.

No piece of its vocabulary holds a word boundary anywhere but in front, so the best segmentation of
a text is the best segmentation of each word, and words repeat: the common ones are looked up, not
searched. A dictionary of the pieces takes a tenth of the memory of HF's tokenizer.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from index.encoders.packed import Vocabulary

_BOUNDARY = "▁"
_UNKNOWN_PENALTY = 10.0
_CACHED_WORDS = 1 << 15
_CACHED_LENGTH = 32


class Unigram:
    """Safe to share between threads."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        special = {vocabulary.bos, vocabulary.eos, vocabulary.pad, vocabulary.unknown}
        special.add(len(vocabulary.pieces) - 1)  # the mask, which text must not be able to spell
        self._ids = {piece: i for i, piece in enumerate(vocabulary.pieces) if i not in special}
        self._scores = vocabulary.scores.tolist()
        self._longest = max(map(len, self._ids))
        self._unknown = vocabulary.unknown
        self._unknown_score = min(self._scores) - _UNKNOWN_PENALTY
        self._replacements = str.maketrans(vocabulary.replacements)
        self._bos, self._eos = vocabulary.bos, vocabulary.eos
        self._cached = lru_cache(_CACHED_WORDS)(self._segment)

    def __call__(self, text: str, limit: int) -> list[int]:
        """Token ids with <s> and </s>, at most ``limit`` of them: what is beyond is cut."""
        ids = [self._bos]
        # No piece is longer than `longest`: in clean text what is beyond cannot matter, and text
        # that is not clean (a million combining marks) must not take its time.
        text = unicodedata.normalize("NFC", text[: limit * self._longest])
        for word in text.translate(self._replacements).split(" "):
            if word:
                segment = self._cached if len(word) <= _CACHED_LENGTH else self._segment
                ids.extend(segment(_BOUNDARY + word))
                if len(ids) >= limit:
                    break
        del ids[limit - 1 :]
        ids.append(self._eos)
        return ids

    def _segment(self, word: str) -> tuple[int, ...]:
        """The ids of the most probable pieces (Viterbi); a run of unknown letters is one id."""
        end = len(word)
        best = [0.0] + [float("-inf")] * end
        arrived: list[tuple[int, int]] = [(0, 0)] * (end + 1)
        for start in range(end):
            base = best[start]
            for stop in range(start + 1, min(start + self._longest, end) + 1):
                token = self._ids.get(word[start:stop])
                if token is not None:
                    score = base + self._scores[token]
                elif stop == start + 1:
                    token, score = self._unknown, base + self._unknown_score
                else:
                    continue
                if score > best[stop]:
                    best[stop] = score
                    arrived[stop] = (start, token)
        ids: list[int] = []
        while end:
            end, token = arrived[end]
            if token != self._unknown or not ids or ids[-1] != token:
                ids.append(token)
        return tuple(reversed(ids))
