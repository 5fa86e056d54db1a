"""What a reader is told when there is no answer: nothing about it, or near but not of this.

The nearest article is looked through for the year, the place, the name and the number that the
question speaks of. What it lacks of these is named; an article that has little of the question's
other words either is not about it at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from index.features import Asked
from index.text.accents import is_foreign
from index.text.mentions import names
from index.text.places import place_spans, province_of
from index.text.syllables import fold, syllables
from index.types import SearchResult
from qa.evidence import NAMES, Evidence

_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
# The share of the question's weight, but for what is lacking, that an article about it holds.
_ABOUT_IT = 0.6
_NEAR_FOREIGN = 0.84


@dataclass(frozen=True, slots=True)
class Remarks:
    nothing: str
    near: str
    lacks: str
    no_time: str
    year: str


VIETNAMESE = Remarks(
    nothing="Không có bài nào nói về điều này.",
    near="Có bài nói về điều gần với câu hỏi, nhưng không có câu nào trả lời.",
    lacks="Có bài nói về điều gần với câu hỏi, nhưng không nói đến {what}.",
    no_time="Không có bài nào được đăng trong thời gian mà câu hỏi nói đến.",
    year="năm {year}",
)
ENGLISH = Remarks(
    nothing="No article speaks of this.",
    near="There is an article about something near, but no sentence of it answers.",
    lacks="There is an article about something near, but it does not speak of {what}.",
    no_time="No article was published in the time that the question speaks of.",
    year="the year {year}",
)


def why_not(asked: Asked, result: SearchResult, best: Evidence | None) -> str:
    """The sentence for the reader, in the language of the question."""
    question = result.understood
    remarks = ENGLISH if is_foreign(question) else VIETNAMESE
    if result.unmet is not None:
        return remarks.no_time
    if best is None:
        return remarks.nothing
    article = best.article
    province = province_of(article.source) or ""
    units = syllables(fold(f"{article.title} {province} {article.text}"))
    written = frozenset(units)
    lacking = _lacking(question, written, frozenset(pairwise(units)), best, remarks)
    if remarks is ENGLISH:
        about_it = best.cosine >= _NEAR_FOREIGN
    else:
        about_it = _is_about_it(asked, written, frozenset(syllables(fold(" ".join(lacking)))))
    if not about_it:
        return remarks.nothing
    return remarks.lacks.format(what=", ".join(lacking)) if lacking else remarks.near


def _lacking(
    question: str,
    written: frozenset[str],
    together: frozenset[tuple[str, str]],
    best: Evidence,
    remarks: Remarks,
) -> list[str]:
    """The years, places and names of ``question`` that are not in the article.

    The parts of a name may stand apart in it, so a name is looked for by its pairs.
    """
    another_year = dict(zip(NAMES, best.features, strict=True))["year"] < 0
    years = [
        remarks.year.format(year=year)
        for year in _YEAR.findall(question)
        if another_year or year not in written
    ]
    places = [question[slice(*span)] for span in place_spans(question)]
    named = [name for name in names(question) if " " in name]
    missing = [
        one
        for one in dict.fromkeys([*places, *named])
        if not together.issuperset(pairwise(syllables(fold(one))))
    ]
    within = [one for one in missing if not any(one in other and one != other for other in missing)]
    return [*years, *within]


def _is_about_it(asked: Asked, written: frozenset[str], lacking: frozenset[str]) -> bool:
    rest = {word: weight for word, weight in asked.words.items() if word not in lacking}
    held = sum(weight for word, weight in rest.items() if word in written)
    return bool(rest) and held >= _ABOUT_IT * sum(rest.values())
