from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from index.articles.formats import Problem, Record
from index.articles.formats.containers import Meter, read_file

BODY = "Sáng nay, xã Đồng Vân bắt đầu gặt lúa sớm để tránh lũ đang lên."
ROW = b'{"title": "L\xc3\xbaa ch\xc3\xadn", "text": "M\xe1\xbb\x99t c\xc3\xa2u ng\xe1\xba\xafn."}\n'


def written(tmp_path: Path, name: str, data: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def texts(path: Path) -> dict[str, str]:
    """By member, the text of what was read or, in brackets, why it was not."""
    return {
        member: found.text if isinstance(found, Record) else f"({found.reason})"
        for member, found in read_file(path, {})
    }


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress, bz2.compress])
@pytest.mark.parametrize("name", ["a.txt.gz", "a.txt", "a"])
def test_packed_files_whatever_they_are_called(
    tmp_path: Path, pack: Callable[[bytes], bytes], name: str
) -> None:
    assert texts(written(tmp_path, name, pack(BODY.encode()))) == {"": BODY}


def test_packed_rows_are_streamed(tmp_path: Path) -> None:
    row = ROW.replace(b"\x99t", b"\x99t" + b" a" * 4_000)
    path = written(tmp_path, "a.jsonl.gz", gzip.compress(row * 800))
    tracemalloc.start()
    try:
        assert sum(isinstance(found, Record) for _, found in read_file(path, {})) == 800
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def word(text: str) -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def test_a_zip_of_everything(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "archive.zip",
        zipped(
            {
                "2025/a.txt": BODY.encode(),
                "2025/b.docx": word(BODY),
                "2025/c.jsonl.gz": gzip.compress(ROW),
                "2025/d.png": b"\x89PNG\0\0\0\0\0\0\0\0",
                "2025/e.zip": zipped({"f.txt": BODY.encode(), "g.zip": zipped({"h.txt": b"h"})}),
                "2025/i.xlsx": zipped({"[Content_Types].xml": b""}),
                "2025/": b"",
                "__MACOSX/a.txt": BODY.encode(),
                ".hidden": BODY.encode(),
            }
        ),
    )
    assert texts(path) == {
        "2025/a.txt": BODY,
        "2025/b.docx": BODY,
        "2025/c.jsonl.gz": "Một câu ngắn.",
        "2025/d.png": "(not a text: no article can be read from it)",
        "2025/e.zip/f.txt": BODY,
        "2025/e.zip/g.zip": "(packed too often)",
        "2025/i.xlsx": "(neither a Word document nor a plain zip: export it as text)",
    }


def test_a_zip_in_a_gzip(tmp_path: Path) -> None:
    data = gzip.compress(zipped({"a.txt": BODY.encode(), "b.docx": word(BODY)}))
    assert texts(written(tmp_path, "a.zip.gz", data)) == {"a.txt": BODY, "b.docx": BODY}


def test_a_meter_tells_how_much_is_still_to_come(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl", b"".join(ROW for _ in range(4_000)))
    meter = Meter()
    assert meter.expected(path.stat().st_size) is None
    for count, _ in enumerate(read_file(path, {}, meter), start=1):
        assert meter.found == count
        if count in (2_000, 4_000):
            assert meter.expected(path.stat().st_size) == pytest.approx(4_000, rel=0.4)
    assert meter.bytes == path.stat().st_size


def test_a_damaged_member_does_not_stop_the_next(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": BODY.encode() * 50, "b.txt": BODY.encode()}))
    data[60] ^= 0xFF
    read = texts(written(tmp_path, "a.zip", bytes(data)))
    assert read["b.txt"] == BODY
    assert read["a.txt"].startswith("(damaged or cut off")


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress, bz2.compress])
def test_a_file_cut_off_gives_what_it_still_holds(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    rows = b"".join(ROW.replace(b"ng\xe1\xba\xafn", b"%d" % n) for n in range(5_000))
    packed = pack(rows)
    *records, last = [
        found for _, found in read_file(written(tmp_path, "a", packed[: len(packed) // 2]), {})
    ]
    assert isinstance(last, Problem)
    assert last.reason.startswith("damaged or cut off")
    # The others unpack in blocks that are larger than this file.
    assert pack is not gzip.compress or sum(isinstance(found, Record) for found in records) > 100


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("rows.jsonl.gz", gzip.compress((b'{"text": "' + b"a b " * 25_000 + b'"}\n') * 1_000)),
        ("a.gz", gzip.compress(gzip.compress(gzip.compress(BODY.encode())))),
        ("line.jsonl.gz", gzip.compress(b'{"text": "' + b"a" * 50_000_000)),
        ("page.txt.gz", gzip.compress(b"a b " * 10_000_000)),
        ("empty.txt", b""),
        ("empty.txt.gz", gzip.compress(b"")),
        ("a.zip", b"PK\x03\x04" + b"\0" * 100),
        ("a.txt.gz", b"\x1f\x8b" + b"\0" * 100),
    ],
    ids=["rows", "packed thrice", "line", "page", "empty", "empty.gz", "bad.zip", "bad.gz"],
)
def test_bombs_and_broken_files_end_in_a_reason(tmp_path: Path, name: str, data: bytes) -> None:
    path = written(tmp_path, name, data)
    tracemalloc.start()
    try:
        found = [item for _, item in read_file(path, {}) if not isinstance(item, Record)]
        assert tracemalloc.get_traced_memory()[1] < 60_000_000
    finally:
        tracemalloc.stop()
    assert 1 <= len(found) <= 2
