"""`hoidap doctor`: is everything there that answering needs, and what to do if not."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli import errors, flags, terminal

if TYPE_CHECKING:
    from app.settings import Settings
    from index.milvus.address import Address

GIGABYTE = 1e9
LEAST_MEMORY = 1.0
LEAST_DISK = 1.0


@dataclass(frozen=True, slots=True)
class Finding:
    """``remedy`` is empty when all is well."""

    name: str
    found: str
    remedy: str = ""


def doctor(index: flags.IndexDir = None, model: flags.Model = None) -> int:
    """Look at model, index, memory, disk and port. Exit code 2 when something is amiss."""
    from app.settings import load

    settings = load({"index": index, "model": model})
    findings = list(examine(settings))
    for one in findings:
        terminal.echo(f"{'amiss' if one.remedy else 'ok':<6} {one.name:<9} {one.found}")
        if one.remedy:
            terminal.echo(f"{'':<16} {one.remedy}")
    return errors.USAGE if any(one.remedy for one in findings) else errors.DONE


def examine(settings: Settings) -> Iterator[Finding]:
    """Everything that is looked at, one after the other; nothing is raised."""
    looks: tuple[tuple[str, Callable[[Settings], Finding]], ...] = (
        ("model", _model),
        ("index", _index),
        ("memory", _memory),
        ("disk", _disk),
        ("port", _port),
    )
    for name, look in looks:
        try:
            yield look(settings)
        except Exception as error:  # a doctor tells what fails, whatever it is
            yield Finding(name, f"{type(error).__name__}: {error}", "See the message above.")


def _model(settings: Settings) -> Finding:
    from app.wiring import open_encoder
    from index.errors import HoidapError

    try:
        spec = open_encoder(settings).spec
    except HoidapError as error:
        return Finding("model", settings.model or "embedded", str(error))
    return Finding("model", f"{spec.name}, {spec.dimension} dimensions, works")


def _index(settings: Settings) -> Finding:
    from index.errors import HoidapError
    from index.storage.check import check

    if not isinstance(settings.index, Path):
        return _milvus(settings.index)
    try:
        problems = check(settings.index)
    except HoidapError as error:
        return Finding("index", str(settings.index), str(error))
    if problems:
        return Finding("index", problems[0], "`hoidap check --restore` goes back a generation.")
    return Finding("index", f"{settings.index}, every byte is what was committed")


def _milvus(address: Address) -> Finding:
    from index.errors import HoidapError
    from index.milvus.upkeep import info

    try:
        told = info(address)
    except HoidapError as error:
        return Finding("index", str(address), str(error))
    return Finding("index", f"{address}, Milvus {told['milvus']}, {told['articles']} articles")


def _memory(settings: Settings) -> Finding:
    free = available_memory() / GIGABYTE
    remedy = "" if free >= LEAST_MEMORY else "Serving takes 0.7 GB: end other programs."
    return Finding("memory", f"{free:.1f} GB free", remedy)


def available_memory(told: Path = Path("/proc/meminfo")) -> int:
    """Bytes that a program could have: what Linux would take back from its caches counts too."""
    try:
        lines = dict(line.split(":", 1) for line in told.read_text().splitlines())
        return int(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _disk(settings: Settings) -> Finding:
    place = _existing(settings.index if isinstance(settings.index, Path) else settings.cache)
    free = shutil.disk_usage(place).free / GIGABYTE
    remedy = "" if free >= LEAST_DISK else f"Make room on the disk of {place}, or move the index."
    return Finding("disk", f"{free:.1f} GB free at {place}", remedy)


def _port(settings: Settings) -> Finding:
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            where = f"{settings.host}:{settings.port} {error.strerror}"
            return Finding("port", where, "Give another --port, or end what listens there.")
    return Finding("port", f"{settings.host}:{settings.port} is free")


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path
