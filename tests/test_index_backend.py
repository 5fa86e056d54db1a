"""A folder and Milvus: the same articles, answers, filters and deletions in either."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from articles import ARTICLES
from fakes_index import LetterEncoder, article
from milvus_server import MilvusServer

from app.library import listing, overview
from index.articles.read import read_articles
from index.build import index_articles, remove
from index.corpus import NewsIndex
from index.encoders import Encoder
from index.migrate import TIE, alike, compared, migrate
from index.milvus import reader
from index.milvus.address import Address
from index.milvus.client import Client
from index.opening import open_reader, open_writer
from index.types import Article, Filters

Place = Path | Address
SAMPLE = Path(__file__).parents[1] / "app" / "sample"
COPY = replace(ARTICLES[0], id="chep", source="Báo Khác", published=date(2024, 3, 7))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    place = tmp_path_factory.mktemp("backend") / "index"
    found = (one for one in read_articles(SAMPLE / "articles") if isinstance(one, Article))
    index_articles([*found, *ARTICLES, COPY], place, encoder)
    return place


@pytest.fixture(scope="module")
def address(folder: Path, milvus: MilvusServer) -> Address:
    place = milvus.address()
    moved = migrate(folder, place)
    assert (moved.copied, moved.known) == (16, 0)
    return place


@pytest.fixture(scope="module")
def both(folder: Path, address: Address, encoder: Encoder) -> tuple[NewsIndex, NewsIndex]:
    return NewsIndex.open(folder, encoder), NewsIndex.open(address, encoder)


@pytest.fixture(params=["folder", "milvus"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "folder":
        return tmp_path / "index"
    server: MilvusServer = request.getfixturevalue("milvus")
    return server.address()


def questions() -> list[str]:
    lines = (SAMPLE / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


def test_the_same_hits(both: tuple[NewsIndex, NewsIndex]) -> None:
    ours, theirs = both
    for question in questions():
        first, second = ours.search(question), theirs.search(question)
        assert second.understood == first.understood
        assert second.filters == first.filters
        assert len(first.hits) == 10
        assert alike(first.hits, second.hits), question
        for one, other in zip(first.hits, second.hits, strict=True):
            assert other.score == pytest.approx(one.score, abs=TIE)
            assert other.why.lexical == pytest.approx(one.why.lexical, rel=1e-5)


def test_a_hit_is_the_same_in_all_its_parts(both: tuple[NewsIndex, NewsIndex]) -> None:
    one, other = (news.search("Ai là hiệu trưởng trường Lê Lợi?").hits[0] for news in both)
    assert other.article == one.article
    assert other.chunk == one.chunk
    assert [(s.start, s.end) for s in other.sentences] == [(s.start, s.end) for s in one.sentences]
    cosines = [s.score for s in one.sentences]
    assert [s.score for s in other.sentences] == pytest.approx(cosines, abs=1e-4)
    assert other.why.terms == one.why.terms
    assert other.why.lexical == pytest.approx(one.why.lexical, rel=1e-5)


def test_hits_do_not_depend_on_how_it_was_written(
    folder: Path, milvus: MilvusServer, encoder: Encoder
) -> None:
    place, whole = milvus.address(), list(open_reader(folder).articles())
    for first in range(0, len(whole), 4):
        index_articles(whole[first : first + 4], place, encoder)
    assert compared(folder, place, encoder, 40) == []


def test_of_what_is_not_counted_whole_the_scores_are_those_of_milvus(
    both: tuple[NewsIndex, NewsIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = both
    monkeypatch.setattr(reader, "SAMPLE", 8)
    part = NewsIndex(reader.MilvusReader(Client(theirs.snapshot.client.address)), theirs.encoder)
    one, other = (news.search(questions()[0]).hits[0] for news in (ours, part))
    assert other.article == one.article
    assert other.why.lexical != pytest.approx(one.why.lexical, rel=1e-5)
    assert other.why.lexical == pytest.approx(one.why.lexical, rel=0.1)


@pytest.mark.parametrize(
    "filters",
    [
        Filters(sources=("Báo Miền Trung",)),
        Filters(sources=("Báo Miền Trung", "Báo Khác")),
        Filters(since=date(2024, 3, 6)),
        Filters(since=date(2024, 3, 1), until=date(2024, 4, 24)),
        Filters(until=date(2024, 3, 5), sources=("Báo Miền Trung",)),
        Filters(articles=("cau", "truong", "không có")),
        Filters(articles=("không có",)),
        Filters(authors=("không ai",)),
        Filters(sources=('Báo "trong ngoặc\\"',)),
    ],
)
def test_the_same_filters(both: tuple[NewsIndex, NewsIndex], filters: Filters) -> None:
    found, there = [], []
    for news in both:
        view = news.snapshot
        there.append(sorted(view.article(row).id for row in view.catalog(filters).rows.tolist()))
        result = news.search("Khánh thành cầu Bến Thủy 3", filters)
        found.append({one.id for hit in result.hits for one in (hit.article, *hit.also)})
    assert there[1] == there[0]
    assert found[1] == found[0] <= set(there[0])
    assert bool(found[0]) == bool(there[0])


def test_the_same_archive_to_browse(both: tuple[NewsIndex, NewsIndex]) -> None:
    ours, theirs = (news.snapshot for news in both)
    whole, other = overview(ours), overview(theirs)
    assert replace(other, generation=whole.generation) == whole
    assert whole.stories == whole.articles - 1
    page, same = listing(ours, month="2024-03"), listing(theirs, month="2024-03")
    assert {one.id for one in same.articles} == {one.id for one in page.articles}
    assert [one.published for one in same.articles] == [one.published for one in page.articles]
    assert theirs.counts.sentences == ours.counts.sentences
    assert set(theirs.sources) == set(ours.sources)
    assert set(theirs.authors) == set(ours.authors)
    assert {one.id for one in theirs.articles()} == {one.id for one in ours.articles()}


def test_a_copy_is_the_same_story(both: tuple[NewsIndex, NewsIndex]) -> None:
    for news in both:
        rows = [news.snapshot.find(one) for one in ("cau", "chep", "truong")]
        stories = [news.snapshot.told(row).story for row in rows if row is not None]
        assert stories[0] == stories[1] != stories[2]


def test_there_and_back(folder: Path, address: Address, encoder: Encoder, tmp_path: Path) -> None:
    back = tmp_path / "back"
    assert migrate(address, back).copied == 16
    again = migrate(address, back)
    assert (again.copied, again.known) == (0, 16)
    first, second = open_reader(folder), open_reader(back)
    for row in first.catalog().rows.tolist():
        whole, chunks, vectors = first.whole(row)
        number = second.find(whole.id)
        assert number is not None
        other, same_chunks, same_vectors = second.whole(number)
        assert (other, same_chunks) == (whole, chunks)
        np.testing.assert_array_equal(same_vectors, vectors)
    assert compared(folder, back, encoder, 20) == []


def test_adding_changing_and_removing(place: Place) -> None:
    encoder = LetterEncoder()
    first = index_articles([article(n) for n in range(6)], place, encoder)
    assert (first.added, first.unchanged) == (6, 0)
    second = index_articles(
        [article(0), article(1, version=1), article(6), article(7, sentences=0)], place, encoder
    )
    assert (second.added, second.changed, second.unchanged) == (1, 1, 1)
    assert [one.reason for one in second.rejected] == ["it holds no text"]
    view = open_reader(place)
    row = view.find("bai-1")
    assert row is not None
    assert view.article(row) == article(1, version=1)
    assert view.replaced("bai-1") == [article(1)]
    assert remove(place, ["bai-2", "không có"]) == 1
    assert remove(place, sources=["Báo A"], before=date(2024, 1, 5)) == 4
    assert remove(place, ["bai-1"]) == 0
    left = open_reader(place)
    assert sorted(one.id for one in left.articles()) == ["bai-4", "bai-5"]
    assert left.counts.articles - left.counts.dead == 2
    assert left.generation > view.generation
    assert left.replaced("bai-1") == []
    hits = NewsIndex(left, encoder).search("bài số 2 nói về lúa gạo").hits
    assert {one.id for hit in hits for one in (hit.article, *hit.also)} == {"bai-4", "bai-5"}


def test_what_is_gone_from_the_folder_is_pruned(place: Place, tmp_path: Path) -> None:
    encoder, folder = LetterEncoder(), tmp_path / "tin"
    both = [replace(article(n), path=str(folder / f"{n}.txt")) for n in range(2)]
    index_articles(both, place, encoder, prune=[folder])
    report = index_articles(both[:1], place, encoder, prune=[folder])
    assert (report.removed, report.unchanged) == (1, 1)
    with open_writer(place) as writer:
        assert list(writer.named()) == [("bai-0", str(folder / "0.txt"))]
