"""What becomes of the articles: counted, reported, and not lost when somebody presses Ctrl-C."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from index import build
from index.articles.read import Rejected
from index.build import BuildReport, index_articles, remove, sentence_text
from index.storage.compact import compact
from index.storage.snapshot import Snapshot
from index.types import Article, Sentence
from tests.ctrl_c import press_ctrl_c
from tests.fakes_index import LetterEncoder, article


def ids(directory: Path) -> list[str]:
    return sorted(one.id for one in Snapshot.open(directory).articles())


def counts(report: BuildReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.removed


def test_added_changed_unchanged_and_undated_are_told_apart(tmp_path: Path) -> None:
    report = index_articles([article(number) for number in range(6)], tmp_path, LetterEncoder())
    assert counts(report) == (6, 0, 0, 0)
    assert report.undated == 2
    assert (report.chunks, report.sentences) == (6, 18)
    assert set(report.seconds) == {
        "reading", "chunking", "encoding", "writing", "committing", "merging",
    }  # fmt: skip
    again = [article(0), article(1, version=1), article(6)]
    assert counts(index_articles(again, tmp_path, LetterEncoder())) == (1, 1, 1, 0)


def test_new_metadata_is_a_change_and_another_path_is_none(tmp_path: Path) -> None:
    index_articles([article(1)], tmp_path, LetterEncoder())
    moved = replace(article(1), path="archive/1.txt")
    assert counts(index_articles([moved], tmp_path, LetterEncoder())) == (0, 0, 1, 0)
    dated = replace(article(1), published=date(2020, 2, 3))
    assert counts(index_articles([dated], tmp_path, LetterEncoder())) == (0, 1, 0, 0)
    assert [one.published for one in Snapshot.open(tmp_path).articles()] == [date(2020, 2, 3)]


@pytest.mark.parametrize("batch", [1, 2, 32])
def test_the_last_version_of_an_id_wins_within_a_run(
    tmp_path: Path, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "BATCH_ARTICLES", batch)
    stream = [article(1), article(2), article(1), article(1, version=1), article(3)]
    report = index_articles(stream, tmp_path, LetterEncoder())
    assert counts(report) == (3, 1, 1, 0)
    assert report.seen == len(stream)
    texts = {one.id: one.text for one in Snapshot.open(tmp_path).articles()}
    assert texts["bai-1"] == article(1, version=1).text


def test_what_cannot_be_indexed_is_named_with_its_reason_and_the_rest_is(tmp_path: Path) -> None:
    stream: list[Article | Rejected] = [
        article(1),
        Rejected("tin.jsonl", "broken JSON", 7),
        replace(article(2), text=" \n "),
        replace(article(3), text="Từ này có độc."),
        replace(article(4), text="Nửa chữ \ud800 thôi."),
        article(5),
    ]
    report = index_articles(stream, tmp_path, LetterEncoder(poison="độc"))
    assert [(one.path, one.line) for one in report.rejected] == [
        ("tin.jsonl", 7),
        ("tin/2.txt", None),
        ("tin/3.txt", None),
        ("tin/4.txt", None),
    ]
    reasons = [one.reason for one in report.rejected]
    assert reasons[0] == "broken JSON"
    assert "no text" in reasons[1]
    assert "not a number" in reasons[2]
    assert "UTF-8" in reasons[3]
    assert ids(tmp_path) == ["bai-1", "bai-5"]


def test_a_rejected_change_leaves_the_earlier_version(tmp_path: Path) -> None:
    index_articles([article(1)], tmp_path, LetterEncoder())
    broken = replace(article(1), text="Có độc.", digest="other")
    report = index_articles([broken], tmp_path, LetterEncoder(poison="độc"))
    assert len(report.rejected) == 1
    assert [one.text for one in Snapshot.open(tmp_path).articles()] == [article(1).text]


def test_no_articles_make_no_index(tmp_path: Path) -> None:
    report = index_articles([], tmp_path / "index", LetterEncoder())
    assert report.seen == 0
    assert not (tmp_path / "index/CURRENT").exists()


def test_each_sentence_is_encoded_once_with_the_title_in_front(tmp_path: Path) -> None:
    encoder = LetterEncoder()
    one = article(1, sentences=60)
    index_articles([one], tmp_path, encoder, chunk_size=400, chunk_overlap=150)
    snapshot = Snapshot.open(tmp_path)
    chunks = [snapshot.chunk(row) for row in range(snapshot.counts.chunks)]
    assert sum(len(chunk.sentences) for chunk in chunks) > snapshot.counts.sentences == 60
    assert len(encoder.encoded) == 60
    assert all(text.startswith("Bài số 1. Câu") for text in encoder.encoded)
    expected = encoder.encode_queries(encoder.encoded)
    np.testing.assert_allclose(snapshot.vectors(np.arange(60)), expected, atol=1e-3)
    for row, chunk in enumerate(chunks):
        first, end = snapshot.chunk_first_sentence[row], snapshot.chunk_end_sentence[row]
        assert end - first == len(chunk.sentences)
        assert snapshot.sentence_start[first] == chunk.sentences[0].start


def test_an_article_without_a_title_is_encoded_as_it_is() -> None:
    one = Article("a", "", "Một câu.")
    assert sentence_text(one, Sentence(0, 8)) == "Một câu."


def test_articles_that_came_from_a_folder_and_are_gone_are_pruned(tmp_path: Path) -> None:
    stream = [replace(article(number), path=f"/news/{number}.txt") for number in range(4)]
    other = replace(article(9), path="/elsewhere/9.txt")
    index_articles([*stream, other], tmp_path, LetterEncoder())
    unread = Rejected("/news/2.txt", "permission denied")
    report = index_articles([*stream[:2], unread], tmp_path, LetterEncoder(), prune=[Path("/news")])
    assert report.removed == 1
    assert ids(tmp_path) == ["bai-0", "bai-1", "bai-2", "bai-9"]


@pytest.mark.parametrize("unread", ["/news/2025", "/news/2025/a.zip"])
def test_what_lies_in_a_folder_or_archive_that_cannot_be_read_stays(
    tmp_path: Path, unread: str
) -> None:
    inside = replace(article(1), path="/news/2025/a.zip/1.txt")
    index_articles([inside, replace(article(2), path="/news/2.txt")], tmp_path, LetterEncoder())
    stream = [Rejected(unread, "damaged or cut off")]
    report = index_articles(stream, tmp_path, LetterEncoder(), prune=[Path("/news")])
    assert report.removed == 1
    assert ids(tmp_path) == ["bai-1"]


def stories(directory: Path) -> dict[str, int]:
    view = Snapshot.open(directory)
    return {view.article(row).id: int(view.story[row]) for row in np.flatnonzero(view.alive)}


def test_one_text_in_two_newspapers_is_two_articles_and_one_story(tmp_path: Path) -> None:
    first = article(0)
    stream = [replace(first, id=name, source=name, digest=name) for name in ("Báo X", "Báo Y")]
    report = index_articles([first, article(1), stream[0]], tmp_path, LetterEncoder())
    assert (report.added, report.copies) == (3, 1)
    report = index_articles([stream[1], article(2)], tmp_path, LetterEncoder())
    assert (report.added, report.copies) == (2, 1)
    found = stories(tmp_path)
    assert len(found) == 5
    assert found["bai-0"] == found["Báo X"] == found["Báo Y"]
    assert len(set(found.values())) == 3
    compact(tmp_path)
    assert stories(tmp_path) == found


def test_an_article_is_no_copy_of_its_own_earlier_version(tmp_path: Path) -> None:
    index_articles([article(0), article(1)], tmp_path, LetterEncoder())
    renamed = replace(article(0), author="Mai Lan")
    report = index_articles([renamed], tmp_path, LetterEncoder())
    assert (report.changed, report.copies) == (1, 0)
    remove(tmp_path, ["bai-0"])
    again = replace(renamed, id="bai-9")
    assert index_articles([again], tmp_path, LetterEncoder()).copies == 0


def test_removing_by_source_and_by_day(tmp_path: Path) -> None:
    index_articles([article(number) for number in range(10)], tmp_path, LetterEncoder())
    assert remove(tmp_path, sources=["Báo A"]) == 4
    assert ids(tmp_path) == ["bai-1", "bai-2", "bai-4", "bai-5", "bai-7", "bai-8"]
    assert remove(tmp_path, before=date(2024, 1, 5)) == 2
    assert ids(tmp_path) == ["bai-4", "bai-5", "bai-7", "bai-8"]
    assert remove(tmp_path, ["bai-4", "bai-4", "unknown"]) == 1
    assert remove(tmp_path) == 0


def test_progress_grows_and_ends_with_the_report(tmp_path: Path) -> None:
    told: list[BuildReport] = []
    stream = [article(number) for number in range(80)]
    report = index_articles(stream, tmp_path, LetterEncoder(), progress=told.append)
    assert [one.added for one in told] == [32, 64, 80]
    assert replace(told[-1], seconds={}) == replace(report, seconds={})
    told.clear()
    index_articles(stream, tmp_path, LetterEncoder(), progress=told.append)
    assert [one.unchanged for one in told] == [32, 64, 80]


def interrupted(at: int) -> Iterator[Article]:
    for number in range(100):
        if number == at:
            press_ctrl_c()
        yield article(number)


def test_ctrl_c_commits_what_was_read_and_the_next_run_goes_on(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        index_articles(interrupted(40), tmp_path, LetterEncoder())
    kept = ids(tmp_path)
    assert len(kept) == 41
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    encoder = LetterEncoder()
    stream = [article(number) for number in range(100)]
    report = index_articles(stream, tmp_path, encoder)
    assert counts(report) == (59, 0, 41, 0)
    assert len(encoder.encoded) == 59 * 3


def test_ctrl_c_does_not_prune_what_it_did_not_get_to(tmp_path: Path) -> None:
    stream = [replace(article(number), path=f"/news/{number}.txt") for number in range(50)]
    index_articles(stream, tmp_path, LetterEncoder())

    def stopped() -> Iterator[Article]:
        yield stream[0]
        press_ctrl_c()
        yield stream[1]

    with pytest.raises(KeyboardInterrupt):
        index_articles(stopped(), tmp_path, LetterEncoder(), prune=[Path("/news")])
    assert len(ids(tmp_path)) == 50


def test_a_second_ctrl_c_does_not_wait(tmp_path: Path) -> None:
    index_articles([article(99)], tmp_path, LetterEncoder())

    def impatient() -> Iterator[Article]:
        yield article(0)
        press_ctrl_c()
        press_ctrl_c()
        yield article(1)

    with pytest.raises(KeyboardInterrupt):
        index_articles(impatient(), tmp_path, LetterEncoder())
    assert ids(tmp_path) == ["bai-99"]
    index_articles([article(0)], tmp_path, LetterEncoder())
    assert ids(tmp_path) == ["bai-0", "bai-99"]


def test_indexing_works_outside_of_the_main_thread(tmp_path: Path) -> None:
    arguments = ([article(1)], tmp_path, LetterEncoder())
    thread = threading.Thread(target=index_articles, args=arguments)
    thread.start()
    thread.join()
    assert ids(tmp_path) == ["bai-1"]


def test_a_long_run_commits_on_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "COMMIT_ARTICLES", 50)
    monkeypatch.setattr(build, "BATCH_ARTICLES", 10)
    generations: list[int] = []

    def progress(report: BuildReport) -> None:
        if (tmp_path / "CURRENT").exists():
            generations.append(Snapshot.open(tmp_path).counts.articles)

    index_articles((article(n) for n in range(120)), tmp_path, LetterEncoder(), progress=progress)
    assert {50, 100, 120} <= set(generations)
    assert len(ids(tmp_path)) == 120


def test_an_index_large_enough_to_be_coded_finds_the_same_sentences(tmp_path: Path) -> None:
    """Over 32,768 sentences, in two halves that are merged by compaction."""
    encoder = LetterEncoder()
    words = [f"{a}{b}{c}" for a in "abcdefghijkl" for b in "mnopqrstuvwx" for c in "yz0123456789"]
    long = " ".join(f"{word.capitalize()} {other}." for word in words for other in words[::180])
    articles = [replace(article(n), text=long, digest=str(n)) for n in range(2)]
    index_articles(articles, tmp_path, encoder)
    snapshot = Snapshot.open(tmp_path)
    assert snapshot.counts.sentences > 1 << 15
    assert any(path.name == "codes.u4" for path in tmp_path.rglob("*"))
    query = encoder.encode_queries(["Bài số 1. Amy gx0."])[0]
    rows, cosines = snapshot.dense(query, 50)
    truth = snapshot.vectors(np.arange(snapshot.counts.sentences)) @ query
    np.testing.assert_allclose(cosines, np.sort(truth)[::-1][:50], atol=1e-3)
    only = np.array([False, True])
    rows, _ = snapshot.dense(query, 50, only)
    assert set(snapshot.sentence_article[rows].tolist()) == {1}
