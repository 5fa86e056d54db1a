"""Named values of a row (JSON, CSV, front matter) -> a record.

Archives name their columns as they like; the usual names are known, and the user's field map
(``{"title": "headline"}``) comes first. A dot reaches into nested objects.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone

from index.articles.encodings import repair
from index.articles.formats import Fields, Problem, Record
from index.errors import SettingsError
from index.text.dates import date_mentions

NAMES: dict[str, tuple[str, ...]] = {
    "id": ("_id",),
    "title": ("title", "headline", "tieu_de", "name"),
    "text": ("text", "content", "body", "noi_dung", "article", "maintext", "article_text"),
    "url": ("url", "link", "canonical_url", "source_url"),
    "source": ("source", "publisher", "newspaper", "site", "domain", "sitename", "nguon"),
    "author": ("author", "authors", "byline", "tac_gia"),
    "published": (
        *("published", "date", "date_published", "published_at", "publish_date", "published_date"),
        *("datePublished", "publication_date", "pubdate", "pub_date", "publishdate", "ngay_dang"),
    ),
}
"""What is looked for, and under which names when the user does not say."""

_VIETNAM = timezone(timedelta(hours=7))
_HTML = re.compile(
    r"</?(?:p|div|br|span|a|b|strong|em|h[1-6]|figure|img|table|ul|li)\b[^>]*>", re.I
)
_BREAK = re.compile(r"</?(?:p|div|br|h[1-6]|figure|figcaption|table|tr|ul|li)\b[^>]*>", re.I)
_HIDDEN = re.compile(r"<(script|style)\b.*?(?:</\1>|\Z)", re.I | re.S)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_ENTITY = re.compile(r"&(?:#\d+|#x[\da-f]+|[a-z]+\d*);", re.I)


def checked(fields: Fields) -> Fields:
    """``fields``, or a SettingsError that names what an article can have."""
    for name in fields:
        if name not in NAMES:
            known = ", ".join(NAMES)
            raise SettingsError(f"an article has no field {name!r}: choose from {known}")
    return fields


def record_from(
    row: Mapping[str, object], fields: Fields, line: int | None = None, page: bool = False
) -> Record | Problem:
    """The article in ``row``, or what is wrong with it."""
    text = _text(_value(row, "text", fields))
    if text is None:
        wanted = fields.get("text") or " or ".join(NAMES["text"][:3])
        return Problem(f"no text in it (looked for {wanted}): name the field", line)
    url = _text(_value(row, "url", fields))
    return Record(
        text=_prose(text),
        title=_one_line(_text(_value(row, "title", fields)) or ""),
        url=url.strip() if url and re.match(r"\s*https?://", url) else None,
        source=_text(_value(row, "source", fields)),
        author=_text(_value(row, "author", fields)),
        published=day_of(_value(row, "published", fields)),
        id=_text(_value(row, "id", fields)),
        key=_text(row.get("id") or row.get("guid")),
        line=line,
        page=page,
    )


def _value(row: Mapping[str, object], name: str, fields: Fields) -> object:
    if name in fields:
        value: object = row
        for part in fields[name].split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        value = row.get(fields[name]) if value is None else value
        if value is not None:
            return value
    return next((row[other] for other in NAMES[name] if row.get(other)), None)


def _text(value: object) -> str | None:
    """A string out of what rows hold: names in lists, organisations in objects, numbers."""
    if isinstance(value, Mapping):
        return _text(value.get("name"))
    if isinstance(value, list):
        parts = [part for item in value if (part := _text(item))]
        return ", ".join(parts) or None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return repair(str(value)).strip() or None
    return None


def _prose(text: str) -> str:
    """``text`` without the mark-up that some archives leave in it."""
    if _HTML.search(text):
        text = _TAG.sub("", _BREAK.sub("\n", _HIDDEN.sub("", text)))
    return _unescaped(text)


def _unescaped(text: str) -> str:
    return html.unescape(text) if _ENTITY.search(text) else text


def _one_line(title: str) -> str:
    return " ".join(_unescaped(_TAG.sub("", title) if _HTML.search(title) else title).split())


def day_of(value: object) -> date | None:
    """The day, in Vietnam when the value has a zone, that ``value`` names; None if it is unclear.

    Reads ISO 8601, seconds or milliseconds since 1970, and dates as newspapers write them.
    """
    if isinstance(value, datetime):
        return value.astimezone(_VIETNAM).date() if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _day_of_epoch(float(value))
    if not isinstance(value, str):
        return None
    value = value.strip()
    try:
        return day_of(datetime.fromisoformat(value))
    except ValueError:
        pass
    if re.fullmatch(r"\d{9,10}|\d{12,13}", value):
        return _day_of_epoch(float(value))
    days = {mention.date for mention in date_mentions(value[:200])}
    return days.pop() if len(days) == 1 else None


def _day_of_epoch(seconds: float) -> date | None:
    if not math.isfinite(seconds):
        return None
    if 19_000_101 <= seconds <= 21_001_231:  # 20240521
        return day_of(str(int(seconds)))
    if abs(seconds) > 1e11:
        seconds /= 1000
    try:
        return datetime.fromtimestamp(seconds, UTC).astimezone(_VIETNAM).date()
    except (ValueError, OverflowError, OSError):
        return None
