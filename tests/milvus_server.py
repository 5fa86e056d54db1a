"""Milvus Lite as a server on this machine, for the tests of an index in Milvus."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from index.milvus.address import Address

_STARTS_WITHIN = 120.0
_collections = count()


@dataclass(frozen=True)
class MilvusServer:
    port: int
    process: subprocess.Popen[bytes]

    def address(self, timeout: float = 60.0) -> Address:
        """That of an index which is not there yet; what is written is seen at once."""
        name = f"test_{next(_collections)}"
        return Address("127.0.0.1", self.port, name, timeout=timeout, consistency="Strong")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def milvus_lite(folder: Path, port: int | None = None) -> Iterator[MilvusServer]:
    """Runs until the block ends; its data is in ``folder``."""
    port = port or free_port()
    command = [sys.executable, "-m", "milvus_lite", "server", "--data-dir", str(folder)]
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield MilvusServer(port, process)
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"Milvus Lite did not start on port {port}")
