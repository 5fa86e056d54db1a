"""Why there is no answer: nothing about it, or near but not of this.

The nearest article is looked through for the year, the place, the name and the number that the
question speaks of. What it lacks of these is named; an article that has little of the question's
other words either is not about it at all.
"""

from __future__ import annotations

import re
from itertools import pairwise

from index.features import Asked
from index.text.mentions import names
from index.text.places import place_spans
from index.text.syllables import folded_syllables
from index.types import SearchResult
from qa.evidence import NAMES, Evidence, written_units
from qa.notices import Near, NothingAbout, Notice

_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
# The share of the question's weight, but for what is lacking, that an article about it holds.
_ABOUT_IT = 0.6
_NEAR_FOREIGN = 0.84


def why_not(asked: Asked, result: SearchResult, best: Evidence | None) -> Notice:
    """Why ``best``, the best sentence that was found, is no answer."""
    question = result.understood
    if best is None:
        return NothingAbout()
    units = written_units(best.article)
    written = frozenset(units)
    lacking = _lacking(question, written, frozenset(pairwise(units)), best)
    if asked.foreign:
        about_it = best.cosine >= _NEAR_FOREIGN
    else:
        named = " ".join([*lacking.years, *lacking.names])
        about_it = _is_about_it(asked, written, frozenset(folded_syllables(named)))
    return lacking if about_it else NothingAbout()


def _lacking(
    question: str,
    written: frozenset[str],
    together: frozenset[tuple[str, str]],
    best: Evidence,
) -> Near:
    """The years, places and names of ``question`` that are not in the article.

    The parts of a name may stand apart in it, so a name is looked for by its pairs.
    """
    another_year = dict(zip(NAMES, best.features, strict=True))["year"] < 0
    years = [year for year in _YEAR.findall(question) if another_year or year not in written]
    places = [question[slice(*span)] for span in place_spans(question)]
    named = [name for name in names(question) if " " in name]
    missing = [
        one
        for one in dict.fromkeys([*places, *named])
        if not together.issuperset(pairwise(folded_syllables(one)))
    ]
    within = [one for one in missing if not any(one in other and one != other for other in missing)]
    return Near(tuple(years), tuple(within))


def _is_about_it(asked: Asked, written: frozenset[str], lacking: frozenset[str]) -> bool:
    rest = {word: weight for word, weight in asked.words.items() if word not in lacking}
    held = sum(weight for word, weight in rest.items() if word in written)
    return bool(rest) and held >= _ABOUT_IT * sum(rest.values())
