"""Other people's clients: the official openai and mcp packages against our server."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes_app import BARE, BRIDGE, RESTORED
from mcp import Client, StdioServerParameters
from openai import APIStatusError, OpenAI
from serving import Served, serving

from app.web.users import add_user
from app.words import EN, VI

BRIDGE_QUESTION = "Cầu Vàm Sông dài bao nhiêu?"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("clients")) as server:
        yield server


def test_openai_gets_a_message_with_citations(served: Served) -> None:
    with OpenAI(base_url=f"{served.url}/v1", api_key="none", max_retries=0) as client:
        assert [model.id for model in client.models.list()] == ["hoidap"]
        reply = client.chat.completions.create(
            model="hoidap",
            messages=[
                {"role": "system", "content": "Trả lời bằng thơ."},
                {"role": "user", "content": [{"type": "text", "text": BRIDGE_QUESTION}]},
            ],
        )
    message = reply.choices[0].message
    assert message.content is not None
    assert "Cầu dài 840 m, rộng 16 m. [1]" in message.content
    assert f"[1] {BRIDGE.title} · {BRIDGE.source} · 12/03/2024 · {BRIDGE.url}" in message.content
    assert message.annotations
    for one in message.annotations:
        cited = one.url_citation
        assert message.content[cited.start_index : cited.end_index] == "[1]"
        assert (cited.title, cited.url) == (BRIDGE.title, BRIDGE.url)


def test_openai_takes_a_question_as_typed_when_told_to(served: Served) -> None:
    with OpenAI(base_url=f"{served.url}/v1", api_key="none", max_retries=0) as client:
        texts = [
            client.chat.completions.create(
                model="hoidap",
                messages=[{"role": "user", "content": BARE}],
                extra_body={"as_typed": as_typed},
            )
            .choices[0]
            .message.content
            for as_typed in (False, True)
        ]
    assert ["840 m" in (text or "") for text in texts] == [True, False]


def test_openai_streams_the_same_text(served: Served) -> None:
    asked = [{"role": "user", "content": BRIDGE_QUESTION}]
    with OpenAI(base_url=f"{served.url}/v1", api_key="none", max_retries=0) as client:
        whole = client.chat.completions.create(model="x", messages=asked)  # type: ignore[arg-type]
        chunks = list(client.chat.completions.create(model="x", messages=asked, stream=True))  # type: ignore[call-overload]
    texts = [chunk.choices[0].delta.content or "" for chunk in chunks]
    assert "".join(texts) == whole.choices[0].message.content
    assert len([text for text in texts if text]) >= 3
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_openai_abstains_and_refuses_in_its_own_words(served: Served) -> None:
    with OpenAI(base_url=f"{served.url}/v1", api_key="none", max_retries=0) as client:

        def ask(text: str) -> str | None:
            asked = [{"role": "user", "content": text}]
            reply = client.chat.completions.create(model="x", messages=asked)  # type: ignore[arg-type]
            return reply.choices[0].message.content

        assert ask("Ai vô địch?") == f"{VI.abstained} {VI.nothing_about}"
        assert ask("Who won?") == f"{EN.abstained} {EN.nothing_about}"
        with pytest.raises(APIStatusError) as caught:
            ask(" ")
    assert caught.value.status_code == 422


def test_openai_logs_in_with_its_key(tmp_path: Path) -> None:
    users = tmp_path / "users.json"
    add_user(users, "lan", "mat khau dai")
    with serving(tmp_path, auth=users) as served:
        right, wrong = (
            OpenAI(base_url=f"{served.url}/v1", api_key=key, max_retries=0)
            for key in ("lan:mat khau dai", "lan:sai")
        )
        with right, wrong:
            assert right.models.list().data[0].id == "hoidap"
            with pytest.raises(APIStatusError) as caught:
                wrong.models.list()
    assert caught.value.status_code == 401


def test_mcp_offers_three_tools_that_only_read(served: Served) -> None:
    async def use() -> None:
        async with Client(f"{served.url}/mcp") as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert set(tools) == {"search", "ask", "read_article"}
            assert all(
                tool.annotations and tool.annotations.read_only_hint for tool in tools.values()
            )

            answer = await client.call_tool("ask", {"question": BRIDGE_QUESTION})
            told = answer.structured_content
            assert told is not None
            citation = told["claims"][0]["citations"][0]
            read = await client.call_tool("read_article", {"article_id": citation["article"]["id"]})
            assert read.structured_content is not None
            text = read.structured_content["text"]
            assert text[citation["start"] : citation["end"]] == citation["quote"]

            found = await client.call_tool("search", {"question": "giá lúa tăng", "k": 1})
            assert found.structured_content is not None
            assert [hit["article"]["id"] for hit in found.structured_content["hits"]] == ["lua.txt"]

            bare = {"question": BARE, "filters": {"sources": [BRIDGE.source]}}
            for tool, told in (("ask", RESTORED), ("search", RESTORED)):
                understood = await client.call_tool(tool, bare)
                assert understood.structured_content is not None
                assert understood.structured_content["understood"] == told
            typed = await client.call_tool("search", {**bare, "as_typed": True})
            assert typed.structured_content is not None
            assert typed.structured_content["understood"] == BARE
            assert typed.structured_content["filters"]["sources"] == [BRIDGE.source]

            missing = await client.call_tool("read_article", {"article_id": "/etc/passwd"})
            assert missing.is_error
            empty = await client.call_tool("ask", {"question": " "})
            assert empty.is_error

    asyncio.run(use())


def test_mcp_speaks_over_standard_input_too(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text(f"{BRIDGE.title}\n\n{BRIDGE.text}", encoding="utf-8")
    index = tmp_path / "kho"

    async def use() -> str:
        program = [sys.executable, "-m", "app.cli.main"]
        made = await asyncio.create_subprocess_exec(
            *program, "index", str(folder), "--index", str(index),
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert await made.wait() == 0
        command = StdioServerParameters(
            command=program[0], args=[*program[1:], "mcp", "--index", str(index)]
        )
        async with Client(command) as client:
            read = await client.call_tool("read_article", {"article_id": "a.txt"})
            assert read.structured_content is not None
            return str(read.structured_content["title"])

    assert re.sub(r"\s+", " ", asyncio.run(use())) == BRIDGE.title
