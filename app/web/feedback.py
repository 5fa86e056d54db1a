"""Readers' judgments of answers, appended to a file of lines that an evaluation can read."""

from __future__ import annotations

import fcntl
import json
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from app.web.conversation import Turn

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
    cited = [
        {"article": citation.article.id, "quote": citation.quote}
        for claim in (answer.claims if answer else ())
        for citation in claim.citations
    ]
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
            "cited": cited,
        },
    }


def judged_questions(path: Path) -> list[dict[str, object]]:
    """The questions whose answer was judged good, with what it cited as gold.

    In the shape of the question files that `hoidap eval run` reads. The last judgment of a question
    counts; one that was judged bad has no gold that anyone knows, so it is left out.
    """
    last: dict[str, dict[str, Any]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        last[entry["text"]] = entry
    return [
        {"_id": entry["_id"], "text": text, "metadata": _gold(entry["metadata"])}
        for text, entry in last.items()
        if entry["metadata"]["verdict"] == "up"
    ]


def _gold(told: dict[str, Any]) -> dict[str, object]:
    cited = [{"article": one["article"], "quote": one["quote"]} for one in told["cited"]]
    return {
        "is_impossible": told["outcome"] != "answered",
        "answers": [told["short"]] if told["short"] else [],
        "article": list(dict.fromkeys(one["article"] for one in told["cited"])),
        "evidence": cited,
    }
