"""What the page is made of: foreign text stays text, marks lie where the offsets say."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import replace

import pytest
from fakes_app import BRIDGE, RICE, FakeAnswerer, FakeIndex
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.views import article_view
from app.web import markup
from app.web.conversation import Turn, filled
from app.words import EN, VI, Words
from index.types import Article
from qa.types import Answer, Claim, Outcome

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
HOSTILE = (
    "<script>fetch('http://evil.example')</script>",
    "<img src=x onerror=alert(1)>",
    "![](http://evil.example/a.png)",
    "[bấm](javascript:alert(1))",
    "<style>@import url(http://evil.example)</style>",
    "<form action=http://evil.example><input name=p type=password></form>",
    "$$\\href{javascript:alert(1)}{x}$$",
    "${alert(1)} {{7*7}} `code` ~~~",
    "# tiêu đề\n* mục\n1. một\n> trích\n---",
    "www.evil.example http://evil.example <mailto:a@evil.example>",
    "_nghiêng_ **đậm** ~gạch~ |a|b|",
    "\u202ehcịđ\u202c \u200bẩn\u2066 \U000e0041",
)


def turn_of(question: str, *articles: Article) -> Turn:
    answer = FakeAnswerer(FakeIndex(articles or (BRIDGE, RICE))).ask(question)
    return filled(Turn(question=question), answer, 0.01, whole=True)


def cards(*turns: Turn, words: Words) -> str:
    alone = len(turns) == 1
    groups = [markup.group(one, place, words, alone=alone) for place, one in enumerate(turns)]
    return markup.cards(groups, words)


def read(markup_text: str) -> str:
    """What a reader sees of rendered Markdown."""
    return html.unescape(re.sub(r"<[^>]*>", "", MARKDOWN.render(markup_text)))


@given(st.text())
def test_inert_text_reads_as_it_stands_and_makes_no_tag(text: str) -> None:
    shown = markup.inert(text)
    assert set(re.findall(r"[^\w\s]|_", re.sub(r"&#\d+;", "", shown))) == set()
    seen = [c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs")]
    assert "".join(html.unescape(shown).split()) == "".join("".join(seen).split())
    assert "\n" not in shown


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_exactly_by_markdown(text: str) -> None:
    rendered = MARKDOWN.render(f"<p>{markup.inert(text)}</p>")
    assert re.findall(r"<(\w+)", rendered) == ["p"]
    clean = "".join(c for c in text if unicodedata.category(c) != "Cf")
    assert read(markup.inert(text)).split() == clean.split()


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_article_leaves_only_our_own_elements(text: str) -> None:
    article = replace(BRIDGE, title=text, text=f"Cầu Vàm Sông dài 840 m {text}.", author=text)
    turn = turn_of("Cầu Vàm Sông dài bao nhiêu?", article)
    shown = cards(turn, words=VI) + markup.answer(turn, 0, VI)
    elements = set(re.findall(r"<(\w+)", shown))
    assert elements <= {
        "h2", "section", "article", "p", "span", "h3", "mark", "a", "div", "strong", "details",
        "summary", "ol", "li", "br", "small",
    }  # fmt: skip
    names = set(re.findall(r'\s(\w+)="', shown))
    assert names <= {"class", "id", "href", "rel"}


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//evil.example/x",
        " https://x.example", "https://", "http://[bad", "ftp://x.example", "vbscript:x", None, "",
    ],
)  # fmt: skip
def test_only_web_links_become_links(url: str | None) -> None:
    assert markup.safe_link(url) is None


def test_a_web_link_is_kept_exactly() -> None:
    link = markup.safe_link('https://bao.example/a?b=1&c="><script>')
    assert link is not None
    assert html.unescape(link) == 'https://bao.example/a?b=1&c="><script>'
    assert not set('<>"') & set(link)


def test_the_cited_sentence_is_marked_by_its_offsets() -> None:
    turn = turn_of("Tổng vốn đầu tư là bao nhiêu?", BRIDGE)
    shown = cards(turn, words=VI)
    marks = [html.unescape(text) for text in re.findall(r"<mark>(.*?)</mark>", shown)]
    assert turn.answer is not None
    quotes = {c.quote for claim in turn.answer.claims for c in claim.citations}
    assert set(marks) == quotes
    assert "Tổng vốn đầu tư là 1.250 tỉ đồng." in marks


@given(
    st.text(alphabet="ab ,.", max_size=40),
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=4),
    st.integers(0, 9),
)
def test_marking_loses_no_character(text: str, spans: list[tuple[int, int]], offset: int) -> None:
    shown = markup.marked(text, sorted(spans), offset)
    plain = html.unescape(re.sub(r"</?mark>", "", shown))
    assert plain.replace(" ", "") == text.replace(" ", "")


def test_every_number_leads_to_its_card_and_back() -> None:
    turn = turn_of("Cầu Vàm Sông dài bao nhiêu?")
    turns = turn_of("Năng suất lúa đạt bao nhiêu?"), turn
    beside = cards(*turns, words=VI)
    for place, one in enumerate(turns):
        shown = markup.answer(one, place, VI)
        targets = re.findall(r'href="#(card-[\d-]+)"', shown)
        assert targets
        assert all(f'id="{target}"' in beside for target in targets)
        assert f'href="#answer-{place}"' in beside
        assert f'id="answer-{place}"' in shown


def test_an_answer_shows_the_short_answer_what_is_doubtful_and_what_was_understood() -> None:
    turn = turn_of("Cầu dài bao nhiêu?")
    assert turn.answer is not None
    doubtful = turn.answer.claims[0].model_copy(update={"supported": False})
    answer = turn.answer.model_copy(update={"short": "840 m", "claims": (doubtful,)})
    shown = markup.answer(
        turn.model_copy(update={"answer": answer, "understood": "Cầu Vàm Sông dài bao nhiêu?"}),
        0,
        VI,
    )
    assert "<strong>840 m</strong>" in shown
    assert "chưa kiểm chứng" in shown
    assert "Cầu Vàm Sông dài bao nhiêu" in shown


def test_an_abstention_names_the_nearest_articles() -> None:
    answer = Answer("Ai?", Outcome.ABSTAINED, nearest=(BRIDGE, RICE))
    turn = filled(Turn(question="Ai?"), answer, 0.01, whole=True)
    shown = markup.answer(turn, 0, EN)
    assert "does not answer" in shown
    assert re.findall(r'href="([^"#]*)"', html.unescape(shown)) == [
        "/en/article?id=https%3A%2F%2Fbao.example%2Fcau",
        "/en/article?id=lua.txt",
    ]
    assert cards(turn, words=EN).count("<article") == 0


def test_a_claim_without_citation_has_no_number() -> None:
    answer = Answer("Ai?", Outcome.ANSWERED, claims=(Claim("Không rõ.", (), False),))
    turn = filled(Turn(question="Ai?"), answer, 0.01, whole=True)
    assert "#card" not in markup.answer(turn, 0, VI)


def test_the_byline_leaves_out_what_is_unknown() -> None:
    assert markup.byline(article_view(RICE)) == "Tin Đồng Bằng · 02&#47;04&#47;2024"
    assert markup.byline(article_view(Article("a", "A", "b"))) == ""


def test_the_newspapers_that_tell_one_story_are_named() -> None:
    told = FakeAnswerer(FakeIndex((BRIDGE,))).ask("Cầu dài bao nhiêu?")
    other = replace(BRIDGE, id="khac", source="Báo <b>Khác</b>")
    hits = tuple(replace(hit, also=(other,)) for hit in told.hits)
    turn = filled(Turn(question="Cầu dài bao nhiêu?"), replace(told, hits=hits), 0.01, whole=True)
    assert "2 báo cùng đưa:" in markup.thought(turn, VI)
    assert "<b>" not in markup.thought(turn, VI)
    alone = filled(Turn(question="Cầu dài bao nhiêu?"), told, 0.01, whole=True)
    assert "cùng đưa" not in markup.thought(alone, VI)
