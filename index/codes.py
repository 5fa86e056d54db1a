"""The codes of a segment's vectors on disk: four bits a dimension, in lists where there are many.

    values    for each dimension the 16 values that stand for it, float32
    centres   where there are several lists: one row a list, float32
    owners    where there are several lists: the list of each row, two bytes
    packed    list after list as FAISS's fast scan reads them, 32 rows a block; then empty blocks

The empty blocks are as many as make the size follow from the number of rows, so that there is no
header and nothing in it can be wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.errors import IndexDamaged

# Fewer rows are scanned in a millisecond as they are, or as codes in one list.
CODED_FROM = 1 << 15
LISTED_FROM = 1 << 17
BLOCK_ROWS = 32

Bytes = npt.NDArray[np.uint8]


def lists_for(rows: int) -> int:
    """In how many lists so many rows are put: about their square root, or one."""
    return 1 << (rows.bit_length() // 2) if rows >= LISTED_FROM else 1


def code_file(lists: int) -> str:
    """The name of the file of a segment. One list was all that format 1 had."""
    return "codes.u4" if lists == 1 else "lists.u4"


def code_size(rows: int, dimension: int, lists: int) -> int:
    """How many bytes the codes of so many rows take; 0 when there are too few for codes."""
    if rows < CODED_FROM:
        return 0
    listed = lists * dimension * 4 + rows * 2 if lists > 1 else 0
    return dimension * 16 * 4 + listed + packed_size(_blocks(rows, lists), dimension)


def packed_size(blocks: int, dimension: int) -> int:
    pairs = -(-dimension // 2)
    return blocks * BLOCK_ROWS * pairs


def padding(rows: int, dimension: int, lists: int, packed: int) -> int:
    """How many zeros follow on ``packed`` bytes of codes."""
    return packed_size(_blocks(rows, lists), dimension) - packed


def _blocks(rows: int, lists: int) -> int:
    """Blocks that hold so many rows, however they fall into the lists."""
    return -(-rows // BLOCK_ROWS) if lists == 1 else rows // BLOCK_ROWS + lists


@dataclass(frozen=True, slots=True)
class Codes:
    """What the bytes say; ``centres`` has shape (lists, dimension), and is empty for one list."""

    values: npt.NDArray[np.float32]
    centres: npt.NDArray[np.float32]
    owners: npt.NDArray[np.uint16]
    packed: Bytes

    @classmethod
    def read(cls, data: bytes, rows: int, dimension: int, lists: int) -> Codes:
        """Out of ``code_size`` bytes. IndexDamaged when a row is in a list that is not there."""
        values = np.frombuffer(data, "<f4", dimension * 16)
        at = values.nbytes
        if lists == 1:
            alone = np.zeros(rows, np.uint16)
            return cls(values, values[:0], alone, np.frombuffer(data, np.uint8, offset=at))
        centres = np.frombuffer(data, "<f4", lists * dimension, at).reshape(lists, dimension)
        at += centres.nbytes
        owners = np.frombuffer(data, "<u2", rows, at)
        if owners.max() >= lists or not np.all(np.isfinite(centres)):
            raise IndexDamaged(
                "a segment's codes name a list that is not there: run `hoidap check` on the index"
            )
        return cls(
            values, centres, owners, np.frombuffer(data, np.uint8, offset=at + owners.nbytes)
        )
