"""Milvus away, slow or failing: told within the time-out, and nothing is doubled or half there."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from fakes_index import LetterEncoder, article
from hypothesis import given, settings
from hypothesis import strategies as st
from milvus_server import MilvusServer, free_port, milvus_lite
from pymilvus import MilvusClient

from app.cli import errors
from app.cli.main import run as hoidap
from app.settings import load
from index.build import index_articles
from index.chunking import chunk_article
from index.corpus import NewsIndex
from index.errors import (
    IndexLocked,
    IndexMismatch,
    IndexMissing,
    SettingsError,
    StorageFailed,
)
from index.kept import Kept
from index.lexical import LexicalReader, LexicalWriter, split_keys
from index.migrate import migrate
from index.milvus import bm25, upkeep, writer
from index.milvus.address import Address, parse
from index.milvus.client import Client
from index.milvus.lease import Lease
from index.milvus.reader import MilvusReader, read_manifest
from index.milvus.tables import (
    ARTICLES,
    LEASE,
    PASSAGES,
    SENTENCES,
    TEXTS,
    line_rows,
    rows_of,
    version_number,
)
from index.milvus.terms import TermCounts
from index.opening import open_reader, open_writer, signer


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("milvus://db", Address("db")),
        ("milvus://db:1953/tin_tuc", Address("db", 1953, "tin_tuc")),
        ("milvus://[::1]:1953/tin", Address("::1", 1953, "tin")),
    ],
)
def test_an_address_is_read_and_written(text: str, address: Address) -> None:
    assert parse(text) == address
    assert parse(str(address)) == address


@pytest.mark.parametrize(
    "text",
    ["milvus://", "milvus://db:99999/a", "milvus://u:p@db/a", "milvus://db/a-b", "milvus://db/a?b"],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="milvus://host:19530/collection"):
        parse(text)


def test_settings_tell_how_milvus_is_talked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOIDAP_INDEX", "milvus://db/tin")
    monkeypatch.setenv("HOIDAP_MILVUS_TIMEOUT", "3")
    monkeypatch.setenv("HOIDAP_MILVUS_TOKEN", "root:secret")
    index = load({}).index
    assert index == Address("db", 19530, "tin", "root:secret", 3.0)
    assert "secret" not in repr(index)


@pytest.mark.parametrize("command", [["search", "gì"], ["info"], ["check"], ["compact"]])
def test_away_is_one_line_and_exit_code_74(
    command: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOIDAP_MILVUS_TIMEOUT", "1")
    began = time.monotonic()
    code = hoidap([*command, "--index", f"milvus://127.0.0.1:{free_port()}/tin"])
    assert code == errors.IO_FAILED
    assert time.monotonic() - began < 120
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 1
    assert "see that Milvus runs" in said[0]


def test_a_port_that_never_answers_is_not_waited_for() -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        began = time.monotonic()
        with pytest.raises(StorageFailed):
            open_reader(Address("127.0.0.1", mute.getsockname()[1], timeout=1.0))
        assert time.monotonic() - began < 120


def test_a_server_that_stops_answering_is_told_and_then_goes_on(tmp_path: Path) -> None:
    encoder = LetterEncoder()
    with milvus_lite(tmp_path) as server:
        place = server.address()
        index_articles([article(n) for n in range(3)], place, encoder)
        reader = MilvusReader.open(place)
        news = NewsIndex(reader, encoder)
        assert news.search("lúa gạo").hits
        reader.client.address = replace(place, timeout=0.5)
        server.process.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        with pytest.raises(StorageFailed, match="see that Milvus runs"):
            news.search("lúa gạo")
        with pytest.raises(StorageFailed):
            read_manifest(reader.client)
        assert time.monotonic() - began < 60
        reader.client.address = place
        server.process.send_signal(signal.SIGCONT)
        assert _soon(lambda: news.search("lúa gạo").hits)
        reader.client.address = replace(place, timeout=0.5)
        server.process.kill()
        server.process.wait()
        with pytest.raises(StorageFailed):
            news.search("lúa gạo")


def test_a_server_that_comes_back_is_asked_by_who_had_opened_it(tmp_path: Path) -> None:
    encoder = LetterEncoder()
    with milvus_lite(tmp_path) as server:
        place = server.address()
        index_articles([article(n) for n in range(3)], place, encoder)
        news, sign = NewsIndex.open(place, encoder), signer(place)
        hits, signed = news.search("lúa gạo").hits, sign()
    with pytest.raises(StorageFailed):
        sign()
    with milvus_lite(tmp_path, server.port):
        assert _soon(sign) == signed
        assert news.search("lúa gạo").hits == hits


def test_an_error_of_milvus_is_told(milvus: MilvusServer) -> None:
    place = milvus.address()
    index_articles([article(0)], place, LetterEncoder())
    news = NewsIndex.open(place, LetterEncoder())
    Client(place).drop()
    with pytest.raises(StorageFailed):
        news.search("lúa gạo")
    with pytest.raises(IndexMissing, match="hoidap index"):
        open_reader(place)


class _Failing(Client):
    """Milvus that fails at the ``after``-th write, and from then on."""

    after = 0

    def upsert(self, table: str, rows: object) -> None:
        self._count()
        super().upsert(table, rows)  # type: ignore[arg-type]

    def delete(self, table: str, where: str) -> None:
        self._count()
        super().delete(table, where)

    def _count(self) -> None:
        _Failing.after -= 1
        if _Failing.after < 0:
            raise StorageFailed("the test fails this write")


def test_whatever_write_fails_the_next_run_doubles_nothing(
    milvus: MilvusServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder, place = LetterEncoder(), milvus.address()
    monkeypatch.setattr(writer, "GRACE", 0.0)
    old = [article(n) for n in range(4)]
    index_articles(old, place, encoder)
    expected = {one.id: one for one in old}
    for after in range(16):
        changed = [article(n, version=after + 1) for n in range(2)]
        with monkeypatch.context() as patch:
            patch.setattr(writer, "Client", _Failing)
            _Failing.after = after
            failed = _fails(lambda: index_articles(changed, place, encoder))  # noqa: B023
        # Every article is there once, whole, in its old form or in its new one.
        seen = {one.id: one for one in open_reader(place).articles()}
        assert seen.keys() == expected.keys()
        assert all(seen[one.id] in (one, expected[one.id]) for one in changed)
        index_articles(changed, place, encoder)
        expected |= {one.id: one for one in changed}
        view = open_reader(place)
        assert {one.id: one for one in view.articles()} == expected
        assert (view.counts.articles, view.counts.sentences) == (4, 12)
        assert upkeep.check(place) == []
        if not failed:
            break
    else:
        pytest.fail("there are more writes than were tried")
    assert upkeep.compact(place) > 0
    assert Client(place).count(ARTICLES) == 4


def test_one_writer_at_a_time(milvus: MilvusServer) -> None:
    place = milvus.address()
    index_articles([article(0)], place, LetterEncoder())
    with (
        open_writer(place),
        pytest.raises(IndexLocked, match="another writer"),
        open_writer(place),
    ):
        pass
    client = Client(place)
    dead = {"host": socket.gethostname(), "pid": _dead_process(), "mark": "x", "until": 2e10}
    client.upsert(TEXTS, line_rows(LEASE, json.dumps(dead)))
    with open_writer(place) as again:
        assert again.known("bai-0")
        # A writer that was taken for dead finds out before it writes.
        client.upsert(TEXTS, line_rows(LEASE, json.dumps({**dead, "pid": 1})))
        chunks = chunk_article(article(1))
        again.add(article(1), chunks, np.ones((3, 37), np.float32))
        with pytest.raises(IndexLocked):
            again.commit()
    client.upsert(TEXTS, line_rows(LEASE, json.dumps({**dead, "host": "away", "until": 1.0})))
    with Lease(client):
        pass


def test_what_is_removed_is_gone_from_the_next_answer(milvus: MilvusServer) -> None:
    encoder, place = LetterEncoder(), milvus.address()
    index_articles([replace(article(n), source=f"Báo {n}") for n in range(3)], place, encoder)
    news = NewsIndex.open(place, encoder)

    def told() -> set[str]:
        hits = news.search("bài nói về lúa gạo").hits
        return {one.id for hit in hits for one in (hit.article, *hit.also)}

    assert told() == {"bai-0", "bai-1", "bai-2"}
    with open_writer(place) as opened:
        opened.remove(["bai-1"])
        assert told() == {"bai-0", "bai-2"}


def test_another_model_or_other_chunks_are_refused(milvus: MilvusServer) -> None:
    place = milvus.address()
    index_articles([article(0)], place, LetterEncoder())
    with pytest.raises(IndexMismatch, match="was made with the model letters"):
        NewsIndex.open(place, LetterEncoder("other"))
    with pytest.raises(IndexMismatch, match="overlap"):
        index_articles([], place, LetterEncoder(), chunk_size=500)


def test_an_article_longer_than_a_string_of_milvus(milvus: MilvusServer) -> None:
    encoder, place = LetterEncoder(), milvus.address()
    long = article(0, sentences=1_000)
    assert len(long.text) > 40_000
    index_articles([long], place, encoder)
    view = open_reader(place)
    row = view.find("bai-0")
    assert row is not None
    whole, chunks, vectors = view.whole(row)
    assert whole == long
    assert all(chunk.text == long.text[chunk.start : chunk.end] for chunk in chunks)
    assert len(vectors) == 1_000
    too_long = article(1, sentences=9_000)
    report = index_articles([too_long], place, encoder)
    assert "9000 sentences" in report.rejected[0].reason


def test_a_server_that_dies_in_a_migration_and_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder, folder = LetterEncoder(), tmp_path / "index"
    index_articles([article(n) for n in range(40)], folder, encoder)
    monkeypatch.setattr(writer, "_ARTICLES", 5)
    with milvus_lite(tmp_path / "lite") as server:
        place = server.address(timeout=2.0)
        done = 0

        def die(count: int) -> None:
            nonlocal done
            done += count
            if done == 23:
                server.process.kill()

        began = time.monotonic()
        with pytest.raises(StorageFailed, match="see that Milvus runs"):
            migrate(folder, place, die)
        assert time.monotonic() - began < 60
    with milvus_lite(tmp_path / "lite") as server:
        place = replace(place, port=server.port, timeout=60.0)
        assert 15 <= open_reader(place).counts.articles <= 25
        moved = migrate(folder, place)
        assert moved.copied + moved.known == 40
        assert moved.known >= 15
        assert sorted(one.id for one in open_reader(place).articles()) == sorted(
            one.id for one in open_reader(folder).articles()
        )
        assert upkeep.check(place) == []


def test_what_is_committed_to_milvus_lite_lies_in_segments(tmp_path: Path) -> None:
    with milvus_lite(tmp_path) as server:
        place = server.address()
        index_articles([article(n) for n in range(3)], place, LetterEncoder())
        sealed = {path.parents[3].name for path in tmp_path.rglob("data_*.parquet")}
        assert sealed == {
            f"{place.collection}_{table}" for table in (ARTICLES, PASSAGES, SENTENCES, TEXTS)
        }


def test_indexes_that_are_lacking_are_made(milvus: MilvusServer) -> None:
    place = milvus.address()
    index_articles([article(0)], place, LetterEncoder())
    client = MilvusClient(f"http://{place.host}:{place.port}")
    sentences = f"{place.collection}_sentences"
    whole = sorted(client.list_indexes(sentences))
    assert whole == ["article", "published", "source", "vector"]
    assert client.describe_index(sentences, "vector")["metric_type"] == "IP"
    client.release_collection(sentences)
    client.drop_index(sentences, "source")
    index_articles([article(0)], place, LetterEncoder())
    assert sorted(client.list_indexes(sentences)) == whole


@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=900), min_size=1, max_size=6))
@settings(max_examples=30, deadline=None)
def test_scores_are_those_of_a_folder(documents: list[list[str]]) -> None:
    with TemporaryDirectory() as folder:
        lexical = LexicalWriter(Path(folder))
        lexical.add(1, [{"folded": each, "accented": []} for each in documents])
        meta, names = lexical.commit()
        held = LexicalReader([Path(folder, name) for name in names], meta)
    found, expected = held.search({"folded": dict.fromkeys("abe", 1.0)}, len(documents))
    frequencies = {term: held.document_frequency(term) for term in "abe"}
    length = sum(map(len, documents)) / len(documents)
    _, places = split_keys(found)
    scores = bm25.scores(
        frequencies, [documents[place] for place in places], len(documents), length
    )
    np.testing.assert_allclose(scores, expected, rtol=1e-5)


def test_no_passages_have_no_scores() -> None:
    assert bm25.scores({"a": 0}, [], 0, 0.0).tolist() == []


def test_a_sample_of_terms_stands_for_all() -> None:
    sample = [{"folded": ["a", "b", "a"], "accented": ["á"]}, {"folded": ["a"], "accented": ["à"]}]
    whole = TermCounts(sample, 2, whole=True)
    assert (whole.documents, whole.length) == (2, 2.0)
    assert [whole.frequency(term, "folded") for term in "abc"] == [2, 1, 0]
    assert whole.frequency("á", "accented") == 1
    part = TermCounts(sample, 200, whole=False)
    assert [part.frequency(term, "folded") for term in "abc"] == [200, 100, 0]
    assert TermCounts([], 0, whole=True).frequency("a", "folded") == 0


def test_what_was_read_is_kept_until_others_are() -> None:
    asked: list[list[int]] = []

    def load(numbers: list[int]) -> dict[int, str]:
        asked.append(numbers)
        return {number: str(number) for number in numbers if number != 9}

    kept = Kept(load, 2)
    assert kept.get([1, 2, 1, 9]) == {1: "1", 2: "2"}
    assert kept.get([2, 9]) == {2: "2"}
    assert kept.get([3]) == {3: "3"}
    assert kept.get([2, 1]) == {2: "2", 1: "1"}
    assert asked == [[1, 2, 9], [9], [3], [1]]


def test_numbers_differ_with_content_and_fit_64_bits() -> None:
    numbers = {version_number("a", b"1"), version_number("a", b"2"), version_number("b", b"1")}
    numbers |= {version_number("a", b"1", salt=1)}
    assert len(numbers) == 4
    assert max(rows_of(max(numbers), 8_192)) < 1 << 63


def _fails(run: Callable[[], object]) -> bool:
    try:
        run()
    except StorageFailed:
        return True
    return False


def _soon(found: Callable[[], object], within: float = 60.0) -> object:
    """What ``found`` gives once it does not fail any more."""
    deadline = time.monotonic() + within
    while True:
        try:
            return found()
        except StorageFailed:
            if time.monotonic() > deadline:
                raise


def _dead_process() -> int:
    process = os.fork()
    if process == 0:
        os._exit(0)
    os.waitpid(process, 0)
    return process
