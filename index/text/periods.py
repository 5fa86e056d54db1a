"""The stretch of time that a question speaks of: "tuần trước", "đầu năm 2023", "từ … đến …"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from index.text.dates import date_mentions
from index.text.syllables import fold
from index.text.time_phrases import PHRASES, Days, Parts, Resolver, day_or_month

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from ``since`` to ``until``, both inclusive; None leaves that end open.

    ``question[start:end]`` says it. ``relative`` means that the words count from the day of asking
    ("hôm qua") or date articles ("tin ngày 5/6/2024"), so they are about the news of those days;
    "năm 2019" may also be told of later.
    """

    since: date | None
    until: date | None
    start: int
    end: int
    relative: bool


def time_expression(question: str, as_of: date) -> Period | None:
    """What ``question`` says about time; None if nothing.

    Reads Vietnamese with accents, Vietnamese without any, and English. Several periods ("từ đầu
    năm đến nay", "2022 và 2023") are covered by one.
    """
    points = _points(question, as_of)
    if not points:
        return None
    start, end = points[0].start, points[-1].end
    since = min(point.since for point in points)
    until = max(point.until for point in points)
    if len(points) > 1 and _JOINS.search(question, points[-2].end, points[-1].start):
        until = points[-1].until
    dates_articles = _readable(_ARTICLES_OF, question).search(question, 0, start)
    relative = any(point.relative for point in points) or dates_articles is not None
    before = _readable(_IN_FRONT, question).search(question, 0, start)
    if before is None or len(points) > 1:
        return Period(since, until, start, end, relative)
    if before["until"]:
        return Period(None, since - _DAY, before.start(), end, relative)
    if before["after"]:
        return Period(until + _DAY, None, before.start(), end, relative)
    return Period(since, max(until, as_of), before.start(), end, relative)


_JOINS = re.compile(r"\b(?:đến|den|tới|toi|to)\b", re.IGNORECASE)
_ARTICLES_OF = (
    r"\b(?:(?<!thông\x20)tin(?: tức)?|bài(?: báo| viết)?|articles?|news|stories)"
    r" (?:(?:đăng|ra|viết|published|from|of|dated) )?(?:(?:vào|trong|hồi|in|on) )?(?:ngày )?$"
)
_IN_FRONT = (
    r"\b(?:(?P<until>trước|before|until)|(?P<after>sau|after)|(?:kể )?từ|since) (?:(?:ngày|năm) )?$"
)


@dataclass(frozen=True, slots=True)
class _Point:
    since: date
    until: date
    start: int
    end: int
    relative: bool


def _points(question: str, as_of: date) -> list[_Point]:
    """The periods that ``question`` names, in reading order, without overlaps."""
    points: list[_Point] = []

    def add(start: int, end: int, days: Days | None, relative: bool) -> None:
        if days and not any(start < point.end and point.start < end for point in points):
            points.append(_Point(*days, start, end, relative))

    for template, resolve in PHRASES:
        for match in _readable(template, question).finditer(question):
            parts = match.groupdict()
            dated = any(parts.get(name) for name in ("y", "y2"))
            add(*match.span(), _calendar(resolve, parts, as_of), relative=not dated)
    for mention in date_mentions(question):
        days = day_or_month(mention.day, mention.month, mention.year, as_of)
        add(mention.start, mention.end, days, relative=False)
    return sorted(points, key=lambda point: point.start)


def _readable(template: str, question: str) -> re.Pattern[str]:
    """``template`` compiled for how ``question`` is typed: with accents, or without any."""
    return _compiled(fold(template) if fold(question) == question else template)


@cache
def _compiled(template: str) -> re.Pattern[str]:
    return re.compile(template.replace(" ", r"\s+"), re.IGNORECASE)


def _calendar(resolve: Resolver, parts: Parts, as_of: date) -> Days | None:
    """The days, or None where the calendar has no such day (31/2, month 13, year 0)."""
    try:
        since, until = resolve(parts, as_of)
    except (ValueError, OverflowError):
        return None
    return (since, until) if since <= until else None
