"""Segments are merged beside whoever writes, and nothing is lost or comes back."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from app.merging import Merging
from index import build
from index.build import index_articles, remove
from index.errors import IndexLocked
from index.storage import merge
from index.storage.check import check
from index.storage.compact import ENOUGH, Rewritten, compact, rewrite
from index.storage.lock import writing
from index.storage.manifest import CURRENT, Chunking, Counts, Manifest, SegmentEntry, load
from index.storage.merge import due, merge_beside
from index.storage.session import open_writer
from index.storage.snapshot import Snapshot
from tests.fakes_index import LetterEncoder, article


@pytest.fixture
def scattered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index of eight segments that its writers did not merge."""
    monkeypatch.setattr(build, "SMALL_MERGE", -1_000_000)
    for number in range(8):
        index_articles([article(number)], tmp_path, LetterEncoder())
    assert len(load(tmp_path / CURRENT).segments) == 8
    return tmp_path


def ids(directory: Path) -> set[str]:
    return {one.id for one in Snapshot.open(directory).articles()}


def manifest(*sizes: int) -> Manifest:
    segments = tuple(
        SegmentEntry(str(number), Counts(1, 1, size)) for number, size in enumerate(sizes)
    )
    return Manifest(LetterEncoder().spec, Chunking(), segments=segments)


def test_eight_of_like_size_are_due_unless_they_are_large_or_not_allowed() -> None:
    assert due(manifest(*[100] * 7, 5000)) == []
    assert due(manifest(5000, *[100] * 8)) == list("12345678")
    assert due(manifest(*[100] * 8), allowance=799) == []
    assert due(manifest(*[ENOUGH // 4] * 8)) == list("0123")
    assert due(manifest(*[ENOUGH - 1] * 8)) == []


def test_segments_are_merged_while_another_writer_is_at_work(scattered: Path) -> None:
    beside = threading.Thread(target=merge_beside, args=(scattered,))
    with open_writer(scattered) as writer:
        beside.start()
        while not list((scattered / "merging").glob("vectors.f16")):
            pass
        writer.remove(["bai-3"])
        writer.commit()
    beside.join(30)
    assert ids(scattered) == {f"bai-{number}" for number in (0, 1, 2, 4, 5, 6, 7)}
    assert len(load(scattered / CURRENT).segments) == 1
    assert check(scattered) == []
    assert not merge_beside(scattered)


def test_what_another_has_merged_meanwhile_is_left_alone(
    scattered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(*arguments: object) -> Rewritten | None:
        found = rewrite(*arguments)  # type: ignore[arg-type]
        compact(scattered)
        return found

    monkeypatch.setattr(merge, "rewrite", late)
    merge_beside(scattered)
    assert load(scattered / CURRENT).segments[0].counts.articles == 8
    assert ids(scattered) == {f"bai-{number}" for number in range(8)}
    assert check(scattered) == []


def test_one_merges_at_a_time(scattered: Path) -> None:
    (scattered / "merging").mkdir()
    with writing(scattered / "merging"), pytest.raises(IndexLocked):
        merge_beside(scattered)


def test_what_a_merge_that_died_has_left_is_cleared_by_the_next_writer(scattered: Path) -> None:
    (scattered / "merging").mkdir()
    (scattered / "merging" / "vectors.f16").write_bytes(b"half")
    assert check(scattered) == []
    remove(scattered, ["bai-1"])
    assert [path.name for path in (scattered / "merging").iterdir()] == ["lock"]


def test_a_process_of_its_own_merges_what_is_due_and_only_then(scattered: Path) -> None:
    merging = Merging(scattered)
    reader = Snapshot.open(scattered)
    assert merging.look()
    merging.wait(60)
    assert len(load(scattered / CURRENT).segments) == 1
    assert [one.id for one in reader.articles()] == [f"bai-{number}" for number in range(8)]
    assert not merging.look()
    assert not Merging(scattered / "nothing").look()
