"""`hoidap ask`: one question, one answer with the sentences that it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.cli import flags, terminal
from app.cli.errors import DONE, NO_ANSWER

if TYPE_CHECKING:
    from app.words import Words
    from index.types import Filters
    from qa.types import Answer, Claim


def ask(
    question: flags.Question,
    index: flags.IndexDir = None,
    model: flags.Model = None,
    reranker: flags.Reranker = None,
    since: flags.Since = None,
    until: flags.Until = None,
    source: flags.Sources = None,
    author: flags.Authors = None,
    as_of: flags.AsOf = None,
    as_typed: flags.AsTyped = False,
    no_filters: flags.NoFilters = False,
    strict: flags.Strict = False,
    as_json: flags.Json = False,
) -> int:
    """Answer a question with sentences of the articles. Exit code 1 when they hold no answer."""
    from app.settings import load
    from app.views import reply_view
    from app.wiring import open_answerer
    from index.filtering import added
    from index.query import published_by
    from qa.types import Outcome

    limits = flags.filters(since, until, source, author)
    reading = flags.reading(as_of, as_typed, no_filters)
    given = {"index": index, "model": model, "reranker": reranker, "strict": strict or None}
    answerer = open_answerer(load(given))
    answer = answerer.ask(question, (), limits, reading)
    if as_json:
        terminal.echo_json(reply_view(answer))
    else:
        read = added(answer.filters, published_by(limits, reading.as_of))
        terminal.echo("\n".join(lines(answer, read)))
    return DONE if answer.outcome is Outcome.ANSWERED else NO_ANSWER


def lines(answer: Answer, read: Filters) -> list[str]:
    """The answer as text: the short answer, the claims with their [n], then the articles.

    What is ours in it is in the language of the question. ``read`` are the filters that were read
    out of it.
    """
    from app.telling import limits, reference, told, words_of
    from qa.types import Outcome

    words = words_of(answer)
    head = []
    if answer.understood and answer.understood != answer.question:
        head.append(f"({words.understood} {answer.understood}  ✕ --as-typed)")
    if read:
        head.append(f"({' · '.join(limits(read, words))}  ✕ --no-filters)")
    if notice := told(answer.notices, words):
        head.append(f"({notice})")
    if answer.outcome is not Outcome.ANSWERED:
        near = [f"  - {reference(article)}" for article in answer.nearest]
        return [*head, words.abstained, *([words.nearest, *near] if near else [])]
    if answer.short:
        head.append(f"➤ {answer.short}")
    cited = {
        citation.number: citation.article for claim in answer.claims for citation in claim.citations
    }
    together = {hit.article.id: _together(hit.newspapers, words) for hit in answer.hits}
    articles = [
        f"[{number}] {reference(cited[number])}{together.get(cited[number].id, '')}"
        for number in sorted(cited)
    ]
    return [*head, *(_claim(claim, words) for claim in answer.claims), "", *articles]


def _claim(claim: Claim, words: Words) -> str:
    numbers = dict.fromkeys(citation.number for citation in claim.citations)
    marks = "".join(f"[{number}]" for number in numbers)
    doubt = "" if claim.supported else f" ({words.unverified})"
    return f"{' '.join(claim.text.split())} {marks}{doubt}".rstrip()


def _together(newspapers: tuple[str, ...], words: Words) -> str:
    if len(newspapers) < 2:
        return ""
    return f" · {words.together.format(count=len(newspapers))} {', '.join(newspapers)}"
