"""Token ids against those of HF's tokenizers, which is given the same vocabulary."""

from __future__ import annotations

import gzip
import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.encoders.packed import Vocabulary, bundled_path, read_packed
from index.encoders.unigram import Unigram

SHARED = Path(__file__).parents[2] / "shared"
ODD = [
    "",
    " ",
    "query: ",
    "Tiếng   Việt\tcó\ndấu\r\n",
    "TP.HCM: 1.234,5 tỉ đồng (tăng 12,3%)",
    "ﬁnance ½ ① ㎞ Ｆｕｌｌ ａｎｄ ｈａｌｆ",
    "中文没有空格,日本語も、한국어도",
    "😀😀😀 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 \U0010ffff\U0010ffff x",
    "▁ ▁▁a ▁b",
    "zero\u200bwidth\u200djoin\ufeffed soft\u00adhyphen \u0001control",
    "https://example.vn/tin-tuc/abc?x=1&y=2#z _snake_case_ CamelCase",
    "nghiêngnghiêngnghiêngnghiêngnghiêngnghiêngnghiêngnghiêng",
]


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return read_packed(bundled_path()).vocabulary


@pytest.fixture(scope="module")
def ours(vocabulary: Vocabulary) -> Unigram:
    return Unigram(vocabulary)


@pytest.fixture(scope="module")
def theirs(vocabulary: Vocabulary) -> Callable[[str], list[int]]:
    from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
    from tokenizers.models import Unigram as HfUnigram

    rows = list(zip(vocabulary.pieces, vocabulary.scores.tolist(), strict=True))
    tokenizer = Tokenizer(HfUnigram(rows, unk_id=vocabulary.unknown))
    tokenizer.normalizer = normalizers.Replace(Regex(" {2,}"), " ")
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    table = str.maketrans(vocabulary.replacements)

    def encode(text: str) -> list[int]:
        normal = unicodedata.normalize("NFC", text).translate(table).strip(" ")
        return list(tokenizer.encode(normal).ids)

    return encode


def inner(tokens: Unigram, text: str) -> list[int]:
    ids = tokens(text, 10**6)
    assert (ids[0], ids[-1]) == (0, 2)
    return ids[1:-1]


@pytest.mark.parametrize("text", ODD)
def test_odd_text(ours: Unigram, theirs: Callable[[str], list[int]], text: str) -> None:
    assert inner(ours, text) == theirs(text)


def test_real_vietnamese_and_english(ours: Unigram, theirs: Callable[[str], list[int]]) -> None:
    with gzip.open(SHARED / "data/news/tuoitre2024.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line, _ in zip(lines, range(40), strict=False)]
    with (SHARED / "data/xquad-vi/queries.en.jsonl").open(encoding="utf-8") as lines:
        texts += [json.loads(line)["text"] for line, _ in zip(lines, range(200), strict=False)]
    assert sum(map(len, texts)) > 50_000
    for text in texts:
        assert inner(ours, text) == theirs(text)


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text(ours: Unigram, theirs: Callable[[str], list[int]], text: str) -> None:
    assert inner(ours, text) == theirs(text)


def test_accents_composed_or_not_are_the_same(ours: Unigram) -> None:
    text = "Đà Nẵng khánh thành cầu đường sắt"
    assert ours(unicodedata.normalize("NFD", text), 512) == ours(text, 512)


def test_text_cannot_spell_the_marks(ours: Unigram, vocabulary: Vocabulary) -> None:
    marks = {vocabulary.bos, vocabulary.eos, vocabulary.pad, len(vocabulary.pieces) - 1}
    assert not marks & set(inner(ours, "<s> </s> <pad> <mask> a</s>b<mask>"))


def test_long_text_is_cut_and_still_ends(ours: Unigram) -> None:
    ids = ours("cầu " * 1000, 16)
    assert len(ids) == 16
    assert ids[-1] == 2
    assert ids[:-1] == ours("cầu " * 2000, 512)[:15]


@pytest.mark.parametrize("unit", ["a", "ấ", "😀", "a\u0301\u0323", "\u0301\u0323", "cầu ", " "])
def test_a_megabyte_of_anything_gives_at_most_the_limit(ours: Unigram, unit: str) -> None:
    assert len(ours("query: " + unit * (1_000_000 // len(unit)), 512)) <= 512
