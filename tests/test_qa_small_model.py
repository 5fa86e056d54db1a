"""A real model behind a real server: the plumbing and the net, never the model's wit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from small_model import small_model

from index.corpus import NewsIndex
from qa.answer import Answerer
from qa.endpoint import Endpoint
from qa.generate import Generator
from qa.types import Outcome
from qa.verify import quoted, quotes_exactly, unfounded


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with small_model(tmp_path_factory.mktemp("model")) as url:
        yield url


def test_what_a_real_model_says_is_streamed_and_checked(news: NewsIndex, base_url: str) -> None:
    endpoint = Endpoint(base_url, "gemma", timeout=120, prompt_tokens=400, max_tokens=40)
    generator = Generator(endpoint)
    answer = Answerer(news, generator).ask("Cầu Bến Thủy 3 dài bao nhiêu?")
    assert answer.outcome is Outcome.ANSWERED
    assert generator.counts["answers"] + generator.counts["fallbacks"] == 1
    for claim in answer.claims:
        assert all(map(quotes_exactly, claim.citations))
        if claim.supported:
            assert unfounded(claim.text, quoted(claim.citations)) == []
