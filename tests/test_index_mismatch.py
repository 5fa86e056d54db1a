"""A model that does not know the corpus's language is told by how it cuts the syllables."""

from __future__ import annotations

from collections.abc import Sequence

from index.corpus import NewsIndex
from index.encoders import Encoder, EncoderSpec, Progress, Vectors
from index.mismatch import mismatch


class Cutting:
    """The embedded model with a tokenizer that cuts texts into runs of ``size`` characters."""

    def __init__(self, encoder: Encoder, size: int) -> None:
        self._encoder, self._size = encoder, size

    @property
    def spec(self) -> EncoderSpec:
        return self._encoder.spec

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encoder.encode_queries(texts)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        return self._encoder.encode_passages(texts, progress)

    def pieces(self, texts: Sequence[str]) -> int:
        return sum(-(-len(word) // self._size) for text in texts for word in text.split())


def test_a_model_that_cuts_syllables_to_pieces_is_named(news: NewsIndex) -> None:
    told = mismatch(NewsIndex(news.snapshot, Cutting(news.encoder, 1)))
    assert told is not None
    assert "Vietnamese" in told
    assert news.encoder.spec.name in told


def test_a_model_that_keeps_syllables_whole_is_not(news: NewsIndex) -> None:
    assert mismatch(NewsIndex(news.snapshot, Cutting(news.encoder, 8))) is None
    assert mismatch(news) is None
