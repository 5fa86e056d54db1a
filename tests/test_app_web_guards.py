"""What stands around the server: gate, rate, users, sessions, feedback, following the index."""

from __future__ import annotations

import asyncio
import json
import stat
import threading
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest
from fakes_app import RICE, archive, write_index
from hypothesis import given
from hypothesis import strategies as st
from test_app_web_conversation import talk_about

from app.cli.main import run as hoidap
from app.live import Live
from app.web.feedback import Feedback
from app.web.gate import BusyError, Gate
from app.web.limits import MOST_KEYS, RateLimit, TooOftenError
from app.web.steps import newest, stepped
from app.web.users import SESSION_SECONDS, add_user, read_users, remove_user
from eval.questions import read_questions
from index.errors import SettingsError
from index.opening import signer


def test_the_gate_lets_some_run_some_wait_and_turns_the_rest_away() -> None:
    async def crowd() -> tuple[int, int, int]:
        gate, running, most, refused = Gate(2, 3), 0, 0, 0

        async def come() -> None:
            nonlocal running, most, refused
            try:
                async with gate.enter():
                    running += 1
                    most = max(most, running)
                    await asyncio.sleep(0)
                    running -= 1
            except BusyError:
                refused += 1

        await asyncio.gather(*(come() for _ in range(9)))
        return most, refused, gate.inside

    assert asyncio.run(crowd()) == (2, 4, 0)


def test_a_question_that_fails_gives_its_place_back() -> None:
    async def fail() -> int:
        gate = Gate(1, 0)
        for _ in range(3):
            with pytest.raises(ValueError, match="broken"):
                async with gate.enter():
                    raise ValueError("broken")
        return gate.inside

    assert asyncio.run(fail()) == 0


def test_the_rate_fills_again_with_time() -> None:
    now = 0.0
    limit = RateLimit(60, clock=lambda: now)
    for _ in range(60):
        limit.take("address a", "user b")
    with pytest.raises(TooOftenError) as caught:
        limit.take("address a")
    assert caught.value.retry_after == 1
    limit.take("address c")
    with pytest.raises(TooOftenError):
        limit.take("address c", "user b")
    now = 2.0
    limit.take("address a", "user b")
    limit.take("address a")
    with pytest.raises(TooOftenError):
        limit.take("address a")


def test_no_limit_and_many_addresses() -> None:
    free = RateLimit(0)
    for _ in range(1000):
        free.take("a")
    limit = RateLimit(1)
    for number in range(MOST_KEYS + 100):
        limit.take(str(number))
    assert len(limit._left) == MOST_KEYS


def test_a_user_can_log_in_until_removed(tmp_path: Path) -> None:
    file = tmp_path / "secret" / "users.json"
    add_user(file, "lan", "mật khẩu dài")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "mật khẩu" not in file.read_text()
    users = read_users(file)
    assert users.verify("lan", "mật khẩu dài")
    assert not users.verify("lan", "mật khẩu khác")
    assert not users.verify("minh", "mật khẩu dài")
    add_user(file, "lan", "mật khẩu mới")
    assert read_users(file).verify("lan", "mật khẩu mới")
    assert read_users(file).secret == users.secret
    remove_user(file, "lan")
    assert not read_users(file).verify("lan", "mật khẩu mới")
    assert [path.name for path in file.parent.iterdir()] == ["users.json"]


def test_a_session_proves_its_user_for_a_while(tmp_path: Path) -> None:
    file = tmp_path / "users.json"
    add_user(file, "lan", "mật khẩu dài")
    users = read_users(file)
    token = users.session("lan", now=1000)
    assert users.session_user(token, now=1001) == "lan"
    assert users.session_user(token, now=1001 + SESSION_SECONDS) is None
    remove_user(file, "lan")
    assert read_users(file).session_user(token, now=1001) is None


@given(st.text(max_size=80), st.binary(max_size=3))
def test_a_forged_session_proves_nothing(token: str, flip: bytes) -> None:
    from app.web.users import Users

    users = Users(b"s" * 32, {"lan": "x"})
    assert users.session_user(token) is None
    good = users.session("lan")
    assert users.session_user(flip.hex() + good) in (None, "lan" if not flip else None)


@pytest.mark.parametrize(
    ("name", "password", "words"),
    [("a b", "long enough", "cannot be a name"), ("lan", "short", "8 characters")],
)
def test_bad_names_and_passwords(tmp_path: Path, name: str, password: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        add_user(tmp_path / "users.json", name, password)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"secret": "zz", "users": {}}'])
def test_a_broken_users_file_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "users.json"
    file.write_text(content)
    with pytest.raises(SettingsError, match=r"users\.json"):
        read_users(file)


def test_feedback_is_appended_a_line_a_judgment(tmp_path: Path) -> None:
    feedback = Feedback(tmp_path / "new" / "feedback.jsonl")
    (turn,) = talk_about("Năng suất lúa đạt bao nhiêu?").turns
    key = feedback.record(turn, "up", user="lan")
    feedback.record(turn, "up", reason="  đúng\nrồi  ", key=key)
    first, second = (json.loads(line) for line in feedback.path.read_text().splitlines())
    assert first["text"] == "Năng suất lúa đạt bao nhiêu?"
    assert {one["article"] for one in first["metadata"]["cited"]} == {"lua.txt"}
    assert first["metadata"]["user"] == "lan"
    assert first["_id"] == second["_id"] == key
    assert second["metadata"]["reason"] == "đúng\nrồi"


def test_judgments_become_questions_that_an_evaluation_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    feedback = Feedback(tmp_path / "feedback.jsonl")
    good, bad, changed = talk_about(
        "Năng suất lúa đạt bao nhiêu?", "Cầu Vàm Sông dài bao nhiêu?", "Cầu Vàm Sông rộng mấy mét?"
    ).turns
    feedback.record(good, "up")
    feedback.record(bad, "down")
    feedback.record(changed, "up")
    feedback.record(changed, "down", reason="sai")
    out = tmp_path / "questions.jsonl"
    assert hoidap(["feedback", str(out), "--file", str(feedback.path)]) == 0
    assert "1 question" in capsys.readouterr().out
    (question,) = read_questions(out)
    assert question.text == good.question
    assert {judgment.article_id for judgment in question.gold} == {"lua.txt"}


def test_the_live_archive_follows_the_index_and_survives_a_bad_generation(tmp_path: Path) -> None:
    directory = write_index(tmp_path / "kho")
    current = directory / "CURRENT"
    live = Live(lambda: archive(directory), signer(directory))
    assert (live.refresh(), live.archive.snapshot.generation) == (False, 1)
    write_index(directory, [RICE, RICE.__class__("moi", "Bài mới", "Một bài mới đăng.")])
    before = live.archive
    assert live.refresh()
    assert live.archive.snapshot.find("moi") is not None
    assert before.snapshot.find("moi") is None
    good = current.read_bytes()
    current.write_bytes(b"{}")
    assert not live.refresh()
    assert live.archive.snapshot.find("moi") is not None
    current.write_bytes(good)
    assert live.refresh()


def test_steps_are_heard_in_order_and_their_error_too() -> None:
    def make() -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("broken")

    heard: list[int] = []

    async def hear() -> None:
        async for step in stepped(make):
            heard.append(step)  # noqa: PERF401 - what was heard before the error counts

    with pytest.raises(ValueError, match="broken"):
        asyncio.run(hear())
    assert heard == [1, 2]


async def _typed(*pauses: float) -> AsyncGenerator[int]:
    for number, pause in enumerate(pauses):
        await asyncio.sleep(pause)
        yield number


def test_what_is_followed_at_once_is_not_shown_and_the_last_is_known() -> None:
    async def seen() -> list[tuple[int, bool]]:
        async with aclosing(newest(_typed(0, 0, 0, 0.4, 0), 0.2)) as steps:
            return [step async for step in steps]

    assert asyncio.run(seen()) == [(2, False), (4, True)]


def test_a_stream_without_an_end_in_sight_is_shown_as_it_goes() -> None:
    async def seen() -> list[tuple[int, bool]]:
        async with aclosing(newest(_typed(*[0.02] * 40), 0.1)) as steps:
            return [step async for step in steps]

    shown = asyncio.run(seen())
    assert 2 < len(shown) < 20
    assert shown[-1][0] == 39
    assert [number for number, _ in shown] == sorted({number for number, _ in shown})


def test_what_came_before_an_error_is_shown_before_it_is_raised() -> None:
    heard: list[tuple[int, bool]] = []

    async def broken() -> AsyncGenerator[int]:
        yield 1
        raise ValueError("broken")

    async def hear() -> None:
        async with aclosing(newest(broken(), 0.1)) as steps:
            async for step in steps:
                heard.append(step)  # noqa: PERF401 - what was heard before the error counts

    with pytest.raises(ValueError, match="broken"):
        asyncio.run(hear())
    assert heard == [(1, False)]


def test_a_listener_that_goes_closes_what_it_listened_to() -> None:
    closed = asyncio.Event()

    async def endless() -> AsyncGenerator[int]:
        try:
            while True:
                yield 1
                await asyncio.sleep(0.01)
        finally:
            closed.set()

    async def leave() -> None:
        async with aclosing(newest(endless(), 0.03)) as steps:
            await anext(steps)
        assert closed.is_set()

    asyncio.run(leave())


def test_a_listener_that_is_cancelled_ends_the_work() -> None:
    made: list[int] = []
    closed = threading.Event()

    def make() -> Iterator[int]:
        try:
            for number in range(1000):
                time.sleep(0.01)
                made.append(number)
                yield number
        finally:
            closed.set()

    async def leave() -> None:
        async def hear() -> None:
            async with aclosing(stepped(make)) as steps:
                async for _ in steps:
                    pass

        listening = asyncio.create_task(hear())
        while len(made) < 3:
            await asyncio.sleep(0.005)
        listening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await listening
        assert closed.is_set()

    asyncio.run(leave())
    assert len(made) < 100
