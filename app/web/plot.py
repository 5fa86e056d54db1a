"""When the articles of an archive appeared, as bars that are links: an SVG without script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from app.library import Overview
from app.words import Words

MOST_MONTHS = 36
MOST_YEARS = 36
_STEP, _BAR, _HEIGHT = 24, 20, 120
_ABOVE, _BELOW = 20, 24
_LABEL = 34

Bars = Sequence[tuple[str, int]]


def plot(overview: Overview, words: Words) -> str:
    """A bar a month, or a year where the months are too many; empty when no article has a day."""
    bars = spans(overview.months)
    if not bars:
        return ""
    yearly = "-" not in bars[0][0]
    name = words.by_year if yearly else words.by_month
    before = sum(count for _, count in overview.months) - sum(count for _, count in bars)
    caption = words.before.format(when=when(bars[0][0]), count=words.count(before))
    return (
        f"<figure><h2>{name}</h2>{_drawing(bars, name, words)}"
        f"{f'<figcaption>{caption}</figcaption>' if before else ''}</figure>"
    )


def spans(months: Bars) -> Bars:
    """Every month (YYYY-MM) from the first to the last, or the last years (YYYY) if too many.

    A month or year without an article has a bar too: an axis that leaves it out tells no time.
    """
    if not months:
        return ()
    counts = Counter(dict(months))
    first, last = _ordinal(months[0][0]), _ordinal(months[-1][0])
    if last - first < MOST_MONTHS:
        names = [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(first, last + 1)]
        return [(name, counts[name]) for name in names]
    years: Counter[str] = Counter()
    for month, count in months:
        years[month[:4]] += count
    low = max(first // 12, last // 12 - MOST_YEARS + 1)
    return [(f"{year:04}", years[f"{year:04}"]) for year in range(low, last // 12 + 1)]


def when(span: str) -> str:
    """A month as 05/2024, a year as it is."""
    year, _, month = span.partition("-")
    return f"{month}/{year}" if month else year


def _ordinal(month: str) -> int:
    year, _, number = month.partition("-")
    return 12 * int(year) + int(number) - 1


def _drawing(bars: Bars, name: str, words: Words) -> str:
    width = max(_STEP * len(bars), 2 * _LABEL)
    most = max(count for _, count in bars)
    drawn = "".join(_bar(place, *bar, most, words) for place, bar in enumerate(bars) if bar[1])
    return (
        f'<svg viewBox="0 {-_ABOVE} {width} {_ABOVE + _HEIGHT + _BELOW}" style="width:{width}px" '
        f'role="group" aria-label="{name}">'
        f'<line x1="0" y1="{_HEIGHT}" x2="{width}" y2="{_HEIGHT}"></line>'
        f"{drawn}{_ticks(bars)}</svg>"
    )


def _bar(place: int, span: str, count: int, most: int, words: Words) -> str:
    tall = max(2, round(count / most * _HEIGHT))
    label = f"{when(span)}: {words.count(count)}"
    top = f'<text x="{place * _STEP}" y="-6">{words.count(count)}</text>' if count == most else ""
    return (
        f'<a href="{words.root}articles?month={span}#list" aria-label="{label}">'
        f"<title>{label}</title>"
        f'<rect x="{place * _STEP}" y="{_HEIGHT - tall}" width="{_BAR}" height="{tall}"></rect></a>'
        f"{top}"
    )


def _ticks(bars: Bars) -> str:
    """The first and last bar and every January, or the years that have room for their names."""
    shown, free = [], 0
    for place, (span, _) in enumerate(bars):
        at = place * _STEP
        if at < free or not (place == 0 or span.endswith("-01") or "-" not in span):
            continue
        name = when(span) if place == 0 else span[:4]
        shown.append(f'<text x="{at}" y="{_HEIGHT + 18}">{name}</text>')
        free = at + (2 * _LABEL if place == 0 and "-" in span else _LABEL + 10)
    end = _STEP * len(bars)
    if end - 2 * _LABEL >= free and bars:
        last = f'<text x="{end}" y="{_HEIGHT + 18}" text-anchor="end">{when(bars[-1][0])}</text>'
        shown.append(last)
    return "".join(shown)
