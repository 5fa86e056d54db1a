"""The page in a real browser: ask, cite, read, filter, stop, come back, judge; hostile articles."""

from __future__ import annotations

import json
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from browsing import Tab, chromium, context, tab
from fakes_app import BARE, BRIDGE, RESTORED, RICE, FakeAnswerer, FakeIndex
from playwright.sync_api import Browser, BrowserContext, expect
from serving import Served, serving
from test_app_web_markup import HOSTILE

from app.live import Archive
from app.web.conversation import Conversation, Turn, filled
from index.types import Filters, Reading
from qa.types import Answer
from qa.types import Turn as Said

# Gradio sums up its queue now and then, with an option that pandas no longer wants.
pytestmark = pytest.mark.filterwarnings("ignore:.*no_silent_downcasting")

QUESTION = "Cầu Vàm Sông dài bao nhiêu?"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def profile(browser: Browser) -> Iterator[BrowserContext]:
    """One profile for most tests, so that the page's assets are fetched once."""
    opened = context(browser, permissions=["clipboard-read", "clipboard-write"])
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("page")) as server:
        yield server


@pytest.fixture
def at(profile: BrowserContext, served: Served) -> Iterator[Tab]:
    with tab(profile, served.url) as opened:
        opened.page.wait_for_selector("#question textarea")
        yield opened
    assert opened.foreign == []
    assert opened.faults == []


def test_an_answer_cites_and_the_number_brings_its_card_into_view(at: Tab) -> None:
    at.shot("page-empty")
    at.ask(QUESTION)
    answer = at.page.locator("#answer-0")
    expect(answer).to_contain_text("Cầu dài 840 m, rộng 16 m.")
    card = at.page.locator("#card-0-1")
    expect(card.locator("h3")).to_have_text(BRIDGE.title)
    expect(card.locator(".byline")).to_contain_text("Báo Vàm Sông · 12/03/2024 · Lê Minh")
    expect(card.locator("mark").first).to_have_text("Sáng 12/3, cầu Vàm Sông được khánh thành.")
    link = card.get_by_text("Trang gốc")
    expect(link).to_have_attribute("href", BRIDGE.url or "")
    for number in range(6):
        at.ask(f"Năng suất lúa đạt bao nhiêu {number}?")
    expect(card).not_to_be_in_viewport()
    at.page.locator("#answer-0 a.ref").first.click()
    expect(card).to_be_in_viewport()
    expect(card).to_be_focused()
    at.shot("page-answer")
    card.get_by_text("Về câu trả lời").click()
    expect(answer).to_be_in_viewport()


def test_the_whole_article_opens_at_the_sentence(at: Tab) -> None:
    at.ask(QUESTION)
    with at.context.expect_page() as opening:
        at.page.get_by_text("Đọc cả bài").click()
    article = opening.value
    expect(article.locator("mark#cited")).to_be_in_viewport()
    expect(article.locator("h1")).to_have_text(BRIDGE.title)
    expect(article).to_have_title(f"{BRIDGE.title} – Hỏi Đáp")


def test_the_first_view_shows_what_is_new_until_something_is_cited(
    at: Tab, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = at.page.locator("#front .headlines a")
    expect(newest).to_have_text([RICE.title, BRIDGE.title])
    at.ask(QUESTION)
    expect(at.page.locator("#front")).to_be_hidden()
    at.page.get_by_role("link", name="Cuộc trò chuyện mới").click()
    expect(newest.first).to_be_visible()
    expect(at.page.locator("#question textarea")).to_be_focused()
    newer = replace(served.desk.front, newest=(BRIDGE,), examples=("Ai dự lễ?",))
    monkeypatch.setattr(served.desk, "front", newer)
    at.page.reload()
    expect(newest).to_have_text([BRIDGE.title])
    expect(at.page.get_by_role("button", name="Ai dự lễ?")).to_be_visible()


def test_examples_and_follow_up_questions_are_asked_with_a_click(at: Tab) -> None:
    at.page.get_by_text("Năng suất lúa đạt bao nhiêu một hecta?").click()
    expect(at.page.locator("#answer-0")).to_contain_text("7,2 tấn")
    expect(at.page.locator("#chat .user-row")).to_have_count(1)


def test_what_is_asked_while_follow_ups_are_looked_for_is_not_lost(
    at: Tab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object) -> tuple[str, ...]:
        time.sleep(2)
        return ("Ai dự lễ?",)

    monkeypatch.setattr("app.web.talk.follow_ups", slow)
    at.ask(QUESTION)
    at.page.fill("#question textarea", "Năng suất lúa đạt bao nhiêu?")
    at.page.keyboard.press("Enter")
    expect(at.page.locator("#answer-1")).to_contain_text("7,2 tấn")
    expect(at.page.locator("#question textarea")).to_have_value("")
    at.page.fill("#question textarea", "Một nửa câu")
    expect(at.page.locator("#chat .option")).to_have_count(1)
    expect(at.page.locator("#question textarea")).to_have_value("Một nửa câu")


def test_filters_are_chips_that_can_be_taken_away(at: Tab) -> None:
    at.ask(QUESTION)
    at.page.get_by_text("Chỉ bài này").click()
    only = at.page.get_by_role("button", name="Chỉ bài này: Khánh thành cầu Vàm Sông")
    expect(only).to_be_visible()
    at.ask("Năng suất lúa đạt bao nhiêu một hecta?")
    expect(at.page.locator("#answer-1")).not_to_contain_text("7,2 tấn")
    only.click()
    expect(only).to_be_hidden()
    at.page.get_by_text("Bộ lọc", exact=True).click()
    at.page.get_by_label("Từ ngày").fill("30/2/2024")
    at.page.keyboard.press("Tab")
    expect(at.page.get_by_text("Không hiểu ngày này.")).to_be_visible()
    at.page.get_by_label("Từ ngày").fill("1/4/2024")
    at.page.keyboard.press("Tab")
    since = at.page.get_by_role("button", name="Từ ngày: 01/04/2024")
    expect(since).to_be_visible()
    at.ask(QUESTION)
    expect(at.page.locator("#answer-2")).to_contain_text("không có câu trả lời")
    at.shot("page-filters")
    since.click()
    expect(since).to_be_hidden()
    at.ask(QUESTION)
    expect(at.page.locator("#answer-3")).to_contain_text("840 m")


def test_authors_are_chosen_or_typed_and_are_chips(at: Tab) -> None:
    at.page.get_by_text("Bộ lọc", exact=True).click()
    field = at.page.get_by_label("Tác giả")
    field.fill("le m")
    field.fill("Lê Minh")
    field.press("Enter")
    chip = at.page.get_by_role("button", name="Tác giả: Lê Minh ✕")
    expect(chip).to_be_visible()
    at.page.get_by_label("Nguồn").click()
    at.page.get_by_role("option", name="Tin Đồng Bằng").click()
    source = at.page.get_by_role("button", name="Nguồn: Tin Đồng Bằng ✕")
    expect(source).to_be_visible()
    at.ask(QUESTION)
    expect(at.page.locator("#answer-0")).to_contain_text("không có câu trả lời")
    at.shot("page-author")
    source.click()
    expect(source).to_be_hidden()
    at.ask(QUESTION)
    expect(at.page.locator("#answer-1")).to_contain_text("840 m")
    chip.click()
    expect(chip).to_be_hidden()


def test_a_filter_read_out_of_the_question_is_a_chip_that_can_be_taken_away(at: Tab) -> None:
    at.ask("Năng suất lúa của nông dân đạt bao nhiêu tấn theo Báo Vàm Sông?")
    expect(at.page.locator("#answer-0")).not_to_contain_text("7,2 tấn")
    chip = at.page.locator("#answer-0 a.chip")
    expect(chip).to_have_text("Nguồn: Báo Vàm Sông ✕")
    chip.click()
    expect(at.page.locator("#answer-1")).to_contain_text("7,2 tấn")
    expect(at.page.locator("#answer-1 a.chip")).to_have_count(0)


def test_what_was_understood_is_a_chip_that_can_be_taken_away(at: Tab) -> None:
    at.ask(BARE)
    chip = at.page.locator("#answer-0 a.chip")
    expect(chip).to_have_text(f"Đã hiểu là: {RESTORED} ✕")
    expect(at.page.locator("#answer-0")).to_contain_text("840 m")
    at.shot("page-understood")
    chip.click()
    expect(at.page.locator("#answer-1")).to_contain_text("không có câu trả lời")
    expect(at.page.locator("#answer-1 a.chip")).to_have_count(0)
    expect(at.page.locator("#chat .user-row").last).to_contain_text(BARE)


def test_a_new_question_comes_into_view_wherever_the_reader_is(at: Tab) -> None:
    questions = at.page.locator("#chat .user-row")
    for number in range(6):
        at.ask(f"Năng suất lúa đạt bao nhiêu {number}?")
    at.page.locator("#chat").hover()
    for question in (QUESTION, "Ai dự lễ?"):
        expect(questions.last).to_be_in_viewport()
        at.page.mouse.wheel(0, -10_000)
        expect(questions.first).to_be_in_viewport()
        at.page.get_by_text("Vì sao?").first.click()
        expect(questions.last).not_to_be_in_viewport()
        at.ask(question)
    expect(questions.last).to_be_in_viewport()


def test_a_conversation_is_found_again_renamed_searched_and_deleted(at: Tab) -> None:
    at.ask(QUESTION)
    at.page.reload()
    expect(at.page.locator("#answer-0")).to_contain_text("840 m")
    at.page.get_by_role("link", name="Cuộc trò chuyện mới").click()
    expect(at.page.locator("#answer-0")).to_have_count(0)
    at.page.locator("#earlier .toggle-button").click()
    row = at.page.locator("#conversations li:not(.quiet)")
    expect(row).to_have_count(1)
    row.get_by_text(QUESTION).click()
    expect(at.page.locator("#answer-0")).to_contain_text("840 m")
    expect(at.page.locator("#card-0-1 mark").first).to_be_visible()
    row.get_by_label("Đổi tên").click()
    name = row.get_by_label("Tên mới")
    expect(name).to_have_value(QUESTION)
    name.fill("Không phải thế")
    name.press("Escape")
    expect(row.get_by_text(QUESTION)).to_be_focused()
    row.get_by_label("Đổi tên").click()
    name.fill("Chuyện cây cầu")
    name.press("Enter")
    expect(row.get_by_text("Chuyện cây cầu")).to_be_focused()
    at.shot("page-conversations")
    at.page.get_by_role("button", name="Cuộc trò chuyện mới").click()
    expect(at.page.locator("#answer-0")).to_have_count(0)
    search = at.page.get_by_label("Tìm trong các cuộc trò chuyện")
    search.fill("lúa")
    expect(row).to_have_count(0)
    search.fill("cau vam song")
    expect(row).to_have_count(1)
    at.page.once("dialog", lambda dialog: dialog.accept())
    row.get_by_label("Xóa").click()
    expect(row).to_have_count(0)
    expect(search).to_be_focused()
    expect(at.page.get_by_text("Chưa có cuộc trò chuyện nào")).to_be_visible()
    assert at.page.evaluate("JSON.parse(localStorage['hoidap::conversations'])") == []


def test_an_answer_is_copied_with_its_references(at: Tab) -> None:
    at.ask(QUESTION)
    at.page.get_by_text("Chép câu trả lời").click()
    expect(at.page.get_by_text("Đã chép")).to_be_visible()
    copied = at.page.evaluate("navigator.clipboard.readText()")
    assert "Cầu dài 840 m, rộng 16 m. [1]" in copied
    assert f"[1] {BRIDGE.title} · {BRIDGE.source} · 2024-03-12 · {BRIDGE.url}" in copied


def test_a_conversation_is_saved_as_a_file(at: Tab) -> None:
    at.ask(QUESTION)
    at.page.locator("#earlier .toggle-button").click()
    for name, start in ((".md", b"# C"), (".docx", b"PK")):
        with at.page.expect_download() as saving:
            at.page.get_by_role("button", name=name).click()
        assert Path(saving.value.path()).read_bytes().startswith(start)


def test_a_judgment_and_its_reason_are_written_down(at: Tab, served: Served) -> None:
    at.ask(QUESTION)
    at.page.get_by_role("button", name="Câu trả lời chưa tốt").click()
    at.page.get_by_label("Vì sao bạn đánh giá như vậy?").fill("thiếu chiều rộng")
    at.page.get_by_role("button", name="Gửi", exact=True).first.click()
    expect(at.page.get_by_text("Cảm ơn bạn.")).to_be_visible()
    lines = [json.loads(line) for line in served.settings.feedback.read_text().splitlines()]
    assert [line["metadata"]["verdict"] for line in lines[-2:]] == ["down", "down"]
    assert lines[-1]["metadata"]["reason"] == "thiếu chiều rộng"
    assert lines[-1]["text"] == QUESTION


def test_empty_and_over_long_questions_get_a_friendly_sentence(at: Tab) -> None:
    at.page.focus("#question textarea")
    at.page.keyboard.press("Enter")
    expect(at.page.get_by_text("Bạn hãy gõ một câu hỏi.")).to_be_visible()
    at.page.evaluate("document.querySelector('#question textarea').removeAttribute('maxlength')")
    at.page.fill("#question textarea", "a" * 4001)
    at.page.keyboard.press("Enter")
    expect(at.page.get_by_text("Câu hỏi dài quá: nhiều nhất 4000 ký tự.")).to_be_visible()
    expect(at.page.locator("#chat .user-row")).to_have_count(0)
    at.ask(QUESTION)


def test_a_question_that_cannot_be_seen_is_an_empty_one(at: Tab) -> None:
    at.page.fill("#question textarea", "\u200b \u202e")
    at.page.keyboard.press("Enter")
    expect(at.page.get_by_text("Bạn hãy gõ một câu hỏi.")).to_be_visible()
    expect(at.page.locator("#chat .user-row")).to_have_count(0)


def test_the_keyboard_alone_asks_and_follows_a_citation(at: Tab) -> None:
    expect(at.page.locator("#question textarea")).to_be_focused()
    at.page.keyboard.type(QUESTION)
    at.page.keyboard.press("Enter")
    at.page.locator("#answer-0 .tools").wait_for()
    expect(at.page.locator("#question textarea")).to_be_enabled()
    at.page.locator("#answer-0 a.ref").first.focus()
    at.page.keyboard.press("Enter")
    expect(at.page.locator("#card-0-1")).to_be_focused()
    at.page.keyboard.press("Tab")
    expect(at.page.get_by_text("Đọc cả bài")).to_be_focused()
    shelf = at.page.locator("#earlier .toggle-button")
    shelf.focus()
    at.page.keyboard.press("Tab")
    expect(at.page.get_by_role("link", name="Hỏi Đáp")).to_be_focused()
    shelf.focus()
    at.page.keyboard.press("Enter")
    at.page.locator("#earlier.open .sidebar-content:not([inert])").wait_for()
    at.page.keyboard.press("Tab")
    expect(at.page.get_by_role("button", name="Cuộc trò chuyện mới")).to_be_focused()


def test_a_screen_reader_hears_sentences(at: Tab) -> None:
    at.ask(QUESTION)
    assert at.page.evaluate("document.documentElement.lang") == "vi"
    heard = at.page.locator("#chat [role=log]").aria_snapshot()
    assert "Cầu dài 840 m, rộng 16 m." in heard
    assert "&#" not in heard
    assert "bot's message" not in heard
    labels = at.page.eval_on_selector_all(
        "#chat [aria-label]", "all => all.map(one => one.getAttribute('aria-label'))"
    )
    assert all("&#" not in label and "message" not in label for label in labels)


def test_vietnamese_in_bold_is_drawn_with_one_font(at: Tab) -> None:
    at.ask(QUESTION)
    devtools = at.context.new_cdp_session(at.page)
    devtools.send("DOM.enable")
    devtools.send("CSS.enable")
    root = devtools.send("DOM.getDocument")["root"]["nodeId"]
    places = ("#cards h2", "#chat .user h2", "#cards h3", "#masthead h1", "#cards .passage")
    for place in places:
        at.page.eval_on_selector(place, "one => one.append(' Nguyễn Ngữ Đặng: ẳặẵểệỗộởữựỷỵ')")
    at.page.evaluate("new Promise(requestAnimationFrame).then(() => document.fonts.ready)")
    for place in places:
        node = devtools.send("DOM.querySelector", {"nodeId": root, "selector": place})
        fonts = devtools.send("CSS.getPlatformFontsForNode", {"nodeId": node["nodeId"]})["fonts"]
        drawn = {font["familyName"] for font in fonts}
        assert len(drawn) == 1, (place, drawn)
        assert all(font["isCustomFont"] for font in fonts), (place, fonts)


def test_the_page_speaks_english_at_its_own_address(browser: Browser, served: Served) -> None:
    with closing(context(browser, locale="en-US")) as other, tab(other, served.url) as at:
        at.page.wait_for_selector("#question textarea")
        assert at.page.url == f"{served.url}/en/"
        assert at.page.evaluate("document.documentElement.lang") == "en"
        at.ask(QUESTION)
        expect(at.page.get_by_text("Read the article")).to_be_visible()
        at.shot("page-english")
        at.ask("Ai vô địch giải bóng đá?")
        expect(at.page.locator("#answer-1 .notice")).to_have_text("No article speaks of this.")
        at.page.get_by_role("link", name="Tiếng Việt").click()
        at.page.wait_for_url(f"{served.url}/")  # the conversation stays open, in the other language
        expect(at.page.get_by_role("link", name="Đọc cả bài")).to_be_visible()
        assert at.faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_off_on_a_phone(browser: Browser, served: Served, scheme: str) -> None:
    phone = context(browser, viewport={"width": 360, "height": 740}, color_scheme=scheme)
    with closing(phone), tab(phone, served.url) as at:
        at.page.wait_for_selector("#question textarea")
        at.ask(QUESTION)
        at.page.locator("#answer-0 a.ref").first.click()
        expect(at.page.locator("#card-0-1")).to_be_in_viewport()
        wide = at.page.evaluate(
            """[...document.querySelectorAll('#masthead, #talk, #cards *, #chat .message *')]
               .filter(one => one.getClientRects().length && !one.closest('.sidebar'))
               .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
               .map(one => one.outerHTML.slice(0, 120))"""
        )
        assert wide == []
        assert at.page.evaluate("document.documentElement.scrollWidth") <= 360
        at.shot(f"page-phone-{scheme}")
        for path in ("articles", "article?id=lua.txt"):
            at.page.goto(f"{served.url}/{path}")
            assert at.page.evaluate("document.documentElement.scrollWidth") <= 360
            at.shot(f"{path.split('?')[0]}-phone-{scheme}")


class Slow(FakeAnswerer):
    """Says a word every 0.2 seconds for a minute, and counts what it said."""

    said = 0

    def stream(
        self,
        question: str,
        history: Sequence[Said] = (),
        filters: Filters = Filters(),  # noqa: B008
        reading: Reading = Reading(),  # noqa: B008
    ) -> Iterator[Answer]:
        whole = self.ask(question)
        for _ in range(300):
            time.sleep(0.2)
            type(self).said += 1
            yield replace(whole, claims=whole.claims[:1])

    def ask(
        self,
        question: str,
        history: Sequence[Said] = (),
        filters: Filters = Filters(),  # noqa: B008
        reading: Reading = Reading(),  # noqa: B008
    ) -> Answer:
        return list(FakeAnswerer.stream(self, question, history, filters, reading))[-1]


def test_stop_and_a_closed_tab_end_the_work(profile: BrowserContext, tmp_path: Path) -> None:
    def ends() -> bool:
        """Nobody stands in the gate any more, and then nothing more is said."""
        deadline = time.monotonic() + 10
        while server.desk.gate.inside and time.monotonic() < deadline:
            time.sleep(0.05)
        said = Slow.said
        time.sleep(0.5)
        return server.desk.gate.inside == 0 and Slow.said == said < 100

    with serving(tmp_path) as server:
        calm = server.desk.live.archive
        server.desk.live.archive = Archive(calm.index, Slow(calm.index))  # type: ignore[arg-type]
        with tab(profile, server.url) as at:
            at.page.wait_for_selector("#question textarea")
            at.page.fill("#question textarea", QUESTION)
            at.page.keyboard.press("Enter")
            at.page.locator("#answer-0 a.ref").first.wait_for()
            assert server.desk.gate.inside == 1
            at.page.locator("#question .stop-button").click()
            expect(at.page.locator("#answer-0 .tools")).to_be_visible()
            assert ends()
            expect(at.page.locator("#answer-0")).to_contain_text("Sáng 12/3")
            expect(at.page.locator("#question .submit-button")).to_be_visible()
            at.page.fill("#question textarea", QUESTION)
            at.page.keyboard.press("Enter")
            at.page.locator("#answer-1 a.ref").first.wait_for()
        assert ends()


def test_hostile_articles_do_nothing(profile: BrowserContext, tmp_path: Path) -> None:
    payloads = [
        *HOSTILE,
        "<iframe src=http://evil.example></iframe>",
        "<svg onload=alert(1)><a xlink:href=javascript:alert(1)>x</a></svg>",
        "<details open ontoggle=alert(1)>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<video><source onerror=alert(1)></video><audio src=http://evil.example>",
        "<base href=http://evil.example><link rel=stylesheet href=http://evil.example/x.css>",
        "<meta http-equiv=refresh content='0;url=http://evil.example'>",
        "<div style=\"background:url(http://evil.example/x)\">x</div>",
        "<object data=http://evil.example></object><embed src=http://evil.example>",
        "[x]: http://evil.example 'y' ![z][x]",
        "\\(\\href{http://evil.example}{x}\\) \\[x\\] $x$",
        "```mermaid\ngraph TD; A-->B\n```",
        "&#60;script&#62;alert(1)&#60;/script&#62; &lt;b&gt;",
    ]  # fmt: skip
    assert len(payloads) == 25
    articles = [
        replace(
            BRIDGE,
            id=f"{number}-{text}",
            title=f"Mồi {number} {text}",
            text=f"Mồi {number} thứ hiểm {text}.",
            url=f"javascript:alert({number})",
            source=text,
            author=text,
            digest=str(number),
        )
        for number, text in enumerate(payloads)
    ]
    turns = tuple(
        filled(
            Turn(question=f"Mồi {number} {text}", next_questions=(text,)),
            FakeAnswerer(FakeIndex([article])).ask("Mồi thứ hiểm"),
            0.01,
            whole=True,
        )
        for number, (article, text) in enumerate(zip(articles, payloads, strict=True))
    )
    kept = [Conversation(id="hostile", title=payloads[0], turns=turns).model_dump(mode="json")]
    with serving(tmp_path, articles=articles) as server, tab(profile, server.url) as at:
        at.page.on("dialog", lambda dialog: at.faults.append(f"dialog {dialog.message}"))
        at.page.evaluate("kept => localStorage['hoidap::conversations'] = kept", json.dumps(kept))
        at.page.reload()
        at.page.locator("#earlier .toggle-button").click()
        at.page.locator("#conversations li button").first.click()
        at.page.locator("#answer-24 .tools").wait_for()
        at.page.locator("#earlier .toggle-button").click()
        at.ask("Mồi thứ hiểm")
        assert at.page.locator("#cards .card").count() == 26
        active = at.page.evaluate(
            """[...document.querySelectorAll('#chat *, #cards *, #conversations *')]
               .filter(one => !one.closest('svg'))
               .filter(one => one.matches('script, iframe, object, embed, form, video, audio, link,'
                   + 'meta, base, style, math, img, image, input:not([type=search]), textarea')
                 || [...one.attributes].some(a => /^on/i.test(a.name)
                   || /^\\s*(javascript|data):/i.test(a.value)))
               .map(one => one.outerHTML.slice(0, 200))"""
        )
        assert active == []
        shown = " ".join(at.page.locator("#cards").inner_text().split())
        for article in articles:
            assert _seen(article.title) in shown
            assert _seen(article.text) in shown
        assert at.page.locator("#cards a[href^='javascript']").count() == 0
        for article in articles:
            at.page.goto(f"{server.url}/article?id={quote(article.id, safe='')}")
            assert _seen(article.title) == _seen(at.page.locator("h1").inner_text())
            assert at.page.locator("script, iframe, img, form, object, svg, style").count() == 0
        at.page.goto(f"{server.url}/articles")
        assert at.page.locator("script, iframe, img, form, object").count() == 0
        assert at.foreign == []
        assert at.faults == []


def _seen(text: str) -> str:
    """What a reader sees of a text: its spaces folded, what cannot be seen left out."""
    seen = (c for c in " ".join(text.split()) if unicodedata.category(c) not in ("Cf", "Cc"))
    return " ".join("".join(seen).split())


def test_the_archive_looks_like_one(profile: BrowserContext, served: Served) -> None:
    with tab(profile, f"{served.url}/articles") as at:
        at.shot("articles")
        at.page.get_by_role("link", name=RICE.title).click()
        expect(at.page.locator("h1")).to_have_text(RICE.title)
        at.shot("article")
        assert (at.foreign, at.faults) == ([], [])
