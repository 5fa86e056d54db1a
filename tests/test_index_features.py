"""What speaks for a chunk, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from index.features import NAMES, Nearness, ask, table, take_apart

TITLE = "Cầu Bến Thủy"
CHUNKS = [
    (TITLE, ["Cầu dài 1.200 m.", "Khánh thành năm 2024."]),
    ("Chợ", ["Chợ thủy sản ở cau Lon."]),
]
NEARNESS = Nearness(np.array([0.9, 0.8, 0.85], np.float32), np.array([0.92, 0.85], np.float32))


def named(question: str) -> tuple[list[dict[str, float]], list[list[bool]]]:
    """The features of CHUNKS, every term weighing 1, and the words that they hold."""
    asked = ask(question, lambda term: 1.0, lambda term: True)
    lexical = np.array([1.0, 0.5], np.float32)
    found, held = table(asked, take_apart(CHUNKS), NEARNESS, lexical)
    return [dict(zip(NAMES, row, strict=True)) for row in found.tolist()], held.tolist()


def test_words_and_pairs_are_shares_of_the_question() -> None:
    (bridge, market), held = named("cầu dài thủy")
    assert held == [[True, True, True], [True, False, True]]
    assert bridge["coverage"] == 1.0  # "thủy" is in its title
    assert market["coverage"] == pytest.approx(2 / 3)
    assert bridge["pair_coverage"] == 0.5  # "cầu dài", not "dài thủy"
    assert market["pair_coverage"] == 0.0
    assert bridge["title_coverage"] == pytest.approx(2 / 3)
    assert market["accented"] == pytest.approx(1 / 3)  # its "cau" has no accent
    assert bridge["accented"] == pytest.approx(2 / 3)


def test_a_number_counts_however_it_is_set() -> None:
    (bridge, market), _ = named("cầu nào dài 1200 m")
    assert (bridge["numbers"], market["numbers"]) == (1.0, 0.0)
    (without, _), _ = named("cầu nào dài")
    assert without["numbers"] == 0.5


def test_a_pair_does_not_straddle_sentences() -> None:
    (bridge, _), _ = named("m khánh")
    assert bridge["coverage"] == 1.0
    assert bridge["pair_coverage"] == 0.0


def test_a_question_without_words_has_features_all_the_same() -> None:
    (bridge, market), held = named("🙂")
    assert held == [[], []]
    assert bridge["cosine"] == pytest.approx(0.9)
    assert market["coverage"] == 0.0
