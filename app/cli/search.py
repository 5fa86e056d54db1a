"""`hoidap search`: the passages that a question finds, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import flags, terminal
from app.cli.errors import DONE, NO_ANSWER

if TYPE_CHECKING:
    from pathlib import Path

    from app.report import RejectedView
    from index.corpus import NewsIndex
    from index.features import Asked
    from index.types import Article, Filters, Hit, Reading, SearchResult


def search(
    question: flags.Question,
    index: flags.IndexDir = None,
    model: flags.Model = None,
    reranker: flags.Reranker = None,
    results: flags.Results = None,
    since: flags.Since = None,
    until: flags.Until = None,
    source: flags.Sources = None,
    author: flags.Authors = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show each part of every score and what matched.")
    ] = False,
    as_of: flags.AsOf = None,
    as_typed: flags.AsTyped = False,
    no_filters: flags.NoFilters = False,
    expected: Annotated[
        str | None,
        typer.Option("--expect", metavar="ARTICLE", help="Say why this article is not first."),
    ] = None,
    as_json: flags.Json = False,
) -> int:
    """Find the passages for a question. Exit code 1 when there is none."""
    from app.report import report_path
    from app.settings import load
    from app.views import search_view
    from app.wiring import open_index
    from index.filtering import added
    from index.query import published_by

    limits = flags.filters(since, until, source, author)
    reading = flags.reading(as_of, as_typed, no_filters)
    settings = load({"index": index, "model": model, "reranker": reranker, "results": results})
    news = open_index(settings)
    if expected is not None:
        return _expect(news, question, expected, limits, reading, report_path(settings.index))
    found = news.search(question, limits, settings.results, reading)
    if as_json:
        terminal.echo_json(search_view(found))
    else:
        given = published_by(limits, reading.as_of)
        _print(found, added(found.filters, given), news.asked(found.understood), explain)
    return DONE if found.hits else NO_ANSWER


def _expect(
    news: NewsIndex,
    question: str,
    expected: str,
    limits: Filters,
    reading: Reading,
    report: Path,
) -> int:
    from index.expect import expect

    told = expect(news, question, expected, limits, reading)
    place = f"place {told.place}" if told.place else "not found"
    terminal.echo(f"{expected}: {place}: {told.reason}")
    for one in _rejected(report, expected) if not (told.hit or told.above) else ():
        terminal.echo(f"when it was indexed, {one.path} was rejected: {one.reason}")
    for name, hit in (("expected", told.hit), ("first", told.above)):
        if hit:
            terminal.echo("\n".join([f"{name}:", *_lines(told.place or 1, hit, explain=True)]))
    return DONE if told.place else NO_ANSWER


def _rejected(report: Path, name: str) -> list[RejectedView]:
    """What the last indexing rejected under ``name``, a path or its end."""
    from app.report import read_report

    last = read_report(report)
    return [one for one in last.rejected if f"/{one.path}".endswith(f"/{name}")] if last else []


def _print(found: SearchResult, read: Filters, asked: Asked, explain: bool) -> None:
    from index.filtering import described

    if found.understood != found.question:
        terminal.remark(f"Searched for: {found.understood}  (--as-typed takes it back)")
    if found.filters and found.hits:
        hint = "  (--no-filters takes it back)" if read else ""
        terminal.remark(f"Only: {described(found.filters)}{hint}")
    if found.unmet:
        terminal.remark(f"Not only {described(found.unmet)}: no article passes")
    if found.excluding:
        terminal.remark(f"No article passes the filter: {described(found.excluding)}")
    elif not found.hits:
        terminal.remark("Nothing in the index matches. Try other words.")
    elif asked.says_little:
        terminal.remark("Only words that nothing is found by; these are near at best. Add some.")
    for rank, hit in enumerate(found.hits, start=1):
        terminal.echo("\n".join(_lines(rank, hit, explain)))


def _lines(rank: int, hit: Hit, explain: bool) -> list[str]:
    where = " · ".join(
        part
        for part in (
            hit.article.source,
            hit.article.published.isoformat() if hit.article.published else None,
            hit.article.url or hit.article.path,
        )
        if part
    )
    lines = [f"{rank:>2}. {hit.article.title}"]
    if where:
        lines.append(f"    {where}")
    if explain:
        why = hit.why
        lines.append(
            f"    fused {why.fused:.4f}   dense {why.dense:.4f}   lexical {why.lexical:.4f}"
        )
        lines.append(f"    matched: {', '.join(why.terms) or 'no term'}")
        lines += [f"    {name} {value:.4f}" for name, value in why.features]
    lines.append(f"    {_excerpt(hit)}")
    if hit.also:
        lines.append(f"    also told by: {'; '.join(_name(other) for other in hit.also)}")
    return lines


def _excerpt(hit: Hit) -> str:
    """The best sentence, or the passage's beginning."""
    best = max(hit.sentences, key=lambda sentence: sentence.score, default=None)
    text = hit.article.text[best.start : best.end] if best else hit.chunk.text[:240]
    return " ".join(text.split())


def _name(article: Article) -> str:
    return f"{article.title} ({article.source})" if article.source else article.title
