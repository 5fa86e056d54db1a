"""Summaries and comparisons -> plain tables, which every form of report prints in its own way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.compare import Difference
from eval.measures import first_rank
from eval.scores import canonical
from eval.summary import Summary
from eval.types import Result, Run


@dataclass(frozen=True, slots=True)
class Table:
    """``rows`` are as long as ``header``; the first column names the row."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def summary_tables(summaries: Sequence[Summary]) -> list[Table]:
    """What a report of ``summaries`` shows: measures, groups, abstention, times and origins."""
    tables = [_measures(summaries)]
    for summary in summaries:
        facets = dict.fromkeys(group.facet for group in summary.groups)
        tables += [_grouped(summary, facet) for facet in facets]
    if any(summary.abstention for summary in summaries):
        tables.append(_abstention(summaries))
    tables.append(_times(summaries))
    tables.append(_origins(summaries))
    return tables


def difference_table(a: str, b: str, differences: Sequence[Difference], pairs: int) -> Table:
    """Run B against run A, measure by measure."""
    several = len(differences) > 1
    rows = [
        (
            d.measure,
            number(d.a),
            number(d.b),
            f"{d.difference.mean:+.4f}",
            f"[{d.difference.low:+.4f}, {d.difference.high:+.4f}]",
            f"{d.p:.4f}",
            *((f"{d.p_holm:.4f}",) if several else ()),
            f"{d.wins} / {d.ties} / {d.losses}",
        )
        for d in differences
    ]
    header = (
        *("measure", "A", "B", "B - A", "95% interval", "p"),
        *(("p (Holm)",) if several else ()),
        "win / tie / loss",
    )
    notes = (
        f"A is {a}, B is {b}; {pairs} questions in both.",
        "p: paired randomisation test, two-sided"
        + ("; p (Holm): corrected for the measures compared together." if several else "."),
    )
    return Table("B against A", header, tuple(rows), notes)


def changes_table(measure: str, a: Run, b: Run, changes: Sequence[tuple[str, float]]) -> Table:
    """The questions that changed most, with what both runs found first."""
    results = [{result.question.id: result for result in run.results} for run in (a, b)]
    rows = [
        (
            results[0][question].question.text,
            f"{change:+.4f}",
            *(_first_found(found[question]) for found in results),
        )
        for question, change in changes
    ]
    title = f"Questions whose {measure} changed most"
    return Table(title, ("question", "B - A", "A found first", "B found first"), tuple(rows))


def _first_found(result: Result) -> str:
    rank = first_rank(result)
    place = f"right at {rank}" if rank else "right not found"
    if not result.found:
        return "nothing"
    title = result.shown[0].title if result.shown else ""
    return f"{title or result.found[0].article_id} ({place})"


def number(value: float) -> str:
    """Four decimals, whole sums without."""
    return f"{value:.0f}" if value.is_integer() and value > 1 else f"{value:.4f}"


def parse_names(text: str | None) -> list[str]:
    """Measures from a comma-separated flag, each in its one spelling; none for None."""
    return list(dict.fromkeys(canonical(name.strip()) for name in (text or "").split(",") if name))


def title(summary: Summary) -> str:
    """Which questions a column is about, and with which settings."""
    changed = ", ".join(f"{key}={value}" for key, value in summary.run.settings.items())
    return f"{summary.run.label} ({changed})" if changed else summary.run.label


def _measures(summaries: Sequence[Summary]) -> Table:
    names = dict.fromkeys(name for summary in summaries for name in summary.measures)
    rows = [(name, *(_cell(summary, name) for summary in summaries)) for name in names]
    notes = [f"{title(s)}: {line}" for s in summaries for line in (*s.warnings, *s.run.notes)]
    return Table(
        "Measures, with 95% bootstrap intervals over questions",
        ("measure", *map(title, summaries)),
        (
            ("questions", *(_questions(summary) for summary in summaries)),
            *rows,
            *_unsupported(summaries),
        ),
        tuple(notes),
    )


def _questions(summary: Summary) -> str:
    apart = f" + {summary.unanswerable} unanswerable" if summary.unanswerable else ""
    return f"{summary.questions}{apart}"


def _unsupported(summaries: Sequence[Summary]) -> list[tuple[str, ...]]:
    if all(summary.unsupported is None for summary in summaries):
        return []
    counts = ("" if s.unsupported is None else str(s.unsupported) for s in summaries)
    return [("claims unsupported", *counts)]


def _cell(summary: Summary, name: str) -> str:
    if name not in summary.measures:
        return ""
    bounds = summary.intervals.get(name)
    extent = f" [{bounds.low:.4f}, {bounds.high:.4f}]" if bounds else ""
    return number(summary.measures[name]) + extent


def _grouped(summary: Summary, facet: str) -> Table:
    rows = [
        (
            group.value,
            str(group.questions),
            *(_group_cell(group.measures, n) for n in _own(summary)),
        )
        for group in summary.groups
        if group.facet == facet
    ]
    return Table(f"{title(summary)}, by {facet}", (facet, "questions", *_own(summary)), tuple(rows))


def _own(summary: Summary) -> list[str]:
    return list(summary.measures)


def _group_cell(measures: dict[str, float], name: str) -> str:
    return number(measures[name]) if name in measures else ""


def _abstention(summaries: Sequence[Summary]) -> Table:
    rows = [
        (
            title(summary),
            f"{found.answerable} / {found.unanswerable}",
            number(found.auroc),
            number(found.area),
            f"{found.operating.threshold:.3f}",
            number(found.operating.precision),
            number(found.operating.recall),
            number(found.operating.silence),
        )
        for summary in summaries
        if (found := summary.abstention)
    ]
    notes = [
        f"{title(s)}: threshold fitted on {s.abstention.fitted_on}, "
        f"figures of {s.abstention.reported_on}."
        for s in summaries
        if s.abstention
    ]
    notes.append(
        "precision: answered questions that have an answer; recall: questions with an answer that "
        "are answered; silence: questions without one that are not."
    )
    return Table(
        "When not to answer",
        (
            "questions of",
            "with / without answer",
            "AUROC",
            "mean risk",
            "threshold",
            "precision",
            "recall",
            "silence",
        ),
        tuple(rows),
        tuple(notes),
    )


def _times(summaries: Sequence[Summary]) -> Table:
    kinds = (("search", "search_ms"), ("answer", "answer_ms"))
    rows = [
        (f"{title(summary)}: {kind}", *(f"{ms[point]:.1f}" for point in ("p50", "p95", "p99")))
        for summary in summaries
        for kind, field in kinds
        if (ms := getattr(summary, field))
    ]
    return Table("Milliseconds a question", ("what", "p50", "p95", "p99"), tuple(rows))


def _origins(summaries: Sequence[Summary]) -> Table:
    rows = [
        (
            title(summary),
            summary.run.split or "-",
            summary.run.chosen_on or "-",
            summary.run.encoder,
            summary.run.chunking or "-",
            "-" if summary.run.generation is None else str(summary.run.generation),
            summary.run.commit or "-",
            summary.run.made,
        )
        for summary in summaries
    ]
    header = (
        "run",
        "split reported",
        "settings chosen on",
        "encoder",
        "chunks",
        "generation",
        "commit",
        "made",
    )
    return Table("Where the figures come from", header, tuple(rows))
