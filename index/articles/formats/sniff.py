"""Which reader a file needs: its content says so; the name only decides between kinds of text."""

from __future__ import annotations

import json
import re

from index.articles.encodings import decode
from index.articles.formats import Problem, Reader
from index.articles.formats.fields import NAMES
from index.articles.formats.pdf import read_pdf
from index.articles.formats.plain import read_markdown, read_text
from index.articles.formats.rows import read_csv, read_json, read_json_lines
from index.articles.formats.web import read_html

HEAD = 1 << 16
"""Bytes of a file that are looked at."""

_FOREIGN = [
    (b"\xd0\xcf\x11\xe0", "an old Office file: save it as .docx"),
    (b"<?xml", "XML, which is not read"),
    (b"{\\rtf", "RTF: save it as .docx"),
    (b"Rar!", "a RAR archive: make it a zip"),
    (b"7z\xbc\xaf", "a 7z archive: make it a zip"),
    (b"SQLite format 3", "a database: export it as JSON Lines"),
    (b"PAR1", "a Parquet file: export it as JSON Lines"),
]
_XML = re.compile(r"\A<\?xml[^>]{0,200}\?>")
_PAGE = re.compile(r"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)\b", re.I | re.S)
_TAGS = re.compile(r"</(?:p|div|a|span|td|li|h[1-6])>", re.I)
_MANY_TAGS = 10
_LONGEST_COLUMN = 40  # characters of its name
_NOT_ASCII = bytes(range(0x80, 0x100))


def reader_for(name: str, head: bytes) -> Reader | Problem:
    """The reader for a file called ``name`` that begins with ``head``."""
    if b"%PDF-" in head[:1024]:
        return read_pdf
    # The last character may be cut in two, and then the rest would not look like UTF-8.
    text = decode(head.rstrip(_NOT_ASCII) or head).lstrip("\ufeff \t\r\n")
    if _PAGE.match(_XML.sub("", text, count=1)):
        return read_html
    for magic, reason in _FOREIGN:
        if head.lstrip().startswith(magic):
            return Problem(reason)
    if _is_binary(head, text):
        return Problem("not a text: no article can be read from it")
    return _reader_of_text(name.lower(), text)


def _is_binary(head: bytes, text: str) -> bool:
    """Control characters that no text holds; UTF-16 has lost its zeros in ``text``."""
    strange = sum(text.count(chr(code)) for code in (*range(9), *range(14, 27), *range(28, 32)))
    return strange > len(text) // 50 + 2


def _reader_of_text(name: str, text: str) -> Reader:
    if text.startswith("{"):
        first, _, rest = text.partition("\n")
        if (rest.strip() and _is_json(first)) or name.endswith((".jsonl", ".ndjson")):
            return read_json_lines
        if re.match(r'\{\s*"', text):
            return read_json
    if re.match(r"\[\s*[{\]]", text):
        return read_json
    if len(_TAGS.findall(text)) >= _MANY_TAGS:
        return read_html
    if _is_header(text.split("\n", 1)[0], name.endswith((".csv", ".tsv"))):
        return read_csv
    return read_markdown if name.endswith((".md", ".markdown")) else read_text


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _is_header(line: str, called_csv: bool) -> bool:
    """Whether ``line`` names columns; in a file that is called .csv they may be any."""
    columns = {column.strip(" \"'\r").lower() for column in re.split(r"[,;\t|]", line[:2000])}
    texts = columns & set(NAMES["text"])
    if not called_csv:
        return bool(texts and columns & set(NAMES["title"]))
    return bool(texts) or (len(columns) > 1 and max(map(len, columns)) <= _LONGEST_COLUMN)
