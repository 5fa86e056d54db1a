"""What is committed is there, whole, for every reader, until something newer is."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.build import index_articles, remove
from index.chunking import chunk_article
from index.encoders import EncoderSpec
from index.errors import IndexDamaged, IndexLocked, IndexMismatch, IndexMissing, SettingsError
from index.storage.check import check, restore_previous
from index.storage.compact import compact
from index.storage.lock import require_free
from index.storage.manifest import CURRENT, PREVIOUS, load, require_encoder
from index.storage.session import open_writer
from index.storage.snapshot import Snapshot
from index.types import Article
from tests.fakes_index import LetterEncoder, article


def texts(directory: Path) -> dict[str, str]:
    return {one.id: one.text for one in Snapshot.open(directory).articles()}


def expected(*articles: Article) -> dict[str, str]:
    return {one.id: one.text for one in articles}


def test_what_is_added_changed_and_removed_is_what_a_reader_finds(tmp_path: Path) -> None:
    first = [article(number) for number in range(4)]
    index_articles(first, tmp_path / "index", LetterEncoder())
    assert texts(tmp_path / "index") == expected(*first)

    index_articles([article(1, version=1), article(7)], tmp_path / "index", LetterEncoder())
    assert remove(tmp_path / "index", ["bai-0"]) == 1
    assert texts(tmp_path / "index") == expected(
        article(1, version=1), article(2), article(3), article(7)
    )
    assert check(tmp_path / "index") == []


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("add"), st.integers(0, 6), st.integers(0, 2)),
            st.tuples(st.just("remove"), st.integers(0, 6), st.just(0)),
            st.tuples(st.just("compact"), st.just(0), st.just(0)),
        ),
        max_size=14,
    )
)
def test_any_order_of_operations_leaves_what_a_dictionary_would_hold(
    tmp_path_factory: pytest.TempPathFactory, operations: list[tuple[str, int, int]]
) -> None:
    directory = tmp_path_factory.mktemp("index")
    held = {"bai-99": article(99)}
    index_articles(held.values(), directory, LetterEncoder())
    for what, number, version in operations:
        if what == "add":
            held[f"bai-{number}"] = article(number, version)
            index_articles([article(number, version)], directory, LetterEncoder())
        elif what == "remove":
            held.pop(f"bai-{number}", None)
            remove(directory, [f"bai-{number}"])
        else:
            compact(directory)
    snapshot = Snapshot.open(directory)
    assert {one.id: one for one in snapshot.articles()} == held
    assert snapshot.documents == len(held)
    found, _ = snapshot.lexical({"folded": {"lua": 1.0}}, 100)
    assert {snapshot.chunk(int(row)).article_id for row in found} == set(held)
    assert check(directory) == []


def test_an_unchanged_article_is_neither_encoded_nor_written(tmp_path: Path) -> None:
    index_articles([article(1), article(2)], tmp_path, LetterEncoder())
    before = (tmp_path / CURRENT).read_bytes()
    encoder = LetterEncoder()
    report = index_articles([article(1), article(2)], tmp_path, encoder)
    assert (report.unchanged, report.added, report.changed, encoder.encoded) == (2, 0, 0, [])
    assert (tmp_path / CURRENT).read_bytes() == before


def test_a_changed_article_keeps_its_earlier_versions_until_compaction(tmp_path: Path) -> None:
    for version in range(3):
        index_articles([article(1, version), article(2)], tmp_path, LetterEncoder())
    snapshot = Snapshot.open(tmp_path)
    assert snapshot.replaced("bai-1") == [article(1, 0), article(1, 1)]
    row = snapshot.find("bai-1")
    assert row is not None
    assert snapshot.article(row) == article(1, 2)
    assert snapshot.counts.dead == 2

    compact(tmp_path)
    snapshot = Snapshot.open(tmp_path)
    assert snapshot.replaced("bai-1") == []
    assert snapshot.counts.dead == 0
    assert texts(tmp_path) == expected(article(1, 2), article(2))


def test_a_removed_article_leaves_no_version_behind_and_after_compaction_no_byte(
    tmp_path: Path,
) -> None:
    secret = replace(article(1), text="Bí danh của nhân chứng là Zyxwabc.", digest="1")
    index_articles([secret, article(2)], tmp_path, LetterEncoder())
    index_articles([article(1)], tmp_path, LetterEncoder())
    remove(tmp_path, ["bai-1"])
    snapshot = Snapshot.open(tmp_path)
    assert snapshot.find("bai-1") is None
    assert snapshot.replaced("bai-1") == []
    assert snapshot.lexical({"folded": {"zyxwabc": 1.0}}, 5)[0].size == 0

    freed = compact(tmp_path)
    assert freed > 0
    content = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"Zyxwabc" not in content
    assert b"zyxwabc" not in content
    assert texts(tmp_path) == expected(article(2))


def test_a_removed_article_leaves_no_version_of_the_same_commit_behind(tmp_path: Path) -> None:
    encoder = LetterEncoder()
    index_articles([article(2)], tmp_path, encoder)
    with open_writer(tmp_path) as writer:
        for version in (0, 1):
            one = article(1, version)
            chunks = chunk_article(one)
            writer.add(one, chunks, encoder.encode_queries(["x"] * len(chunks[0].sentences)))
        assert writer.remove(["bai-1"]) == 1
        writer.commit()
    snapshot = Snapshot.open(tmp_path)
    assert snapshot.replaced("bai-1") == []
    assert [one.id for one in snapshot.articles()] == ["bai-2"]
    assert check(tmp_path) == []


def test_compacting_what_is_compact_changes_nothing(tmp_path: Path) -> None:
    index_articles([article(1)], tmp_path, LetterEncoder())
    before = (tmp_path / CURRENT).read_bytes()
    assert compact(tmp_path) == 0
    assert (tmp_path / CURRENT).read_bytes() == before


def test_everything_can_be_removed_and_the_index_goes_on(tmp_path: Path) -> None:
    index_articles([article(1), article(2)], tmp_path, LetterEncoder())
    assert remove(tmp_path, ["bai-1", "bai-2", "no such"]) == 2
    compact(tmp_path)
    snapshot = Snapshot.open(tmp_path)
    assert snapshot.counts.articles == 0
    assert snapshot.dense(np.ones(snapshot.spec.dimension, np.float32), 5)[0].size == 0
    assert snapshot.lexical({"folded": {"lua": 1.0}}, 5)[0].size == 0
    index_articles([article(3)], tmp_path, LetterEncoder())
    assert texts(tmp_path) == expected(article(3))


def test_many_small_additions_are_merged_and_lose_nothing(tmp_path: Path) -> None:
    for number in range(20):
        index_articles([article(number), article(0, version=number)], tmp_path, LetterEncoder())
    snapshot = Snapshot.open(tmp_path)
    assert len(snapshot.segments) < 8
    assert texts(tmp_path) == expected(
        article(0, version=19), *(article(number) for number in range(1, 20))
    )
    assert snapshot.replaced("bai-0") == [article(0, version=number) for number in range(19)]
    assert check(tmp_path) == []


def test_old_files_go_when_no_generation_needs_them(tmp_path: Path) -> None:
    for number in range(12):
        index_articles([article(number)], tmp_path, LetterEncoder())
    named = {*load(tmp_path / CURRENT).files, *load(tmp_path / PREVIOUS).files}
    there = {
        path.relative_to(tmp_path).as_posix()
        for path in tmp_path.rglob("*")
        if path.is_file() and path.parent != tmp_path
    }
    assert there == named


def test_a_reader_keeps_its_generation_while_others_come(tmp_path: Path) -> None:
    index_articles([article(1), article(2)], tmp_path, LetterEncoder())
    snapshot = Snapshot.open(tmp_path)
    query = LetterEncoder().encode_queries(["bài số 1 lúa gạo"])[0]
    before = snapshot.dense(query, 10), snapshot.lexical({"folded": {"lua": 1.0}}, 10)
    index_articles([article(1, version=1), article(3)], tmp_path, LetterEncoder())
    compact(tmp_path)
    after = snapshot.dense(query, 10), snapshot.lexical({"folded": {"lua": 1.0}}, 10)
    for (rows, scores), (rows_after, scores_after) in zip(before, after, strict=True):
        assert rows.tolist() == rows_after.tolist()
        assert scores.tolist() == scores_after.tolist()
    assert [one.text for one in snapshot.articles()] == [article(1).text, article(2).text]


def test_a_second_writer_is_told_so_and_the_first_goes_on(tmp_path: Path) -> None:
    encoder = LetterEncoder()
    index_articles([article(1)], tmp_path, encoder)
    with open_writer(tmp_path), pytest.raises(IndexLocked, match="another hoidap"):
        index_articles([article(2)], tmp_path, encoder)
    index_articles([article(2)], tmp_path, encoder)
    assert texts(tmp_path) == expected(article(1), article(2))


def test_whether_a_writer_is_at_work_can_be_asked_beforehand(tmp_path: Path) -> None:
    require_free(tmp_path / "nothing")
    index_articles([article(1)], tmp_path, LetterEncoder())
    require_free(tmp_path)
    with open_writer(tmp_path), pytest.raises(IndexLocked):
        require_free(tmp_path)


def test_a_lock_file_that_a_crash_left_means_nothing(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("12345")
    index_articles([article(1)], tmp_path, LetterEncoder())
    assert texts(tmp_path) == expected(article(1))


def test_what_a_block_did_not_commit_is_forgotten(tmp_path: Path) -> None:
    index_articles([article(1)], tmp_path, LetterEncoder())
    with open_writer(tmp_path) as writer:
        writer.remove(["bai-1"])
    assert texts(tmp_path) == expected(article(1))
    assert check(tmp_path) == []


def test_a_missing_index_is_not_a_damaged_one(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="hoidap index"):
        Snapshot.open(tmp_path / "nothing")
    with pytest.raises(IndexMissing):
        remove(tmp_path / "nothing", ["bai-1"])
    assert not (tmp_path / "nothing").exists()


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("ten years of work")
    with pytest.raises(SettingsError, match=r"thesis\.docx"):
        index_articles([article(1)], tmp_path, LetterEncoder())
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "other"}, "--model letters"),
        ({"dimension": 5}, "dimension 37"),
        ({"revision": "2"}, "revision '1'"),
        ({"passage_prompt": "passage: "}, "passage_prompt"),
    ],
)
def test_another_model_is_refused_and_both_are_named(
    tmp_path: Path, change: dict[str, str], said: str
) -> None:
    index_articles([article(1)], tmp_path, LetterEncoder())
    other = LetterEncoder()
    other.spec = replace(other.spec, **change)
    with pytest.raises(IndexMismatch, match=said):
        index_articles([article(2)], tmp_path, other)
    with pytest.raises(IndexMismatch, match=said):
        require_encoder(load(tmp_path / CURRENT).encoder, other.spec, tmp_path)
    require_encoder(
        load(tmp_path / CURRENT).encoder, EncoderSpec("letters", "1", 37, "", ""), tmp_path
    )


def test_other_chunk_sizes_are_refused_with_the_flags_that_fit(tmp_path: Path) -> None:
    index_articles([article(1)], tmp_path, LetterEncoder())
    with pytest.raises(IndexMismatch, match="--chunk-size 1000 --chunk-overlap 200"):
        index_articles([article(2)], tmp_path, LetterEncoder(), chunk_size=500)


def test_a_damaged_current_can_be_left_for_the_generation_before(tmp_path: Path) -> None:
    index_articles([article(1)], tmp_path, LetterEncoder())
    index_articles([article(2)], tmp_path, LetterEncoder())
    (tmp_path / CURRENT).write_text("{}")
    with pytest.raises(IndexDamaged, match="CURRENT"):
        Snapshot.open(tmp_path)
    with pytest.raises(IndexDamaged, match="CURRENT"):
        index_articles([article(3)], tmp_path, LetterEncoder())
    assert restore_previous(tmp_path) == 1
    assert texts(tmp_path) == expected(article(1))
    index_articles([article(2), article(3)], tmp_path, LetterEncoder())
    assert texts(tmp_path) == expected(article(1), article(2), article(3))
    assert check(tmp_path) == []


def test_a_lost_current_is_damage_and_the_next_writer_does_not_start_over(tmp_path: Path) -> None:
    index_articles([article(1)], tmp_path, LetterEncoder())
    (tmp_path / CURRENT).unlink()
    with pytest.raises(IndexDamaged, match="missing"):
        index_articles([article(2)], tmp_path, LetterEncoder())
    restore_previous(tmp_path)
    assert texts(tmp_path) == expected(article(1))


def test_going_back_is_refused_when_the_generation_before_is_damaged_too(tmp_path: Path) -> None:
    index_articles([article(1)], tmp_path, LetterEncoder())
    index_articles([article(2)], tmp_path, LetterEncoder())
    (tmp_path / "segments/000001/vectors.f16").write_bytes(b"")
    with pytest.raises(IndexDamaged, match="damaged too"):
        restore_previous(tmp_path)


@pytest.mark.parametrize("number", [2, 3])
def test_a_damaged_previous_is_made_good_by_the_next_writer(tmp_path: Path, number: int) -> None:
    for one in range(3):
        index_articles([article(one)], tmp_path, LetterEncoder())
    (tmp_path / PREVIOUS).write_text("?")
    assert len(check(tmp_path)) == 1
    index_articles([article(number)], tmp_path, LetterEncoder())
    assert check(tmp_path) == []
    (tmp_path / CURRENT).unlink()
    restore_previous(tmp_path)
    assert len(texts(tmp_path)) == 3


READ_ONLY = """
import os, sys
from pathlib import Path
import faiss, tantivy
from index.storage.snapshot import Snapshot
if os.geteuid() == 0:  # whom no permission stops
    os.setgid(65534)
    os.setuid(65534)
directory = Path(sys.argv[1])
snapshot = Snapshot.open(directory)
rows, _ = snapshot.lexical({"folded": {"lua": 1.0}}, 5)
print(os.access(directory / "lexical", os.W_OK), snapshot.chunk(int(rows[0])).article_id)
"""


def test_a_folder_that_cannot_be_written_can_be_searched(tmp_path: Path) -> None:
    index_articles([article(1)], tmp_path, LetterEncoder())
    for path in [tmp_path, *tmp_path.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    for parent in tmp_path.parents:
        if parent.stat().st_uid == os.geteuid():
            parent.chmod(parent.stat().st_mode | 0o011)
    done = subprocess.run(
        [sys.executable, "-c", READ_ONLY, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
    )
    for path in [tmp_path, *tmp_path.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert done.stdout.split() == ["False", "bai-1"], done.stderr


def test_twenty_readers_see_one_generation_each_while_a_writer_commits(tmp_path: Path) -> None:
    """Every generation holds all articles in one version; a mixture would show."""
    numbers = range(5)
    index_articles([article(number) for number in numbers], tmp_path, LetterEncoder())
    done = threading.Event()
    seen: list[set[str]] = []
    errors: list[Exception] = []
    query = LetterEncoder().encode_queries(["lúa gạo"])[0]

    def read() -> None:
        while not done.is_set():
            try:
                snapshot = Snapshot.open(tmp_path)
                rows, _ = snapshot.lexical({"folded": {"lua": 1.0}}, 20)
                sentences, _ = snapshot.dense(query, 20)
                chunks = [*rows, *snapshot.chunks_of(sentences)]
                found = [snapshot.chunk(int(row)) for row in chunks]
                assert len({one.article_id for one in found}) == len(numbers)
                seen.append({one.text.split(" bản ")[1].split()[0] for one in found})
                time.sleep(0.02)
            except Exception as error:
                errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(20)]
    for reader in readers:
        reader.start()
    for version in range(1, 13):
        index_articles([article(number, version) for number in numbers], tmp_path, LetterEncoder())
        if version == 6:
            compact(tmp_path)
    done.set()
    for reader in readers:
        reader.join()
    assert errors == []
    assert len(seen) > 20
    assert {len(versions) for versions in seen} == {1}
