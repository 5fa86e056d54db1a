"""Filters as Milvus' boolean expressions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

from index.types import Filters


def quoted(values: Iterable[str]) -> str:
    """A list of strings, as Milvus reads it."""
    return "[" + ", ".join(json.dumps(value, ensure_ascii=False) for value in values) + "]"


def numbers(values: Iterable[int]) -> str:
    return "[" + ", ".join(str(value) for value in values) + "]"


def expression(filters: Filters, versions: Iterable[int]) -> str:
    """What a row must fulfil; "" when anything does.

    ``versions`` are the numbers of the articles that ``filters`` names.
    """
    parts = []
    if filters.since or filters.until:
        first = filters.since.toordinal() if filters.since else 1
        last = filters.until.toordinal() if filters.until else date.max.toordinal()
        parts.append(f"published >= {first} and published <= {last}")
    if filters.sources:
        parts.append(f"source in {quoted(filters.sources)}")
    if filters.authors:
        parts.append(f"author in {quoted(filters.authors)}")
    if filters.articles:
        parts.append(f"article in {numbers(versions) if versions else '[-1]'}")
    return " and ".join(parts)
