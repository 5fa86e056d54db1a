"""Hits to an answer written by a language model, every sentence of it checked as it comes.

The model is asked only what the extractive answerer has decided to answer, and sees only the
sentences that it chose from. Its reply becomes claims; a claim is shown when it is whole and has
been judged. When the model fails, or none of its claims stands, the extractive answer is given with
a notice.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.encoders import Encoder
from index.errors import GenerationFailed
from index.features import Asked
from index.text.sentences import sentence_spans
from index.types import SearchResult
from qa.endpoint import PULSE, Endpoint, stream_text
from qa.evidence import Evidence, gather
from qa.notices import Fallback
from qa.prompts import NO_ANSWER, gives_orders, messages
from qa.types import Answer, Citation, Claim, Outcome
from qa.verify import verify

log = logging.getLogger("hoidap.generate")

_MOST_SOURCES = 10
_MOST_CLAIMS = 8


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the reply without its [n]; ``invented`` are the numbers of no source."""

    text: str
    numbers: tuple[int, ...]
    invented: tuple[int, ...]


class Generator:
    """Writes answers with the model behind ``endpoint``. Safe to use from many threads.

    ``strict`` leaves unsupported claims out instead of marking them. ``counts`` tells how many
    answers were written, failed, and how many claims and citations did not stand.
    """

    def __init__(self, endpoint: Endpoint, *, strict: bool = False) -> None:
        self.endpoint = endpoint
        self.strict = strict
        self.counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def stream(
        self, extracted: Answer, asked: Asked, result: SearchResult, encoder: Encoder
    ) -> Iterator[Answer]:
        """Growing answers, a claim at a time; the last one is whole. Never raises for the model.

        ``extracted`` is the extractive answer; one that abstains is passed on as it is. The first
        answer has no claim yet, and while the model is silent the last one is yielded again: a
        generator can be closed only where it yields, and a listener may have gone.
        """
        if extracted.outcome is not Outcome.ANSWERED:
            yield extracted
            return
        sources = choose_sources(asked, result, extracted)
        whole = replace(extracted, claims=())
        yield whole
        try:
            for grown in self._grow(whole, result.understood, sources, encoder):
                whole = grown
                yield whole
        except GenerationFailed as error:
            log.warning("the language model failed: %s", error)
            reason = Fallback.FAILED
        else:
            if any(claim.supported for claim in whole.claims):
                self._count("answers")
                return
            reason = Fallback.UNSUPPORTED if whole.claims else Fallback.SILENT
        self._count("fallbacks")
        yield replace(extracted, notices=(*extracted.notices, reason))

    def _grow(
        self, answer: Answer, question: str, sources: Sequence[Citation], encoder: Encoder
    ) -> Iterator[Answer]:
        claims: tuple[Claim, ...] = ()
        numbers: dict[str, int] = {}
        for statement in _statements(question, sources, self.endpoint):
            if statement is None:
                yield answer
                continue
            if len(claims) == _MOST_CLAIMS:
                return
            known = {one.number: one for one in sources}
            cited = [known[number] for number in statement.numbers if number in known]
            renumbered = tuple(
                replace(one, number=numbers.setdefault(one.article.id, len(numbers) + 1))
                for one in cited
            )
            claim = Claim(statement.text, renumbered, supported=False)
            (claim,) = verify([claim], encoder)
            self._count("claims")
            if statement.invented:
                claim = replace(claim, supported=False)
                self._count("invented citations", len(statement.invented))
            if not claim.supported:
                self._count("unsupported claims")
                if self.strict:
                    continue
            claims = (*claims, claim)
            answer = replace(answer, claims=claims)
            yield answer

    def _count(self, name: str, by: int = 1) -> None:
        with self._lock:
            self.counts[name] += by


def choose_sources(asked: Asked, result: SearchResult, extracted: Answer) -> tuple[Citation, ...]:
    """The best sentences, numbered from 1 in reading order; none that speaks to a model.

    Those of the extractive answer are always among them.
    """
    shown = [one for claim in extracted.claims for one in claim.citations]

    def is_shown(one: Evidence) -> bool:
        return any(
            one.article.id == other.article.id and other.start <= one.start < other.end
            for other in shown
        )

    ranked = sorted(
        gather(result.understood, asked, result.hits),
        key=lambda one: (not is_shown(one), -one.score),
    )
    best = [one for one in ranked if not gives_orders(one.text)][:_MOST_SOURCES]
    best.sort(key=lambda one: (one.rank, one.start))
    return tuple(
        Citation(number, one.article, one.start, one.end, one.text)
        for number, one in enumerate(best, start=1)
    )


def _statements(
    question: str, sources: Sequence[Citation], endpoint: Endpoint
) -> Iterator[Statement | None]:
    """The statements of the reply, each as soon as the next one has begun; None now and then."""
    if not sources:
        return
    text, done, heard = "", 0, time.monotonic()
    asked = messages(question, sources, endpoint.prompt_tokens)
    for piece in stream_text(endpoint, asked):
        if time.monotonic() - heard >= PULSE:  # it may also think aloud for a long time
            heard = time.monotonic()
            yield None
        text += piece
        if not _MAY_END.search(piece):
            continue
        found = parse(text, len(sources))
        # The last one may still be growing, and so may the [n] behind it.
        yield from found[done:-1]
        done = max(done, len(found) - 1)
    yield from parse(text, len(sources))[done:]


_MAY_END = re.compile(r"[.!?…\n\]]")
_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL | re.IGNORECASE)
_CITED = re.compile(r"\[\s*(\d{1,6}(?:\s*[,;–-]\s*\d{1,6})*)\s*\]")
_LATE = re.compile(rf"([.!?…]+)\s*((?:{_CITED.pattern}\s*)+)")
_BULLET = re.compile(r"^\s*(?:[-*•]+|\d{1,2}[.)])\s+|\*\*|^#+\s*", re.MULTILINE)


def parse(reply: str, sources: int) -> list[Statement]:
    """The sentences of ``reply`` and the numbers, 1 to ``sources``, that each of them cites.

    "[1, 3]" and "[1][3]" are the same; a marker behind the full stop belongs before it. What the
    model was told to write when it finds nothing is no statement.
    """
    text = _BULLET.sub("", _THOUGHT.sub("", reply))
    text = _LATE.sub(lambda match: f" {match.group(2).strip()}{match.group(1)} ", text)
    statements = []
    for start, end in sentence_spans(text):
        sentence = text[start:end]
        cited = [int(n) for group in _CITED.findall(sentence) for n in re.findall(r"\d+", group)]
        said = re.sub(r"\s+([.,;!?…])", r"\1", " ".join(_CITED.sub("", sentence).split()))
        if not any(c.isalnum() for c in said) or NO_ANSWER.lower() in said.lower():
            continue
        valid = tuple(dict.fromkeys(n for n in cited if 1 <= n <= sources))
        invented = tuple(dict.fromkeys(n for n in cited if not 1 <= n <= sources))
        statements.append(Statement(said, valid, invented))
    return statements
