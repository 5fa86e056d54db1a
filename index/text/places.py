"""The provinces and large cities of Viet Nam, as newspapers write them."""

from __future__ import annotations

import re

from index.text.syllables import fold

PLACES = tuple(
    " ".join(name.split())
    for name in """
    An Giang,Bà Rịa,Vũng Tàu,Bạc Liêu,Bắc Giang,Bắc Kạn,Bắc Ninh,Bến Tre,Bình Dương,Bình Định,
    Bình Phước,Bình Thuận,Cà Mau,Cao Bằng,Cần Thơ,Đà Nẵng,Đắk Lắk,Đắk Nông,Điện Biên,Đồng Nai,
    Đồng Tháp,Gia Lai,Hà Giang,Hà Nam,Hà Nội,Hà Tĩnh,Hải Dương,Hải Phòng,Hậu Giang,Hòa Bình,
    Hưng Yên,Khánh Hòa,Kiên Giang,Kon Tum,Lai Châu,Lạng Sơn,Lào Cai,Lâm Đồng,Long An,Nam Định,
    Nghệ An,Ninh Bình,Ninh Thuận,Phú Thọ,Phú Yên,Quảng Bình,Quảng Nam,Quảng Ngãi,Quảng Ninh,
    Quảng Trị,Sóc Trăng,Sơn La,Tây Ninh,Thái Bình,Thái Nguyên,Thanh Hóa,Thừa Thiên Huế,Huế,
    Tiền Giang,Trà Vinh,Tuyên Quang,Vĩnh Long,Vĩnh Phúc,Yên Bái,Việt Nam,Hồ Chí Minh,Sài Gòn
    """.split(",")
)
_ANY = "|".join(sorted(map(re.escape, PLACES), key=len, reverse=True))
_WRITTEN = re.compile(rf"\b(?:{_ANY})\b", re.IGNORECASE)
_BARE = re.compile(rf"\b(?:{fold(_ANY)})\b", re.IGNORECASE)


def place_spans(text: str) -> list[tuple[int, int]]:
    """Where ``text`` names a province, in any case; without accents if it has none at all."""
    pattern = _BARE if fold(text) == text else _WRITTEN
    return [match.span() for match in pattern.finditer(text)]
