"""The server over HTTP: what it answers, what it refuses, and what it says of itself."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from docx import Document
from fakes_app import (
    BARE,
    BRIDGE,
    RESTORED,
    RICE,
    FakeAnswerer,
    FakeIndex,
    write_index,
)
from fakes_index import LetterEncoder
from gradio.state_holder import SessionState
from milvus_server import MilvusServer
from serving import Served, serving
from test_app_web_conversation import talk_about

from app.library import quote_mark
from app.live import Archive
from app.web.conversation import Conversation
from app.web.talk import talk
from app.web.users import add_user, remove_user
from app.words import EN, VI
from benchmarks.load import Tally, ask, read_chat
from index.build import index_articles
from index.corpus import NewsIndex
from index.errors import IndexDamaged
from index.milvus.client import Client
from index.types import Article, Filters
from qa.answer import Answerer
from qa.types import Answer


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def web(served: Served) -> Iterator[httpx.Client]:
    with served.client() as client:
        yield client


QUESTION = {"question": "Cầu Vàm Sông dài bao nhiêu?"}


class Unhurried(FakeAnswerer):
    """Says the same ``times``, a tenth of a second apart."""

    def __init__(self, index: FakeIndex, times: int = 15) -> None:
        super().__init__(index)
        self.times = times

    def stream(self, question: str, *_: object, **__: object) -> Iterator[Answer]:  # type: ignore[override]
        (*_, whole) = FakeAnswerer(self.index).stream(question)
        for _ in range(self.times):
            time.sleep(0.1)
            yield whole


def events(text: str) -> list[tuple[str, dict[str, object]]]:
    blocks = [block.split("\n", 1) for block in text.strip().split("\n\n")]
    return [(a.removeprefix("event: "), json.loads(b.removeprefix("data: "))) for a, b in blocks]


def test_ask_answers_with_offsets_into_the_article(web: httpx.Client) -> None:
    answer = web.post("/api/ask", json=QUESTION).json()
    assert answer["outcome"] == "answered"
    citation = answer["claims"][0]["citations"][0]
    article = web.get(f"/api/articles/{citation['article']['id']}").json()
    assert article["text"][citation["start"] : citation["end"]] == citation["quote"]


def test_ask_streams_growing_answers(web: httpx.Client) -> None:
    reply = web.post("/api/ask", json=QUESTION, headers={"Accept": "text/event-stream"})
    assert reply.headers["content-type"].startswith("text/event-stream")
    told = events(reply.text)
    assert [name for name, _ in told] == ["answer", "answer", "answer", "done"]
    counts = [len(value["claims"]) for name, value in told if name == "answer"]  # type: ignore[arg-type]
    assert counts == sorted(counts)
    assert told[-2][1] == web.post("/api/ask", json=QUESTION).json()


def test_filters_limit_answers_and_hits(web: httpx.Client) -> None:
    limited = {**QUESTION, "filters": {"sources": ["Tin Đồng Bằng"]}}
    assert web.post("/api/ask", json=limited).json()["outcome"] == "abstained"
    found = web.get("/api/search", params={"q": "cầu lúa", "since": "2024-04-01"}).json()
    assert [hit["article"]["id"] for hit in found["hits"]] == ["lua.txt"]
    assert found["filters"]["since"] == "2024-04-01"


def test_what_was_understood_is_told_and_can_be_taken_back(web: httpx.Client) -> None:
    asked = {"question": BARE}
    told = web.post("/api/ask", json=asked).json()
    assert (told["understood"], told["outcome"]) == (RESTORED, "answered")
    as_typed = web.post("/api/ask", json={**asked, "as_typed": True}).json()
    assert (as_typed["understood"], as_typed["outcome"]) == (None, "abstained")
    assert web.get("/api/search", params={"q": BARE}).json()["understood"] == RESTORED
    found = web.get("/api/search", params={"q": BARE, "as_typed": True}).json()
    assert (found["understood"], found["hits"]) == (BARE, [])


@pytest.mark.parametrize(
    ("question", "lang", "notice"),
    [
        ("Ai vô địch giải bóng đá?", {}, VI.nothing_about),
        ("Ai vô địch giải bóng đá?", {"lang": "en"}, EN.nothing_about),
        ("Who won the football cup?", {}, EN.nothing_about),
        ("Who won the football cup?", {"lang": "vi"}, VI.nothing_about),
    ],
)
def test_why_there_is_no_answer_is_told_in_the_language_of_who_asks(
    web: httpx.Client, question: str, lang: dict[str, str], notice: str
) -> None:
    assert web.post("/api/ask", json={"question": question, **lang}).json()["notice"] == notice


def test_a_filter_of_the_question_is_told_and_can_be_taken_back(web: httpx.Client) -> None:
    asked = {"question": "Năng suất lúa đạt bao nhiêu tấn theo Báo Vàm Sông?"}
    told = web.post("/api/ask", json=asked).json()
    assert told["filters"]["sources"] == ["Báo Vàm Sông"]
    assert "7,2 tấn" not in str(told["claims"])
    everywhere = web.post("/api/ask", json={**asked, "read_filters": False}).json()
    assert everywhere["filters"]["sources"] == []
    assert "7,2 tấn" in str(everywhere["claims"])


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/api/ask", {"question": "  "}, 422),
        ("POST", "/api/ask", {"question": "\u200b\u202e"}, 422),
        ("POST", "/api/ask", {"question": "a" * 4001}, 422),
        ("POST", "/api/ask", {"question": "a", "other": 1}, 422),
        ("POST", "/api/ask", {"question": "a" * 2_000_000}, 413),
        ("POST", "/v1/chat/completions", {"messages": []}, 422),
        ("GET", "/api/search?q=", None, 422),
        ("GET", "/api/search?q=a&k=1000", None, 422),
        ("GET", "/api/articles/none", None, 404),
        ("GET", "/article?id=none", None, 404),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(
    web: httpx.Client, method: str, path: str, body: object, status: int
) -> None:
    reply = web.request(method, path, json=body)
    assert reply.status_code == status
    assert len(reply.text) > 20


def test_a_body_without_length_is_cut_off_too(served: Served) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(64):
            yield b"x" * 100_000

    with served.client() as client:
        try:
            status = client.post("/api/ask", content=endless()).status_code
        except httpx.WriteError:  # the server may hang up before it has been read
            return
    assert status == 413


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload", "/gradio_api/file=/etc/passwd", "/gradio_api/proxy=http://evil.example",
        "/gradio_api/stream/x", "/monitoring", "/gradio_api/monitoring/summary", "/.env",
        "/gradio_api/deep_link", "/gradio_api/runs", "/gradio_api/dev/reload", "/en/monitoring",
        "/gradio_api/component_server", "/hoidap/../settings.py", "/hoidap/page.py",
        "/static/../../pyproject.toml", "/assets/..%2f..%2fapp.py", "/gradio_api/file/etc/passwd",
        "/api/articles/..%2f..%2fetc%2fpasswd", "/config/../secret", "/redirect?url=http://evil.example",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_probes_find_nothing(web: httpx.Client, path: str, method: str) -> None:
    request = httpx.Request(method, str(web.base_url).rstrip("/") + path)
    reply = web.send(request)
    assert reply.status_code in (403, 404, 405, 413)
    assert "root:" not in reply.text
    assert "[project]" not in reply.text


def test_no_file_is_written_by_an_upload(web: httpx.Client, tmp_path: Path) -> None:
    reply = web.post("/gradio_api/upload", files={"files": ("a.txt", b"x" * 10)})
    assert reply.status_code == 404


def test_every_reply_carries_the_policy_and_an_id(web: httpx.Client) -> None:
    for path in ("/", "/en/", "/api/me", "/articles", "/nothing"):
        headers = web.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert len(headers["x-request-id"]) == 16
    given = web.get("/api/me", headers={"x-request-id": "proxy-0001"}).headers
    assert given["x-request-id"] == "proxy-0001"
    forged = web.get("/api/me", headers={"x-request-id": "a b", "x-hoidap-user": "boss"})
    assert forged.headers["x-request-id"] != "a b"
    assert forged.json()["user"] == ""


def test_another_host_name_is_refused(web: httpx.Client) -> None:
    assert web.get("/api/me", headers={"Host": "evil.example"}).status_code == 403
    assert web.get("/api/me", headers={"Host": "localhost:1234"}).status_code == 200


def test_the_language_follows_the_browser_until_one_is_chosen(served: Served) -> None:
    with served.client() as client:
        english = {"Accept-Language": "en-US,en;q=0.9"}
        assert client.get("/", headers=english).headers["location"] == "/en/"
        assert client.get("/").status_code == 200
        mixed = {"Accept-Language": "en-US,vi;q=0.5"}
        assert client.get("/", headers=mixed).status_code == 200
        assert client.get("/en/?lang=vi").headers["location"] == "/"
        assert client.get("/", headers=english).status_code == 200


def test_health_tells_the_generation_and_counts_no_question(web: httpx.Client) -> None:
    assert web.get("/livez").json() == {"status": "alive"}
    ready = web.get("/readyz").json()
    assert (ready["status"], ready["articles"], ready["model"]) == ("ready", 2, "fake")
    web.post("/api/ask", json=QUESTION)
    metrics = web.get("/metrics").text
    assert 'hoidap_answers_total{outcome="answered"}' in metrics
    assert 'route="/api/ask"' in metrics
    assert "hoidap_index_articles 2.0" in metrics
    assert "Vàm" not in metrics


def test_a_new_generation_is_served_without_a_restart(tmp_path: Path) -> None:
    with serving(tmp_path) as server, server.client() as client:
        assert client.get("/api/articles/moi").status_code == 404
        write_index(
            server.settings.index, [BRIDGE, RICE, Article("moi", "Tin mới", "Một tin mới.")]
        )
        deadline = time.monotonic() + 10
        while client.get("/readyz").json()["generation"] == 1:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert client.get("/api/articles/moi").json()["title"] == "Tin mới"
        while "hoidap_index_articles 3.0" not in client.get("/metrics").text:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_no_session_keeps_what_it_has_seen(tmp_path: Path) -> None:
    tally = Tally()

    async def talk(url: str) -> None:
        async with httpx.AsyncClient(base_url=url, timeout=60) as client:
            chat = await read_chat(client)
            await ask(client, chat, "Tổng vốn đầu tư là bao nhiêu?", "one", tally)

    with serving(tmp_path) as server:
        asyncio.run(talk(server.url))
        sessions = [one for one in gc.get_objects() if type(one) is SessionState]
        seen = [repr(one.config_values) for one in sessions]
    assert len(tally.whole) == 1
    assert seen
    assert not any("1.250 tỉ đồng" in one for one in seen)


def test_an_article_is_read_at_the_cited_sentence(web: httpx.Client) -> None:
    start = BRIDGE.text.index("Cầu dài")
    end = BRIDGE.text.index("16 m.") + 5
    mark = quote_mark(BRIDGE.text[start:end])
    query = {"id": BRIDGE.id, "start": start, "end": end, "mark": mark}
    page = web.get("/article", params=query).text
    assert '<mark id="cited">Cầu dài 840 m&#44; rộng 16 m&#46;</mark>' in page
    assert "Lê Minh" in page
    assert '<html lang="en">' in web.get("/en/article", params=query).text
    moved = web.get("/article", params={**query, "mark": "0" * 12}).text
    assert "<mark" not in moved


def test_an_earlier_version_is_shown_for_a_citation_already_given(tmp_path: Path) -> None:
    with serving(tmp_path) as server, server.client() as client:
        mark = quote_mark(RICE.text[0:36])
        changed = Article(
            "lua.txt", RICE.title, "Bài đã sửa lại hết cả rồi.", published=RICE.published
        )
        write_index(server.settings.index, [BRIDGE, changed])
        server.desk.live.refresh()
        query = {"id": "lua.txt", "start": 0, "end": 36, "mark": mark}
        page = client.get("/article", params=query).text
        assert "bản cũ" in page
        assert "7&#44;2 tấn" in page
        assert "bản cũ" not in client.get("/article", params={"id": "lua.txt"}).text


def test_the_archive_is_counted_and_browsed(web: httpx.Client) -> None:
    page = web.get("/articles").text
    assert "Khánh thành cầu Vàm Sông" in page
    assert "03/2024: 1" in page
    only = web.get("/articles", params={"source": "Tin Đồng Bằng"}).text
    assert "Vụ lúa" in only
    assert "Khánh thành" not in only
    for month in ("2024-03", "2024"):
        assert "Khánh thành" in web.get("/articles", params={"month": month}).text
    assert "Khánh thành" not in web.get("/articles", params={"month": "2024-13"}).text


def test_the_api_documents_itself_without_another_host(web: httpx.Client) -> None:
    paths = set(web.get("/openapi.json").json()["paths"])
    assert {
        "/api/ask",
        "/api/search",
        "/api/articles/{article_id}",
        "/v1/chat/completions",
    } <= paths
    docs = web.get("/docs").text
    assert "&#47;api&#47;ask" in docs
    assert "http://" not in docs
    assert "https://" not in docs


def test_a_conversation_is_exported(web: httpx.Client) -> None:
    conversation = talk_about("Năng suất lúa đạt bao nhiêu?").model_dump(mode="json")
    text = web.post("/export/markdown", json=conversation).text
    assert "1. Vụ lúa đông xuân được mùa" in text
    file = web.post("/export/docx", json=conversation).content
    assert Document(io.BytesIO(file)).paragraphs[0].text == "Năng suất lúa đạt bao nhiêu?"
    assert web.post("/export/pdf", json=conversation).status_code == 422
    assert web.post("/export/docx", json={"id": 1}).status_code == 422


class Breaking(FakeAnswerer):
    """Says one sentence, then fails."""

    def stream(self, question: str, *rest: Any, **options: Any) -> Iterator[Answer]:
        yield next(iter(super().stream(question, *rest, **options)))
        raise IndexDamaged("secret path")


def test_an_answer_that_breaks_off_says_so_to_who_listens(tmp_path: Path) -> None:
    with serving(tmp_path) as server, server.client() as client:
        index = server.desk.archive.index
        server.desk.live.archive = Archive(index, Breaking(index))  # type: ignore[arg-type]
        told = events(client.post("/api/ask", json={**QUESTION, "stream": True}).text)
        assert [name for name, _ in told] == ["answer", "error"]
        assert set(told[-1][1]) == {"detail", "request"}
        asked = {"messages": [{"role": "user", "content": QUESTION["question"]}], "stream": True}
        lines = client.post("/v1/chat/completions", json=asked).text
        assert '"error": {"message": "The answer broke off' in lines
        assert "secret" not in lines


def test_who_asks_too_often_is_told_when_to_come_back(tmp_path: Path) -> None:
    with serving(tmp_path, rate_limit=3) as server, server.client() as client:
        statuses = [client.post("/api/ask", json=QUESTION).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        refused = client.get("/api/search", params={"q": "a"})
        assert int(refused.headers["retry-after"]) >= 1
        assert client.get("/livez").status_code == 200
        assert 'reason="rate"' in client.get("/metrics").text


def test_a_stopping_server_is_not_ready_and_takes_no_questions(tmp_path: Path) -> None:
    with serving(tmp_path) as server, server.client() as client:
        server.desk.draining = True
        assert client.get("/readyz").status_code == 503
        refused = client.post("/api/ask", json=QUESTION)
        assert refused.status_code == 503
        assert "retry-after" in refused.headers
        assert client.get("/livez").status_code == 200


def test_a_store_that_is_away_is_told_everywhere(tmp_path: Path, milvus: MilvusServer) -> None:
    place = milvus.address()
    index_articles([BRIDGE], place, LetterEncoder())
    index = NewsIndex.open(place, LetterEncoder())
    with serving(tmp_path) as server, server.client() as client:
        server.desk.live.archive = Archive(index, Answerer(index))
        assert client.get("/readyz").json()["articles"] == 1
        Client(place).drop()
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["reason"]) == (503, "StorageFailed")
        assert client.post("/api/ask", json=QUESTION).status_code == 503
        assert client.get("/livez").status_code == 200

        async def said() -> list[Conversation]:
            told = talk(server.desk, QUESTION["question"], Conversation(), Filters(), EN)
            return [step async for step in told]

        last = asyncio.run(said())[-1].turns[-1]
        assert (last.notice, last.whole) == (EN.away, True)


def test_open_answers_end_before_a_server_that_was_told_to_stop_does(tmp_path: Path) -> None:
    with serving(tmp_path, grace=8) as server, server.client() as client:
        calm = server.desk.live.archive
        server.desk.live.archive = Archive(calm.index, Unhurried(calm.index))  # type: ignore[arg-type]
        with client.stream("POST", "/api/ask", json={**QUESTION, "stream": True}) as reply:
            lines = reply.iter_lines()
            assert next(lines) == "event: answer"
            server.stop()
            while client.get("/readyz").status_code == 200:
                time.sleep(0.02)
            assert client.get("/readyz").status_code == 503
            assert [line for line in lines if line][-2:] == ["event: done", "data: {}"]
        began = time.monotonic()
        server.thread.join(timeout=10)
        assert not server.thread.is_alive()
        assert time.monotonic() - began < 8


def test_an_endless_answer_does_not_keep_a_stopping_server_alive(tmp_path: Path) -> None:
    with serving(tmp_path, grace=0.3) as server, server.client() as client:
        calm = server.desk.live.archive
        server.desk.live.archive = Archive(calm.index, Unhurried(calm.index, 10_000))  # type: ignore[arg-type]
        with client.stream("POST", "/api/ask", json={**QUESTION, "stream": True}) as reply:
            assert next(reply.iter_lines()) == "event: answer"
            server.stop()
            server.thread.join(timeout=10)
            assert not server.thread.is_alive()


def test_an_index_that_breaks_is_said_without_our_insides(tmp_path: Path) -> None:
    with serving(tmp_path) as server, server.client() as client:
        for file in server.settings.index.rglob("articles.jsonl"):
            file.write_bytes(b"\0" * file.stat().st_size)
        reply = client.get(f"/api/articles/{BRIDGE.id}")
        assert reply.status_code == 503
        assert str(tmp_path) not in reply.text


def test_everything_but_the_probes_needs_a_login(tmp_path: Path) -> None:
    users = tmp_path / "users.json"
    add_user(users, "lan", "mật khẩu dài")
    with serving(tmp_path, auth=users) as server, server.client() as client:
        for path in ("/api/me", "/config", "/gradio_api/heartbeat/x", "/metrics", "/articles"):
            assert client.get(path).status_code == 401, path
        for path in ("/gradio_api/cancel", "/gradio_api/reset", "/gradio_api/queue/join", "/mcp"):
            assert client.post(path, json={}).status_code == 401, path
        assert client.get("/livez").status_code == 200
        page = client.get("/", headers={"Accept": "text/html"})
        assert page.headers["location"] == "/login?next=%2F&lang=vi"
        deep = client.get("/en/article?id=a%26b&start=1", headers={"Accept": "text/html"})
        target = urlsplit(deep.headers["location"])
        assert parse_qs(target.query) == {"next": ["/en/article?id=a%26b&start=1"], "lang": ["en"]}
        for path in ("/loginx", "/readyzx", "/livez/../config", "/login/../config"):
            assert client.get(path).status_code == 401, path
        assert "password" in client.get("/login").text
        assert client.get("/static/fonts/SourceSansPro/SourceSansPro-Bold.woff2").is_success
        wrong = client.post("/login", data={"name": "lan", "password": "sai"})
        assert wrong.status_code == 401
        right = {"name": "lan", "password": "mật khẩu dài"}
        entered = client.post("/login?next=//evil.example", data=right)
        assert (entered.status_code, entered.headers["location"]) == (303, "/")
        assert "HttpOnly" in entered.headers["set-cookie"]
        assert client.get("/api/me").json() == {"user": "lan", "logout": True}
        client.get("/logout")
        client.cookies.clear()
        assert client.get("/api/me").status_code == 401
        bearer = {"Authorization": "Bearer lan:mật khẩu dài".encode()}
        for known in ({"headers": bearer}, {"auth": ("lan", "mật khẩu dài")}):
            assert client.get("/api/me", **known).json()["user"] == "lan"  # type: ignore[arg-type]
        assert client.get("/api/me", auth=("lan", "sai")).status_code == 401


def test_who_is_removed_is_out_and_who_is_added_is_in_without_a_restart(tmp_path: Path) -> None:
    users = tmp_path / "users.json"
    add_user(users, "lan", "mật khẩu dài")
    with serving(tmp_path, auth=users) as server, server.client() as client:
        entered = client.post("/login", data={"name": "lan", "password": "mật khẩu dài"})
        session = {"Cookie": entered.headers["set-cookie"].split(";")[0]}
        client.cookies.clear()
        lan, mai = ("lan", "mật khẩu dài"), ("mai", "mật khẩu khác")
        assert client.get("/api/me", headers=session).status_code == 200
        assert client.get("/api/me", auth=lan).status_code == 200
        add_user(users, *mai)
        assert client.get("/api/me", auth=mai).json()["user"] == "mai"
        remove_user(users, "lan")
        assert client.get("/api/me", headers=session).status_code == 401
        assert client.get("/api/me", auth=lan).status_code == 401
        users.write_text("{")
        assert client.get("/api/me", auth=mai).status_code == 200


def test_passwords_cannot_be_tried_without_end(tmp_path: Path) -> None:
    users = tmp_path / "users.json"
    add_user(users, "lan", "mật khẩu dài")
    with serving(tmp_path, auth=users) as server, server.client() as client:
        for number in range(10):
            assert client.get("/api/me", auth=("lan", f"sai {number}")).status_code == 401
        assert client.get("/api/me", auth=("lan", "mật khẩu dài")).status_code == 401


def test_a_proxy_names_the_user_and_nobody_else(tmp_path: Path) -> None:
    with serving(tmp_path, auth_header="X-User") as server, server.client() as client:
        assert client.get("/api/me").status_code == 401
        known = client.get("/api/me", headers={"X-User": "lan"})
        assert known.json() == {"user": "lan", "logout": False}
    with (
        serving(tmp_path / "b", auth_header="X-User", trusted_proxies=("10.0.0.1",)) as server,
        server.client() as client,
    ):
        assert client.get("/api/me", headers={"X-User": "lan"}).status_code == 401


def test_a_reader_that_hangs_up_frees_the_gate(served: Served) -> None:
    body = json.dumps({**QUESTION, "stream": True}).encode()
    port = int(served.url.rsplit(":", 1)[1])
    for _ in range(40):
        with socket.create_connection(("127.0.0.1", port)) as one:
            one.sendall(
                b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body
            )
    deadline = time.monotonic() + 10
    while served.desk.gate.inside:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    with served.client() as client:
        assert client.post("/api/ask", json=QUESTION).status_code == 200
