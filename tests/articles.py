"""Three short articles that the tests of search and answers share."""

from __future__ import annotations

from datetime import date

from index.types import Article

ARTICLES = [
    Article(
        id="cau",
        title="Khánh thành cầu Bến Thủy 3",
        text=(
            "Sáng 5/3, cầu Bến Thủy 3 nối Nghệ An với Hà Tĩnh được khánh thành.\n"
            "Cầu dài 1.200 m, tổng vốn 980 tỷ đồng.\n"
            "Ông Lê Văn Nam, Giám đốc ban quản lý dự án, cắt băng khánh thành."
        ),
        source="Báo Miền Trung",
        published=date(2024, 3, 5),
        digest="1",
    ),
    Article(
        id="truong",
        title="Trường Lê Lợi đón học sinh mới",
        text=(
            "Trường tiểu học Lê Lợi đón 320 học sinh lớp một.\n"
            "Hiệu trưởng của trường là bà Trần Thu Hằng.\n"
            "Năm học 2024, trường có thêm phòng đọc sách."
        ),
        source="Giáo dục hôm nay",
        published=date(2024, 9, 4),
        digest="2",
    ),
    Article(
        id="ca-phe",
        title="Giá cà phê Đắk Lắk lập đỉnh",
        text=(
            "Giá cà phê nhân tại Đắk Lắk đạt 131.000 đồng mỗi kg.\n"
            "Nông dân chưa vội bán vì chờ giá cao hơn."
        ),
        source="Báo Miền Trung",
        published=date(2024, 4, 25),
        digest="3",
    ),
]
