from __future__ import annotations

import codecs
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles.encodings import decode, repair
from index.articles.vietnamese import is_syllable
from index.text.unicode import clean

LEGACY = Path(__file__).parents[2] / "shared" / "data" / "legacy"
FORMS = [
    "nfd.utf8",
    "tcvn3-mojibake.utf8",
    "vni-mojibake.utf8",
    "tcvn5712",
    "viscii",
    "windows-1258",
]
TEXT = "Chủ tịch UBND xã Đồng Vân nói: “Nước lũ đang rút, bà con yên tâm.”"


@pytest.mark.parametrize("form", FORMS)
def test_every_old_form_becomes_the_same_text(form: str) -> None:
    same = length = 0
    references = sorted(LEGACY.glob("*[0-9].utf8.txt"))
    assert len(references) == 12
    for reference in references:
        stem = reference.name.removesuffix(".utf8.txt")
        expected = clean(reference.read_text("utf-8"))
        got = clean(decode((LEGACY / f"{stem}.{form}.txt").read_bytes()))
        if got == expected:
            same += len(expected)
        else:
            blocks = SequenceMatcher(None, expected, got, autojunk=False).get_matching_blocks()
            same += sum(block.size for block in blocks)
        length += max(len(expected), len(got))
    assert same / length >= 0.995


@pytest.mark.parametrize("name", ["viscii", "windows-1258"])
def test_the_wikipedia_paragraph(name: str) -> None:
    expected = (LEGACY / "utf-8.txt").read_text("utf-8")
    assert clean(decode((LEGACY / f"{name}.txt").read_bytes())) == clean(expected)


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("utf-8"),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
        TEXT.encode("utf-8").decode("latin-1").encode("utf-8"),
        b"\xff" + TEXT.encode("utf-8") + b"\xe1\xba",
    ],
)
def test_unicode_in_all_its_forms(data: bytes) -> None:
    assert decode(data) == TEXT


def test_capitals_of_tcvn3_are_capitals_again() -> None:
    assert repair("HéI NGHÞ §¹I BIÓU cña §¶ng bé tØnh Hµ TÜnh ®· häp") == (
        "HỘI NGHỊ ĐẠI BIỂU của Đảng bộ tỉnh Hà Tĩnh đã họp"
    )


@pytest.mark.parametrize(
    "text",
    [
        "L'été à la plage, ça va être très beau, déjà vu à Genève.",
        "El niño comió piñas en España, ¿verdad?",
        "Größe und Straße über München",
        "Gia dinh toi o Ha Noi, khong dau.",
        "25 °C, 3 × 4 m², £5",
        "",
    ],
)
def test_what_is_not_broken_is_not_repaired(text: str) -> None:
    assert repair(text) == text
    assert decode(text.encode("utf-8")) == text


@given(st.binary(max_size=300))
def test_any_bytes_become_text(data: bytes) -> None:
    decode(data).encode("utf-8", "surrogatepass")


@given(st.text(st.sampled_from("aáàảãạăắằâấđeêếioôơớuưứyý ,.ABCĐ"), max_size=60))
def test_valid_utf8_in_vietnamese_is_believed(text: str) -> None:
    sentence = f"Đường về nhà mưa lũ. {text}"
    assert decode(sentence.encode("utf-8")) == sentence


def test_syllables() -> None:
    for word in ("nghiêng", "đường", "quyết", "gì", "hoà", "hòa", "khuỷu", "yêu", "ấp", "oái"):
        assert is_syllable(word), word
    for word in ("nêws", "châtp", "hồc", "été", "niño", "bbà", "ghàch", "strà"):
        assert not is_syllable(word), word
