"""Scores of answers: do the cited sentences hold the gold, is the short answer right?

Each score is question id -> value, as for retrieval, and a question that was not answered scores 0.

    Cited      the cited sentences contain a gold answer (answerable, with answers)
    Cited@1    those of the first claim do
    EM, F1     the short answer against the gold answers (answerable, with answers)
    CiteP      share of citations in a gold article or overlapping a gold span (with gold)
    CiteR      share of the gold articles or spans that are cited (with gold)
    Supported  share of claims that verification let stand (every question that got claims)
    Verbatim   share of quotes that stand in their article at their offsets (with citations)
    Answered   1 when answered (answerable)
    Abstained  1 when left unanswered (unanswerable)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from eval.measures import PerQuestion
from eval.squad import contains, exact, token_f1
from eval.types import Cited, Given, Result, Run


def has_answers(run: Run) -> bool:
    """Whether the run asked for answers and not for hits alone."""
    return any(result.given is not None for result in run.results)


def answer_scores(run: Run) -> dict[str, PerQuestion]:
    """The scores above that apply to some question of the run; none when nothing was answered."""
    asked = [(result, result.given) for result in run.results if result.given is not None]
    scores: dict[str, PerQuestion] = {}
    for name, applies, value in _SCORES:
        values = {r.question.id: float(value(r, g)) for r, g in asked if applies(r, g)}
        if values:
            scores[name] = values
    return scores


def unsupported_claims(run: Run) -> int:
    """How many claims of all answers were marked as not supported."""
    return sum(
        not claim.supported
        for result in run.results
        if result.given is not None
        for claim in result.given.claims
    )


def says_gold(result: Result) -> bool:
    """Whether an answerable question was answered from sentences that contain a gold answer."""
    given = result.given
    if given is None or not given.answered or not result.question.answerable:
        return False
    return contains(_quoted(_citations(given)), result.question.answers)


def _quoted(citations: Iterable[Cited]) -> str:
    return " ".join(citation.quote for citation in citations)


def _citations(given: Given) -> list[Cited]:
    return [citation for claim in given.claims for citation in claim.citations]


def _first_says_gold(result: Result, given: Given) -> bool:
    first = given.claims[0].citations if given.answered and given.claims else ()
    return contains(_quoted(first), result.question.answers)


def _right_citations(result: Result, given: Given) -> float:
    citations = _citations(given)
    if not given.answered or not citations:
        return 0.0
    gold = _gold_numbers(result)
    return sum(bool(gold & set(c.evidence)) for c in citations) / len(citations)


def _cited_gold(result: Result, given: Given) -> float:
    gold = _gold_numbers(result)
    if not given.answered or not gold:
        return 0.0
    cited = {number for citation in _citations(given) for number in citation.evidence}
    return len(gold & cited) / len(gold)


def _gold_numbers(result: Result) -> set[int]:
    return {number for number, gold in enumerate(result.question.gold) if gold.grade > 0}


def _short(given: Given) -> str:
    return (given.short or "") if given.answered else ""


def _has_gold_answers(result: Result, given: Given) -> bool:
    return result.question.answerable and bool(result.question.answers)


def _has_gold(result: Result, given: Given) -> bool:
    return result.question.answerable and bool(result.question.gold)


_SCORES: tuple[
    tuple[str, Callable[[Result, Given], bool], Callable[[Result, Given], float]], ...
] = (
    ("Cited", _has_gold_answers, lambda r, g: says_gold(r)),
    ("Cited@1", _has_gold_answers, _first_says_gold),
    ("EM", _has_gold_answers, lambda r, g: exact(_short(g), r.question.answers)),
    ("F1", _has_gold_answers, lambda r, g: token_f1(_short(g), r.question.answers)),
    ("CiteP", _has_gold, _right_citations),
    ("CiteR", _has_gold, _cited_gold),
    (
        "Supported",
        lambda r, g: bool(g.claims),
        lambda r, g: sum(claim.supported for claim in g.claims) / len(g.claims),
    ),
    (
        "Verbatim",
        lambda r, g: bool(_citations(g)),
        lambda r, g: sum(c.verbatim for c in _citations(g)) / len(_citations(g)),
    ),
    ("Answered", lambda r, g: r.question.answerable, lambda r, g: g.answered),
    ("Abstained", lambda r, g: not r.question.answerable, lambda r, g: not g.answered),
)

NAMES = tuple(name for name, _, _ in _SCORES)
