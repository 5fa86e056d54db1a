"""The filters of a question as the reader sets them, and the chips that show them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import ValidationError

from app.telling import limits
from app.views import View, filters_of
from app.web.conversation import Turn, day
from app.words import Words
from index.filtering import added
from index.types import Filters, Reading

NAME_CHIPS = 6  # newspapers, and as many authors


def read_day(text: str | None) -> date | None:
    """A day as typed (31/12/2024, 31-12-2024 or 2024-12-31), or None."""
    for form in ("%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime((text or "").strip(), form).date()
        except ValueError:
            continue
    return None


class Again(View):
    """A question that is asked once more, less of it understood; see `index.types.Reading`."""

    question: str = ""
    as_typed: bool = False
    read_filters: bool = True

    @property
    def reading(self) -> Reading:
        return Reading(as_typed=self.as_typed, filters=self.read_filters)


def read_again(text: str | None) -> Again:
    """What page.js asks for; an empty question when that is not to be read."""
    try:
        return Again.model_validate_json(text or "")
    except ValidationError:
        return Again()


class OneArticle(View):
    id: str
    title: str


def read_only(text: str | None) -> OneArticle | None:
    """The one article that the reader wants to ask; None when there is none."""
    try:
        return OneArticle.model_validate_json(text) if text else None
    except ValidationError:
        return None


def filters_from(
    since: str | None,
    until: str | None,
    sources: Sequence[str] | None,
    authors: Sequence[str] | None,
    only: str | None,
) -> Filters:
    """``only`` names one article as JSON: {"id": …, "title": …}."""
    one = read_only(only)
    return Filters(
        since=read_day(since),
        until=read_day(until),
        sources=tuple(sources or ())[:NAME_CHIPS],
        authors=tuple(authors or ())[:NAME_CHIPS],
        articles=(one.id,) if one else (),
    )


def chip_labels(
    since: str | None,
    until: str | None,
    sources: Sequence[str] | None,
    authors: Sequence[str] | None,
    only: str | None,
    *,
    words: Words,
) -> list[str | None]:
    """One label a chip: from, to, the one article, sources, authors; None is a chip not shown."""
    first, last = read_day(since), read_day(until)
    one = read_only(only)
    return [
        f"{words.since}: {day(first)}" if first else None,
        f"{words.until}: {day(last)}" if last else None,
        f"{words.only_this}: {_short(one.title)}" if one else None,
        *_names(sources, words.source),
        *_names(authors, words.author),
    ]


def _names(chosen: Sequence[str] | None, kind: str) -> list[str | None]:
    shown = list(chosen or [])[:NAME_CHIPS]
    labels = (f"{kind}: {_short(name)}" for name in shown)
    return [*labels, *([None] * (NAME_CHIPS - len(shown)))]


def _short(title: str, length: int = 48) -> str:
    return title if len(title) <= length else title[: length - 1].rstrip() + "…"


def read_labels(turn: Turn, words: Words) -> list[str]:
    """What the question itself was taken to limit the search to."""
    return limits(added(filters_of(turn.filters), filters_of(turn.given)), words)
