"""The packed file: blocks by hand, the real file, and files that lie."""

from __future__ import annotations

import random
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from index.encoders.packed import BLOCK_BYTES, bundled_path, read_packed, unpack
from index.errors import ModelUnavailable

# Where the numbers of the real file stand: header, vocabulary sizes.
HEADER, VOCABULARY = 4, 44


@pytest.fixture(scope="module")
def real() -> bytes:
    return bundled_path().read_bytes()


def refuse(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    tracemalloc.start()
    try:
        with pytest.raises(ModelUnavailable) as caught:
            read_packed(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100e6
    assert path.name in str(caught.value)
    assert "pip install" in str(caught.value)
    return str(caught.value)


def test_a_block_holds_low_nibbles_first_then_high_ones() -> None:
    nibbles = bytes(low | high << 4 for low, high in zip(range(16), range(15, -1, -1), strict=True))
    block = np.frombuffer(np.float16(0.5).tobytes() + nibbles, np.uint8)
    expected = [(q - 8) * 0.5 for q in [*range(16), *reversed(range(16))]]
    assert unpack(block[None]).tolist() == expected


def test_blocks_keep_their_leading_shape() -> None:
    assert unpack(np.zeros((7, 3, BLOCK_BYTES), np.uint8)).shape == (7, 96)


def test_the_real_file() -> None:
    packed = read_packed(bundled_path())
    assert (packed.sizes.hidden, packed.sizes.layers, packed.sizes.positions) == (384, 12, 512)
    words = packed.vocabulary
    assert len(words.pieces) == len(words.scores) == 250_002
    specials = (words.bos, words.pad, words.eos, words.unknown)
    assert [words.pieces[i] for i in specials] == ["<s>", "<pad>", "</s>", "<unk>"]
    assert words.replacements["ﬁ"] == "fi"
    assert packed.tensors["emb.word"].shape == (250_037 * 12, BLOCK_BYTES)
    assert packed.tensors["l11.oln.b"].shape == (384,)


def test_a_missing_and_an_empty_file(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"gone\.bin.*pip install"):
        read_packed(tmp_path / "gone.bin")
    refuse(tmp_path / "empty.bin", b"")


@pytest.mark.parametrize("size", [1, 4, 43, 44, 71, 72, 1_000_000, 4_600_000, 4_638_248])
def test_a_cut_file(tmp_path: Path, real: bytes, size: int) -> None:
    refuse(tmp_path / "cut.bin", real[:size])


@pytest.mark.parametrize("absurd", [0, -1, 2**31 - 1])
@pytest.mark.parametrize("field", range(7))
def test_absurd_sizes(tmp_path: Path, real: bytes, field: int, absurd: int) -> None:
    data = bytearray(real[:5_000_000])
    struct.pack_into("<i", data, HEADER + 4 + 4 * field, absurd)
    assert "absurd" in refuse(tmp_path / "sizes.bin", bytes(data))


@pytest.mark.parametrize(
    ("at", "kind", "value"),
    [
        (VOCABULARY, "i", 2**31 - 1),
        (VOCABULARY, "i", -5),
        (VOCABULARY + 4, "i", 2**30),
        (VOCABULARY + 20, "Q", 2**63),
        (VOCABULARY + 28, "I", 9),
    ],
)
def test_absurd_vocabularies(tmp_path: Path, real: bytes, at: int, kind: str, value: int) -> None:
    data = bytearray(real[:5_000_000])
    struct.pack_into("<" + kind, data, at, value)
    refuse(tmp_path / "vocabulary.bin", bytes(data))


def test_bytes_flipped_before_the_tensors_never_do_worse_than_an_error(
    tmp_path: Path, real: bytes
) -> None:
    path = tmp_path / "flipped.bin"
    path.write_bytes(real)
    chance = random.Random(7)
    places = [chance.randrange(72) for _ in range(4)]
    places += [chance.randrange(4_630_000, 4_638_248) for _ in range(4)]
    for place in places:
        with path.open("r+b") as file:
            file.seek(place)
            file.write(bytes([real[place] ^ 1 << chance.randrange(8)]))
        try:
            read_packed(path)
        except ModelUnavailable as error:
            assert "damaged" in str(error)  # noqa: PT017 - a flip in a score goes unseen here
        with path.open("r+b") as file:
            file.seek(place)
            file.write(real[place : place + 1])
