from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.chunking import SentenceSplitter, chunk_article
from index.errors import SettingsError
from index.text.sentences import sentence_spans
from index.types import Article

WORDS = st.text(st.sampled_from('aăđ1 .…!?"\n;,TP'), min_size=1, max_size=12)
TEXTS = st.lists(WORDS, max_size=60).map(" ".join)


def article(text: str) -> Article:
    return Article("a", "Tiêu đề", text)


def visible(text: str) -> str:
    return "".join(text.split())


@given(TEXTS, st.integers(1, 80), st.integers(0, 79))
def test_chunks_are_slices_that_hold_every_sentence(text: str, size: int, overlap: int) -> None:
    chunks = chunk_article(article(text), size, min(overlap, size - 1))
    held = {(s.start, s.end) for chunk in chunks for s in chunk.sentences}
    for start, end in sentence_spans(text):
        if end - start <= size:
            assert (start, end) in held
        else:
            pieces = sorted(span for span in held if start <= span[0] and span[1] <= end)
            assert visible("".join(text[a:b] for a, b in pieces)) == visible(text[start:end])
    for chunk in chunks:
        assert chunk.text == text[chunk.start : chunk.end]
        assert len(chunk.text) <= size
        assert chunk.start == chunk.sentences[0].start
        assert chunk.end == chunk.sentences[-1].end
    assert [c.start for c in chunks] == sorted({c.start for c in chunks})
    assert [c.end for c in chunks] == sorted({c.end for c in chunks})


def test_whole_sentences_are_repeated_up_to_the_overlap() -> None:
    text = "Một hai ba. Bốn năm sáu. Bảy tám chín. Mười."
    chunks = chunk_article(article(text), size=27, overlap=14)
    assert [chunk.text for chunk in chunks] == [
        "Một hai ba. Bốn năm sáu.",
        "Bốn năm sáu. Bảy tám chín.",
        "Bảy tám chín. Mười.",
    ]


def test_a_text_that_repeats_itself_keeps_its_offsets() -> None:
    text = "Mưa to. " * 50
    chunks = chunk_article(article(text), size=40, overlap=16)
    assert {s.start for c in chunks for s in c.sentences} == {8 * i for i in range(50)}


def test_a_sentence_longer_than_a_chunk_is_cut_at_its_clauses() -> None:
    text = "Xã A hỗ trợ gạo; xã B hỗ trợ nước; xã C hỗ trợ thuốc."
    chunks = chunk_article(article(text), size=40, overlap=0)
    assert [chunk.text for chunk in chunks] == [
        "Xã A hỗ trợ gạo; xã B hỗ trợ nước;",
        "xã C hỗ trợ thuốc.",
    ]


def test_no_text_no_chunks() -> None:
    assert chunk_article(article(" \n ")) == []


def test_it_is_a_langchain_splitter() -> None:
    documents = SentenceSplitter(12, 0).create_documents(["Mưa to. Gió lớn. Ngập."])
    assert [document.page_content for document in documents] == ["Mưa to.", "Gió lớn.", "Ngập."]


@pytest.mark.parametrize(("size", "overlap"), [(0, 0), (100, 100), (100, -1)])
def test_sizes_that_do_not_fit_are_refused(size: int, overlap: int) -> None:
    with pytest.raises(SettingsError, match="choose 0 <= overlap < size"):
        chunk_article(article("Mưa."), size, overlap)
