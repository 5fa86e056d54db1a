"""What a question wants, and where a sentence holds it."""

from __future__ import annotations

import pytest

from index.text.aliases import with_aliases
from index.text.questions import Kind
from index.text.wanted import values, wanted


@pytest.mark.parametrize(
    ("question", "kind", "unit"),
    [
        ("Xây trụ sở mới tốn mấy tỉ?", Kind.HOW_MANY, ("ti",)),
        ("Lệ phí mỗi môn thi là bao nhiêu?", Kind.HOW_MANY, ("tien",)),
        ("Vé tháng giá nhiêu?", Kind.HOW_MANY, ("tien",)),
        ("Dân số là bao nhiêu khi sáp nhập?", Kind.HOW_MANY, ()),
        ("co bao nhieu nguoi du", Kind.HOW_MANY, ("nguoi", "du")),
        ("Ca sĩ nào bị bắt?", Kind.WHO, ()),
        ("Sao dân đổ xô đi đổi bằng lái?", Kind.WHY, ()),
        ("Đơn vị nào đã tháo dỡ trụ sở?", Kind.ORGANISATION, ()),
        ("Quy hoạch nằm trong quyết định nào?", Kind.DOCUMENT, ()),
        ("Ông Nam nhậm chức hôm nào?", Kind.WHEN, ()),
        ("Máy bay nào hạ cánh?", Kind.OTHER, ()),
        ("Xưởng may mở cửa ra sao?", Kind.OTHER, ()),
    ],
)
def test_what_is_wanted(question: str, kind: Kind, unit: tuple[str, ...]) -> None:
    want = wanted(question)
    assert (want.kind, want.unit) == (kind, unit)


@pytest.mark.parametrize(
    ("question", "sentence", "held"),
    [
        ("Phí khám là bao nhiêu?", "Phí khám là 150.000 đồng một lượt.", ["150.000"]),
        ("Phí khám là bao nhiêu?", "Thông tư 36 có hiệu lực từ 1-1-2025.", []),
        ("Có bao nhiêu em bị thương?", "Vụ việc làm ba em bị thương.", ["ba"]),
        ("Cửa hàng mở lúc mấy giờ?", "Cửa hàng mở từ 8h30.", ["8h30"]),
        ("Ông Lê Văn Nam mấy tuổi?", "Ông qua đời ở tuổi 55.", ["tuổi 55"]),
        ("Ông mất ngày nào?", "Ông mất năm 2024 tại Huế.", []),
        ("Ông mất ngày nào?", "Ông mất ngày 5-3-2024 tại Huế.", ["5-3-2024"]),
        ("Năm nào khởi công?", "Cầu khởi công năm 2019.", ["2019"]),
        ("Ai thay bà Trần Thu Hằng?", "Bà Trần Thu Hằng nghỉ hưu.", []),
        ("Ai thay bà Trần Thu Hằng?", "Ông Lê Văn Nam thay bà Trần Thu Hằng.", ["Ông Lê Văn Nam"]),
        (
            "Quy hoạch theo quyết định nào?",
            "Theo quyết định 866 thì tỉnh có mỏ.",
            ["quyết định 866"],
        ),
        ("Vì sao đường đóng?", "Đường đóng do mưa lớn.", ["do"]),
    ],
)
def test_what_a_sentence_holds_of_it(question: str, sentence: str, held: list[str]) -> None:
    found = values(sentence, wanted(question))
    assert found is not None
    assert [sentence[start:end] for start, end in found] == held


def test_a_definition_has_no_look() -> None:
    assert values("Hắc lào là bệnh da.", wanted("Hắc lào là bệnh gì?")) is None


@pytest.mark.parametrize(
    ("question", "sure"),
    [
        ("Phí khám là bao nhiêu?", True),
        ("Có bao nhiêu căn hộ?", False),
        ("Ông mất ngày nào?", True),
        ("Ông mất khi nào?", False),
        ("Ai mất?", True),
        ("Bài này đăng ngày nào?", False),
    ],
)
def test_only_what_cannot_be_said_otherwise_is_sure(question: str, sure: bool) -> None:
    assert wanted(question).is_sure is sure


def test_one_city_has_several_names() -> None:
    units = with_aliases("benh vien o tp hcm".split())
    assert units[:5] == "benh vien o tp hcm".split()
    text = " ".join(units)
    assert all(name in text for name in ("sai gon", "ho chi minh", "| thanh pho", "| bv"))
    assert with_aliases(["cau", "dai"]) == ["cau", "dai"]
