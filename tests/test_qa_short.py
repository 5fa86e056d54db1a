"""The bare answer: found where there is just one, never guessed between two."""

from __future__ import annotations

from datetime import date

import pytest

from qa.short import short_answer


@pytest.mark.parametrize(
    ("question", "sentence", "short"),
    [
        ("Cầu Vàm dài bao nhiêu mét?", "Cầu Vàm dài 412 m, rộng 12 m với hai làn xe.", "412 m"),
        ("Cầu Vàm rộng bao nhiêu?", "Cầu Vàm dài 412 m, rộng 12 m với hai làn xe.", "12 m"),
        ("Cầu Vàm dài bao nhiêu?", "Cầu Vàm có vốn đầu tư 1.250 tỉ đồng.", None),
        (
            "Xã trồng được bao nhiêu cây?",
            "Năm 2023, xã trồng gần 4.500 cây trên 12 km đường.",
            "gần 4.500",
        ),
        (
            "Lễ hội khai mạc ngày nào?",
            "Lễ hội khai mạc ngày 12/3/2024 tại sân vận động.",
            "12/3/2024",
        ),
        (
            "Ai là hiệu trưởng của trường?",
            "Hiệu trưởng của trường là bà Trần Thu Hằng, 45 tuổi.",
            "Trần Thu Hằng",
        ),
        (
            "Ai dự lễ khánh thành?",
            "Dự lễ khánh thành có ông Lê Văn Nam và bà Trần Thu Hằng.",
            None,
        ),
        (
            "Hội nghị do ai tổ chức?",
            "Ông Lê Nam nói tại Hội nghị do Ban Thường vụ Tỉnh ủy tổ chức ngày 7/7.",
            "Ban Thường vụ Tỉnh ủy",
        ),
        ("Vì sao cầu sập?", "Cầu sập vì lũ lớn.", None),
        (
            "Ai được tặng bằng khen?",
            "Chủ tịch tỉnh Lê Văn Nam tặng bằng khen cho bà Trần Thu Hằng.",
            "Trần Thu Hằng",
        ),
        (
            "Huyện Mai Sơn tặng quà cho bao nhiêu gia đình khó khăn?",
            "Huyện Mai Sơn tặng quà cho 20 gia đình khó khăn; tỉnh giúp 35 gia đình ở nơi khác.",
            "20",
        ),
        (
            "Nghị định số 12/NĐ-CP ban hành ngày nào?",
            "Hội nghị ngày 7/7/2020 bàn Nghị định số 12/NĐ-CP, ngày 25/2/2010 của Chính phủ.",
            "25/2/2010",
        ),
        ("Năm 2020 lễ hội có chủ đề gì?", "Lễ hội năm 2020 có chủ đề “Sông quê”.", "Sông quê"),
        ("Năm đọc sách có chủ đề gì?", "Chủ đề là “Năm đọc sách vui”.", "Năm đọc sách vui"),
        ("Tỷ lệ đạt bao nhiêu phần trăm?", "Tỷ lệ đạt 83%, tăng 19 điểm phần trăm.", "83%"),
        ("Dự án tốn bao nhiêu tiền?", "Sau 11 năm, dự án tốn 38,6 tỷ đồng.", "38,6 tỷ đồng"),
        ("Dự án tốn bao nhiêu tiền?", "Sau 11 năm, dự án mới xong.", None),
        ("Cà phê bán sang nước nào?", "Hợp tác xã Nông nghiệp bán sang Nhật Bản.", "Nhật Bản"),
        ("Lễ hội ở đâu?", "Lễ hội diễn ra tại Huế, Đà Nẵng và Hội An.", None),
        ("Lê Văn Nam là ai?", "Ông Lê Văn Nam và bà Trần Thu Hằng dự lễ.", None),
        ("Nhiệt độ tăng bao nhiêu?", "Nhiệt độ tăng 0,3 đến 0,6 độ.", "0,3 đến 0,6"),
        ("Tình yêu ái mộ là gì?", "Trần Thu Hằng viết về ái mộ.", None),
    ],
)
def test_short_answers(question: str, sentence: str, short: str | None) -> None:
    assert short_answer(question, sentence) == short


def test_the_day_of_publication_answers_when_an_article_came_out() -> None:
    question = "Bài về lễ hội được đăng ngày nào?"
    assert short_answer(question, "Lễ hội rất đông.", date(2024, 6, 21)) == "21/6/2024"
    assert short_answer(question, "Lễ hội rất đông.", None) is None
