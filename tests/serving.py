"""A real server on a free port, in a thread, over an index of the fakes."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
from fakes_app import BRIDGE, RICE, archive, write_index

from app.front import front_of
from app.live import Live
from app.settings import Settings
from app.web.desk import Desk, open_desk
from app.web.server import DrainingServer, configuration, listen
from index.opening import signer
from index.types import Article

EXAMPLES = ("Cầu Vàm Sông dài bao nhiêu?", "Năng suất lúa đạt bao nhiêu một hecta?")


@dataclass(frozen=True)
class Served:
    url: str
    desk: Desk
    settings: Settings
    server: DrainingServer
    thread: threading.Thread

    def stop(self) -> None:
        """As SIGTERM would."""
        self.server.handle_exit(signal.SIGTERM, None)

    def client(self, **options: Any) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=60, **options)


@contextmanager
def serving(
    folder: Path, articles: Sequence[Article] = (BRIDGE, RICE), **options: Any
) -> Iterator[Served]:
    """``options`` are settings; the index of ``articles`` is written into ``folder``."""
    index = write_index(folder / "kho", articles)
    settings = Settings(
        **{"index": index, "feedback": folder / "feedback.jsonl", "rate_limit": 0, **options}
    )
    live = Live(lambda: archive(index), signer(index))
    front = replace(front_of(live.archive), examples=EXAMPLES)
    desk = open_desk(settings, live, front)
    config = configuration(settings, desk)
    listener = listen("127.0.0.1", 0)
    server = DrainingServer(config, desk, settings.grace)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield Served(
            f"http://127.0.0.1:{listener.getsockname()[1]}", desk, settings, server, thread
        )
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()
    assert not thread.is_alive()
