"""Many people at once on the page: first words, errors, memory.

    python -m benchmarks.load [--index DIR] [--people 50] [--every 5] [--turns 8] [--seconds 120]

Starts `hoidap serve` over an index (the sample articles if none is given) and asks it as the page
does: each of the people has one session and a conversation that grows, and begins a new one after
some questions; a question joins Gradio's queue, the answer comes as events. The memory of the
process is told after 400 questions and at the end, half a minute later, when no answer is on its
way and what is free was given back.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx

from app.web.conversation import MOST_TURNS
from app.web.memory import GIVE_BACK_EVERY

SAMPLE = Path(__file__).parents[1] / "app" / "sample"
EARLY = 400


@dataclass
class Tally:
    """``first`` and ``whole`` are seconds from Enter; ``memory`` is MB by questions answered;
    ``processor`` is the seconds of a processor that the server took for all of them.
    """

    first: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    memory: dict[int, float] = field(default_factory=dict)
    processor: float = 0.0


@dataclass(frozen=True)
class Chat:
    """Gradio's number of the call that asks, what it takes behind the question (the conversation
    first), the place of the conversation in what it answers, and how many turns that has.
    """

    number: int
    beside: list[Any]
    grown: int
    turns: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--index", type=Path)
    parser.add_argument("--questions", type=Path, default=SAMPLE / "questions.jsonl")
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--every", type=float, default=5.0, help="seconds between questions of one")
    parser.add_argument("--turns", type=int, default=8, help="questions of one conversation")
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    lines = options.questions.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["text"] for line in lines]
    with tempfile.TemporaryDirectory() as folder:
        index = options.index or sample_index(Path(folder))
        with served(index) as (address, pid):
            tally = asyncio.run(_crowd(options, questions, address, pid))
    _tell(tally, options)


def sample_index(folder: Path) -> Path:
    index = folder / "index"
    _hoidap("index", str(SAMPLE / "articles"), "--index", str(index))
    return index


def _hoidap(*arguments: str) -> None:
    command = [sys.executable, "-m", "app.cli.main", *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextmanager
def served(index: Path) -> Iterator[tuple[str, int]]:
    """The address of `hoidap serve` over ``index``, and the id of its process."""
    command = [sys.executable, "-m", "app.cli.main", "serve", "--index", str(index), "--port", "0"]
    # Everybody comes from one address here, so the limit for one address is off.
    quiet = {**os.environ, "HOIDAP_RATE_LIMIT": "0", "HOIDAP_WAITING": "100"}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=quiet
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    try:
        yield line[line.index("http://") :].strip().rstrip("/"), process.pid
    finally:
        process.terminate()
        process.wait(timeout=120)


async def _crowd(
    options: argparse.Namespace, questions: list[str], address: str, pid: int
) -> Tally:
    tally = Tally()
    limits = httpx.Limits(max_connections=4 * options.people)
    async with httpx.AsyncClient(base_url=address, timeout=60, limits=limits) as client:
        chat = await read_chat(client)
        began = _processor(pid)
        until = time.monotonic() + options.seconds
        await asyncio.gather(
            *(
                _person(number, options, questions, client, chat, until, tally, pid)
                for number in range(options.people)
            )
        )
    tally.processor = _processor(pid) - began
    await asyncio.sleep(1.5 * GIVE_BACK_EVERY)
    tally.memory[len(tally.whole)] = _megabytes(pid)
    return tally


async def _person(
    number: int,
    options: argparse.Namespace,
    questions: list[str],
    client: httpx.AsyncClient,
    chat: Chat,
    until: float,
    tally: Tally,
    pid: int,
) -> None:
    chance = random.Random(number)
    session, new = f"{number:04}{chance.random()}", chat
    await asyncio.sleep(chance.random() * options.every)
    while (began := time.monotonic()) < until:
        try:
            chat = new if chat.turns == options.turns else chat
            chat = await ask(client, chat, chance.choice(questions), session, tally)
        except (httpx.HTTPError, RuntimeError) as error:
            tally.errors.append(repr(error))
        if len(tally.whole) == EARLY:
            tally.memory.setdefault(EARLY, _megabytes(pid))
        await asyncio.sleep(max(0.0, options.every - (time.monotonic() - began)))


async def read_chat(client: httpx.AsyncClient) -> Chat:
    """What the page sends with a question, as its own configuration tells."""
    page = (await client.get("/config")).json()
    called = next(one for one in page["dependencies"] if one["api_name"] == "chat")
    values = {one["id"]: one["props"].get("value") for one in page["components"]}
    _, *beside = called["inputs"]
    grown = called["outputs"].index(beside[0])
    return Chat(called["id"], [values[number] for number in beside], grown)


async def ask(
    client: httpx.AsyncClient, chat: Chat, question: str, session: str, tally: Tally
) -> Chat:
    """The chat as it stands after the answer."""
    began = time.monotonic()
    body = {
        "data": [question, *chat.beside],
        "fn_index": chat.number,
        "session_hash": session,
    }
    joined = await client.post("/gradio_api/queue/join", json=body)
    joined.raise_for_status()
    first = None
    words = f"answer-{min(chat.turns, MOST_TURNS - 1)}"
    address = f"/gradio_api/queue/data?session_hash={session}"
    async with client.stream("GET", address) as events:
        async for line in events.aiter_lines():
            if not line.startswith("data: "):
                continue
            event = json.loads(line[6:])
            if first is None and event["msg"] == "process_generating" and words in line:
                first = time.monotonic() - began
            if event["msg"] == "process_completed":
                if not event["success"] or first is None:
                    raise RuntimeError(f"no answer to {question!r}")
                break
    tally.first.append(first)
    tally.whole.append(time.monotonic() - began)
    held = event["output"]["data"][chat.grown]
    return replace(chat, beside=[held, *chat.beside[1:]], turns=chat.turns + 1)


def _megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def _processor(pid: int) -> float:
    """Seconds of a processor that a process has taken."""
    _, after_name = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)
    user, system = after_name.split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _tell(tally: Tally, options: argparse.Namespace) -> None:
    told = {
        "people": options.people,
        "questions": len(tally.whole),
        "errors": len(tally.errors),
        "first_words_p50": round(statistics.median(tally.first), 3),
        "first_words_p95": round(statistics.quantiles(tally.first, n=20)[-1], 3),
        "whole_p95": round(statistics.quantiles(tally.whole, n=20)[-1], 3),
        "processor_ms": round(1000 * tally.processor / max(1, len(tally.whole)), 1),
        "memory_mb": {count: round(value, 1) for count, value in tally.memory.items()},
    }
    if options.json:
        print(json.dumps(told, indent=2))
        return
    for name, value in told.items():
        print(f"{name:<18}{value}")
    for error in dict.fromkeys(tally.errors):
        print(f"error: {error}")


if __name__ == "__main__":
    main()
