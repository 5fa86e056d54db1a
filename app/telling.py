"""Reasons, filters and references of an answer in words, for command line, API and page alike."""

from __future__ import annotations

from collections.abc import Sequence

from app.words import EN, VI, Words
from index.bylines import shared
from index.text.accents import is_foreign
from index.types import Article, Filters
from qa.notices import (
    AsOf,
    Conflict,
    Fallback,
    Near,
    NonePasses,
    NothingAbout,
    Notice,
    SaysLittle,
    Unmet,
)
from qa.types import Answer


def words_of(answer: Answer) -> Words:
    """The words for who asked: Vietnamese, unless the question is in another language."""
    return EN if is_foreign(answer.understood or answer.question) else VI


def told(notices: Sequence[Notice], words: Words) -> str | None:
    """All ``notices`` as one paragraph; None when there are none."""
    return " ".join(_said(notice, words) for notice in notices) or None


def limits(filters: Filters, words: Words) -> list[str]:
    """Each of ``filters`` under its name, but for articles."""
    days = ((words.since, filters.since), (words.until, filters.until))
    return [
        *(f"{name}: {day:%d/%m/%Y}" for name, day in days if day),
        *(f"{words.source}: {name}" for name in filters.sources),
        *(f"{words.author}: {name}" for name in shared(filters.authors)),
    ]


def reference(article: Article) -> str:
    """Title, source, day and place of ``article``, those that it has, on one line."""
    day = f"{article.published:%d/%m/%Y}" if article.published else None
    parts = (article.title, article.source, day, article.url or article.path)
    return " · ".join(part for part in parts if part)


def _said(notice: Notice, words: Words) -> str:
    match notice:
        case NothingAbout():
            return words.nothing_about
        case SaysLittle():
            return words.says_little
        case Near():
            lacking = [words.year.format(year=year) for year in notice.years]
            what = ", ".join([*lacking, *notice.names])
            return words.near_lacks.format(what=what) if what else words.near
        case NonePasses():
            return words.none_passes.format(which=_which(notice.filters, words))
        case Unmet():
            return words.unmet.format(which=_which(notice.filters, words))
        case Conflict():
            figures = (f"{one.said} ({_told_by(one.article, words)})" for one in notice.figures)
            return words.conflict.format(figures="; ".join(figures))
        case AsOf():
            return _as_of(notice.article, words)
        case Fallback.FAILED:
            return words.model_failed
        case Fallback.SILENT:
            return words.model_silent
        case Fallback.UNSUPPORTED:
            return words.model_unsupported


def _which(filters: Filters, words: Words) -> str:
    """What an article must be to pass ``filters``."""
    first, last = filters.since, filters.until
    parts = []
    if first and first == last:
        parts.append(words.of_day.format(day=words.day(first)))
    elif first and last:
        parts.append(words.of_days.format(first=words.day(first), last=words.day(last)))
    elif first:
        parts.append(words.from_day.format(day=words.day(first)))
    elif last:
        parts.append(words.to_day.format(day=words.day(last)))
    lists = (
        (words.of_sources, filters.sources),
        (words.of_authors, shared(filters.authors)),
        (words.of_ids, filters.articles),
    )
    parts += [form.format(names=", ".join(names)) for form, names in lists if names]
    return ", ".join(parts)


def _told_by(article: Article, words: Words) -> str:
    day = words.day(article.published) if article.published else words.undated.lower()
    return f"{article.source}, {day}" if article.source else day


def _as_of(article: Article, words: Words) -> str:
    if article.published is None:
        return words.as_of_undated.format(title=article.title)
    return words.as_of.format(day=words.day(article.published), title=article.title)
