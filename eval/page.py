"""Summaries -> one page that needs nothing else: for a screen, a phone and paper."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from eval import plots
from eval.answers import says_gold
from eval.measures import first_rank
from eval.summary import Summary
from eval.tables import Table, summary_tables, title
from eval.types import Result

_FAILURES = 50  # questions a run that the page shows
_PASSAGES = (600, 240, 240)  # characters that the page shows of the first, second, … passage
_MEANINGS = {
    "R": "share of the right articles (or spans) among the first k",
    "Success": "whether any right one is among the first k",
    "RR": "1 over the place of the first right one: 1, 1/2, 1/3, …",
    "nDCG": "right ones count less the lower they stand; 1 when all stand on top",
    "AP": "precision at the place of each right one, averaged",
    "P": "share of the first k that is right",
    "Judged": "share of the first k that anybody judged; low means that much is unknown",
    "Once": "whether no story is told twice among the first k",
    "Cited": "whether the cited sentences (@1: of the first claim) contain a right answer",
    "EM": "whether the short answer is a right answer, word for word",
    "F1": "words that the short answer shares with a right answer",
    "CiteP": "share of the citations that are in a right article (or span)",
    "CiteR": "share of the right articles (or spans) that are cited",
    "Supported": "share of the claims that their sentences bear out",
    "Verbatim": "share of the quotes that stand in the article as quoted",
    "Answered": "share answered of the questions that have an answer",
    "Abstained": "share left unanswered of those that have none",
}

_STYLE = """
:root { color-scheme: light; --ink: #1c1917; --soft: #57534e; --line: #d6d3d1; --mark: #fef3c7; }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; color: var(--ink);
  margin: 0 auto; padding: 1rem; max-width: 60rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .875rem; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; overflow-wrap: normal; }
.note { color: var(--soft); font-size: .875rem; margin: .25rem 0; }
.warning { background: var(--mark); padding: .5rem .75rem; border-left: 4px solid #d97706; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr));
  gap: 1rem; margin: 1.5rem 0; }
figure { margin: 0; } figure svg { width: 100%; height: auto; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; font-size: .875rem; }
dt { font-weight: bold; } dd { margin: 0; color: var(--soft); }
details { border-bottom: 1px solid var(--line); padding: .5rem 0; }
summary { cursor: pointer; } .passage { white-space: pre-line; margin: .25rem 0 .75rem; }
@media print { body { font-size: 10pt; max-width: none; padding: 0; } .scroll { overflow: visible; }
  table { font-size: 7pt; } th, td { padding-right: .3rem; } figure, tr { break-inside: avoid; }
  h2, summary { break-after: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; } }
"""


def page(
    heading: str,
    summaries: Sequence[Summary],
    tables: Sequence[Table] = (),
    drawn: Sequence[str] = (),
) -> str:
    """The whole page. ``tables`` and ``drawn`` (SVG) come first: a comparison, a sweep."""
    every_table = [*tables, *summary_tables(summaries)]
    body = [
        f"<h1>{escape(heading)}</h1>",
        *(_warning(line) for summary in summaries for line in summary.warnings),
        *map(_table, every_table[: len(tables) + 1]),
        _meanings(summaries),
        _figures([*drawn, *_plots(summaries)]),
        *map(_table, every_table[len(tables) + 1 :]),
        *(part for summary in summaries for part in _failures(summary)),
    ]
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(heading)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def failures(summary: Summary) -> list[Result]:
    """Questions that went wrong: gold not first, answer without the gold, or one too many.

    Those whose gold was not found at all come first.
    """
    wrong = []
    for result in summary.run.results:
        rank, given = first_rank(result), result.given
        misplaced = bool(result.question.gold) and rank != 1
        unsaid = given is not None and bool(result.question.answers) and not says_gold(result)
        invented = given is not None and given.answered and not result.question.answerable
        if misplaced or unsaid or invented:
            wrong.append(((rank is None, rank or 0), result))
    return [result for _, result in sorted(wrong, key=lambda pair: pair[0], reverse=True)]


def _plots(summaries: Sequence[Summary]) -> list[str]:
    runs = {title(summary): summary.run for summary in summaries}
    judged = {name: run for name, run in runs.items() if any(r.question.gold for r in run.results)}
    curves = {title(s): s.abstention for s in summaries if s.abstention}
    drawn = []
    if judged:
        drawn += [plots.rank_histogram(judged), plots.precision_recall(judged)]
    if any(summary.search_ms for summary in summaries):
        drawn.append(plots.latency_curve(runs))
    if curves:
        drawn.append(plots.risk_coverage_curve(curves))
    return drawn


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.header)
    rows = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{_unbroken(cell)}</td>" for cell in row[1:])
        + "</tr>\n"
        for row in table.rows
    )
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in table.notes)
    return (
        f'<h2>{escape(table.title)}</h2>\n<div class="scroll"><table>\n<thead><tr>{head}</tr>'
        f"</thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n{notes}"
    )


def _unbroken(cell: str) -> str:
    """An interval stays on one line, where a phone breaks the cell."""
    return re.sub(r"\[(\S+), (\S+)\]", "[\\1,\u00a0\\2]", escape(cell))


def _figures(drawn: Sequence[str]) -> str:
    return f'<div class="plots">{"".join(f"<figure>{svg}</figure>" for svg in drawn)}</div>'


def _meanings(summaries: Sequence[Summary]) -> str:
    names = dict.fromkeys(name.split("@")[0] for s in summaries for name in s.measures)
    told = "".join(
        f"<dt>{name}</dt><dd>{_MEANINGS[name]}</dd>" for name in names if name in _MEANINGS
    )
    return f"<details><summary>What the measures mean</summary><dl>{told}</dl></details>"


def _warning(line: str) -> str:
    return f'<p class="warning">{escape(line)}</p>'


def _failures(summary: Summary) -> Iterator[str]:
    wrong = failures(summary)
    total = len(summary.run.results)
    yield f"<h2>What went wrong: {escape(title(summary))}</h2>"
    shown = f"; the first {_FAILURES} of them" if len(wrong) > _FAILURES else ""
    yield f'<p class="note">{len(wrong)} of {total} questions{shown}.</p>'
    yield from map(_failure, wrong[:_FAILURES])


def _failure(result: Result) -> str:
    question = result.question
    lines = []
    if result.understood != question.text:
        lines.append(f"understood as: {result.understood}")
    if question.gold:
        gold = ", ".join(dict.fromkeys(g.article_id for g in question.gold if g.grade > 0))
        rank = first_rank(result)
        lines.append(f"right: {gold}, {f'found at place {rank}' if rank else 'not found'}")
    if question.answers:
        lines.append(f"answers: {' | '.join(question.answers)}")
    if not question.answerable:
        lines.append("no article answers this")
    parts = [f'<p class="note">{escape(line)}</p>' for line in lines]
    if result.given is not None:
        parts.append(f'<p class="passage">{escape(_said(result))}</p>')
    parts += map(_found, range(1, len(result.shown) + 1), [result] * len(result.shown))
    return f"<details><summary>{escape(question.text)}</summary>{''.join(parts)}</details>"


def _said(result: Result) -> str:
    given = result.given
    if given is None or not given.answered:
        return "It gave no answer."
    claims = "\n".join(
        ("" if claim.supported else "(unsupported) ") + claim.text for claim in given.claims
    )
    short = f" [{given.short}]" if given.short else ""
    return f"It answered, with confidence {given.confidence:.2f}:{short}\n{claims}"


def _found(rank: int, result: Result) -> str:
    place, shown = result.found[rank - 1], result.shown[rank - 1]
    most = _PASSAGES[min(rank, len(_PASSAGES)) - 1]
    passage = shown.passage[:most] + ("…" if len(shown.passage) > most else "")
    why = (
        f"score {place.score:.4f}, dense {shown.dense:.4f}, lexical {shown.lexical:.4f}, "
        f"terms: {', '.join(shown.terms) or 'none'}"
    )
    return (
        f"<p><strong>{rank}. {escape(shown.title or place.article_id)}</strong> "
        f'<span class="note">{escape(place.article_id)}; {escape(why)}</span></p>'
        f'<p class="passage">{escape(passage)}</p>'
    )
