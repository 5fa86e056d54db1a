"""Claims that say the opposite of what they cite."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.encoders import Encoder
from index.types import Article
from qa.polarity import turned
from qa.types import Citation, Claim
from qa.verify import verify

TOLD = "Giá gạo ở chợ Vàm tăng 5% so với tháng trước và chưa ai bán lỗ."


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("Giá gạo giảm 5%.", ["giảm"]),
        ("Giá gạo không tăng 5%.", ["không tăng"]),
        ("Giá gạo tăng 5% và ai bán lỗ.", ["ai"]),
    ],
)
def test_a_turned_claim(claim: str, said: list[str]) -> None:
    assert turned(claim, [TOLD]) == said


@pytest.mark.parametrize(
    "claim",
    [
        TOLD,
        "Giá gạo tăng 5%.",
        "Không ai bán lỗ.",
        "Giá tăng chứ không giảm.",
        "Chợ Vàm không phải đóng cửa.",
        "Gạo đi đường hàng không.",
        "Không gian chợ Vàm.",
    ],
)
def test_what_is_not_turned(claim: str) -> None:
    assert turned(claim, [TOLD]) == []


def test_one_quote_may_deny_what_another_says() -> None:
    assert turned("Cầu đã thông xe.", ["Cầu chưa thông xe.", "Sáng nay, cầu đã thông xe."]) == []


@given(st.text(alphabet="không chưa có tăng giảm mới", max_size=80))
def test_a_text_never_turns_itself(text: str) -> None:
    assert turned(text, [text]) == []


@pytest.mark.parametrize("claim", ["Giá gạo ở chợ Vàm giảm 5%.", "Giá gạo không tăng 5%."])
def test_it_does_not_stand(encoder: Encoder, claim: str) -> None:
    article = Article(id="gao", title="Giá gạo ở chợ Vàm", text=TOLD)
    citation = Citation(1, article, 0, len(TOLD), TOLD)
    right = Claim("Giá gạo ở chợ Vàm tăng 5%.", (citation,), supported=False)
    judged = verify([right, Claim(claim, (citation,), supported=False)], encoder)
    assert [one.supported for one in judged] == [True, False]
