"""Every claim against the sentences that it cites.

A claim is supported when each citation quotes what stands in its article, when every figure, day,
name and address of the claim stands in the quotes, when no word of it says their opposite, and when
what remains means what they mean, as far as the encoder can tell. A title and a day of publication
count as quoted with their article: they say what the sentence is about, and the model was shown
them.

What it cannot see: who did what to whom when all the names are right, and one figure of the quotes
in the place of another. A name translated into the claim's language ("Central Commission") is left
to the encoder.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np

from index.encoders import Encoder
from index.text.accents import is_foreign
from index.text.dates import DateMention, date_mentions
from index.text.mentions import names
from index.text.syllables import fold, folded_syllables, syllables
from qa.figures import Figure, figures, number_pairs
from qa.polarity import turned
from qa.types import Citation, Claim

# Cosine of a claim to its nearest quote: .95 of the claims made of a part of their sentence reach
# NEAR (and .24 of the nearest other sentences of the passage), .95 of translations NEAR_FOREIGN
# (and .37 of the nearest of 300 others): eval/fit_support.py. It catches what is about something
# else; that the particulars are right is for the figures, days and names.
NEAR = 0.88
NEAR_FOREIGN = 0.84


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a claim may rest on: the quotes, and the heads of their articles."""

    quotes: tuple[str, ...]
    heads: tuple[str, ...]
    published: tuple[date, ...]

    @property
    def text(self) -> str:
        return "\n".join((*self.quotes, *self.heads))


def verify(claims: Sequence[Claim], encoder: Encoder) -> tuple[Claim, ...]:
    """The claims with ``supported`` decided, in order.

    Verbatim claims cost nothing; the others are encoded together.
    """
    judged = [replace(claim, supported=_stands(claim)) for claim in claims]
    doubtful = [i for i, one in enumerate(judged) if one.supported and not _verbatim(one)]
    for i, near in zip(
        doubtful, _means_the_same([judged[i] for i in doubtful], encoder), strict=True
    ):
        judged[i] = replace(judged[i], supported=near)
    return tuple(judged)


def quotes_exactly(citation: Citation) -> bool:
    """Whether the quote is what its article says at its offsets, and says anything."""
    whole = 0 <= citation.start < citation.end <= len(citation.article.text)
    return whole and citation.quote == citation.article.text[citation.start : citation.end]


def quoted(citations: Sequence[Citation]) -> Quoted:
    articles = {one.article.id: one.article for one in citations}.values()
    return Quoted(
        tuple(one.quote for one in citations),
        tuple(f"{one.title} {one.source or ''}" for one in articles),
        tuple(one.published for one in articles if one.published),
    )


def unfounded(claim: str, source: Quoted) -> list[str]:
    """The figures, days, names and addresses of ``claim`` that ``source`` does not hold, and what
    it says the opposite of."""
    return [
        *_unfounded_figures(claim, source),
        *_unfounded_days(claim, source),
        *_unfounded_names(claim, source),
        *turned(claim, source.quotes),
        *(url for url in _ADDRESS.findall(claim) if url not in source.text),
    ]


_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s\])>]+|[\w.+-]+@[\w-]+\.\w+", re.IGNORECASE)


def _stands(claim: Claim) -> bool:
    if not claim.citations or not all(map(quotes_exactly, claim.citations)):
        return False
    return bool(syllables(claim.text)) and not unfounded(claim.text, quoted(claim.citations))


def _verbatim(claim: Claim) -> bool:
    said = " ".join(claim.text.split()).rstrip(" .…")
    return any(said in " ".join(one.quote.split()) for one in claim.citations)


def _means_the_same(claims: Sequence[Claim], encoder: Encoder) -> list[bool]:
    """Whether the best quote of each claim, or all of them together, is near enough to it."""
    texts: list[str] = []
    spans: list[tuple[int, int]] = []
    for claim in claims:
        quotes = list(dict.fromkeys(one.quote for one in claim.citations))
        together = [" ".join(quotes)] if len(quotes) > 1 else []
        spans.append((len(texts), len(texts) + 1 + len(quotes) + len(together)))
        texts += [claim.text, *quotes, *together]
    if not texts:
        return []
    vectors = encoder.encode_passages(texts)
    out = []
    for claim, (first, end) in zip(claims, spans, strict=True):
        cosine = float(np.max(vectors[first + 1 : end] @ vectors[first]))
        translated = is_foreign(claim.text) != is_foreign(claim.citations[0].quote)
        out.append(cosine >= (NEAR_FOREIGN if translated else NEAR))
    return out


# --- figures and days


def _unfounded_figures(claim: str, source: Quoted) -> list[str]:
    known = figures(source.text)
    years = {one.year for one in date_mentions(source.text)}
    years |= {day.year for day in source.published}
    return [
        claim[one.start : one.end]
        for one in figures(claim)
        if not one.weak
        and not any(_same_figure(one, other) for other in known)
        and not (one.unit is None and one.value in years)
    ]


def _same_figure(said: Figure, known: Figure) -> bool:
    units = said.unit is None or known.unit is None or said.unit == known.unit
    return said.value == known.value and units and said.bound * known.bound != -1


def _unfounded_days(claim: str, source: Quoted) -> list[str]:
    known = date_mentions(source.text)
    published = [DateMention(0, 0, day.day, day.month, day.year) for day in source.published]
    whole = [*known, *published]
    pairs = {*number_pairs(source.text), *((one.day, one.month) for one in whole if one.day)}
    bad = [
        claim[one.start : one.end]
        for one in date_mentions(claim)
        if not any(_says_day(one, other, source) for other in whole)
        and not _year_as_figure(one, source)
    ]
    return bad + [f"{a}-{b}" for a, b in number_pairs(claim) if (a, b) not in pairs]


def _says_day(said: DateMention, known: DateMention, source: Quoted) -> bool:
    """Whether ``known`` says every part of ``said``; a missing year is that of the publication."""
    if said.day and said.day != known.day:
        return False
    if said.month and said.month != known.month:
        return False
    if said.year is None or said.year == known.year:
        return True
    return known.year is None and any(
        said.year == _year_meant(known, published) for published in source.published
    )


def _year_meant(known: DateMention, published: date) -> int:
    """News of December is printed in January."""
    later = (known.month or 0, known.day or 0) > (published.month, published.day)
    return published.year - later


def _year_as_figure(said: DateMention, source: Quoted) -> bool:
    alone = said.precision == "year"
    return alone and any(one.value == said.year for one in figures(source.text))


# --- names

# Words that stand with a capital because they begin a sentence or belong to a post or a form of
# address. In front of a name they need not stand in the quotes.
_IN_FRONT = frozenset(
    """
    theo tại trong ngoài sau trước khi từ đến với về do bởi cả có các những một mọi mỗi đây đó
    năm tháng ngày sáng trưa chiều tối đêm hôm còn và nhưng tuy ở trên dưới cùng bên nhờ vì để
    ông bà anh chị cô chú bác cụ em thầy đồng chí tỉnh thành phố huyện xã quận phường thị trấn
    phó trưởng bí thư chủ tịch giám đốc
    the a an in on at by of for from to with as after before during according mr mrs ms dr
    this that these those it he she they his her their its there and but or
    january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday province city district
    """.split()
)


def _unfounded_names(claim: str, source: Quoted) -> list[str]:
    units = folded_syllables(source.text)
    words, together = frozenset(units), frozenset(pairwise(units))
    found = names(claim)
    translated = _is_translated(claim, found, source)
    bad = []
    for name in found:
        said = syllables(name)
        while said and said[0] in _IN_FRONT:
            said = said[1:]
        # One capital at the head of the sentence is only where the sentence begins.
        if len(said) == 1 and _opens(claim, name) and not name.isupper():
            continue
        if not said or (translated and is_foreign(" ".join(said))):
            continue
        folded = folded_syllables(" ".join(said))
        if not words.issuperset(folded) or not together.issuperset(pairwise(folded)):
            bad.append(" ".join(name.split()))
    return bad


def _is_translated(claim: str, found: list[str], source: Quoted) -> bool:
    """A Vietnamese claim full of foreign names is not a translation: it still has its accents."""
    rest = claim
    for name in found:
        rest = rest.replace(name, " ")
    return fold(rest) == rest and is_foreign(claim) and not is_foreign(" ".join(source.quotes))


def _opens(claim: str, name: str) -> bool:
    return not any(c.isalnum() for c in claim[: claim.index(name)])
