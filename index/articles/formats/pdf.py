"""A PDF with a text layer -> one page of text; lines that only end at the margin are joined."""

from __future__ import annotations

import io
import logging
import re
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.articles.encodings import repair
from index.articles.formats import MAX_BINARY, BinaryFile, Fields, Found, Problem, Record, whole

if TYPE_CHECKING:
    from pypdf import PdfReader

_MAX_PAGES = 300
_MAX_SECONDS = 60.0
_MAX_CHARACTERS = 2_000_000
_SENTENCE_END = re.compile(r"[.!?…:;][\"'”’»)\]]*$")
_NEW_PARAGRAPH = re.compile(r"\s*(?:[-–•*+]|\d+[.)])\s")


def read_pdf(file: BinaryFile, fields: Fields) -> Iterator[Found]:
    data = whole(file, MAX_BINARY)
    if isinstance(data, Problem):
        yield data
        return
    import pypdf
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            yield Problem("encrypted: save it without a password")
            return
        text = _text_of(reader)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        yield Problem(f"a PDF that cannot be read: {type(error).__name__}: {error}"[:200])
        return
    if text.strip():
        yield Record(repair(unwrapped(text)), page=True)
    else:
        yield Problem("a PDF without text: it holds pictures of pages, run OCR on it")


def _text_of(reader: PdfReader) -> str:
    started, parts, size = time.monotonic(), [], 0
    for page in reader.pages[:_MAX_PAGES]:
        parts.append(page.extract_text())
        size += len(parts[-1])
        if size > _MAX_CHARACTERS or time.monotonic() - started > _MAX_SECONDS:
            raise ValueError("too much in it: split it into articles")
    return "\n\n".join(parts)


def unwrapped(text: str) -> str:
    """Joins the lines of a column: those that are nearly as long as the longest ones."""
    lines = [line.strip() for line in text.split("\n")]
    lengths = sorted(len(line) for line in lines if line)
    full = 0.75 * lengths[len(lengths) * 9 // 10] if lengths else 0
    joined = ""
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        goes_on = (
            len(line) >= full
            and following
            and not _SENTENCE_END.search(line)
            and not _NEW_PARAGRAPH.match(following)
        )
        joined += line + (" " if goes_on else "\n")
    return joined
