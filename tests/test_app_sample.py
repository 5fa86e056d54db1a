"""The sample corpus is read like any crawl, and its questions hold against it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from index.articles.read import read_articles
from index.text.syllables import fold, syllables
from index.types import Article

SAMPLE = Path(__file__).parents[1] / "app" / "sample"
LEFTOVERS = ["{", "bình luận", "Trang chủ", "Cập nhật", "Lượt xem", "Tin mới", "Xem thêm", "mask"]


def articles() -> dict[str, Article]:
    read = list(read_articles(SAMPLE / "articles", today=date(2026, 1, 1)))
    return {article.id: article for article in read if isinstance(article, Article)}


def test_every_article_is_read_whole() -> None:
    read = articles()
    assert len(read) == len(list((SAMPLE / "articles").iterdir())) == 12
    for article in read.values():
        assert article.published is not None
        assert article.source or article.author
        assert article.title
        assert 200 <= len(syllables(article.text)) <= 500
        assert article.title not in article.text
        assert not [word for word in LEFTOVERS if word in article.text]


def test_two_articles_tell_one_story_with_another_figure() -> None:
    read = articles()
    assert "di dời 312 hộ" in read["01-lu-dong-van-bao-ha-chau.txt"].text
    assert "sơ tán 327 hộ" in read["02-lu-dong-van-dai-ptth.txt"].text


def test_the_answers_stand_in_the_articles() -> None:
    read = articles()
    rows = [
        json.loads(line) for line in (SAMPLE / "questions.jsonl").read_text("utf-8").splitlines()
    ]
    assert len({row["_id"] for row in rows}) == len(rows) >= 40
    kinds = {"answered": 0, "impossible": 0, "unaccented": 0}
    for row in rows:
        meta = row["metadata"]
        gold = [item["article"] for item in meta.get("evidence", [meta]) if item["article"]]
        kinds["impossible" if meta["is_impossible"] else "answered"] += 1
        kinds["unaccented"] += fold(row["text"]) == row["text"]
        assert meta["is_impossible"] == (not gold) == (not meta["answers"])
        for answer in meta["answers"]:
            assert any(answer in read[name].text for name in gold), row["text"]
    assert min(kinds.values()) >= 5
