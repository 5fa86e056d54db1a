"""A conversation as a file to keep: Markdown or Word, its references numbered through."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

from app.views import ArticleView, ClaimView
from app.web.conversation import Conversation, Turn, day
from app.words import Words

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+!|~$&])|^(\s*)(\d+)([.)])|^(\s*)([-=])", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class References:
    """Articles of a whole conversation; ``numbers`` by article id, from 1 in order of mention."""

    articles: tuple[ArticleView, ...]
    numbers: dict[str, int]


def references(conversation: Conversation) -> References:
    """Each article once, though every answer numbers its own from 1."""
    articles: dict[str, ArticleView] = {}
    for turn in conversation.turns:
        for claim in turn.answer.claims if turn.answer else ():
            for citation in claim.citations:
                articles.setdefault(citation.article.id, citation.article)
    return References(tuple(articles.values()), {key: n for n, key in enumerate(articles, start=1)})


def markdown(conversation: Conversation, words: Words) -> str:
    """Foreign text is escaped, so that it reads as it stands in the article."""
    listed = references(conversation)
    parts = [f"# {_escaped(title(conversation, words))}"]
    for turn in conversation.turns:
        parts.append(f"## {_escaped(turn.question)}")
        parts += [_escaped(line) for line in _remarks(turn, words)]
        if turn.answer and turn.answer.short:
            parts.append(f"**{_escaped(turn.answer.short)}**")
        for claim in turn.answer.claims if turn.answer else ():
            marks = "".join(f"[{number}]" for number in _numbers(claim, listed))
            doubt = "" if claim.supported else f" ({words.unverified})"
            parts.append(f"{_escaped(claim.text)} {marks}{doubt}".rstrip())
    if listed.articles:
        parts.append(f"## {words.sources}")
        parts.append(
            "\n".join(
                f"{number}. {_escaped(reference(article))}"
                for number, article in enumerate(listed.articles, start=1)
            )
        )
    return "\n\n".join(parts) + "\n"


def docx(conversation: Conversation, words: Words) -> bytes:
    """A Word file with headings, the answers and a numbered list of references."""
    from docx import Document

    listed = references(conversation)
    document = Document()
    document.core_properties.title = _plain(title(conversation, words))
    document.add_heading(_plain(title(conversation, words)), 0)
    for turn in conversation.turns:
        document.add_heading(_plain(turn.question), 1)
        for line in _remarks(turn, words):
            document.add_paragraph(_plain(line))
        if turn.answer and turn.answer.short:
            document.add_paragraph().add_run(_plain(turn.answer.short)).bold = True
        for claim in turn.answer.claims if turn.answer else ():
            paragraph = document.add_paragraph(_plain(claim.text) + " ")
            for number in _numbers(claim, listed):
                paragraph.add_run(f"[{number}]").font.superscript = True
            if not claim.supported:
                paragraph.add_run(f" ({words.unverified})").italic = True
    if listed.articles:
        document.add_heading(words.sources, 1)
        for number, article in enumerate(listed.articles, start=1):
            document.add_paragraph(f"[{number}] {_plain(reference(article))}")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def title(conversation: Conversation, words: Words) -> str:
    """The reader's own name for it, else the first question."""
    first = conversation.turns[0].question if conversation.turns else words.name
    return conversation.title or first


def reference(article: ArticleView) -> str:
    parts = (article.author, article.title, article.source, day(article.published))
    where = article.url or article.path
    return ". ".join(part for part in (*parts, where) if part)


def _remarks(turn: Turn, words: Words) -> list[str]:
    lines = [turn.notice] if turn.notice else []
    if turn.answer and turn.answer.outcome == "abstained":
        lines.append(words.abstained)
    return lines


def _numbers(claim: ClaimView, listed: References) -> list[int]:
    return sorted({listed.numbers[citation.article.id] for citation in claim.citations})


def _plain(text: str) -> str:
    """XML knows no control characters."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


def _escaped(text: str) -> str:
    return _SPECIAL.sub(_backslash, _plain(text))


def _backslash(found: re.Match[str]) -> str:
    special, space, number, mark, indent, line = found.groups()
    if special:
        return f"\\{special}"
    return f"{space}{number}\\{mark}" if number else f"{indent}\\{line}"
