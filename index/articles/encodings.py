"""Bytes -> str for Vietnamese text of any age.

Before Unicode won, Vietnam wrote TCVN3 (the ABC fonts), VNI, VISCII and windows-1258, and much of
it was later read as Western European text and saved again. Bytes are decoded in every way that is
possible, and the way that gives Vietnamese syllables is the right one.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from index.articles.vietnamese import is_syllable

_SAMPLE = 20_000

_TCVN = (
    "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ"
    "\u00a0ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴ"
    "ẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịò"
    "ỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
)
_TCVN_CAPITALS = {
    0x01: "Ú", 0x02: "Ụ", 0x04: "Ừ", 0x05: "Ử", 0x06: "Ữ", 0x11: "Ứ",
    0x12: "Ự", 0x13: "Ỳ", 0x14: "Ỷ", 0x15: "Ỹ", 0x16: "Ý", 0x17: "Ỵ",
}  # fmt: skip
_VISCII = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ"
    "ÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡư"
    "àáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)
_VISCII_CAPITALS = {0x02: "Ẳ", 0x05: "Ẵ", 0x06: "Ẫ", 0x14: "Ỷ", 0x19: "Ỹ", 0x1E: "Ỵ"}

_TONES = "\u0301\u0300\u0309\u0303\u0323"
_VNI_MARKS = (
    dict(zip("ùøûõï", _TONES, strict=True))
    | dict(zip("âáàåãä", ["\u0302", *(f"\u0302{tone}" for tone in _TONES)], strict=True))
    | dict(zip("êéèúüë", ["\u0306", *(f"\u0306{tone}" for tone in _TONES)], strict=True))
)
_VNI_LETTERS = dict(zip("ñæóòîôöÑÆÓÒÎÔÖ", "đỉĩịỵơưĐỈĨỊỴƠƯ", strict=True))
_VNI = re.compile(f"([aeouyôö])([{''.join(_VNI_MARKS)}])|[{''.join(_VNI_LETTERS)}]", re.IGNORECASE)


def _windows_1252(byte: int) -> str:
    """The five holes of windows-1252 are the control characters of Latin-1, as browsers have it."""
    return bytes([byte]).decode("cp1252", "ignore") or chr(byte)


_WESTERN_BYTE = {
    character: byte for byte in range(256) for character in (chr(byte), _windows_1252(byte))
}
_WINDOWS_1252 = {byte: _windows_1252(byte) for byte in range(0x80, 0xA0)}
_FROM_TCVN = _TCVN_CAPITALS | dict(zip(range(128, 256), _TCVN, strict=True))
_FROM_TCVN3 = dict(zip(range(0xA1, 256), _TCVN[0xA1 - 128 :], strict=True))
_FROM_VISCII = _VISCII_CAPITALS | dict(zip(range(128, 256), _VISCII, strict=True))

_VIETNAMESE = re.compile("[ăđơưĂĐƠƯẠ-ỹ]")
_WESTERN = re.compile("[\x80-\xff]")
_WORD = re.compile(r"[^\W\d_]+")
_ODD = re.compile("[\x80-\x9f¡-¿×÷\u0192\u02c6\u02dc\u2030\u0160-\u0178\ufffd]")
_SHOUTED = re.compile(r"\b[A-ZĐĂÂÊÔƠƯà-ỹ]{2,7}\b")
_BYTE_ORDER_MARKS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]


def decode(data: bytes) -> str:
    """The text that ``data`` holds. Never fails; bytes that mean nothing are left out.

    A byte order mark and valid UTF-8 are believed; for the rest, and for UTF-8 that was once read
    in a wrong way, the encoding is chosen by how much of the text becomes Vietnamese.
    """
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return repair(data[len(mark) :].decode(name, "ignore"))
    if wide := _utf16_without_mark(data):
        return repair(data.decode(wide, "ignore"))
    try:
        return repair(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _most_vietnamese(_readings(data)).replace("\ufffd", "")


def repair(text: str) -> str:
    """``text``, or what it was before a wrong encoding was taken for the right one."""
    sample = text[:_SAMPLE]
    western = len(_WESTERN.findall(sample))
    if not western or 4 * len(_VIETNAMESE.findall(sample)) > western:
        return text
    best = _most_vietnamese(_undone(text))
    # Another reading must be good, not just less bad: French, Spanish and "25 °C" stay as they are.
    return best.replace("\ufffd", "") if _score(best) > max(2, _score(text)) else text


def _utf16_without_mark(data: bytes) -> str | None:
    sample = data[:_SAMPLE]
    even, odd = (2 * sample[parity::2].count(0) / max(1, len(sample)) for parity in (0, 1))
    if max(even, odd) < 0.3 or min(even, odd) > 0.05:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _readings(data: bytes) -> Iterator[str]:
    western = data.decode("latin-1").translate(_WINDOWS_1252)
    yield data.decode("utf-8", "replace")
    yield from _tables(western, data)
    yield western


def _undone(text: str) -> Iterator[str]:
    data = b"".join(bytes([_WESTERN_BYTE.get(character, 0x3F)]) for character in text)
    yield text
    yield data.decode("utf-8", "replace")
    yield from _tables(text, data)


def _tables(western: str, data: bytes) -> Iterator[str]:
    """The readings of ``data``, which seen as windows-1252 is ``western``."""
    yield unicodedata.normalize("NFC", data.decode("cp1258", "replace"))
    yield _VNI.sub(_vni_letter, western)
    yield _SHOUTED.sub(_shout, western.translate(_FROM_TCVN3))
    yield data.decode("latin-1").translate(_FROM_TCVN)
    yield data.decode("latin-1").translate(_FROM_VISCII)


def _vni_letter(match: re.Match[str]) -> str:
    letter, mark = match.groups()
    if mark is None:
        return _VNI_LETTERS[match.group()]
    letter = _VNI_LETTERS.get(letter, letter)
    return unicodedata.normalize("NFC", letter + _VNI_MARKS[mark.lower()])


def _shout(match: re.Match[str]) -> str:
    """TCVN3 has no accented capitals: "HéI NGHÞ" in a font of capitals is "HỘI NGHỊ"."""
    word = match.group()
    capitals = sum(character.isupper() for character in word)
    return word.upper() if capitals > 1 else word


def _most_vietnamese(readings: Iterator[str]) -> str:
    """The first of the readings that score highest."""
    return max(readings, key=_score)


def _score(text: str) -> int:
    """Accented syllables of Vietnamese, less twice what could not stand in a Vietnamese text."""
    sample = unicodedata.normalize("NFC", text[:_SAMPLE])
    accented = [word for word in _WORD.findall(sample) if not word.isascii()]
    good = sum(_is_syllable(word.lower()) for word in accented)
    return good - 2 * (len(accented) - good + len(_ODD.findall(sample)))


_is_syllable = lru_cache(50_000)(is_syllable)
