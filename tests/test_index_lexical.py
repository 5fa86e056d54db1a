"""Postings: BM25 worked out by hand, bags of terms, filters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import IndexDamaged, StorageFailed
from index.lexical import LexicalReader, LexicalWriter, document_fields, split_keys
from index.types import Article, Chunk

TEXTS = ["mot hai ba", "hai ba ba ba", "bon", "nam sau bay hai", "ba"]


def built(folder: Path, documents: Sequence[str] = TEXTS, split: int = 2) -> LexicalReader:
    """One article a document, numbered from 1; written in two commits."""
    folder.mkdir(exist_ok=True)
    writer = LexicalWriter(folder)
    for number, text in enumerate(documents, 1):
        writer.add(number, [{"folded": text.split(), "accented": []}])
        if number == split:
            writer.commit()
    meta, names = writer.commit()
    return LexicalReader([folder / name for name in names], meta)


def bm25(term: str, documents: Sequence[str] = TEXTS) -> list[float]:
    """Robertson's formula with k1 = 1.2 and b = 0.75, for each document."""
    split = [text.split() for text in documents]
    frequency = sum(term in words for words in split)
    idf = math.log(1 + (len(split) - frequency + 0.5) / (frequency + 0.5))
    mean = sum(map(len, split)) / len(split)
    return [
        idf * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * len(words) / mean))
        for words in split
        for count in [words.count(term)]
    ]


def ranked(reader: LexicalReader, terms: dict[str, float], n: int = 10) -> dict[int, float]:
    found, scores = reader.search({"folded": terms}, n)
    return dict(zip(split_keys(found)[0].tolist(), scores.tolist(), strict=True))


def test_scores_are_bm25(tmp_path: Path) -> None:
    reader = built(tmp_path)
    found = ranked(reader, {"ba": 1.0, "hai": 2.0})
    expected = [a + 2 * b for a, b in zip(bm25("ba"), bm25("hai"), strict=True)]
    assert set(found) == {1, 2, 4, 5}
    for number, score in found.items():
        assert score == pytest.approx(expected[number - 1], rel=1e-4)
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_how_many_chunks_hold_a_term(tmp_path: Path) -> None:
    reader = built(tmp_path)
    assert (reader.documents, reader.document_frequency("ba")) == (5, 3)
    assert reader.document_frequency("no such") == 0
    assert reader.document_frequency("ba", "accented") == 0


@pytest.mark.parametrize("term", ["AND", "OR", "-ba", '"hai', "ba*", "folded:ba", "", "\0", "()"])
def test_nothing_in_a_term_is_an_operator(tmp_path: Path, term: str) -> None:
    reader = built(tmp_path)
    assert ranked(reader, {term: 1.0}) == {}
    assert ranked(reader, {"bon": 1.0, term: 1.0}) == ranked(reader, {"bon": 1.0})


def test_no_terms_find_nothing(tmp_path: Path) -> None:
    reader = built(tmp_path)
    assert ranked(reader, {}) == {}
    assert reader.search({}, 5)[0].size == 0
    assert ranked(reader, {"ba": 1.0}, n=0) == {}


def test_a_deleted_article_is_found_no_more_and_others_keep_their_keys(tmp_path: Path) -> None:
    writer = LexicalWriter(tmp_path)
    for number in (1, 2):
        writer.add(number, [{"folded": ["ba"], "accented": []}] * 3)
    writer.commit()
    writer.delete(1)
    meta, names = writer.commit()
    reader = LexicalReader([tmp_path / name for name in names], meta)
    found, _ = reader.search({"folded": {"ba": 1.0}}, 10)
    serials, numbers = split_keys(np.sort(found))
    assert (serials.tolist(), numbers.tolist()) == ([2, 2, 2], [0, 1, 2])
    assert reader.documents == 3


@settings(max_examples=40, deadline=None)
@given(allowed=st.sets(st.integers(1, 300)), n=st.integers(1, 40), few=st.booleans())
def test_a_filter_gives_the_best_of_what_it_allows(
    tmp_path_factory: pytest.TempPathFactory, allowed: set[int], n: int, few: bool
) -> None:
    """Both ways of filtering: by a set of articles, and by asking for more."""
    reader = shared_reader(tmp_path_factory)
    serials = np.array(sorted(allowed), np.int64)
    everything = ranked(reader, {"x": 1.0, "y": 1.0}, n=1000)
    terms = {"folded": {"x": 1.0, "y": 1.0}}
    if few or not allowed:
        found, scores = reader.search(terms, n, serials)
    else:
        query = reader._query(terms)
        found, scores = reader._sifted(query, n, serials)
    best = sorted((one for one in everything.items() if one[0] in allowed), key=lambda x: -x[1])[:n]
    assert [round(score, 4) for score in scores.tolist()] == [round(one[1], 4) for one in best]
    assert set(split_keys(found)[0].tolist()) <= allowed


READERS: list[LexicalReader] = []


def shared_reader(tmp_path_factory: pytest.TempPathFactory) -> LexicalReader:
    if not READERS:
        documents = ["x " * (number % 7) + "y " * (number % 5) + "z" for number in range(300)]
        READERS.append(built(tmp_path_factory.mktemp("lexical"), documents, split=100))
    return READERS[0]


def test_fields_hold_folded_and_accented_syllables_and_their_pairs() -> None:
    article = Article("a", "Lũ quét", "Nước dâng. Đê vỡ.")
    fields = document_fields(article, Chunk("a", 11, 17, "Đê vỡ."))
    assert fields["folded"] == ["lu", "quet", "lu_quet", "de", "vo", "de_vo"]
    assert fields["accented"] == ["lũ", "quét", "lũ_quét", "đê", "vỡ", "đê_vỡ"]


def test_missing_files_are_damage(tmp_path: Path) -> None:
    writer = LexicalWriter(tmp_path)
    writer.add(1, [{"folded": ["ba"], "accented": []}])
    meta, names = writer.commit()
    with pytest.raises(IndexDamaged, match="hoidap check"):
        LexicalReader([tmp_path / name for name in names[1:]], meta)


def test_a_folder_that_is_gone_is_a_failure_of_storage(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match="nowhere"):
        LexicalWriter(tmp_path / "nowhere")
