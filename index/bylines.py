"""Bylines: which people one names, and which of them a reader means.

"Lê An - Hà Vy" names two. A reader may leave all accents out and need not write capitals, but what
is written with other accents is another name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from index.text.syllables import fold, syllables

Name = tuple[str, ...]
"""The syllables of a name, in small letters, with their accents."""

_BETWEEN_NAMES = re.compile(r"[,;/&–-]|\bvà\b", re.IGNORECASE)


def people(byline: str) -> list[str]:
    """The names in ``byline`` as they are written."""
    return [name for part in _BETWEEN_NAMES.split(byline) if (name := part.strip())]


def naming(persons: Iterable[str], bylines: Sequence[str]) -> tuple[str, ...]:
    """Every one of ``bylines`` that names one of ``persons``; a person without any stands alone."""
    found: list[str] = []
    for person in persons:
        name = tuple(syllables(person))
        found += [
            byline
            for byline in bylines
            if byline == person or any(means(name, one) for one in names(byline))
        ] or [person]
    return tuple(dict.fromkeys(found))


def shared(bylines: Sequence[str]) -> tuple[str, ...]:
    """The people whom all of ``bylines`` name, for a reader; the bylines where that is nobody."""
    common = (
        person
        for person in (people(min(bylines, key=len)) if bylines else ())
        if all(any(means(tuple(syllables(person)), one) for one in names(b)) for b in bylines)
    )
    return tuple(common) or tuple(bylines)


@lru_cache(maxsize=4_096)
def names(byline: str) -> tuple[Name, ...]:
    """The names in ``byline`` by their syllables."""
    return tuple(tuple(syllables(name)) for name in people(byline))


def means(typed: Name, written: Name) -> bool:
    """Whether ``typed`` is the name that is ``written``; either of them may lack all accents."""
    if _is_bare(typed) or _is_bare(written):
        return [*map(fold, typed)] == [*map(fold, written)]
    return [*map(_marks, typed)] == [*map(_marks, written)]


def _is_bare(name: Name) -> bool:
    return all(fold(unit) == unit for unit in name)


def _marks(unit: str) -> list[str]:
    """Letters and marks; which letter has the tone ("hoà", "hòa") is a habit."""
    return sorted(unicodedata.normalize("NFD", unit))
