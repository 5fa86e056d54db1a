"""The real parts that many tests share: the embedded model, opened once, and a small index."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from articles import ARTICLES
from hypothesis import settings
from milvus_server import MilvusServer, milvus_lite

from index.build import index_articles
from index.corpus import NewsIndex
from index.encoders import Encoder
from index.encoders.registry import open_encoder

# A busy machine is no fault of ours, nor is today's draw of examples: nothing here may depend on
# either.
settings.register_profile("patient", deadline=None, derandomize=True)
settings.load_profile("patient")


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c() -> Iterator[None]:
    """Ctrl-C means what it does in a terminal: a job in the background was told to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return open_encoder(None)


@pytest.fixture(scope="session")
def news(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> NewsIndex:
    folder = tmp_path_factory.mktemp("news")
    index_articles(ARTICLES, folder, encoder)
    return NewsIndex.open(folder, encoder)


@pytest.fixture(scope="session")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    with milvus_lite(tmp_path_factory.mktemp("milvus")) as server:
        yield server
