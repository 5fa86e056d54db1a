"""JSON Lines, JSON and CSV: many articles a file, each a row of named values."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any, NoReturn

from index.articles.encodings import decode
from index.articles.formats import (
    MAX_BINARY,
    MAX_DOCUMENT,
    BinaryFile,
    Fields,
    Found,
    Problem,
    whole,
)
from index.articles.formats.fields import record_from

_MAX_LINE = 4 * MAX_DOCUMENT  # bytes: a line holds one article and its markup
_MAX_SKIPPED = 16 * _MAX_LINE
_LISTS = ("articles", "data", "items", "results", "docs", "documents", "posts")


def read_json_lines(file: BinaryFile, fields: Fields) -> Iterator[Found]:
    """A row a line; a line that is broken, NaN or nested too deep is named and passed over."""
    number = 0
    while line := file.readline(_MAX_LINE + 1):
        number += 1
        if len(line) > _MAX_LINE:
            yield Problem(f"a line of more than {_MAX_LINE // 1_000_000} MB", number)
            if not _skip_line(file):
                return
        elif line.strip(b"\xef\xbb\xbf \t\r\n\0"):
            yield _row_of(line, fields, number)


def _skip_line(file: BinaryFile) -> bool:
    """Reads on to the end of the line; False when that is too far to be worth it."""
    for _ in range(_MAX_SKIPPED // _MAX_LINE):
        if (part := file.readline(_MAX_LINE)).endswith(b"\n") or not part:
            return True
    return False


def _row_of(line: bytes, fields: Fields, number: int) -> Found:
    try:
        row = _parsed(decode(line))
    except ValueError as error:
        return Problem(f"not JSON: {error}", number)
    if not isinstance(row, dict):
        return Problem(f"a JSON {_kind(row)} where an object was expected", number)
    return record_from(row, fields, number)


def read_json(file: BinaryFile, fields: Fields) -> Iterator[Found]:
    """A list of rows, an object that holds such a list, or one row; ``line`` is its place."""
    data = whole(file, MAX_BINARY)
    if isinstance(data, Problem):
        yield Problem(f"larger than {MAX_BINARY // 1_000_000} MB: make it JSON Lines")
        return
    try:
        value = _parsed(decode(data))
    except ValueError as error:
        yield Problem(f"not JSON: {error}")
        return
    if isinstance(value, dict):
        value = next((value[name] for name in _LISTS if isinstance(value.get(name), list)), [value])
    if not isinstance(value, list):
        yield Problem(f"a JSON {_kind(value)} where a list of articles was expected")
        return
    for number, row in enumerate(value, start=1):
        if isinstance(row, dict):
            yield record_from(row, fields, number)
        else:
            yield Problem(f"a JSON {_kind(row)} where an object was expected", number)


def _parsed(text: str) -> Any:
    """Raises ValueError, with one line of reason, for whatever is not JSON."""
    try:
        return json.loads(text.lstrip("\ufeff"), parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _kind(value: object) -> str:
    names = {list: "list", dict: "object", str: "string", bool: "boolean", type(None): "null"}
    return names.get(type(value), "number")


def read_csv(file: BinaryFile, fields: Fields) -> Iterator[Found]:
    """A row a record under a line of names; commas, semicolons or tabs between the values."""
    data = whole(file, MAX_BINARY)
    if isinstance(data, Problem):
        yield data
        return
    text = decode(data).lstrip("\ufeff")
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t|", key=header.count)
    previous = csv.field_size_limit(_MAX_LINE)
    try:
        lines = text.splitlines(keepends=True)
        rows = csv.DictReader(lines, delimiter=delimiter, skipinitialspace=True)
        for row in rows:
            named = {name: value for name, value in row.items() if isinstance(name, str)}
            yield record_from(named, fields, rows.line_num)
    except csv.Error as error:
        yield Problem(f"not CSV: {error}")
    finally:
        csv.field_size_limit(previous)
