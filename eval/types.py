"""The values of the evaluation layer: frozen, slotted, and plain enough to be saved as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Judgment:
    """An article that answers a question, or the span of it that does.

    The span is given by offsets or, where re-cleaning may move them, by its words (``quote``); with
    neither, the article is the gold. ``grade`` 0 means judged and found wanting.
    """

    article_id: str
    grade: int = 1
    start: int | None = None
    end: int | None = None
    quote: str | None = None

    @property
    def is_span(self) -> bool:
        return self.start is not None or self.quote is not None


@dataclass(frozen=True, slots=True)
class Question:
    """``facets`` are the groups that a question belongs to, as (facet, value): ("type", "who")."""

    id: str
    text: str
    gold: tuple[Judgment, ...] = ()
    answers: tuple[str, ...] = ()
    answerable: bool = True
    english: str | None = None
    facets: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Dataset:
    """Questions of one split, with the folder or file that they came from.

    ``corpus`` is the file of articles that came along (BEIR), ``None`` for a file of questions.
    ``notes`` say what was counted while reading and is not as it should be.
    """

    name: str
    split: str | None
    questions: tuple[Question, ...]
    corpus: Path | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One place of a ranking: a chunk by its offsets, and the articles folded under it.

    ``evidence`` are the numbers of the question's gold spans that the chunk overlaps.
    """

    article_id: str
    start: int
    end: int
    score: float
    also: tuple[str, ...] = ()
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person sees of a hit, kept for the first few so that a failure can be read later."""

    title: str
    passage: str
    dense: float
    lexical: float
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation as it was given. ``verbatim``: the quote stood in the article at its offsets."""

    article_id: str
    start: int
    end: int
    quote: str
    verbatim: bool
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Stated:
    """One claim of an answer."""

    text: str
    supported: bool
    citations: tuple[Cited, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """The answer that was given to a question."""

    answered: bool
    confidence: float
    short: str | None
    claims: tuple[Stated, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Result:
    """One question of a run. ``seconds`` is the time of the search alone."""

    question: Question
    understood: str
    seconds: float
    found: tuple[Found, ...] = ()
    shown: tuple[Shown, ...] = ()
    given: Given | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that happened when a dataset was asked: enough to score it again.

    ``slice`` names how the questions were changed before they were asked ("" for not at all),
    ``settings`` what differed from the defaults, ``chosen_on`` the ``origin`` of the questions that
    the settings were picked on, when they were. ``chunking`` is the size and overlap of the index,
    ``unasked`` the number of questions that an interrupted run did not come to.
    """

    dataset: str
    split: str | None
    slice: str
    made: str
    k: int
    encoder: str
    generation: int | None
    commit: str | None
    settings: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    chosen_on: str | None = None
    results: tuple[Result, ...] = ()
    chunking: str = ""
    unasked: int = 0

    @property
    def origin(self) -> str:
        """Which questions were asked, however they were typed: dataset and split."""
        return " ".join(filter(None, (self.dataset, self.split)))

    @property
    def label(self) -> str:
        """What a table calls the questions: dataset, split and slice."""
        return " ".join(filter(None, (self.origin, self.slice)))
