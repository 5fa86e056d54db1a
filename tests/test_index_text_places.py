"""Provinces: found in any case, written with capitals, read out of the names of newspapers."""

from __future__ import annotations

import pytest

from index.text.places import place_spans, province_of, with_capitals


def test_places_are_found_in_any_case() -> None:
    text = "từ đắk lắk đến Hà Tĩnh"
    assert [text[slice(*span)] for span in place_spans(text)] == ["đắk lắk", "Hà Tĩnh"]
    bare = "tu dak lak den Ha Tinh"
    assert [bare[slice(*span)] for span in place_spans(bare)] == ["dak lak", "Ha Tinh"]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("tỉnh ủy hà tĩnh có ai?", "tỉnh ủy Hà Tĩnh có ai?"),
        ("giá cà phê Đắk lắk", "giá cà phê Đắk Lắk"),
        ("giải nobel hòa bình", "giải nobel hòa bình"),
        ("bão vào thái bình dương", "bão vào thái bình dương"),
        ("bão vào thái bình", "bão vào Thái Bình"),
        ("ha tinh", "ha tinh"),
    ],
)
def test_capitals(typed: str, written: str) -> None:
    assert with_capitals(typed) == written


@pytest.mark.parametrize(
    ("newspaper", "province"),
    [
        ("Baonghean.vn", "Nghệ An"),
        ("Báo Tuyên Quang Online", "Tuyên Quang"),
        ("Hà Nội Mới", "Hà Nội"),
        ("thuehoc.vn", None),
        ("Báo điện tử Việt Nam", None),
        ("Tuổi Trẻ", None),
        (None, None),
    ],
)
def test_a_local_newspaper_names_its_province(newspaper: str | None, province: str | None) -> None:
    assert province_of(newspaper) == province
