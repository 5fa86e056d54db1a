"""A follow-up completed by the language model, held to what the conversation said.

The model sees the last turns and gives one question. It is taken only when it keeps every name and
figure that was typed and brings in none that the conversation does not hold; otherwise the rules of
qa/followup.py decide. Sentences of earlier answers that speak to a model are not shown to it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from index.errors import GenerationFailed
from index.text.sentences import sentence_spans
from qa.endpoint import Endpoint, stream_text
from qa.prompts import gives_orders, rewriting
from qa.types import Turn
from qa.verify import Quoted, unfounded

log = logging.getLogger("hoidap.rewrite")

_TURNS, _LONGEST_ANSWER = 3, 300
_LONGEST, _TOKENS, _SECONDS = 300, 80, 10.0


def rewritten(question: str, history: Sequence[Turn], endpoint: Endpoint) -> str | None:
    """``question`` as the model completes it; None when it fails or strays from what was said."""
    shown = [Turn(turn.question, _harmless(turn.answer)) for turn in history[-_TURNS:]]
    brief = replace(
        endpoint,
        max_tokens=min(_TOKENS, endpoint.max_tokens),
        timeout=min(_SECONDS, endpoint.timeout),
    )
    try:
        said = "".join(stream_text(brief, rewriting(question, shown)))
    except GenerationFailed as error:
        log.warning("the language model completed no question: %s", error)
        return None
    whole = " ".join(said.split()).strip('"“”')
    return whole if _holds(whole, question, shown) else None


def _holds(whole: str, question: str, history: Sequence[Turn]) -> bool:
    if not whole.endswith("?") or whole.count("?") > 1 or len(whole) > _LONGEST:
        return False
    known = (question, *(part for turn in history for part in (turn.question, turn.answer)))
    strays = unfounded(whole, Quoted(known, (), ()))
    loses = unfounded(question, Quoted((whole,), (), ()))
    return not strays and not loses


def _harmless(answer: str) -> str:
    sentences = (answer[start:end] for start, end in sentence_spans(answer[:_LONGEST_ANSWER]))
    return " ".join(one for one in sentences if not gives_orders(one))
