"""Flags that several commands share; the help of each is that of the setting it sets."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from app.settings import help_of
from index.errors import SettingsError
from index.types import Filters, Reading

IndexDir = Annotated[str | None, typer.Option("--index", metavar="DIR", help=help_of("index"))]
Model = Annotated[str | None, typer.Option("--model", metavar="NAME", help=help_of("model"))]
Reranker = Annotated[
    str | None, typer.Option("--reranker", metavar="NAME", help=help_of("reranker"))
]
ChunkSize = Annotated[
    int | None, typer.Option("--chunk-size", metavar="N", help=help_of("chunk_size"))
]
ChunkOverlap = Annotated[
    int | None, typer.Option("--chunk-overlap", metavar="N", help=help_of("chunk_overlap"))
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Strict = Annotated[bool, typer.Option("--strict", help=help_of("strict"))]
Results = Annotated[int | None, typer.Option("-k", "--results", help=help_of("results"))]
Question = Annotated[str, typer.Argument(metavar="QUESTION", help="The question, in quotes.")]
Since = Annotated[
    str | None,
    typer.Option(
        "--since", metavar="DAY", help="Only articles of this day (2024-12-31 or 31/12/2024) on."
    ),
]
Until = Annotated[
    str | None, typer.Option("--until", metavar="DAY", help="Only articles up to this day.")
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="DAY", help="Search as on this day: nothing later, 'yesterday' is its."
    ),
]
AsTyped = Annotated[
    bool, typer.Option("--as-typed", help="Search the question as it is: restore no accents.")
]
NoFilters = Annotated[
    bool,
    typer.Option(
        "--no-filters", help="Limit to no day, newspaper or author that the question names."
    ),
]
Sources = Annotated[
    list[str] | None,
    typer.Option("--source", metavar="NAME", help="Only this source; may be given again."),
]
Authors = Annotated[
    list[str] | None,
    typer.Option("--author", metavar="NAME", help="Only this author; may be given again."),
]
Fields = Annotated[
    list[str] | None,
    typer.Option(
        "--field",
        metavar="OURS=THEIRS",
        help="Under which name rows keep a field, as title=headline; may be given again.",
    ),
]
Host = Annotated[str | None, typer.Option("--host", help=help_of("host"))]
Port = Annotated[int | None, typer.Option("--port", help=help_of("port"))]


def filters(
    since: str | None,
    until: str | None,
    sources: list[str] | None,
    authors: list[str] | None,
) -> Filters:
    """Raises SettingsError for a day that is none, or that ends before it begins."""
    first, last = day("--since", since), day("--until", until)
    if first and last and first > last:
        raise SettingsError(f"--since {first} is after --until {last}; swap them.")
    return Filters(first, last, tuple(sources or ()), tuple(authors or ()))


def reading(as_of: str | None, as_typed: bool, no_filters: bool) -> Reading:
    """Raises SettingsError for a day that is none."""
    return Reading(day("--as-of", as_of), as_typed, not no_filters)


def field_map(pairs: list[str] | None) -> dict[str, str] | None:
    """Raises SettingsError for what is not of the form title=headline."""
    if not pairs:
        return None
    found = {}
    for pair in pairs:
        ours, sign, theirs = pair.partition("=")
        if not (ours.strip() and sign and theirs.strip()):
            raise SettingsError(f"--field {pair!r} is not of the form title=headline.")
        found[ours.strip()] = theirs.strip()
    return found


def day(flag: str, text: str | None) -> date | None:
    """The day that ``flag`` names; None when it was not given. Raises SettingsError."""
    if text is None:
        return None
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"):
        try:
            return datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    raise SettingsError(f"{flag} {text!r} is no day; write it as 2024-12-31 or 31/12/2024.")
