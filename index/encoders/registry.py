"""Which encoder a name stands for."""

from __future__ import annotations

from pathlib import Path

from index.encoders import Encoder
from index.encoders.prepare import NAME, Preparing


def open_encoder(
    model: str | None = None, *, cache: Path | None = None, progress: Preparing | None = None
) -> Encoder:
    """The embedded model (``None`` or its name), or any sentence-transformers model.

    ``cache`` is the folder that keeps the prepared embedded model (default: the user's cache
    folder); ``progress`` is told how far its preparation is. Raises ModelUnavailable.
    """
    if model is None or model == NAME:
        from index.encoders.embedded import open_embedded

        return open_embedded(cache, progress)
    from index.encoders.hub import open_hub

    return open_hub(model)
