""" "Tóm tắt …" is answered with the lead of the story: newspapers put what matters first."""

from __future__ import annotations

import re
from dataclasses import replace

from index.text.questions import Kind, kind_of
from index.text.syllables import fold
from qa.context import lead
from qa.types import Answer, Citation, Claim, Outcome

_SENTENCES = 4
_ASKING = (
    r"^\W*(?:(?:hãy|xin|bạn|vui lòng|giúp tôi|cho tôi|please|can you|could you|give me|write)\s+)*"
    r"(?:bản\s+)?(?:tóm tắt|tóm lược|summari[sz]e|(?:a |the )?(?:short )?summary(?: of)?)"
    r"(?:\s+(?:lại|giúp|nội dung|diễn biến|thông tin|ngắn gọn))*"
    r"(?:\s+(?:các |những )?"
    r"(?:bài báo|bài viết|bài|tin tức|tin|câu chuyện|the (?:article|news|story)))?"
    r"(?:\s+(?:về|của|về việc|nói về|on|about))*\s+"
)


def summary_topic(question: str) -> str | None:
    """What is to be summed up; None for a question that asks for no summary or names nothing."""
    if kind_of(question) is not Kind.SUMMARY:
        return None
    pattern = fold(_ASKING) if fold(question) == question else _ASKING
    match = re.match(pattern, question, re.IGNORECASE)
    topic = question[match.end() :].strip(" ?.!") if match else ""
    return topic or None


def summed_up(answer: Answer) -> Answer:
    """``answer`` with the lead of its first article for claims; an abstention stays one."""
    if answer.outcome is not Outcome.ANSWERED or not answer.hits:
        return answer
    article = answer.hits[0].article
    claims = []
    for start, end in lead(article, _SENTENCES):
        quote = Citation(1, article, start, end, article.text[start:end])
        claims.append(Claim(quote.quote, (quote,), supported=True))
    return replace(answer, claims=tuple(claims), short=None) if claims else answer
