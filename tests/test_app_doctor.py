"""`hoidap doctor`: what is amiss is named, with what to do about it."""

from __future__ import annotations

import socket
from pathlib import Path

from fakes_app import write_index

from app.cli.doctor import available_memory, examine
from app.settings import Settings


def test_what_is_amiss_has_a_remedy_and_what_is_well_has_none(tmp_path: Path) -> None:
    index = write_index(tmp_path / "kho")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = Settings(index=index, port=taken.getsockname()[1])
        told = {one.name: one for one in examine(settings)}
    assert list(told) == ["model", "index", "memory", "disk", "port"]
    assert "384 dimensions" in told["model"].found
    assert "every byte" in told["index"].found
    assert not told["index"].remedy
    assert "--port" in told["port"].remedy


def test_an_index_that_is_missing_or_damaged_is_told_with_the_command(tmp_path: Path) -> None:
    def index_of(folder: Path) -> str:
        return next(o.remedy for o in examine(Settings(index=folder, port=0)) if o.name == "index")

    assert "hoidap index" in index_of(tmp_path / "none")
    damaged = write_index(tmp_path / "kho")
    file = max(damaged.rglob("*"), key=lambda path: path.stat().st_size if path.is_file() else 0)
    file.write_bytes(b"\0" * file.stat().st_size)
    assert "hoidap check" in index_of(damaged)


def test_memory_in_caches_counts_as_free(tmp_path: Path) -> None:
    told = tmp_path / "meminfo"
    told.write_text("MemTotal: 8 kB\nMemFree: 1 kB\nMemAvailable: 5 kB\n")
    assert available_memory(told) == 5 * 1024
    assert available_memory(tmp_path / "none") > 0
