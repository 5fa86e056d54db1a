from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.articles.furniture import FEWEST_ARTICLES, Furniture, learn, strip

NAMES = ["Lan", "Hùng", "Mai", "Tú", "Bình", "Thọ", "Nga", "Sơn", "Hà", "Phúc"]


def article(number: int) -> str:
    name, other = NAMES[number % 10], NAMES[number // 10 % 10]
    return f"{name} gặp {other} lúc {number} giờ. Họ bàn về vụ mùa số {number} của {other}."


def test_what_opens_and_closes_every_article_is_furniture() -> None:
    texts = [
        f"Lưu bài viết thành công Bạn có thể xem lại {article(n)} Nguồn: [Link nguồn]"
        for n in range(40)
    ]
    furniture = learn(texts)
    for number, text in enumerate(texts):
        assert strip(text, furniture) == (
            article(number),
            ["Lưu bài viết thành công Bạn có thể xem lại", "Nguồn: [Link nguồn]"],
        )


def test_the_opening_of_another_article_in_front_of_a_closing_goes() -> None:
    closing = " Đọc bản đầy đủ ở đây"
    again = "Miền Bắc sắp đón không khí lạnh mạnh, trời chuyển rét sâu."
    short = "Loại chuối này mang ý nghĩa may mắn và..."
    texts = [f"{article(n)}{closing}" for n in range(40)]
    texts += [f"{article(n)} {end}{closing}" for n, end in ((40, again), (41, short), (42, again))]
    furniture = learn(texts)
    kept = [strip(text, furniture)[0] for text in texts]
    assert kept == [article(n) for n in range(43)]
    fused = f"{article(1)} Kết quả: " + "bàn thắng thứ hai của đội chủ nhà, " * 6 + short
    assert strip(fused + closing, furniture)[0] == fused
    assert strip(f"{article(1)} {short}", furniture)[0] == f"{article(1)} {short}"


def test_a_line_that_recurs_goes_with_what_stands_beside_it() -> None:
    texts = [
        f"{article(n)}\nĐọc thêm tại ứng dụng.\nCơ hội trúng ngay 500.000 đồng!!!\n{article(n + 1)}"
        if n % 3 == 0
        else article(n)
        for n in range(60)
    ]
    stripped, removed = strip(texts[3], learn(texts))
    assert removed == ["Đọc thêm tại ứng dụng.", "Cơ hội trúng ngay 500.000 đồng!!!"]
    assert stripped.split("\n") == [article(3), "", "", article(4)]


def test_prose_that_recurs_only_beside_a_line_goes_with_it() -> None:
    texts = [article(n) for n in range(40)]
    texts += [f"{one}\nCơ hội trúng ngay 500.000 đồng!!!\n{one}" for one in texts[:10]]
    match = "Thanh Hóa - Nam Định 08.02 Dự đoán tỷ số."
    texts += [f"{one}\n{match}\nCơ hội trúng ngay 500.000 đồng!!!\n{one}" for one in texts[:20]]
    assert match in learn(texts).lines


def test_what_stands_behind_a_line_that_ends_articles_goes() -> None:
    closing, line = " Đọc bản đầy đủ ở đây", "\nCơ hội trúng ngay 500.000 đồng!!!\n"
    teaser = "Đội trưởng số {0} lỡ hẹn với trận đấu thứ {0} trong mùa giải."
    texts = [f"{article(n)}{line}{teaser.format(n)}{closing}" for n in range(20)]
    texts += [f"{article(n)}{closing}" for n in range(20, 40)]
    furniture = learn(texts)
    assert [strip(text, furniture)[0] for text in texts] == [article(n) for n in range(40)]
    inside = f"{article(1)}{line}{article(2)} {article(3)} {article(4)}{closing}"
    assert article(4) in strip(inside, furniture)[0]


def test_prose_that_recurs_is_an_articles_own() -> None:
    texts = [f"{article(n)} Vụ việc đang được điều tra làm rõ. {article(n + 1)}" for n in range(60)]
    assert learn(texts).lines == frozenset()


def test_few_articles_teach_nothing() -> None:
    text = "Lưu bài viết thành công Bạn có thể xem lại"
    assert not learn([f"{text} {article(n)}" for n in range(FEWEST_ARTICLES - 1)])
    assert not learn([f"{text} {article(0)}"] * 100)


def test_common_first_words_stay() -> None:
    texts = [f"Theo thông tin từ {NAMES[n % 10]} {n}, {article(n)}" for n in range(60)]
    assert not learn(texts)


def test_an_article_of_nothing_but_furniture_is_empty() -> None:
    furniture = Furniture(openings=frozenset({("một", "hai")}), closings=frozenset({("ba",)}))
    assert strip("một hai ba", furniture) == ("", ["một hai ba"])


@given(st.lists(st.text(st.sampled_from("ab .\n!"), max_size=30), max_size=40))
def test_what_is_removed_was_there_and_the_rest_is_untouched(texts: list[str]) -> None:
    numbered = [f"{text} x{n}" for n, text in enumerate(texts)]
    furniture = learn(numbered)
    for text in numbered:
        stripped, removed = strip(text, furniture)
        joined = f"{stripped} {' '.join(removed)}"
        assert sorted(joined.split()) == sorted(text.split())
