"""The values of the answering layer: frozen, slotted, never dicts."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from index.types import Article, Filters, Hit
from qa.notices import Notice


class Outcome(StrEnum):
    """An abstention is a value; a failure is an exception."""

    ANSWERED = "answered"
    ABSTAINED = "abstained"
    NO_MATCH = "no index match"


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of a conversation."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Citation:
    """``quote == article.text[start:end]``, verbatim. ``number`` is what [n] shows, from 1."""

    number: int
    article: Article
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer and what it rests on."""

    text: str
    citations: tuple[Citation, ...]
    supported: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """``short`` is the bare answer (a number, a date, a name), None where none is certain.

    ``understood`` is the question that was searched when it is not the one typed (accents restored,
    a follow-up completed). ``nearest`` are the articles to offer when the system abstains;
    ``notices`` what else a reader should know; ``confidence`` the calibrated probability that the
    retrieved sentences answer the question; ``filters`` what was searched: those given and those
    read out of the question.
    """

    question: str
    outcome: Outcome
    claims: tuple[Claim, ...] = ()
    short: str | None = None
    hits: tuple[Hit, ...] = ()
    nearest: tuple[Article, ...] = ()
    understood: str | None = None
    notices: tuple[Notice, ...] = ()
    confidence: float = 0.0
    filters: Filters = field(default_factory=Filters)
