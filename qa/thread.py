"""The article that a conversation is about, as a second opinion on a follow-up.

Between two articles of which either may be meant, a question that stays with its subject means the
one that was just quoted. What was quoted stands in it verbatim, so the words of the last answer are
enough to know it by.
"""

from __future__ import annotations

import re
from dataclasses import replace

from index.text.sentences import sentence_spans
from index.types import Hit, SearchResult

# In the units of the ranking, a logit: odds of nearly five to one.
_WORTH = 1.5
_SHORTEST = 30
_MARK = re.compile(r"\s*\[\d+\]")


def staying(result: SearchResult, answer: str) -> SearchResult:
    """``result`` with the articles that ``answer`` quotes ahead of what they nearly tie with."""
    said = _sentences(answer)
    hits = [_raised(hit) if _holds_any(hit, said) else hit for hit in result.hits]
    return replace(result, hits=tuple(sorted(hits, key=lambda hit: -hit.score)))


def _sentences(answer: str) -> list[str]:
    answer = _MARK.sub("", answer)
    spans = sentence_spans(answer)
    return [answer[start:end] for start, end in spans if end - start >= _SHORTEST]


def _holds_any(hit: Hit, said: list[str]) -> bool:
    return any(one in hit.article.text for one in said)


def _raised(hit: Hit) -> Hit:
    return replace(hit, score=hit.score + _WORTH)
