"""Claims against what they cite: figures, days, names, and then the meaning."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.encoders import Encoder
from index.text.sentences import sentence_spans
from index.types import Article
from qa.types import Citation, Claim
from qa.verify import Quoted, quoted, quotes_exactly, unfounded, verify

BRIDGE = Article(
    id="cau",
    title="Khánh thành cầu Vàm Sông ở Long Phú",
    text=(
        "Sáng 28-12, cầu Vàm Sông được khánh thành sau hai mươi tháng thi công. "
        "Cầu dài 840 m, rộng 16 m, tổng vốn gần 1,2 triệu USD. "
        "Ông Trần Văn Lâm, Phó Chủ tịch huyện, dự lễ cùng 1.250 người dân."
    ),
    source="Báo Vàm Sông",
    published=date(2024, 1, 3),
)
_CUTS = sentence_spans(BRIDGE.text)
CITATIONS = tuple(Citation(1, BRIDGE, a, b, BRIDGE.text[a:b]) for a, b in _CUTS)
SOURCE = quoted(CITATIONS)


@pytest.mark.parametrize(
    "claim",
    [
        "Cầu Vàm Sông dài 840 m.",
        "Có 1250 người dân dự lễ.",
        "Tổng vốn là 1.200.000 USD.",
        "Cầu được khánh thành ngày 28 tháng 12.",
        "Cầu được khánh thành ngày 28/12/2023.",
        "Cầu được khánh thành tháng 12 năm 2023, sau 20 tháng.",
        "Cau Vam Song co ong Tran Van Lam du le.",
        "Theo Báo Vàm Sông, Ông Trần Văn Lâm có mặt.",
        "The bridge in Long Phú was opened on December 28 before 1,250 people.",
    ],
)
def test_what_stands_in_the_quotes_is_founded(claim: str) -> None:
    assert unfounded(claim, SOURCE) == []


@pytest.mark.parametrize(
    ("claim", "missing"),
    [
        ("Cầu dài 841 m.", "841 m"),
        ("Cầu dài 840 km.", "840 km"),
        ("Tổng vốn hơn 1,2 triệu USD.", "1,2 triệu USD"),
        ("Tổng vốn 1,2 tỷ USD.", "1,2 tỷ USD"),
        ("Cầu được khánh thành ngày 27/12.", "27/12"),
        ("Cầu được khánh thành ngày 28/12/2024.", "28/12/2024"),
        ("Bridge opened on December 27.", "27-12"),
        ("Ông Trần Văn Long dự lễ.", "Ông Trần Văn Long"),
        ("Cầu ở Long Xuyên.", "Long Xuyên"),
        ("Donald Trump dự lễ ở đây.", "Donald Trump"),
        ("Xem thêm tại https://la.example/x.", "https://la.example/x."),
        ("Ba trăm người dự lễ.", "Ba trăm"),
    ],
)
def test_what_does_not_is_named(claim: str, missing: str) -> None:
    assert missing in unfounded(claim, SOURCE)


@given(st.integers(0, 10**9))
def test_only_figures_of_the_quotes_pass(value: int) -> None:
    known = {840, 16, 1_200_000, 1250, 20, 2023, 2024}
    assert (unfounded(f"Cả thảy là {value}.", SOURCE) == []) == (value in known)


@given(st.text(max_size=80), st.text(max_size=80))
@example("aB", "\rA")
def test_a_quote_founds_itself_whatever_it_says(before: str, after: str) -> None:
    sentence = f"{before} {after}"
    source = Quoted((sentence,), (), ())
    assert [w for w in unfounded(sentence, source) if w not in sentence] == []


def test_a_sentence_quoted_word_for_word_is_supported(encoder: Encoder) -> None:
    claims = [Claim(one.quote, (one,), supported=False) for one in CITATIONS]
    assert all(one.supported for one in verify(claims, encoder))


def test_meaning_decides_what_remains(encoder: Encoder) -> None:
    told = Claim("Cầu có chiều dài 840 m và chiều rộng 16 m.", (CITATIONS[1],), supported=False)
    off = Claim("Giá cà phê tiếp tục tăng mạnh trên thị trường.", (CITATIONS[1],), supported=True)
    assert [one.supported for one in verify([told, off], encoder)] == [True, False]


def test_a_translated_claim_is_held_to_its_own_measure(encoder: Encoder) -> None:
    said = "The bridge is 840 m long, 16 m wide and cost nearly 1.2 million USD."
    told = Claim(said, (CITATIONS[1],), supported=False)
    assert verify([told], encoder)[0].supported


@pytest.mark.parametrize(
    "broken",
    [
        (),
        (replace(CITATIONS[0], quote="Cầu dài 900 m."),),
        (replace(CITATIONS[0], start=5),),
        (CITATIONS[0], replace(CITATIONS[1], end=10_000)),
    ],
)
def test_without_a_true_quote_nothing_is_supported(
    encoder: Encoder, broken: tuple[Citation, ...]
) -> None:
    claim = Claim(CITATIONS[0].quote, broken, supported=True)
    assert not verify([claim], encoder)[0].supported


def test_claims_are_judged_each_in_its_place(encoder: Encoder) -> None:
    good = [Claim(one.quote, (one,), supported=False) for one in CITATIONS[:2]]
    bad = Claim("Cầu dài 999 m.", (CITATIONS[1],), supported=True)
    judged = verify([good[0], bad, good[1]], encoder)
    assert [one.text for one in judged] == [good[0].text, bad.text, good[1].text]
    assert [one.supported for one in judged] == [True, False, True]


@given(st.integers(-5, 300), st.integers(-5, 300))
def test_offsets_outside_the_article_never_quote(start: int, end: int) -> None:
    citation = Citation(1, BRIDGE, start, end, BRIDGE.text[start:end])
    assert quotes_exactly(citation) == (0 <= start < end <= len(BRIDGE.text))
