"""Conversations to the HTML that the page shows. Pure functions; every foreign character is inert.

Gradio renders these strings as Markdown and sanitises them. Text that we did not write goes through
`inert` first: what is neither letter, digit nor space becomes a numeric reference, so that neither
Markdown, HTML nor LaTeX finds a syntax character, while the reader sees the exact text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from urllib.parse import urlencode, urlsplit

from app.front import Front
from app.library import quote_mark
from app.views import ArticleView, CitationView, ClaimView, article_view
from app.web.chips import read_labels
from app.web.conversation import (
    Excerpt,
    Turn,
    cited_spans,
    day,
    first_citations,
)
from app.words import Words

_SPEAKING = re.compile(r"[^\w\s]|_")
# All white space but one plain blank, which is left as it is.
_SPACES = re.compile(r"[^\S ]\s*| \s+")
_UNSEEN = {"Cc", "Cf", "Co", "Cs"}


def inert(text: str) -> str:
    """``text`` on one line, with nothing in it that any renderer could take for markup."""
    return _SPEAKING.sub(lambda found: _reference(found[0]), _SPACES.sub(" ", text))


@lru_cache(maxsize=1024)
def _reference(character: str) -> str:
    """What cannot be seen is left out."""
    return "" if unicodedata.category(character) in _UNSEEN else f"&#{ord(character)};"


def safe_link(url: str | None) -> str | None:
    """``url`` as the value of an href, or None when it is not plain http or https."""
    if not url or any(unicodedata.category(c) in _UNSEEN or c.isspace() for c in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return None
    return inert(url)


def article_address(words: Words, article_id: str, cited: CitationView | None = None) -> str:
    """The address of the reading page, at the cited sentence when there is one."""
    query: dict[str, str | int] = {"id": article_id}
    if cited is None:
        return f"{words.root}article?{urlencode(query)}"
    query |= {"start": cited.start, "end": cited.end, "mark": quote_mark(cited.quote)}
    return f"{words.root}article?{urlencode(query)}#cited"


def question(turn: Turn) -> str:
    return f"<h2>{inert(turn.question)}</h2>"


def answer(turn: Turn, place: int, words: Words, found: str | None = None) -> str:
    """The answer of the ``place``-th turn, with links to the cards of the same turn.

    ``found`` is its ``thought``, where that was drawn already.
    """
    parts = [*_remarks(turn, place, words)]
    if turn.answer is None:
        return "".join(parts)
    if turn.answer.outcome == "abstained":
        parts += _abstention(turn.answer.nearest, words)
    else:
        if turn.answer.short and turn.answer.claims:
            parts.append(f'<p class="short"><strong>{inert(turn.answer.short)}</strong></p>')
        parts += [_claim(claim, place, words) for claim in turn.answer.claims]
    if turn.whole:
        parts.append(_tools(turn, place, words, found or thought(turn, words)))
    return f'<div class="answer" id="answer-{place}">{"".join(parts)}</div>'


def thought(turn: Turn, words: Words) -> str:
    """What the search found: the passages with the parts of their scores."""
    rows = "".join(
        f"<li>{inert(reason.title)}<br><small>{_scores(reason.dense, reason.lexical, words)}"
        f"{_terms(reason.terms, words)}{_together(reason.newspapers, words)}</small></li>"
        for reason in turn.reasons
    )
    return f"<ol>{rows}</ol>" if rows else f"<p>{words.nothing_found}</p>"


def thought_title(turn: Turn, words: Words) -> str:
    if turn.answer is None:
        ended = words.unanswered if turn.notice else words.stopped
        return ended if turn.whole else words.searching
    return words.found.format(
        passages=turn.passages,
        articles=turn.stories,
        seconds=words.decimal(turn.seconds or 0.0, 1 if (turn.seconds or 0.0) >= 0.1 else 2),
    )


def cards(groups: Iterable[str], words: Words) -> str:
    """The groups of cards of all turns in their order, the newest first."""
    shown = "".join(reversed([*groups]))
    return f"<h2>{words.sources}</h2>" + (shown or f'<p class="quiet">{words.no_cards}</p>')


def group(turn: Turn, place: int, words: Words, *, alone: bool) -> str:
    """The cards of every article that the ``place``-th turn cites; ``alone``: there is no other."""
    cited = first_citations(turn)
    if not cited:
        return ""
    head = "" if alone else f'<p class="asked">{inert(turn.question)}</p>'
    body = "".join(_card(turn, place, first, words) for first in cited)
    return f'<section class="group">{head}{body}</section>'


def front(front: Front, words: Words) -> str:
    """The newest articles, shown as long as nothing is cited."""
    rows = "".join(
        f"<li>{_headline(article_view(article), words)}</li>" for article in front.newest
    )
    whole = words.whole_archive.format(count=words.count(front.articles))
    return (
        f'<h2>{words.newest_articles}</h2><ul class="headlines">{rows}</ul>'
        f'<p><a href="{words.root}articles">{whole}</a></p>'
    )


def marked(text: str, spans: Sequence[tuple[int, int]], offset: int, anchor: str = "") -> str:
    """``text``, which begins at ``offset`` of its article, with ``spans`` of the article marked.

    ``anchor`` is the id of the first mark, so that a link can lead to it.
    """
    parts, at = [], 0
    name = f' id="{anchor}"' if anchor else ""
    for start, end in spans:
        low, high = max(start - offset, at), min(end - offset, len(text))
        if low >= high:
            continue
        parts.append(inert(text[at:low]))
        parts.append(f"<mark{name}>{inert(text[low:high])}</mark>")
        at, name = high, ""
    parts.append(inert(text[at:]))
    return "".join(parts)


def byline(article: ArticleView) -> str:
    """Source, day and author, those that the article gives."""
    shown = (article.source, day(article.published), article.author)
    return " · ".join(inert(part) for part in shown if part)


def _remarks(turn: Turn, place: int, words: Words) -> Iterable[str]:
    chips = [
        f'<a class="chip" href="#without-{place}">{inert(label)}&#160;✕</a>'
        for label in read_labels(turn, words)
    ]
    if turn.understood and turn.understood != turn.question:
        told = f"{words.understood} <em>{inert(turn.understood)}</em>"
        if turn.as_typed:  # nothing that could be taken back
            yield f'<p class="quiet">{told}</p>'
        else:
            chips.insert(0, f'<a class="chip" href="#typed-{place}">{told}&#160;✕</a>')
    if chips:
        yield f'<p class="chips">{"".join(chips)}</p>'
    if turn.notice:
        yield f'<p class="notice">{inert(turn.notice)}</p>'


def _claim(claim: ClaimView, place: int, words: Words) -> str:
    numbers = dict.fromkeys(citation.number for citation in claim.citations)
    marks = "".join(
        f'<a class="ref" href="#card-{place}-{number}">&#91;{number}&#93;</a>' for number in numbers
    )
    doubt = "" if claim.supported else f' <span class="doubt">{words.unverified}</span>'
    return f"<p>{inert(claim.text)}&#160;{marks}{doubt}</p>"


def _abstention(nearest: Sequence[ArticleView], words: Words) -> Iterable[str]:
    yield f"<p><strong>{words.abstained}</strong></p>"
    if nearest:
        rows = "".join(f"<li>{_headline(article, words)}</li>" for article in nearest)
        yield f"<p>{words.nearest}</p><ul>{rows}</ul>"


def _headline(article: ArticleView, words: Words) -> str:
    address = inert(article_address(words, article.id))
    line = byline(article)
    return f'<a href="{address}">{inert(article.title)}</a>' + (
        f"<br><small>{line}</small>" if line else ""
    )


def _tools(turn: Turn, place: int, words: Words, found: str) -> str:
    why = f"{_chance(turn, words)}<p>{words.why_text}</p>{found}"
    copy = f'<a class="tool" href="#copy-{place}">{words.copy}</a>'
    details = f"<details><summary>{words.why}</summary>{why}</details>"
    return f'<div class="tools">{copy}{details}</div>'


def _chance(turn: Turn, words: Words) -> str:
    """How sure the answerer is, in words."""
    if turn.answer is None or turn.confidence is None:
        return ""
    told = words.sure if turn.answer.outcome == "answered" else words.unsure
    return f"<p>{told.format(percent=round(100 * turn.confidence))}</p>"


def _scores(dense: float, lexical: float, words: Words) -> str:
    return words.scores.format(dense=words.decimal(dense, 2), lexical=words.decimal(lexical, 1))


def _terms(terms: Sequence[str], words: Words) -> str:
    return f" · {words.matched} {inert(', '.join(terms[:12]))}" if terms else ""


def _together(newspapers: Sequence[str], words: Words) -> str:
    if len(newspapers) < 2:
        return ""
    return f" · {words.together.format(count=len(newspapers))} {inert(', '.join(newspapers))}"


def _card(turn: Turn, place: int, first: CitationView, words: Words) -> str:
    number, article = first.number, first.article
    spans = cited_spans(turn, number)
    passages = "".join(
        f'<p class="passage">{_passage(excerpt, spans)}</p>'
        for excerpt in turn.excerpts
        if excerpt.number == number
    )
    return (
        f'<article class="card" id="card-{place}-{number}">'
        f'<p class="byline"><span class="number">{number}</span> {byline(article)}</p>'
        f"<h3>{inert(article.title)}</h3>{passages}"
        f'<p class="links">{_links(first, place, words)}</p></article>'
    )


def _passage(excerpt: Excerpt, spans: Sequence[tuple[int, int]]) -> str:
    before, after = "… " if excerpt.before else "", " …" if excerpt.after else ""
    return f"{before}{marked(excerpt.text, spans, excerpt.start)}{after}"


def _links(cited: CitationView, place: int, words: Words) -> str:
    """``cited`` is the first citation of the card's article."""
    article = cited.article
    links = [f'<a href="{inert(article_address(words, article.id, cited))}">{words.read}</a>']
    outside = safe_link(article.url)
    if outside:
        links.append(f'<a href="{outside}" rel="noopener noreferrer">{words.original}</a>')
    links.append(f'<a href="#only-{place}-{cited.number}">{words.only_this}</a>')
    links.append(f'<a href="#answer-{place}">{words.back}</a>')
    return " ".join(links)
