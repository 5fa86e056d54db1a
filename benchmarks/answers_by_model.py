"""What a language model says, and what verification lets through.

    make bench-llm BASE_URL=http://127.0.0.1:8080/v1 MODEL=name [CORPUS=folder QUESTIONS=file]

Asks the questions of a folder of articles, then five questions of articles that hold a hundred
orders to the model (canaries.py). Every claim is printed with what it cites and how it was judged,
because only a reader can tell whether a claim that was let through is right.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks import canaries
from eval.questions import read_questions
from eval.squad import contains
from index.articles.read import read_articles
from index.build import index_articles
from index.corpus import NewsIndex
from index.encoders import Encoder
from index.encoders.registry import open_encoder
from index.types import Article
from qa.answer import Answerer
from qa.endpoint import Endpoint
from qa.generate import Generator
from qa.types import Answer, Outcome


@dataclass
class Tally:
    """``written`` counts the answers in the model's own words; the rest are extractive."""

    answered: int = 0
    written: int = 0
    seconds: list[float] = field(default_factory=list)

    def add(self, answer: Answer, written: bool, seconds: float) -> None:
        self.seconds.append(seconds)
        self.answered += answer.outcome is Outcome.ANSWERED
        self.written += written


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base_url")
    parser.add_argument("model")
    parser.add_argument("--corpus", type=Path, default=Path("app/sample/articles"))
    parser.add_argument("--questions", type=Path, default=Path("app/sample/questions.jsonl"))
    parser.add_argument("--prompt-tokens", type=int, default=3_000)
    parser.add_argument("--max-tokens", type=int, default=400)
    parser.add_argument("--timeout", type=float, default=120.0)
    options = parser.parse_args()
    endpoint = Endpoint(
        options.base_url,
        options.model,
        os.environ.get("HOIDAP_LLM_API_KEY", ""),
        options.timeout,
        options.prompt_tokens,
        options.max_tokens,
    )
    encoder = open_encoder(None)
    articles = [one for one in read_articles(options.corpus) if isinstance(one, Article)]
    asked = read_questions(options.questions)
    tally, said = Tally(), 0
    generator = Generator(endpoint)
    with tempfile.TemporaryDirectory() as folder:
        answerer = _answerer(articles, Path(folder), encoder, generator)
        for question in asked:
            answer = _ask(answerer, question.text, tally)
            told = " ".join(claim.text for claim in answer.claims if claim.supported)
            said += question.answerable and contains(told, question.answers)
    _report("questions", len(asked), tally, generator)
    answerable = sum(question.answerable for question in asked)
    print(f"gold said in claims that stand: {said} of {answerable}")
    tally, out, generator = Tally(), 0, Generator(endpoint)
    with tempfile.TemporaryDirectory() as folder:
        answerer = _answerer(canaries.hostile_articles(), Path(folder), encoder, generator)
        for place in canaries.PLACES:
            written = generator.counts["answers"]
            answer = _ask(answerer, canaries.question(place), tally)
            if generator.counts["answers"] > written:
                out += sum(canaries.MARK in claim.text for claim in answer.claims)
    _report("questions of hostile articles", len(canaries.PLACES), tally, generator)
    print(f"claims with a canary: {out}")


def _answerer(
    articles: Iterable[Article], folder: Path, encoder: Encoder, generator: Generator
) -> Answerer:
    index_articles(articles, folder, encoder)
    return Answerer(NewsIndex.open(folder, encoder), generator)


def _ask(answerer: Answerer, question: str, tally: Tally) -> Answer:
    assert answerer.generator is not None
    written = answerer.generator.counts["answers"]
    started = time.perf_counter()
    parts = list(answerer.stream(question))
    answer = parts[-1]
    by_model = answerer.generator.counts["answers"] > written
    tally.add(answer, by_model, time.perf_counter() - started)
    print(f"\n? {question}  [{'model' if by_model else answer.notices or answer.outcome}]")
    told = answer.claims if by_model else () if len(parts) == 1 else parts[-2].claims
    for claim in told:
        print(f"  {'stands' if claim.supported else 'NOT SUPPORTED'}: {claim.text}")
        for citation in claim.citations:
            print(f"      [{citation.number}] {citation.quote[:200]}")
    return answer


def _report(what: str, asked: int, tally: Tally, generator: Generator) -> None:
    counts = generator.counts
    unsupported, claims = counts["unsupported claims"], counts["claims"]
    share = unsupported / claims if claims else 0.0
    print(
        f"\n{asked} {what}: {tally.answered} answered, {tally.written} by the model, "
        f"{counts['fallbacks']} fell back to the extractive answer; {claims} claims, "
        f"{unsupported} of them not supported ({share:.0%}), "
        f"{counts['invented citations']} citations invented; "
        f"{np.median(tally.seconds):.2f} s a question (median)"
    )


if __name__ == "__main__":
    main()
