"""Which encoder a name stands for."""

from __future__ import annotations

from pathlib import Path

from index.encoders import Encoder


def open_encoder(model: str | None = None, *, cache: Path | None = None, progress=None) -> Encoder:
    """The embedded model (``None``) or any sentence-transformers model by name or path."""
    if model is None:
        from index.encoders.embedded import open_embedded

        return open_embedded(cache)
    raise NotImplementedError
