"""What a reader is told besides the sentences of an answer.

Values, no words: whoever shows an answer says them in the reader's language (app/telling.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from index.types import Article, Filters


@dataclass(frozen=True, slots=True)
class NothingAbout:
    """No article speaks of what was asked."""


@dataclass(frozen=True, slots=True)
class SaysLittle:
    """The question holds no word that anything could be looked for by."""


@dataclass(frozen=True, slots=True)
class Near:
    """An article speaks of something near, but of none of these ``years`` and ``names``.

    Without any, it speaks of all that was named and still does not answer.
    """

    years: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NonePasses:
    """No article passes ``filters``, so nothing was searched."""

    filters: Filters


@dataclass(frozen=True, slots=True)
class Unmet:
    """No article passes ``filters``, which the question names, so they limited nothing."""

    filters: Filters


@dataclass(frozen=True, slots=True)
class Reported:
    """A number as it is ``said`` in an ``article``."""

    said: str
    article: Article


@dataclass(frozen=True, slots=True)
class Conflict:
    """The articles disagree; their ``figures``, newest first."""

    figures: tuple[Reported, ...]


@dataclass(frozen=True, slots=True)
class AsOf:
    """An answer about now holds as of the day of ``article``."""

    article: Article


class Fallback(Enum):
    """Why the sentences are quoted though a language model is configured."""

    FAILED = auto()
    SILENT = auto()
    UNSUPPORTED = auto()


Notice = NothingAbout | SaysLittle | Near | NonePasses | Unmet | Conflict | AsOf | Fallback
