from __future__ import annotations

import errno
import gzip
import hashlib
import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from index.articles.raw import parts, raw_text
from index.articles.read import Rejected, read_articles
from index.errors import SettingsError, StorageFailed
from index.types import Article

SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
TODAY = date(2026, 3, 11)
BODY = "Sáng nay, xã Đồng Vân bắt đầu gặt lúa sớm để tránh lũ đang lên."


def read(path: Path, fields: dict[str, str] | None = None) -> tuple[list[Article], list[Rejected]]:
    items = list(read_articles(path, fields=fields, today=TODAY))
    articles = [item for item in items if isinstance(item, Article)]
    return articles, [item for item in items if isinstance(item, Rejected)]


def rows(path: Path, *values: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(value) + "\n" for value in values), "utf-8")
    return path


def test_the_seeds() -> None:
    before = {path: path.read_bytes() for path in SEEDS.iterdir()}
    articles, rejected = read(SEEDS)
    assert rejected == []
    assert [article.id for article in articles] == sorted(path.name for path in before)
    for article in articles:
        content = f"{article.title}\n{article.text}".encode()
        assert article.digest == hashlib.sha256(content).hexdigest()
        assert article.path == str(SEEDS.resolve() / article.id)
        assert article.url is None
    assert {path: path.read_bytes() for path in SEEDS.iterdir()} == before


def test_a_folder_of_everything(tmp_path: Path) -> None:
    (tmp_path / "2025" / "sub").mkdir(parents=True)
    (tmp_path / "2025" / "sub" / "a.txt").write_text(f"Lúa chín sớm năm nay\n{BODY}", "utf-8")
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "b.txt").write_text(BODY, "utf-8")
    (tmp_path / ".hidden").write_text(BODY, "utf-8")
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "letter.txt").write_text("x", "utf-8")
    (tmp_path / "picture.jpg").write_bytes(b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1")
    (tmp_path / "token.txt").write_text("a" * 1_000_000, "utf-8")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nothing")
    os.mkfifo(tmp_path / "pipe.txt")
    articles, rejected = read(tmp_path)
    assert [(article.id, article.title) for article in articles] == [
        ("2025/sub/a.txt", "Lúa chín sớm năm nay")
    ]
    assert {Path(one.path).name: one.reason for one in rejected} == {
        "empty.txt": "empty",
        "gone.txt": "not a file that can be read",
        "letter.txt": "no text in it",
        "picture.jpg": "not a text: no article can be read from it",
        "pipe.txt": "not a file that can be read",
        "token.txt": "a word of 10,000 characters: not a text",
    }


def test_questions_and_judgments_beside_a_corpus_are_no_articles(tmp_path: Path) -> None:
    rows(tmp_path / "corpus.jsonl", {"_id": "a", "title": "Một", "text": BODY})
    rows(tmp_path / "queries.jsonl", {"_id": "1", "text": "Xã nào bắt đầu gặt lúa sớm?"})
    assert len(read(tmp_path)[0]) == 2
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels/test.tsv").write_text("query-id\tcorpus-id\tscore\n1\ta\t1\n", "utf-8")
    articles, rejected = read(tmp_path)
    assert ([article.id for article in articles], rejected) == (["a"], [])


def test_an_article_is_its_id_or_url_or_path(tmp_path: Path) -> None:
    path = rows(
        tmp_path / "a.jsonl",
        {"_id": "beir-1", "title": "Một", "text": BODY, "url": "https://a.vn/1"},
        {"id": 7, "title": "Hai", "text": BODY, "url": "https://www.a.vn/2"},
        {"id": 8, "title": "Ba", "text": BODY},
        {"title": "Bốn", "text": BODY},
    )
    articles, _ = read(path)
    assert [article.id for article in articles] == [
        "beir-1",
        "https://www.a.vn/2",
        "a.jsonl#8",
        "a.jsonl#4",
    ]
    assert articles[1].source == "a.vn"
    assert {article.path for article in articles} == {str(path)}
    mapped, _ = read(path, {"id": "id"})
    assert [article.id for article in mapped[1:3]] == ["7", "8"]


def test_the_first_of_two_with_one_id_stays(tmp_path: Path) -> None:
    url = "https://a.vn/1"
    path = rows(
        tmp_path / "a.jsonl",
        {"title": "Một", "text": BODY, "url": url},
        {"title": "Hai", "text": BODY, "url": url},
    )
    articles, rejected = read(path)
    assert [article.title for article in articles] == ["Một"]
    assert rejected == [Rejected(str(path), f"a second article with the id {url}", 2)]


def test_a_date_that_has_not_come_is_rejected_and_its_article_kept(tmp_path: Path) -> None:
    path = rows(tmp_path / "a.jsonl", {"title": "Một", "text": BODY, "date": "2026-03-12"})
    articles, rejected = read(path)
    assert [article.published for article in articles] == [None]
    assert [(one.line, one.reason) for one in rejected] == [
        (1, "published in the future (2026-03-12): indexed without a date")
    ]


def test_metadata_comes_from_the_row_before_the_text(tmp_path: Path) -> None:
    text = f"(TTXVN) - {BODY} Gia Tùng"
    path = rows(
        tmp_path / "a.jsonl",
        {"title": "Một", "text": text},
        {"title": "Hai", "text": text, "source": "Báo A", "author": "Mai  Lan\u200b"},
    )
    bare, full = read(path)[0]
    assert (bare.source, bare.author, bare.text) == ("TTXVN", "Gia Tùng", BODY)
    assert (full.source, full.author) == ("Báo A", "Mai Lan")


def test_furniture_is_learned_source_by_source(tmp_path: Path) -> None:
    opening = "Lưu bài viết thành công Bạn có thể xem lại"
    path = rows(
        tmp_path / "a.jsonl",
        *(
            {"title": f"Bài {n}", "text": f"{opening} {n} nhà ở xã {n} bị ngập.", "source": "a.vn"}
            for n in range(30)
        ),
        {"title": "Bài khác", "text": f"{opening} Tin của báo khác.", "source": "b.vn"},
        {"title": "Trống", "text": opening, "source": "a.vn"},
    )
    articles, rejected = read(path)
    assert [article.text for article in articles[:30]] == [
        f"{n} nhà ở xã {n} bị ngập." for n in range(30)
    ]
    assert articles[30].text == f"{opening} Tin của báo khác."
    assert [one.reason for one in rejected] == ["no text in it"]


def test_hostile_characters_are_gone(tmp_path: Path) -> None:
    text = "Nướ\u200bc \x00lũ\u202e dâng\ud800 cao\U000e0041 hôm " + "x" + "\u0301" * 100_000
    path = tmp_path / "a.txt"
    path.write_bytes(f"Tin lũ hôm nay\n{text}".encode("utf-8", "surrogatepass"))
    ((article,), _) = read(path)
    assert article.text.startswith("Nước lũ dâng cao hôm x")
    assert len(article.text) < 40


def test_names_that_are_no_text_are_spelled_out_and_found_again(tmp_path: Path) -> None:
    (tmp_path / "b\xe1o\n").mkdir()
    path = tmp_path / "b\xe1o\n" / os.fsdecode(b"tin-\xa7\xb8.txt")
    path.write_text(BODY, "utf-8")
    ((article,), _) = read(tmp_path)
    assert article.id == r"báo\x0a/tin-\xa7\xb8.txt"
    assert raw_text(article) == BODY
    path.unlink()
    with pytest.raises(StorageFailed, match="after it was indexed"):
        raw_text(article)


def test_ids_of_rows_are_cleaned(tmp_path: Path) -> None:
    path = rows(
        tmp_path / "a.jsonl",
        {"_id": "m\u1ed9t \ud800\u202e\n", "title": "Một", "text": BODY},
        {"url": "https://a.vn/\udfff2", "title": "Hai", "text": f"{BODY} Hết."},
        {"id": "\x1b[2J", "title": "Ba", "text": f"{BODY} Hết rồi."},
    )
    articles, _ = read(path)
    assert [one.id for one in articles] == ["một", "https://a.vn/2", "a.jsonl#[2J"]
    assert [raw_text(one) for one in articles[:2]] == [BODY, f"{BODY} Hết."]


def test_a_folder_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text(BODY, "utf-8")
    (tmp_path / "kín").mkdir()
    scandir = os.scandir

    def refusing(path: str) -> object:  # root may read everything, so permissions tell nothing
        if str(path).endswith("kín"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    articles, rejected = read(tmp_path)
    assert [one.id for one in articles] == ["a.txt"]
    assert rejected == [Rejected(str(tmp_path / "kín"), "cannot be read: Permission denied")]


def test_what_cannot_be_asked_for(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no file or folder"):
        read_articles(tmp_path / "nothing")
    with pytest.raises(SettingsError, match="no field 'headline'"):
        read_articles(tmp_path, fields={"headline": "title"})


def test_the_raw_text_tells_what_was_removed() -> None:
    articles, _ = read(SEEDS)
    article = next(article for article in articles if article.id.startswith("003"))
    raw = raw_text(article)
    assert raw == (SEEDS / article.id).read_text("utf-8")
    told = list(parts(raw, article))
    assert " ".join(part.text for part in told).split() == raw.split()
    removed = [part.text for part in told if not part.kept]
    assert removed.count(article.title) == 11
    assert removed[:2] == ["Cập nhật: 11:42 27/12/2022", "(Baohatinh.vn) -"]
    assert "0 bình luận" in removed
    kept = [part.text for part in told if part.kept]
    assert (
        " ".join([*kept]).split()
        == f"{kept[0]} {article.title} {article.text}".replace(
            f"{kept[0]} {article.title} {kept[0]}", f"{kept[0]} {article.title}"
        ).split()
    )


def test_raw_texts_inside_archives(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(
        gzip.compress(
            rows(
                tmp_path / "a.jsonl",
                {"id": 1, "title": "Một", "text": "(TTXVN) - Tin một hai ba."},
                {"id": 2, "title": "Hai", "text": "(TTXVN) - Tin bốn năm sáu."},
            ).read_bytes()
        )
    )
    articles, _ = read(tmp_path / "a.jsonl.gz")
    assert [raw_text(article) for article in articles] == [
        "(TTXVN) - Tin một hai ba.",
        "(TTXVN) - Tin bốn năm sáu.",
    ]
    assert [part.kept for part in parts(raw_text(articles[1]), articles[1])] == [False, True]
    (tmp_path / "a.jsonl.gz").unlink()
    with pytest.raises(StorageFailed, match="after it was indexed"):
        raw_text(articles[0])
