"""The newspapers and authors that a question names, as filters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from index.bylines import Name, means, names, naming
from index.text.places import place_spans
from index.text.syllables import fold, folded_syllables
from index.types import Filters

Span = tuple[int, int]

_ENDINGS = ("vn", "com", "net", "org", "online", "gov", "edu")
# A name may be as short as VOV behind a cue; alone it has to be longer than any syllable.
_SHORTEST_SOURCE, _PLAIN_SOURCE = 3, 8
# An author's name is two syllables and more letters than initials have.
_SHORTEST_AUTHOR, _LONGEST_NAME = 4, 6
_ACCORDING_TO = ("theo",)
_SOURCE_CUES = frozenset((cue,) for cue in ("bao", "theo", "to", "trang", "dai", "nguon", "kenh"))
_AUTHOR_CUES = frozenset(
    tuple(cue.split())
    for cue in ("tac gia", "phong vien", "nha bao", "pv", "bai cua", "viet cua", "bao cua", "by")
) | {_ACCORDING_TO}
_WORD = re.compile(r"[^\W\d_]+")


def with_sources(filters: Filters, question: str, sources: Sequence[str]) -> Filters:
    """``filters`` narrowed to the newspapers that ``question`` names ("theo báo Nghệ An").

    ``Baonghean.vn`` and ``Báo Nghệ An`` are both meant by it, but not ``Nghean Online`` beside
    them: the longest name counts. A newspaper often bears the name of its province, so the name
    alone is enough only where it is no Vietnamese word ("VnExpress"). Sources that were given stay.
    """
    if filters.sources:
        return filters
    units = folded_syllables(question)
    heard: dict[str, list[Span]] = {}
    for start, end in _spans_of_sources(units):
        heard.setdefault("".join(units[start:end]), []).append((start, end))
    named = {source: heard[name] for source in sources if (name := spoken(source)) in heard}
    spans = [span for found in named.values() for span in found]
    longest = tuple(
        source
        for source, found in named.items()
        if any(not _is_part(span, spans) for span in found)
    )
    return replace(filters, sources=longest) if longest else filters


def with_authors(
    filters: Filters, question: str, authors: Sequence[str], sources: Sequence[str] = ()
) -> Filters:
    """``filters`` narrowed to the authors that ``question`` names ("bài của Lê An", "by Lê An").

    Only full names count. "Theo Lê An" may as well quote a person, so it needs capitals and no
    province or one of ``sources`` of that name. An author who wrote with others is meant by the
    name alone. ``question`` is as typed: who is meant cannot be restored. Authors that were given
    stay.
    """
    if filters.authors:
        return filters
    said = list(_authors_said(question, sources))
    named = tuple(
        byline
        for byline in (authors if said else ())
        if any(means(name, one) for one in names(byline) for name in said)
    )
    return replace(filters, authors=named) if named else filters


def with_bylines(filters: Filters, authors: Sequence[str]) -> Filters:
    """``filters`` in which a person stands for each of ``authors``, bylines, that names them."""
    return replace(filters, authors=naming(filters.authors, authors))


def _spans_of_sources(units: list[str]) -> Iterator[Span]:
    """Where a newspaper's name may stand: behind a cue, or where a word is long enough.

    A name may begin with its cue: "báo Sài Gòn" is "Báo Sài Gòn".
    """
    for at, unit in enumerate(units):
        if len(unit) >= _PLAIN_SOURCE:
            yield at, at + 1
        if (unit,) in _SOURCE_CUES:
            for first in (at, at + 1):
                for end in range(first + 1, min(first + _LONGEST_NAME, len(units)) + 1):
                    yield first, end


def _is_part(span: Span, spans: Sequence[Span]) -> bool:
    """Whether a longer one of ``spans`` holds ``span``."""
    start, end = span
    return any(
        first <= start and end <= last and last - first > end - start for first, last in spans
    )


@lru_cache(maxsize=4_096)
def spoken(source: str) -> str:
    """A source's name as one word: ``Baonghean.vn`` -> ``baonghean``; empty if too short."""
    units = [unit for unit in folded_syllables(source) if unit not in _ENDINGS]
    name = "".join(units)
    return name if len(name) >= _SHORTEST_SOURCE else ""


def _authors_said(question: str, sources: Sequence[str]) -> Iterator[Name]:
    """What may be an author's name in ``question``: two syllables and more behind a cue."""
    words = list(_WORD.finditer(question))
    folded = [fold(word[0]).lower() for word in words]
    for at in range(len(words)):
        for size in (1, 2):
            cue = tuple(folded[at : at + size])
            if cue not in _AUTHOR_CUES:
                continue
            for run in _runs(question, words[at + size :]):
                if cue != _ACCORDING_TO or _is_a_person(run, sources):
                    yield tuple(word.lower() for word in run)


def _runs(question: str, words: Sequence[re.Match[str]]) -> Iterator[list[str]]:
    """The first two to six of ``words``, as long as only blanks part them.

    A name of which the next word with a capital is left out is another one's.
    """
    for size in range(2, min(_LONGEST_NAME, len(words)) + 1):
        before, last = words[size - 2], words[size - 1]
        if not question[before.end() : last.start()].isspace():
            return
        after = words[size] if size < len(words) else None
        goes_on = after is not None and question[last.end() : after.start()].isspace()
        if goes_on and after is not None and after[0][0].isupper() and not question.isupper():
            continue
        run = [word[0] for word in words[:size]]
        if len("".join(run)) >= _SHORTEST_AUTHOR:
            yield run


def _is_a_person(run: list[str], sources: Sequence[str]) -> bool:
    """Whether a name behind "theo" is written like one, and is no province's or newspaper's."""
    name = " ".join(run)
    return (
        all(word[0].isupper() for word in run)
        and (0, len(name)) not in place_spans(name)
        and spoken(name) not in {spoken(source) for source in sources}
    )
