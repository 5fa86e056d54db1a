"""Settings -> encoder -> NewsIndex -> Answerer: the only place that builds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.settings import Settings

if TYPE_CHECKING:
    from app.live import Archive, Live
    from index.corpus import NewsIndex
    from index.encoders import Encoder
    from qa.answer import Answerer


def open_encoder(settings: Settings) -> Encoder:
    """The first call on a machine prepares the embedded model, which takes up to a minute."""
    from index.encoders.registry import open_encoder as open_named

    return open_named(settings.model, cache=settings.cache)


def open_index(settings: Settings, encoder: Encoder | None = None) -> NewsIndex:
    """With ``encoder`` when it is open already. IndexMissing, IndexDamaged or IndexMismatch."""
    from index.corpus import NewsIndex

    return NewsIndex.open(settings.index, encoder or open_encoder(settings))


def open_answerer(settings: Settings, encoder: Encoder | None = None) -> Answerer:
    from qa.answer import Answerer

    return Answerer(open_index(settings, encoder))


def open_live(settings: Settings) -> Live:
    """The archive of a server, which follows the index on disk; the model is loaded once."""
    from app.live import Archive, Live
    from index.corpus import NewsIndex
    from index.storage.manifest import CURRENT
    from qa.answer import Answerer

    encoder = open_encoder(settings)

    def open_archive() -> Archive:
        index = NewsIndex.open(settings.index, encoder)
        return Archive(index, Answerer(index))

    return Live(open_archive, settings.index / CURRENT)
