"""CURRENT says what an index is made of; whatever else it says is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.build import index_articles
from index.codes import CODED_FROM, LISTED_FROM, code_size, lists_for
from index.encoders import EncoderSpec
from index.errors import HoidapError, IndexDamaged, IndexMismatch, IndexMissing
from index.lexical import FIELDS
from index.storage.check import check
from index.storage.files import Entry
from index.storage.manifest import (
    CURRENT,
    FORMAT,
    Chunking,
    Manifest,
    dump,
    is_index_file,
    load,
    parse,
)
from index.storage.segment import VERIFIED_AT_OPEN, verified_up_to
from index.storage.snapshot import Snapshot
from index.storage.tables import ARTICLE, CHUNK, DEAD, SENTENCE
from tests.fakes_index import LetterEncoder, article

Change = Callable[[dict[str, Any]], object]


def signed(raw: dict[str, Any]) -> bytes:
    """``raw`` as a manifest whose checksum is right."""
    body = (json.dumps(raw, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    return body + sha256(body).hexdigest().encode() + b"\n"


def changed(directory: Path, change: Change) -> None:
    path = directory / CURRENT
    raw = json.loads(path.read_text().rsplit("\n", 2)[0])
    change(raw)
    path.write_bytes(signed(raw))


@pytest.fixture
def index(tmp_path: Path) -> Path:
    index_articles([article(number) for number in range(3)], tmp_path, LetterEncoder())
    index_articles([article(0, version=1)], tmp_path, LetterEncoder())
    return tmp_path


SPECS = st.builds(
    EncoderSpec,
    st.text(max_size=9),
    st.text(max_size=9),
    st.integers(1, 4096),
    st.text(),
    st.text(),
)


@given(
    spec=SPECS,
    chunking=st.builds(Chunking, st.integers(1, 9999), st.integers(0, 999)),
    generation=st.integers(0, 10**9),
    size=st.integers(0, 1 << 40),
)
def test_a_manifest_comes_back_as_it_was_dumped(
    spec: EncoderSpec, chunking: Chunking, generation: int, size: int
) -> None:
    files = {"lexical/meta-000003.json": Entry(size, "0" * 64)}
    manifest = Manifest(spec, chunking, generation, 7, (), "lexical/meta-000003.json", files)
    assert parse(dump(manifest), Path("x/CURRENT")) == manifest


@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_every_flipped_bit_is_found(place: int, bit: int) -> None:
    data = bytearray(dump(Manifest(EncoderSpec("đ", "1", 3, "q: ", "p: "), Chunking())))
    data[place % len(data)] ^= 1 << bit
    with pytest.raises(HoidapError):
        parse(bytes(data), Path("x/CURRENT"))


def first_file(raw: dict[str, Any], end: str) -> str:
    return next(name for name in raw["files"] if name.endswith(end))


def renamed(raw: dict[str, Any], name: str) -> None:
    raw["files"][name] = raw["files"].pop(first_file(raw, "names.json"))


DAMAGE: dict[str, Change] = {
    "unknown key": lambda raw: raw.update(extra=1),
    "missing key": lambda raw: raw.pop("chunking"),
    "unknown key of the encoder": lambda raw: raw["encoder"].update(pickle="x"),
    "path out of the folder": lambda raw: renamed(raw, "../../names.json"),
    "path with dots": lambda raw: renamed(raw, "segments/000001/../000001/names.json"),
    "absolute path": lambda raw: renamed(raw, "/etc/passwd"),
    "a pickle": lambda raw: renamed(raw, "segments/000001/names.pkl"),
    "negative size": lambda raw: raw["files"][first_file(raw, ".f16")].update(size=-1),
    "absurd size": lambda raw: raw["files"][first_file(raw, ".f16")].update(size=1 << 60),
    "size that is no number": lambda raw: raw["files"][first_file(raw, ".f16")].update(size="1"),
    "size that is a truth value": lambda raw: raw["files"][first_file(raw, ".f16")].update(
        size=True
    ),
    "sha256 that is none": lambda raw: raw["files"][first_file(raw, ".f16")].update(sha256="no"),
    "absurd count": lambda raw: raw["segments"][0]["counts"].update(sentences=1 << 39),
    "count that is off by one": lambda raw: raw["segments"][0]["counts"].update(chunks=2),
    "fewer dead": lambda raw: raw["segments"][0]["counts"].update(dead=0),
    "more dead": lambda raw: raw["segments"][0]["counts"].update(dead=2),
    "segment out of the folder": lambda raw: raw["segments"][0].update(name="../000001"),
    "segment without a name": lambda raw: raw["segments"][0].pop("name"),
    "a segment twice": lambda raw: raw["segments"].append(raw["segments"][0]),
    "a segment less": lambda raw: raw["segments"].pop(),
    "segments that are none": lambda raw: raw.update(segments=5),
    "tombstones of another": lambda raw: raw["segments"][0].update(
        dead=first_file(raw, "sentences.rows")
    ),
    "no postings": lambda raw: raw.update(lexical=None),
    "postings that are none": lambda raw: raw.update(lexical=first_file(raw, "names.json")),
    "absurd dimension": lambda raw: raw["encoder"].update(dimension=1 << 30),
    "another dimension": lambda raw: raw["encoder"].update(dimension=38),
    "a serial number again": lambda raw: raw.update(next_serial=1),
    "negative generation": lambda raw: raw.update(generation=-1),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_a_manifest_with_a_right_checksum_and_a_wrong_content_is_damage(
    index: Path, what: str
) -> None:
    changed(index, DAMAGE[what])
    with pytest.raises(IndexDamaged):
        Snapshot.open(index)
    assert check(index) != []


def test_another_format_is_a_mismatch_that_names_both(index: Path) -> None:
    changed(index, lambda raw: raw.update(format=3))
    with pytest.raises(IndexMismatch, match=r"format 3.* up to 2.*new folder"):
        Snapshot.open(index)
    with pytest.raises(IndexMismatch):
        check(index)
    with pytest.raises(IndexMismatch):
        index_articles([article(5)], index, LetterEncoder())


def test_an_index_of_format_1_is_read_and_the_next_commit_writes_format_2(index: Path) -> None:
    changed(index, lambda raw: raw.update(format=1))
    assert check(index) == []
    assert Snapshot.open(index).counts.articles == 4
    index_articles([article(5)], index, LetterEncoder())
    assert json.loads((index / CURRENT).read_bytes().rpartition(b"\n}")[0] + b"}")["format"] == 2
    assert Snapshot.open(index).counts.articles == 5


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"{}", b"[" * 100_000, b"\xff" * 99, signed({}), signed({"format": 1})]
)
def test_a_file_that_is_no_manifest_is_damage(tmp_path: Path, content: bytes) -> None:
    (tmp_path / CURRENT).write_bytes(content)
    with pytest.raises(IndexDamaged, match="CURRENT"):
        load(tmp_path / CURRENT)


def test_deep_nesting_with_a_right_checksum_is_damage(tmp_path: Path) -> None:
    body = b'{"format": 1, "segments": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
    (tmp_path / CURRENT).write_bytes(body + sha256(body).hexdigest().encode() + b"\n")
    with pytest.raises(IndexDamaged):
        load(tmp_path / CURRENT)


def test_a_manifest_of_20_mb_is_not_read(tmp_path: Path) -> None:
    (tmp_path / CURRENT).write_bytes(b" " * 20_000_000)
    with pytest.raises(IndexDamaged, match="20000000"):
        load(tmp_path / CURRENT)


def test_a_folder_in_the_place_of_the_manifest_is_damage(tmp_path: Path) -> None:
    (tmp_path / CURRENT).mkdir()
    with pytest.raises(IndexDamaged):
        load(tmp_path / CURRENT)


def test_a_path_below_a_file_has_no_index(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(IndexMissing):
        load(tmp_path / "file" / CURRENT)


@pytest.mark.parametrize(
    "name", ["segments/000001/vectors.f16", "lexical/meta-000001.json", f"lexical/{'a' * 32}.idx"]
)
def test_names_of_index_files(name: str) -> None:
    assert is_index_file(name)
    for wrong in (f"../{name}", f"/{name}", f"{name}.pkl", f"{name}\n", name.upper()):
        assert not is_index_file(wrong)


def test_counts_of_segments_add_up(index: Path) -> None:
    counts = load(index / CURRENT).counts
    assert (counts.articles, counts.sentences, counts.dead) == (4, 12, 1)
    assert replace(counts, dead=0) + counts == replace(counts + counts, dead=1)


def test_what_is_on_disk_changes_with_the_number_of_the_format_only() -> None:
    """When this fails, raise FORMAT: an index of before must be refused, not misread."""
    tables = [table.descr for table in (ARTICLE, CHUNK, SENTENCE, DEAD)]
    sizes = [code_size(rows, 384, lists_for(rows)) for rows in (100, CODED_FROM + 33, LISTED_FROM)]
    layout = (FORMAT, FIELDS, tables, sizes)
    assert sha256(repr(layout).encode()).hexdigest()[:16] == "f0119072be9ad8ce"


def test_as_many_small_files_are_verified_at_opening_as_are_hashed_in_time() -> None:
    def files(*sizes: int) -> dict[str, Entry]:
        return {str(place): Entry(size, "") for place, size in enumerate(sizes)}

    half = VERIFIED_AT_OPEN // 2
    assert verified_up_to({}) == verified_up_to(files(half, half)) == VERIFIED_AT_OPEN
    assert verified_up_to(files(half, 5, half)) == half - 1
    assert verified_up_to(files(VERIFIED_AT_OPEN + 1, 5)) == VERIFIED_AT_OPEN
