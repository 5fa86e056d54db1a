"""Readers' judgments of answers, appended to a file of lines that an evaluation can read."""

from __future__ import annotations

import fcntl
import json
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from app.web.conversation import Turn, first_citations

Verdict = Literal["up", "down"]
MOST_CHARACTERS = 500


class Feedback:
    """One line a judgment; a reason given later repeats the ``_id`` of the judgment it explains."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @staticmethod
    def verdict(liked: object) -> Verdict:
        """Gradio says True, or the label of the thumb."""
        return "up" if liked is True or liked == "Like" else "down"

    def record(
        self,
        turn: Turn,
        verdict: Verdict,
        *,
        reason: str = "",
        key: str | None = None,
        user: str = "",
    ) -> str:
        """Append a judgment and return its id. Lines of several processes never mix."""
        key = key or secrets.token_hex(8)
        line = json.dumps(_entry(turn, verdict, reason, key, user), ensure_ascii=False) + "\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(line)
        return key


def _entry(turn: Turn, verdict: Verdict, reason: str, key: str, user: str) -> dict[str, object]:
    answer = turn.answer
    articles = [citation.article.id for citation in first_citations(turn)]
    quotes = [c.quote for claim in answer.claims for c in claim.citations] if answer else []
    return {
        "_id": key,
        "text": turn.question,
        "metadata": {
            "verdict": verdict,
            "reason": reason.strip()[:MOST_CHARACTERS],
            "user": user,
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "outcome": answer.outcome if answer else None,
            "short": answer.short if answer else None,
            "articles": articles,
            "quotes": quotes,
        },
    }
