"""Files inside files: gzip, xz, bzip2 and zip, streamed, with an end to what they may unpack to."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Protocol

from index.articles.formats import MAX_BINARY, Fields, Found, Problem, whole
from index.articles.formats.sniff import HEAD, reader_for
from index.articles.formats.word import read_docx

_MIN_BUDGET = 32_000_000  # bytes
_MAX_RATIO = 100
_MAX_DEPTH = 2
_BROKEN = (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, zipfile.BadZipFile)
_SUFFIXES = (".gz", ".xz", ".bz2")


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class _TooMuch(Exception):
    pass


class _Budget:
    """What one file on disk may unpack to, all its members together."""

    def __init__(self, packed: int) -> None:
        self.left = max(_MIN_BUDGET, _MAX_RATIO * packed)


class _Counted(io.RawIOBase):
    """A stream that charges what is read from it to a budget."""

    def __init__(self, file: _Readable, budget: _Budget) -> None:
        self._file = file
        self._budget = budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._file.read(len(buffer))
        self._budget.left -= len(data)
        if self._budget.left < 0:
            raise _TooMuch
        buffer[: len(data)] = data
        return len(data)


class Meter:
    """How far reading has come: bytes of the files on disk, and how much was found in them."""

    def __init__(self) -> None:
        self.bytes = 0
        self.found = 0

    def expected(self, size: int) -> int | None:
        """How much ``size`` bytes hold, if the rest is like what was read; None before that."""
        return round(self.found * max(1, size / self.bytes)) if self.bytes else None


class _Metered(io.FileIO):
    """A file on disk that tells a meter what is read from it."""

    def __init__(self, path: Path, meter: Meter) -> None:
        super().__init__(path)
        self._meter = meter
        self._before = meter.bytes
        self.size = os.fstat(self.fileno()).st_size

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        size = super().readinto(buffer)
        # An archive is read here and there: what is read twice counts once.
        self._meter.bytes = min(self._meter.bytes + size, self._before + self.size)
        return size

    def close(self) -> None:
        self._meter.bytes = self._before + self.size
        super().close()


def read_file(
    path: Path, fields: Fields, meter: Meter | None = None
) -> Iterator[tuple[str, Found]]:
    """What ``path`` holds, each with the name of the file inside it ("" for ``path`` itself).

    Raises OSError when ``path`` itself cannot be read.
    """
    meter = Meter() if meter is None else meter
    with _Metered(path, meter) as raw, io.BufferedReader(raw, HEAD) as file:
        for found in _whole(path.name, file, fields, _Budget(raw.size)):
            meter.found += 1
            yield found


def _whole(
    name: str, file: io.BufferedReader[Any], fields: Fields, budget: _Budget
) -> Iterator[tuple[str, Found]]:
    try:
        yield from _read(name, "", file, fields, budget, 0)
    except _TooMuch:
        yield "", Problem(f"unpacks to more than {_MAX_RATIO} times its size: a bomb?")
    except _BROKEN as error:
        yield "", Problem(f"damaged or cut off: {error}")


def _read(
    name: str,
    member: str,
    file: io.BufferedReader[Any],
    fields: Fields,
    budget: _Budget,
    depth: int,
) -> Iterator[tuple[str, Found]]:
    head = file.peek(HEAD)[:HEAD]
    if not head:
        yield member, Problem("empty")
        return
    if unpacked := _unpacked(file, head):
        if depth == _MAX_DEPTH:
            yield member, Problem("packed too often")
            return
        inner = io.BufferedReader(_Counted(unpacked, budget), HEAD)
        name = name.removesuffix(Path(name).suffix) if name.endswith(_SUFFIXES) else name
        yield from _read(name, member, inner, fields, budget, depth + 1)
        return
    if head.startswith(b"PK\x03\x04"):
        yield from _read_zip(member, file, fields, budget, depth)
        return
    reader = reader_for(name, head)
    if isinstance(reader, Problem):
        yield member, reader
        return
    for found in reader(file, fields):
        yield member, found


def _unpacked(file: io.BufferedReader[Any], head: bytes) -> _Readable | None:
    if head.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=file, mode="rb")
    if head.startswith(b"\xfd7zXZ"):
        return lzma.LZMAFile(file, "rb")
    return bz2.BZ2File(file, "rb") if head.startswith(b"BZh") else None


def _read_zip(
    member: str, file: io.BufferedReader[Any], fields: Fields, budget: _Budget, depth: int
) -> Iterator[tuple[str, Found]]:
    """A Word document, or a folder of files in one."""
    packed: IO[bytes] = file
    if depth:
        data = whole(file, MAX_BINARY)
        if isinstance(data, Problem):
            yield member, data
            return
        packed = io.BytesIO(data)
    with zipfile.ZipFile(packed) as archive:
        names = set(archive.namelist())
        if "word/document.xml" in names:
            packed.seek(0)
            for found in read_docx(packed, fields):
                yield member, found
            return
        if "[Content_Types].xml" in names or "mimetype" in names:
            yield member, Problem("neither a Word document nor a plain zip: export it as text")
            return
        if depth == _MAX_DEPTH:
            yield member, Problem("packed too often")
            return
        for part in sorted(archive.infolist(), key=lambda part: part.filename):
            if part.is_dir() or _is_hidden(part.filename):
                continue
            name = f"{member}/{part.filename}" if member else part.filename
            if part.flag_bits & 0x1:
                yield name, Problem("encrypted: unpack it")
                continue
            yield from _read_part(archive, part, name, fields, budget, depth + 1)


def _read_part(
    archive: zipfile.ZipFile,
    part: zipfile.ZipInfo,
    name: str,
    fields: Fields,
    budget: _Budget,
    depth: int,
) -> Iterator[tuple[str, Found]]:
    """One member; that it is damaged is no reason to leave out the next."""
    try:
        with archive.open(part) as stream:
            inner = io.BufferedReader(_Counted(stream, budget), HEAD)
            yield from _read(part.filename, name, inner, fields, budget, depth)
    except (*_BROKEN, NotImplementedError) as error:
        yield name, Problem(f"damaged or cut off: {error}")


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in Path(name).parts)
