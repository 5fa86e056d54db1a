"""Settings -> encoder -> NewsIndex -> Answerer: the only place that builds them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.settings import Settings

if TYPE_CHECKING:
    from app.live import Archive, Live
    from index.corpus import NewsIndex
    from index.encoders import Encoder, EncoderSpec
    from index.reranker import Reranker
    from index.workers import Encoding
    from qa.answer import Answerer
    from qa.generate import Generator

_log = logging.getLogger(__name__)


def open_encoder(settings: Settings) -> Encoder:
    """The first call on a machine prepares the embedded model, which takes some seconds."""
    from index.encoders.registry import open_encoder as open_named

    return open_named(settings.model, cache=settings.cache)


@dataclass(frozen=True, slots=True)
class Encoders:
    """Who encodes passages: so many processes, of this machine or of the Ray cluster at an address.

    All machines of the cluster see the folder ``parts``.
    """

    workers: int = 1
    cluster: str | None = None
    parts: Path = Path("parts")


ALONE = Encoders()


@contextmanager
def encoding_by(
    encoders: Encoders, settings: Settings, spec: EncoderSpec
) -> Iterator[Encoding | None]:
    """Where passages are encoded; None is this process."""
    opening = partial(open_encoder, settings)
    if encoders.cluster is not None:
        from index.cluster import Cluster, joined
        from index.storage.manifest import Chunking

        chunking = Chunking(settings.chunk_size, settings.chunk_overlap)
        with joined(encoders.cluster, encoders.workers):
            yield Cluster(encoders.parts, opening, spec, chunking, encoders.workers)
    elif encoders.workers > 1:
        from index.workers import workers

        with workers(encoders.workers, opening) as encoding:
            yield encoding
    else:
        yield None


def open_reranker(settings: Settings) -> Reranker | None:
    if settings.reranker is None:
        return None
    from index.reranker import open_reranker as open_named

    return open_named(settings.reranker)


def open_index(settings: Settings, encoder: Encoder | None = None) -> NewsIndex:
    """With ``encoder`` when it is open already. IndexMissing, IndexDamaged or IndexMismatch."""
    from index.corpus import NewsIndex
    from index.mismatch import mismatch

    news = NewsIndex.open(
        settings.index,
        encoder or open_encoder(settings),
        open_reranker(settings),
        settings.fusion_weight,
    )
    if settings.model and (warning := mismatch(news)):
        _log.warning(warning)
    return news


def open_answerer(settings: Settings, encoder: Encoder | None = None) -> Answerer:
    from qa.answer import Answerer

    return Answerer(open_index(settings, encoder), open_generator(settings))


def open_generator(settings: Settings) -> Generator | None:
    """The language model that is configured, if one is; nothing is asked of it yet."""
    if settings.llm_base_url is None:
        return None
    from qa.endpoint import Endpoint
    from qa.generate import Generator

    endpoint = Endpoint(
        settings.llm_base_url,
        settings.llm_model,
        settings.llm_api_key.get_secret_value(),
        settings.llm_timeout,
    )
    return Generator(endpoint, strict=settings.strict)


def open_live(settings: Settings) -> Live:
    """The archive of a server, which follows the index on disk; the model is loaded once."""
    from app.live import Archive, Live
    from index.corpus import NewsIndex
    from index.opening import signer
    from qa.answer import Answerer

    encoder, reranker = open_encoder(settings), open_reranker(settings)
    generator = open_generator(settings)

    def open_archive() -> Archive:
        index = NewsIndex.open(settings.index, encoder, reranker, settings.fusion_weight)
        return Archive(index, Answerer(index, generator))

    return Live(open_archive, signer(settings.index))
