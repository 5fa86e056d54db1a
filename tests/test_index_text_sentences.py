from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@given(st.text(st.sampled_from('aĐ1 .…!?"”()[]-\n\u00a0\r;,“vTPQ'), max_size=80))
def test_spans_are_trimmed_ordered_and_hold_every_visible_character(text: str) -> None:
    covered = 0
    for start, end in sentence_spans(text):
        assert start < end
        assert not text[covered:start].strip()
        assert text[start:end] == text[start:end].strip()
        assert len(text[start:end].splitlines()) == 1
        covered = end
    assert not text[covered:].strip()


@pytest.mark.parametrize(
    "text",
    [
        "TP. Hồ Chí Minh đón 3 triệu lượt khách.",
        "PGS. TS. Nguyễn Văn An và ThS.BS Trần Bình có mặt.",
        "Giá cà phê là 25.000 đồng/kg, tăng 3.5% so với Q. 1.",
        "Anh ở Q.1, làm việc tại TP.HCM và TP.Hồ Chí Minh.",
        "Ông N.V.A. bị bắt cùng anh Lê Văn T. (35 tuổi) ở phường 3.",
        "Phạt như sau: 1. Cảnh cáo người vi phạm lần đầu",
        "Bà dạy ở Trường Y tế công cộng Harvard T.H. Chan từ 1:04.",
        "George W. Bush đọc sách của J. K. Rowling.",
        "“Ai đấy?” anh hỏi rồi mở cửa.",
        "Căn theo Nghị định số 15/2020/NĐ-CP; Quyết định 290-QĐ/TW; Kết luận số 43-KL/TW.",
        "Làm tốt công tác tiếp dân, giải quyết đơn thư…; thực hiện quy chế dân chủ.",
        "Từ đầu năm chỉ bán được... 20 chiếc.",
        "Yahoo! thông báo đóng cửa diễn đàn.",
        "1. Giới thiệu chung",
        "Điều 5. Quyền của người học",
        "Báo điện tử baohatinh.vn đưa tin.",
        "Con số 25. 000 bị cắt đôi khi thu thập.",
        "Họ nói “[...] không rõ” rồi thôi.",
        "x" * 20_000,
        "từ " * 20_000 + "hết",
    ],
)
def test_one_sentence_stays_whole(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    "parts",
    [
        ["Trời mưa to.", "Nước sông dâng cao!", "Ai cũng lo?", "Rồi trời tạnh…", "Bình minh lên."],
        ["Ông nói: “Chúng tôi sẽ về.”", "Rồi ông đi."],
        ["Có cam, bưởi, v.v.", "Ngoài ra có xoài."],
        ["Giải pháp gồm nhân lực, vốn, v.v...", "Đây là bước đầu."],
        ["Cuộc họp có lãnh đạo TP.", "Theo ông Nam, mưa sẽ ngớt."],
        ["Dịch kết thúc năm 2020.", "15 người đã khỏi."],
        ["Thuốc chứa vitamin C.", "Người bệnh uống hai lần."],
        ["Việt Nam ở bảng A.", "Thái Lan ở bảng B."],
        ["(Người dân nên ở nhà.)", "Đường đã ngập."],
        ["Hết bão.", "- Quảng Nam: 12 nhà tốc mái.", "- Quảng Ngãi: 3 nhà."],
        ["Công an mời anh N.V.T.", "Căn nhà của anh đã cháy."],
        ["Xe chạy 120 km/h.", "Tốc độ ấy quá cao.", "N. bị thương."],
        ["Đây là chuyến thăm Đông Nam Á.", "Nhân dịp này, ông sang Ý.", "Bulgaria cũng mời."],
        ["Máy này đã cũ.", "iPhone mới đắt hơn."],
        ["Đây là Q. 1.", "Ông ở đó 3 năm."],
        ["Giá là 25.000 đồng.", "“Quá đắt!”", "Chị Hoa nói vậy."],
        ["Năm ngoái vỡ đê… (ảnh).", "Năm nay thì không."],
    ],
)
def test_sentences_of_one_line(parts: list[str]) -> None:
    assert sentences(" ".join(parts)) == parts


def test_a_line_break_ends_a_sentence() -> None:
    text = "Lũ lên nhanh\n\n  - Di dời 20 hộ;\n  - Cấm đường 8\r\nHết."
    assert sentences(text) == ["Lũ lên nhanh", "- Di dời 20 hộ;", "- Cấm đường 8", "Hết."]


def test_a_blank_lost_between_paragraphs_is_seen() -> None:
    assert sentences("Bệnh nhân đã ổn định.Sáng nay họ xuất viện.") == [
        "Bệnh nhân đã ổn định.",
        "Sáng nay họ xuất viện.",
    ]


@pytest.mark.parametrize("unit", [".", ".x", "Q. ", " ", ".)", "...x ", "”", "( ", "1. ", ".\n"])
def test_hostile_runs_end_and_keep_every_character(unit: str) -> None:
    text = unit * 100_000
    spans = sentence_spans(text)
    visible = sum(not c.isspace() for start, end in spans for c in text[start:end])
    assert visible == sum(not c.isspace() for c in text)
