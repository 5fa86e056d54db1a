"""Text and Markdown: one article a file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.articles.encodings import decode
from index.articles.formats import MAX_DOCUMENT, BinaryFile, Fields, Found, Problem, Record, whole
from index.articles.formats.fields import record_from

_FRONT_MATTER = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n", re.DOTALL)
_FRONT_FIELD = re.compile(r"^([\w-]+):[ \t]*(.+?)[ \t]*$", re.MULTILINE)
# Bounded, because an opening mark that is never closed would be searched for to the end.
_TARGET = r"\([^()\n]{0,1000}\)"
_IMAGE = re.compile(rf"!\[([^\[\]\n]{{0,500}})\]{_TARGET}")
_LINK = re.compile(rf"\[([^\[\]\n]{{1,500}})\]{_TARGET}")
_EMPHASIS = re.compile(r"(?<!\w)(\*\*|__|\*|_|`)(?=\S)([^\n*_`]{0,500}?\S)\1(?!\w)")
_HEADING = re.compile(r"^#{1,6}[ \t]+(.*?)[ \t#]*$", re.MULTILINE)
_BLOCK_MARK = re.compile(r"^(?:[ \t]*>[ \t]?|```\w*$|[ \t]*(?:[-*_][ \t]*){3,}$)", re.MULTILINE)


def read_text(file: BinaryFile, fields: Fields) -> Iterator[Found]:
    data = whole(file, MAX_DOCUMENT)
    yield data if isinstance(data, Problem) else Record(decode(data), page=True)


def read_markdown(file: BinaryFile, fields: Fields) -> Iterator[Found]:
    """Front matter gives the metadata, the first heading the title; marks are taken off."""
    data = whole(file, MAX_DOCUMENT)
    if isinstance(data, Problem):
        yield data
        return
    text = decode(data)
    front: dict[str, object] = {}
    if match := _FRONT_MATTER.match(text):
        front = {name: value.strip("\"'") for name, value in _FRONT_FIELD.findall(match.group(1))}
        text = text[match.end() :]
    if "title" not in front and (heading := _HEADING.search(text)):
        front["title"] = _plain(heading.group(1))
        text = text[: heading.start()] + text[heading.end() :]
    yield record_from(front | {"text": _plain(text)}, fields, page=True)


def _plain(markdown: str) -> str:
    text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", markdown))
    text = _BLOCK_MARK.sub("", _HEADING.sub(r"\1", text))
    return _EMPHASIS.sub(r"\2", text)
