"""Plots as inline SVG: no script, no font file, no request. The only import of matplotlib."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from eval.abstention import Abstention
from eval.measures import aggregate, first_rank, retrieval_scores
from eval.types import Run

_RANKS = ((1, 1), (2, 2), (3, 3), (4, 5), (6, 10), (11, 20), (21, 50), (51, 100))
_COLOURS = ("#0b6e99", "#c2410c", "#15803d", "#7e22ce", "#a16207", "#475569")
_RECALLS = [round(0.1 * step, 1) for step in range(11)]


def precision_recall(runs: Mapping[str, Run]) -> str:
    """Interpolated precision at eleven points of recall, one line a run."""
    figure, axes = _figure("recall", "precision")
    for name, run in runs.items():
        measures = [f"IPrec@{recall}" for recall in _RECALLS]
        scored = retrieval_scores(run, measures)
        axes.plot(_RECALLS, [aggregate(m, v) for m, v in scored.items()], marker="o", label=name)
    axes.set_ylim(0, 1.02)
    return _svg(figure, axes, "Precision at each level of recall")


def rank_histogram(runs: Mapping[str, Run]) -> str:
    """At which place the first right article stood, as a share of the questions."""
    figure, axes = _figure("place of the first right article", "share of the questions")
    labels = [str(a) if a == b else f"{a}-{b}" for a, b in _RANKS] + ["none"]
    width = 0.8 / max(1, len(runs))
    for number, (name, run) in enumerate(runs.items()):
        shares = rank_shares(run)
        places = np.arange(len(labels)) + (number - (len(runs) - 1) / 2) * width
        axes.bar(places, shares, width, label=name)
    axes.set_xticks(range(len(labels)), labels, fontsize="small")
    return _svg(figure, axes, "Where the first right article stood")


def rank_shares(run: Run) -> list[float]:
    """Shares of the judged questions whose first gold stands at 1, 2, 3, 4-5, … or nowhere."""
    ranks = [first_rank(result) for result in run.results if result.question.gold]
    counts = [sum(r is not None and a <= r <= b for r in ranks) for a, b in _RANKS]
    total = max(1, len(ranks))
    return [count / total for count in (*counts, len(ranks) - sum(counts))]


def latency_curve(runs: Mapping[str, Run]) -> str:
    """The share of searches that are done within so many milliseconds."""
    figure, axes = _figure("milliseconds", "share of the searches done")
    longest = 0.0
    for name, run in runs.items():
        times = np.sort([result.seconds * 1000 for result in run.results if result.seconds])
        if len(times):
            axes.step(times, np.arange(1, len(times) + 1) / len(times), where="post", label=name)
            longest = max(longest, float(np.percentile(times, 99)))
    axes.set_xlim(0, longest * 1.2 or 1.0)
    return _svg(figure, axes, "Time of a search")


def risk_coverage_curve(curves: Mapping[str, Abstention]) -> str:
    """How much of what is answered is wrong, as more questions are answered."""
    figure, axes = _figure("coverage: share of the questions answered", "risk: share of them wrong")
    for name, found in curves.items():
        axes.plot(*zip(*found.curve, strict=True), label=name)
    axes.set_ylim(0, 1.02)
    return _svg(figure, axes, "Risk and coverage")


def sweep_plot(rows: Sequence[tuple[Mapping[str, str], float]], measure: str) -> str:
    """The measure over the first swept setting, one line for each choice of the others."""
    first = next(iter(rows[0][0]))
    figure, axes = _figure(first, measure)
    lines: dict[str, list[tuple[str, float]]] = {}
    for settings, value in rows:
        others = ", ".join(f"{k}={v}" for k, v in settings.items() if k != first)
        lines.setdefault(others, []).append((settings[first], value))
    places = list(dict.fromkeys(settings[first] for settings, _ in rows))
    for label, points in lines.items():
        axes.plot([places.index(p) for p, _ in points], [v for _, v in points], "o-", label=label)
    axes.set_xticks(range(len(places)), places)
    return _svg(figure, axes, f"{measure} over {first}")


def _figure(x: str, y: str) -> tuple[Any, Any]:
    from cycler import cycler
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.2, 3.2), layout="constrained")
    axes: Any = figure.add_subplot()
    axes.set_prop_cycle(cycler(color=_COLOURS))
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _svg(figure: Any, axes: Any, title: str) -> str:
    from matplotlib import rc_context

    axes.set_title(title, loc="left", fontsize="medium", fontweight="bold")
    handles, labels = axes.get_legend_handles_labels()
    if any(labels):
        axes.legend(handles, labels, fontsize="small", frameon=False)
    drawn = io.StringIO()
    # Text stays text: it is searched, read aloud and printed in the page's own font.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": title, "font.family": "sans-serif"}):
        figure.savefig(drawn, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format")))
    svg = drawn.getvalue()[drawn.getvalue().index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.S)
    # Inside one page the parts of two plots must not share a name.
    prefix = re.sub(r"\W+", "-", title.lower())
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{prefix}-", svg)
    size = re.compile(r'width="[\d.]+pt" height="[\d.]+pt"|height="[\d.]+pt" width="[\d.]+pt"')
    label = title.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return size.sub(f'role="img" aria-label="{label}"', svg, count=1)
