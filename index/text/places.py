"""The provinces and large cities of Viet Nam, as newspapers write them."""

from __future__ import annotations

import re
from functools import lru_cache

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
COUNTRIES = frozenset(
    " ".join(name.split())
    for name in """
    Việt Nam,Lào,Campuchia,Thái Lan,Myanmar,Malaysia,Singapore,Indonesia,Philippines,Brunei,
    Trung Quốc,Nhật Bản,Hàn Quốc,Triều Tiên,Mông Cổ,Ấn Độ,Pakistan,Bangladesh,Nepal,Sri Lanka,
    Afghanistan,Iran,Iraq,Israel,Syria,Ả Rập Xê Út,Thổ Nhĩ Kỳ,Nga,Liên Xô,Ukraina,Ukraine,Ba Lan,
    Đức,Pháp,Anh,Ý,Italia,Tây Ban Nha,Bồ Đào Nha,Hà Lan,Bỉ,Thụy Sĩ,Thụy Điển,Na Uy,Phần Lan,
    Đan Mạch,Áo,Hungary,Cộng hòa Séc,Hy Lạp,Ireland,Mỹ,Hoa Kỳ,Canada,Mexico,Cuba,Brasil,Brazil,
    Argentina,Chile,Peru,Colombia,Venezuela,Úc,Australia,New Zealand,Ai Cập,Nam Phi,Nigeria,Kenya,
    Ethiopia,Algérie,Maroc,Angola
    """.split(",")
)
_ANY = "|".join(sorted(map(re.escape, PLACES), key=len, reverse=True))
_WRITTEN = re.compile(rf"\b(?:{_ANY})\b", re.IGNORECASE)
_BARE = re.compile(rf"\b(?:{fold(_ANY)})\b", re.IGNORECASE)
# Peace and an ocean, which are spelled like provinces.
_NO_PLACE = ("hòa bình", "thái bình dương")
_OR_NO_PLACE = re.compile(rf"\b(?:{'|'.join(_NO_PLACE)}|{_ANY})\b", re.IGNORECASE)
_NEWSPAPER_OF = {
    "".join(fold(place).lower().split()): place for place in PLACES if place != "Việt Nam"
}
_TITLES = re.compile(r"^(?:bao|dai|tapchi|congthongtindientu|tinh|thanhpho)+")


def place_spans(text: str) -> list[tuple[int, int]]:
    """Where ``text`` names a province, in any case; without accents if it has none at all."""
    pattern = _BARE if fold(text) == text else _WRITTEN
    return [match.span() for match in pattern.finditer(text)]


def with_capitals(text: str) -> str:
    """``text`` with its provinces as newspapers write them: a small letter there misleads a model
    that knows names by their capitals.
    """
    written = {place.lower(): place for place in PLACES if place.lower() not in _NO_PLACE}
    return _OR_NO_PLACE.sub(lambda found: written.get(found[0].lower(), found[0]), text)


@lru_cache(maxsize=4_096)
def province_of(newspaper: str | None) -> str | None:
    """The province in the name of a newspaper ("Baonghean.vn"), whose news is from there."""
    name = _TITLES.sub("", "".join(c for c in fold(newspaper or "").lower() if c.isalnum()))
    return next(
        (place for written, place in _NEWSPAPER_OF.items() if name.startswith(written)), None
    )
