"""Pages for reading: an article with its cited sentence, the archive, the login. No script.

All foreign text goes through `markup.inert`, which leaves no character that HTML could act on.
"""

from __future__ import annotations

from urllib.parse import urlencode

from app.library import Listing, Overview
from app.report import ReportView
from app.views import article_view
from app.web.conversation import day
from app.web.markup import article_address, byline, inert, marked, safe_link
from app.web.page import asset
from app.web.plot import plot, when
from app.words import Words
from index.types import Article

MOST_SOURCES = 20
MOST_REJECTED = 50


def article_page(
    article: Article, words: Words, span: tuple[int, int] | None, *, earlier: bool = False
) -> str:
    """One article; the sentence at ``span`` is marked and has the id ``cited``."""
    view = article_view(article)
    outside = safe_link(article.url)
    link = (
        f'<p><a href="{outside}" rel="noopener noreferrer">{words.original}</a></p>'
        if outside
        else ""
    )
    note = f'<p class="notice">{words.earlier_version}</p>' if earlier else ""
    body = (
        f'<article class="story"><p class="byline">{byline(view)}</p>'
        f"<h1>{inert(article.title)}</h1>{note}{_paragraphs(article.text, span)}{link}</article>"
    )
    return shell(words, article.title, body)


def archive_page(
    overview: Overview,
    listing: Listing,
    report: ReportView | None,
    words: Words,
    *,
    source: str | None = None,
    month: str | None = None,
) -> str:
    """The archive in figures, then its articles, newest first."""
    chosen = {"source": source, "month": month}
    body = (
        f"<h1>{words.corpus}</h1>{_figures(overview, words)}"
        f'<div class="plots">{plot(overview, words)}{_sources(overview, words)}</div>'
        f"{_list(listing, chosen, words)}{_rejected(report, words)}"
    )
    return shell(words, words.corpus, body)


def login_page(words: Words, target: str, *, failed: bool = False) -> str:
    """The form; ``target`` is where to go afterwards, a path of this server."""
    note = f'<p class="notice" role="alert">{words.login_failed}</p>' if failed else ""
    action = inert(f"/login?{urlencode({'next': target, 'lang': words.lang})}")
    body = (
        f'<form class="login" method="post" action="{action}"><h1>{words.login}</h1>{note}'
        f'<label>{words.user_name}<input name="name" autocomplete="username" required autofocus>'
        f'</label><label>{words.password}<input name="password" type="password" '
        f'autocomplete="current-password" required></label><button>{words.enter}</button></form>'
    )
    return shell(words, words.login, body)


def missing_page(words: Words) -> str:
    return shell(words, words.missing, f"<h1>{words.missing}</h1><p>{words.missing_hint}</p>")


def shell(words: Words, title: str, body: str) -> str:
    """A whole page; ``body`` is markup of ours."""
    return (
        f'<!doctype html><html lang="{words.lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{inert(title)} – {words.name}</title>"
        f'<link rel="stylesheet" href="{asset("fonts.css")}">'
        f'<link rel="stylesheet" href="{asset("reading.css")}"></head><body>'
        f'<header class="masthead"><a href="{words.root}">{words.name}</a>'
        f'<nav><a href="{words.root}">{words.ask}</a>'
        f'<a href="{words.root}articles">{words.corpus}</a></nav></header>'
        f"<main>{body}</main></body></html>"
    )


def _paragraphs(text: str, span: tuple[int, int] | None) -> str:
    parts, at, cited = [], 0, False
    for line in text.split("\n"):
        if line.strip():
            low, high = at, at + len(line)
            touches = span is not None and span[0] < high and span[1] > low
            spans = [span] if span is not None and touches else []
            anchor = "cited" if touches and not cited else ""
            parts.append(f"<p>{marked(line, spans, at, anchor)}</p>")
            cited = cited or touches
        at += len(line) + 1
    return "".join(parts)


def _figures(overview: Overview, words: Words) -> str:
    figures = (
        (words.number_of_articles, words.count(overview.articles)),
        (words.number_of_stories, words.count(overview.stories)),
        (words.newest, day(overview.newest)),
        (words.oldest, day(overview.oldest)),
        (words.undated, words.count(overview.undated)),
    )
    cells = "".join(f"<div><dt>{name}</dt><dd>{value or '–'}</dd></div>" for name, value in figures)
    return f'<dl class="figures">{cells}</dl>'


def _sources(overview: Overview, words: Words) -> str:
    shown = overview.sources[:MOST_SOURCES]
    if not shown:
        return ""
    most = shown[0][1]
    rows = "".join(
        f'<tr><th scope="row"><a href="{_query(words, source=name)}">{inert(name)}</a></th>'
        f'<td class="bar"><span style="width:{100 * count / most:.1f}%"></span></td>'
        f"<td>{words.count(count)}</td></tr>"
        for name, count in shown
    )
    rest = len(overview.sources) - len(shown)
    more = f"<p>{words.more_sources.format(count=words.count(rest))}</p>" if rest else ""
    return f"<figure><h2>{words.by_source}</h2><table>{rows}</table>{more}</figure>"


def _list(listing: Listing, chosen: dict[str, str | None], words: Words) -> str:
    limits = "".join(
        f'<a class="chip" href="{_query(words, **{**chosen, name: None})}">'
        f"{inert(when(value) if name == 'month' else value)} ✕</a> "
        for name, value in chosen.items()
        if value
    )
    rows = "".join(_row(article, words) for article in listing.articles)
    return (
        f'<section id="list"><h2>{words.articles}</h2><p>{limits}</p>'
        f'<ul class="headlines">{rows}</ul>{_pages(listing, chosen, words)}</section>'
    )


def _row(article: Article, words: Words) -> str:
    address = inert(article_address(words, article.id))
    return (
        f'<li><a href="{address}">{inert(article.title) or words.untitled}</a>'
        f"<small>{byline(article_view(article))}</small></li>"
    )


def _pages(listing: Listing, chosen: dict[str, str | None], words: Words) -> str:
    if listing.pages == 1:
        return ""
    links = []
    for page, name in ((listing.page - 1, words.newer), (listing.page + 1, words.older)):
        if 1 <= page <= listing.pages:
            links.append(f'<a href="{_query(words, **chosen, page=str(page))}">{name}</a>')
    here = words.page_of.format(page=listing.page, pages=listing.pages)
    return f'<nav class="pages" aria-label="{words.pages}">{here} {" ".join(links)}</nav>'


def _rejected(report: ReportView | None, words: Words) -> str:
    if report is None or not report.rejected:
        return ""
    rows = "".join(
        f"<li>{inert(_where(one.path, one.line))}<small>{inert(one.reason)}</small></li>"
        for one in report.rejected[:MOST_REJECTED]
    )
    head = words.rejected.format(count=words.count(report.rejected_count))
    return f'<details><summary>{head}</summary><ul class="headlines">{rows}</ul></details>'


def _where(path: str, line: int | None) -> str:
    name = "/".join(path.rsplit("/", 2)[-2:])
    return f"{name}:{line}" if line else name


def _query(words: Words, **chosen: str | None) -> str:
    given = {name: value for name, value in chosen.items() if value}
    return inert(f"{words.root}articles?{urlencode(given)}#list")
