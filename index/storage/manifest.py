"""CURRENT and PREVIOUS: which files make up a generation of the index.

    DIR/CURRENT                          the manifest of the last committed generation
    DIR/PREVIOUS                         the one before it, to go back to
    DIR/lock                             held by the writer (lock.py)
    DIR/segments/000007/articles.jsonl   the articles as JSON, one a line
                        articles.rows    fixed-size records, see tables.py
                        chunks.rows
                        sentences.rows
                        names.json       sources and authors
                        vectors.f16      one row a sentence
                        codes.u4         the same, compressed (larger segments only), or
                        lists.u4         compressed and in lists (the largest)
    DIR/segments/000007/dead-000009.rows the articles of the segment that generation 9 left out
    DIR/lexical/*                        Tantivy's immutable files, meta-000009.json names them

A file is never changed once a manifest names it. The manifest carries its own sha256 and has one
spelling only, so that every flipped byte is found.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from index.codes import code_file, code_size, lists_for
from index.encoders import EncoderSpec
from index.errors import IndexDamaged, IndexMismatch, IndexMissing
from index.storage.files import Entry, damaged, failing, regular_size
from index.storage.tables import ARTICLE, CHUNK, SENTENCE

FORMAT = 2
# Format 1 had no lists.u4. A commit on top of it writes format 2 and rewrites nothing.
READABLE = (1, FORMAT)
CURRENT = "CURRENT"
PREVIOUS = "PREVIOUS"
OWN_NAMES = frozenset(
    {CURRENT, PREVIOUS, f"{CURRENT}.new", f"{PREVIOUS}.new"}
    | {"lock", "segments", "lexical", "merging"}
)

_LARGEST = 1 << 24  # a manifest of 16 MB would name a hundred thousand files
_ROWS = 1 << 40
_NAME = re.compile(
    r"segments/\d{6,12}/"
    r"(articles\.jsonl|(articles|chunks|sentences|dead-\d{6,12})\.rows|names\.json"
    r"|vectors\.f16|codes\.u4|lists\.u4)"
    r"|lexical/(meta-\d{6,12}\.json|[0-9a-f]{32}(\.\d{1,20})?\.[a-z]{2,12})",
)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_T = TypeVar("_T", "EncoderSpec", "Chunking")


@dataclass(frozen=True, slots=True)
class Counts:
    """``dead`` of the ``articles`` are removed or replaced; chunks and sentences count all."""

    articles: int = 0
    chunks: int = 0
    sentences: int = 0
    dead: int = 0

    @property
    def living(self) -> int:
        """Articles that are found."""
        return self.articles - self.dead

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """``dead`` names the file of tombstones, None when there are none."""

    name: str
    counts: Counts
    dead: str | None = None


@dataclass(frozen=True, slots=True)
class Chunking:
    """How articles were cut, in characters."""

    size: int = 1000
    overlap: int = 200


@dataclass(frozen=True, slots=True)
class Manifest:
    """One generation. ``next_serial`` is the number that the next article gets."""

    encoder: EncoderSpec
    chunking: Chunking
    generation: int = 0
    next_serial: int = 1
    segments: tuple[SegmentEntry, ...] = ()
    lexical: str | None = None
    files: dict[str, Entry] = field(default_factory=dict)

    @property
    def counts(self) -> Counts:
        """Of all segments together."""
        return sum((segment.counts for segment in self.segments), Counts())


def lists_of(segment: SegmentEntry, files: Mapping[str, Entry]) -> int:
    """In how many lists the codes of ``segment`` stand."""
    lists = lists_for(segment.counts.sentences)
    return lists if f"segments/{segment.name}/{code_file(lists)}" in files else 1


def is_index_file(name: str) -> bool:
    """Whether ``name``, relative to the index, is one that hoidap gives to a file of an index."""
    return _NAME.fullmatch(name) is not None


def astuple(counts: Counts) -> tuple[int, int, int, int]:
    return counts.articles, counts.chunks, counts.sentences, counts.dead


def dump(manifest: Manifest, version: int = FORMAT) -> bytes:
    """The one spelling of ``manifest``, with its own sha256 in the last line."""
    body = {"format": version, **asdict(manifest)}
    text = json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    data = text.encode()
    return data + hashlib.sha256(data).hexdigest().encode() + b"\n"


def load(path: Path) -> Manifest:
    """The manifest in the file ``path``.

    IndexMissing when there is none, IndexDamaged when it is not what was committed, IndexMismatch
    when a later version of hoidap wrote it.
    """
    try:
        size = regular_size(path)
        if size is None or size > _LARGEST:
            raise IndexDamaged(damaged(path, f"not a manifest ({size} bytes)"))
        with failing(path):
            data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        if path.with_name(PREVIOUS if path.name == CURRENT else CURRENT).exists():
            raise IndexDamaged(damaged(path, "the file is missing")) from None
        raise IndexMissing(
            f"there is no index in {path.parent}: make one with `hoidap index ARTICLES "
            f"--index {path.parent}`"
        ) from None
    return parse(data, path)


def require_encoder(made: EncoderSpec, spec: EncoderSpec, where: object) -> None:
    """IndexMismatch, naming both, when the index ``where`` was ``made`` with another encoder."""
    if made == spec:
        return
    for name in ("name", "dimension", "revision", "query_prompt", "passage_prompt"):
        ours, theirs = getattr(made, name), getattr(spec, name)
        if ours != theirs:
            raise IndexMismatch(
                f"{where} was made with the model {made.name} ({name} {ours!r}), not with "
                f"{spec.name} ({name} {theirs!r}): run with --model {made.name}, or index the "
                "articles into a new one with --index"
            )


def parse(data: bytes, path: Path) -> Manifest:
    """The manifest that ``data`` spells; ``path`` is for the message of the error."""
    body, _, checksum = data[:-1].rpartition(b"\n")
    body += b"\n"
    if hashlib.sha256(body).hexdigest().encode() != checksum or not data.endswith(b"\n"):
        raise IndexDamaged(damaged(path, "its checksum does not match"))
    try:
        raw = json.loads(body)
        found = raw.pop("format")
    except (ValueError, KeyError, AttributeError, RecursionError):
        raise IndexDamaged(damaged(path, "not a manifest")) from None
    if found not in READABLE:
        raise IndexMismatch(
            f"{path.parent} has index format {found}, this hoidap reads formats up to {FORMAT}: "
            "use the version that wrote it, or index the articles again into a new folder"
        )
    try:
        manifest = _manifest(raw)
    except (TypeError, ValueError, KeyError) as error:
        raise IndexDamaged(damaged(path, f"{error}")) from None
    if dump(manifest, found) != data:
        raise IndexDamaged(damaged(path, "it is not spelled as hoidap spells it"))
    return manifest


def _manifest(raw: dict[str, Any]) -> Manifest:
    """``raw`` as a Manifest; ValueError, TypeError or KeyError where it cannot be one."""
    segments = tuple(_segment(one) for one in raw.pop("segments"))
    files = {name: _entry(name, one) for name, one in raw.pop("files").items()}
    manifest = Manifest(
        encoder=_typed(EncoderSpec, raw.pop("encoder")),
        chunking=_typed(Chunking, raw.pop("chunking")),
        generation=_count("generation", raw.pop("generation")),
        next_serial=_count("next_serial", raw.pop("next_serial")),
        lexical=raw.pop("lexical"),
        segments=segments,
        files=files,
    )
    if raw:
        raise ValueError(f"unknown key {min(raw)!r}")
    if not 1 <= manifest.encoder.dimension <= 1 << 16:
        raise ValueError(f"absurd dimension {manifest.encoder.dimension}")
    for segment in segments:
        _require_files(segment, manifest.encoder.dimension, files)
    if (manifest.lexical or "lexical/meta") not in files and segments:
        raise ValueError(f"no lexical index {manifest.lexical!r}")
    return manifest


def _require_files(segment: SegmentEntry, dimension: int, files: dict[str, Entry]) -> None:
    """The sizes of a segment's files follow from its counts; nothing is allocated by other ones."""
    sizes = {
        "articles.rows": segment.counts.articles * ARTICLE.itemsize,
        "chunks.rows": segment.counts.chunks * CHUNK.itemsize,
        "sentences.rows": segment.counts.sentences * SENTENCE.itemsize,
        "vectors.f16": segment.counts.sentences * dimension * 2,
    }
    lists = lists_of(segment, files)
    codes = code_size(segment.counts.sentences, dimension, lists)
    if codes:
        sizes[code_file(lists)] = codes
    for name, size in sizes.items():
        path = f"segments/{segment.name}/{name}"
        if files[path].size != size:
            raise ValueError(f"{path} has {files[path].size} bytes, its counts ask for {size}")
    for name in ("articles.jsonl", "names.json"):
        if f"segments/{segment.name}/{name}" not in files:
            raise ValueError(f"segment {segment.name} has no {name}")
    if segment.dead is not None and segment.dead not in files:
        raise ValueError(f"no file {segment.dead!r}")
    if (segment.dead is None) != (segment.counts.dead == 0):
        raise ValueError(f"segment {segment.name} has tombstones without a file or the reverse")


def _segment(raw: dict[str, Any]) -> SegmentEntry:
    counts = Counts(**{name: _count(name, value) for name, value in raw.pop("counts").items()})
    return SegmentEntry(counts=counts, **raw)


def _entry(name: str, raw: dict[str, Any]) -> Entry:
    if not is_index_file(name):
        raise ValueError(f"{name!r} cannot be a file of an index")
    entry = Entry(**raw)
    if not isinstance(entry.sha256, str) or not _SHA256.fullmatch(entry.sha256):
        raise ValueError(f"{name} has no sha256")
    _count(f"the size of {name}", entry.size)
    return entry


def _count(name: str, value: object) -> int:
    if type(value) is not int or not 0 <= value <= _ROWS:
        raise ValueError(f"{name} cannot be {value!r}")
    return value


def _typed(kind: type[_T], raw: dict[str, Any]) -> _T:
    wanted = {one.name: {"str": str, "int": int}[str(one.type)] for one in fields(kind)}
    for name, value in raw.items():
        if type(value) is not wanted[name]:
            raise ValueError(f"{name} cannot be {value!r}")
    return kind(**raw)
