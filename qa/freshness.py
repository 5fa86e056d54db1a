"""Questions about how things stand now say how old the answer is."""

from __future__ import annotations

import re

from index.text.syllables import fold
from qa.notices import AsOf
from qa.types import Answer

_NOW = re.compile(
    r"\b(?:hiện nay|hiện tại|bây giờ|đến nay|tới nay|lúc này|hiện giờ|đương kim|hiện đang"
    r"|now|currently|at present|today|so far|current)\b",
    re.IGNORECASE,
)
_NOW_BARE = re.compile(fold(_NOW.pattern), re.IGNORECASE)


def asks_about_now(question: str) -> bool:
    pattern = _NOW_BARE if fold(question) == question else _NOW
    return pattern.search(question) is not None


def as_of(answer: Answer) -> AsOf | None:
    """As of which article the answer holds; None when it cites nothing."""
    cited = [one.article for claim in answer.claims for one in claim.citations]
    return AsOf(cited[0]) if cited else None
