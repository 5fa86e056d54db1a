"""An encoder and articles whose vectors and terms can be worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256

import numpy as np

from index.encoders import EncoderSpec, Progress, Vectors
from index.text.syllables import fold
from index.types import Article

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


class LetterEncoder:
    """How often each letter and digit of LETTERS stands in the folded text, at length 1.

    One more dimension is always 1, so that no text is without direction. A text that holds
    ``poison`` gets the vector that a broken model would give.
    """

    def __init__(self, name: str = "letters", poison: str = "\0") -> None:
        self.spec = EncoderSpec(name, "1", len(LETTERS) + 1, "", "")
        self.encoded: list[str] = []
        self._poison = poison

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        folded = [fold(text).lower() for text in texts]
        vectors = np.array([[text.count(c) for c in LETTERS] + [1] for text in folded], np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.encoded += texts
        vectors = self.encode_queries(texts)
        vectors[[self._poison in text for text in texts]] = np.nan
        return vectors


def article(number: int, version: int = 0, sentences: int = 3) -> Article:
    """Article ``number``: its text names its number and version in every sentence."""
    text = " ".join(
        f"Câu {one} của bài số {number} bản {version} nói về lúa gạo." for one in range(sentences)
    )
    title = f"Bài số {number}"
    return Article(
        id=f"bai-{number}",
        title=title,
        text=text,
        source=f"Báo {'ABC'[number % 3]}",
        author="Lê Minh" if number % 2 else None,
        published=date(2024, 1, 1) + timedelta(number) if number % 5 else None,
        path=f"tin/{number}.txt",
        digest=sha256(f"{title}\n{text}".encode()).hexdigest(),
    )
