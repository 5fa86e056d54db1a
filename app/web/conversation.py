"""A conversation as the browser keeps it and the server checks it: questions and what was said.

The server keeps no conversation. The page sends the one that is open with every question, so a
restart loses nothing; what comes from a browser is validated and bounded before it is used.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from pydantic import Field, ValidationError

from app.telling import told
from app.views import AnswerView, CitationView, FiltersView, View, answer_view, filters_view
from app.words import VI, Words
from index.text.syllables import fold, syllables
from index.types import Article, Hit
from qa.types import Answer, Citation
from qa.types import Turn as Said

MOST_TURNS = 40
MOST_CHARACTERS = 600_000
MOST_KEPT = 500_000  # before a new answer, which needs room too
CONTEXT = 220
REASONS = 5


class Excerpt(View):
    """The passage of a card: ``text == article.text[start : start + len(text)]``."""

    number: int
    start: int
    text: str
    before: bool = False
    after: bool = False


class Reason(View):
    """Why a passage was found."""

    title: str
    dense: float
    lexical: float
    fused: float
    terms: tuple[str, ...] = ()
    newspapers: tuple[str, ...] = ()


class Turn(View):
    """``answer`` is None until the first words are there.

    ``given`` are the filters that the reader set, ``filters`` those that were searched with: what
    the question named is in these alone, unless ``read_filters`` was off. ``as_typed``: nothing was
    put back or completed. ``seconds`` went by until something was found.
    """

    question: str
    answer: AnswerView | None = None
    understood: str | None = None
    notice: str | None = None
    given: FiltersView = FiltersView()
    filters: FiltersView = FiltersView()
    as_typed: bool = False
    read_filters: bool = True
    excerpts: tuple[Excerpt, ...] = ()
    reasons: tuple[Reason, ...] = ()
    seconds: float | None = None
    confidence: float | None = None
    passages: int = 0
    stories: int = 0
    next_questions: tuple[str, ...] = ()
    whole: bool = False
    asked: datetime | None = None


class Conversation(View):
    """``title`` is the reader's own name for it; without one it is called by its first question."""

    id: str = ""
    title: str = ""
    turns: tuple[Turn, ...] = Field(default=(), max_length=MOST_TURNS)


def conversation_from(text: str | None) -> Conversation:
    """What the browser sent; a conversation that is not valid is a new one, not an error."""
    if not text or len(text) > MOST_CHARACTERS:
        return Conversation()
    try:
        return Conversation.model_validate_json(text)
    except ValidationError:
        return Conversation()


def with_turn(conversation: Conversation, turn: Turn) -> Conversation:
    """The conversation with one more turn; the oldest go when there are too many or too long."""
    turns = (*conversation.turns, turn)[-MOST_TURNS:]
    lengths = [len(one.model_dump_json()) for one in turns]
    while sum(lengths) > MOST_KEPT:
        del lengths[0]
    identity = conversation.id or secrets.token_hex(8)
    return conversation.model_copy(update={"id": identity, "turns": turns[-len(lengths) :]})


def with_last(conversation: Conversation, turn: Turn) -> Conversation:
    return conversation.model_copy(update={"turns": (*conversation.turns[:-1], turn)})


def history(conversation: Conversation) -> list[Said]:
    """The earlier exchanges, for a question that leans on them."""
    return [
        Said(turn.question, " ".join(claim.text for claim in turn.answer.claims))
        for turn in conversation.turns
        if turn.answer is not None
    ]


def filled(turn: Turn, answer: Answer, seconds: float, *, whole: bool, words: Words = VI) -> Turn:
    """``turn`` with what the answerer has said so far, ``seconds`` after it was asked."""
    asked = answer.understood or answer.question
    return turn.model_copy(
        update={
            "answer": answer_view(answer),
            "understood": answer.understood,
            "notice": told(answer.notices, words),
            "filters": filters_view(answer.filters),
            "excerpts": excerpts(answer),
            "reasons": tuple(_reason(hit, asked) for hit in answer.hits[:REASONS]),
            "seconds": seconds if turn.seconds is None else turn.seconds,
            "confidence": answer.confidence,
            "passages": len(answer.hits),
            "stories": len({hit.article.id for hit in answer.hits}),
            "whole": whole,
        }
    )


def first_citations(turn: Turn) -> list[CitationView]:
    """The first citation of each article, in the order of their numbers."""
    found: dict[int, CitationView] = {}
    for claim in turn.answer.claims if turn.answer else ():
        for citation in claim.citations:
            found.setdefault(citation.number, citation)
    return [found[number] for number in sorted(found)]


def cited_spans(turn: Turn, number: int) -> list[tuple[int, int]]:
    """The cited spans of one article, merged and in order."""
    if turn.answer is None:
        return []
    spans = sorted(
        (citation.start, citation.end)
        for claim in turn.answer.claims
        for citation in claim.citations
        if citation.number == number
    )
    return _merged(spans)


def excerpts(answer: Answer) -> tuple[Excerpt, ...]:
    """Per cited article its passages with the cited sentences in them, in reading order."""
    cited: dict[int, list[Citation]] = {}
    for claim in answer.claims:
        for citation in claim.citations:
            cited.setdefault(citation.number, []).append(citation)
    found: list[Excerpt] = []
    for number, citations in sorted(cited.items()):
        article = citations[0].article
        windows = _merged(sorted(_window(citation, answer.hits) for citation in citations))
        found += [_excerpt(number, article, start, end) for start, end in windows]
    return tuple(found)


def _window(citation: Citation, hits: Sequence[Hit]) -> tuple[int, int]:
    """The passage around a citation: the one that was found, kept short."""
    text = citation.article.text
    for hit in hits:
        chunk = hit.chunk
        inside = chunk.start <= citation.start and citation.end <= chunk.end
        if inside and hit.article.id == citation.article.id:
            low, high = chunk.start, chunk.end
            break
    else:
        low, high = 0, len(text)
    return (
        _word_start(text, max(low, citation.start - CONTEXT), low),
        _word_end(text, min(high, citation.end + CONTEXT), high),
    )


def _word_start(text: str, position: int, low: int) -> int:
    while position > low and not text[position - 1].isspace():
        position -= 1
    return position


def _word_end(text: str, position: int, high: int) -> int:
    while position < high and not text[position].isspace():
        position += 1
    return position


def _excerpt(number: int, article: Article, start: int, end: int) -> Excerpt:
    return Excerpt(
        number=number,
        start=start,
        text=article.text[start:end],
        before=start > 0,
        after=end < len(article.text),
    )


def _reason(hit: Hit, question: str) -> Reason:
    """The terms that matched as the question writes them: the index knows them without accents."""
    why = hit.why
    matched = {term for term in why.terms if "_" not in term}
    asked = [unit for unit in syllables(question) if fold(unit) in matched]
    return Reason(
        title=hit.article.title,
        dense=why.dense,
        lexical=why.lexical,
        fused=why.fused,
        terms=tuple(dict.fromkeys(asked)),
        newspapers=hit.newspapers,
    )


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted spans, those that touch or overlap as one."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def day(value: date | None) -> str:
    """A day as a Vietnamese reader writes it, 31/12/2024; empty when there is none."""
    return value.strftime("%d/%m/%Y") if value else ""
