"""The report of the last indexing, kept beside the index: what was rejected, and how long it took.

It stands beside the folder, not in it: everything inside belongs to a committed generation.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from app.settings import data_directory
from app.views import View
from index.milvus.address import Address

if TYPE_CHECKING:
    from index.build import BuildReport

MOST_REJECTED = 10_000


class RejectedView(View):
    path: str
    reason: str
    line: int | None = None


class ReportView(View):
    """``seconds`` by stage; ``rejected`` is cut at 10,000, ``rejected_count`` is not."""

    finished: datetime
    added: int
    changed: int
    removed: int
    unchanged: int
    undated: int
    copies: int = 0
    chunks: int
    sentences: int
    seconds: dict[str, float]
    rejected_count: int
    rejected: tuple[RejectedView, ...]


def report_view(report: BuildReport) -> ReportView:
    return ReportView(
        finished=datetime.now(UTC),
        added=report.added,
        changed=report.changed,
        removed=report.removed,
        unchanged=report.unchanged,
        undated=report.undated,
        copies=report.copies,
        chunks=report.chunks,
        sentences=report.sentences,
        seconds={stage: round(value, 3) for stage, value in report.seconds.items()},
        rejected_count=len(report.rejected),
        rejected=tuple(
            RejectedView(path=one.path, reason=one.reason, line=one.line)
            for one in report.rejected[:MOST_REJECTED]
        ),
    )


def report_path(index: Path | Address) -> Path:
    """Where the report on an index is kept; that on one in Milvus in the user's data folder."""
    if isinstance(index, Address):
        return data_directory() / "reports" / f"{index.name}.json"
    return index.with_name(index.name + ".report.json")


def write_report(path: Path, report: ReportView) -> None:
    """In one step, so that a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".new")
    temporary.write_text(report.model_dump_json(indent=1) + "\n", encoding="utf-8")
    temporary.replace(path)


def read_report(path: Path) -> ReportView | None:
    """None when there is none that can be read: it is a convenience, not a part of the index."""
    try:
        return ReportView.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValidationError):
        return None
