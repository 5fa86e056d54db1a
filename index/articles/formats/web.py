"""A saved web page -> its article, by trafilatura, with the lead and the captions that it drops."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from index.articles.encodings import decode
from index.articles.formats import MAX_DOCUMENT, BinaryFile, Fields, Found, Problem, Record, whole
from index.articles.formats.fields import day_of
from index.text.dates import date_line

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{3,20})", re.I)
_HIDDEN = ("script", "style", "noscript", "template")
_LONGEST_DATE_LINE = 80
# A news page has about a thousand; trafilatura needs seconds for a hundred thousand.
_MOST_ELEMENTS = 30_000


def read_html(file: BinaryFile, fields: Fields) -> Iterator[Found]:
    data = whole(file, MAX_DOCUMENT)
    if isinstance(data, Problem):
        yield data
        return
    yield article_in(decode(_as_utf8(data)), date.today()) or Problem(
        "no article found in the page"
    )


def _as_utf8(data: bytes) -> bytes:
    """Foreign pages name their encoding, and it is believed when it is neither UTF-8 nor ours."""
    named = _CHARSET.search(data[:4000])
    if named and named.group(1).lower() not in {b"utf-8", b"utf8", b"windows-1258", b"iso-8859-1"}:
        try:
            return data.decode(named.group(1).decode("ascii"), "replace").encode("utf-8", "replace")
        except LookupError:
            return data
    return data


def article_in(page: str, today: date) -> Record | None:
    """The article of a page; None where there is none. ``today`` bounds its date."""
    from lxml import etree, html  # type: ignore[import-untyped]
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        tree = html.fromstring(page)
    except (etree.ParserError, ValueError):
        return None
    if sum(1 for _ in zip(range(_MOST_ELEMENTS), tree.iter(), strict=False)) == _MOST_ELEMENTS:
        return None
    lines = _visible_lines(tree)
    for caption in list(tree.iter("figcaption")):
        caption.tag = "p"
    for figure in list(tree.iter("figure")):
        figure.tag = "div"
    found = bare_extraction(
        tree,
        with_metadata=True,
        include_comments=False,
        date_extraction_params={
            "original_date": True,
            "extensive_search": False,
            "max_date": today.isoformat(),
        },
    )
    if not isinstance(found, Document) or not found.text:
        return None
    return Record(
        text=_with_lead(found.text, found.description, lines),
        title=found.title or "",
        url=found.url,
        source=found.hostname or found.sitename,
        author=found.author,
        published=_published(day_of(found.date), lines, today),
    )


def _visible_lines(tree: Any) -> set[str]:
    return {
        " ".join(text.split())
        for element in tree.iter()
        if isinstance(element.tag, str) and element.tag not in _HIDDEN
        for text in (element.text, element.tail)
        if text and not text.isspace()
    }


def _with_lead(text: str, description: str | None, lines: set[str]) -> str:
    """The lead stands above what trafilatura takes for the body; it must be visible, too."""
    lead = " ".join((description or "").split())
    if lead and lead in lines and lead not in " ".join(text.split()):
        return f"{lead}\n\n{text}"
    return text


def _published(stated: date | None, lines: set[str], today: date) -> date | None:
    """The day in the page's metadata, unless the only date line that readers see contradicts it."""
    shown = {
        day for line in lines if len(line) <= _LONGEST_DATE_LINE and (day := date_line(line, today))
    }
    visible = shown.pop() if len(shown) == 1 else None
    if stated is None or visible is None:
        return stated or visible
    return stated if abs(visible - stated) <= timedelta(days=1) else visible
