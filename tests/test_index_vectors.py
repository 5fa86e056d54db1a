"""The nearest vectors, against numpy."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import codes, vectors
from index.codes import code_file, code_size, lists_for
from index.errors import IndexDamaged
from index.vectors import DenseIndex, Floats, Halves, Part, encode, kind_of, widened

DIMENSION = 24


def unit(rows: npt.NDArray[np.float64]) -> Floats:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def some(count: int, seed: int = 0) -> Halves:
    """Vectors in clusters, with a direction in common, as those of sentences are."""
    chance = np.random.default_rng(seed)
    centres = chance.normal(size=(1 + count // 20, DIMENSION)) + 1.5
    rows = centres[chance.integers(0, len(centres), count)]
    return unit(rows + 0.5 * chance.normal(size=rows.shape)).astype(np.float16)


def true_scores(rows: Halves, query: Floats) -> Floats:
    return rows.astype(np.float32) @ query


def coded(rows: Halves) -> Part:
    return Part(rows, b"".join(encode(rows)), lists_for(len(rows)))


@pytest.fixture(scope="module")
def large() -> Part:
    return coded(some(codes.CODED_FROM + 1000))


@pytest.fixture(scope="module")
def listed() -> Part:
    """In lists, as a segment of 131,072 rows is, with fewer rows to make it quick."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codes, "LISTED_FROM", codes.CODED_FROM)
        return coded(some(codes.CODED_FROM + 1000))


@settings(max_examples=60, deadline=None)
@given(
    sizes=st.lists(st.integers(0, 40), min_size=1, max_size=4),
    n=st.integers(0, 50),
    share=st.sampled_from([None, 0.0, 0.1, 0.5, 1.0]),
    seed=st.integers(0, 99),
)
def test_small_parts_give_what_numpy_gives(
    sizes: list[int], n: int, share: float | None, seed: int
) -> None:
    rows = some(sum(sizes), seed) if sum(sizes) else np.zeros((0, DIMENSION), np.float16)
    parts = [Part(one) for one in np.split(rows, np.cumsum(sizes)[:-1])]
    chance = np.random.default_rng(seed)
    query = unit(chance.normal(size=(1, DIMENSION)))[0]
    mask = None if share is None else chance.random(len(rows)) < share

    found, scores = DenseIndex(parts).search(query, n, mask)

    expected = true_scores(rows, query)
    if mask is not None:
        expected = np.where(mask, expected, -np.inf)
    order = np.argsort(-expected)[: min(n, len(rows) if mask is None else int(mask.sum()))]
    assert len(found) == len(order)
    np.testing.assert_allclose(scores, expected[order], atol=1e-5)
    np.testing.assert_allclose(expected[found], expected[order], atol=1e-5)


@pytest.mark.parametrize("share", [None, 0.9, 0.2, 0.01, 0.0])
@pytest.mark.parametrize("kind", ["large", "listed"])
def test_a_large_part_finds_the_true_neighbours_with_their_exact_scores(
    request: pytest.FixtureRequest, kind: str, share: float | None
) -> None:
    part: Part = request.getfixturevalue(kind)
    index = DenseIndex([part])
    chance = np.random.default_rng(5)
    mask = None if share is None else chance.random(len(part.rows)) < share
    hits = 0
    for query in some(50, seed=9).astype(np.float32):
        expected = true_scores(part.rows, query)
        rows, scores = index.search(query, 20, mask)
        np.testing.assert_allclose(scores, expected[rows], atol=1e-5)
        allowed = expected if mask is None else np.where(mask, expected, -np.inf)
        assert mask is None or mask[rows].all()
        assert len(rows) == (20 if mask is None else min(20, mask.sum()))
        hits += len(set(rows) & set(np.argsort(-allowed)[: len(rows)]))
    least = 0.99 if kind == "large" else 0.65  # of lists without order one of 16 would be found
    assert hits >= least * 50 * (0 if share == 0 else 20)


def test_lists_hold_what_a_filter_of_one_percent_allows(
    listed: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a segment so large that one row of a hundred is too many to score them all."""
    monkeypatch.setattr(vectors, "_FEW", 0)
    index = DenseIndex([listed])
    mask = np.random.default_rng(6).random(len(listed.rows)) < 0.01
    hits = 0
    for query in some(50, seed=9).astype(np.float32):
        rows, _ = index.search(query, 10, mask)
        allowed = np.where(mask, true_scores(listed.rows, query), -np.inf)
        hits += len(set(rows) & set(np.argsort(-allowed)[:10]))
    assert hits >= 0.85 * 500  # of lists without order half would be found


def test_neighbours_that_are_much_alike_are_found(listed: Part) -> None:
    """In an archive of millions the ten nearest are nearer to each other than their codes tell."""
    chance = np.random.default_rng(2)
    near = listed.rows[7].astype(np.float64) + 0.02 * chance.normal(size=(300, DIMENSION))
    rows = np.concatenate([listed.rows[:-300], unit(near).astype(np.float16)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codes, "LISTED_FROM", codes.CODED_FROM)
        part = coded(rows)
    found, _ = DenseIndex([part]).search(rows[7].astype(np.float32), 10)
    expected = true_scores(rows, rows[7].astype(np.float32))
    assert set(found) == set(np.argsort(-expected)[:10])


def test_as_many_come_back_as_a_filter_allows_wherever_they_stand(listed: Part) -> None:
    """All that is allowed may stand in lists that are far from the question."""
    query = listed.rows[0].astype(np.float32)
    order = np.argsort(true_scores(listed.rows, query))
    mask = np.zeros(len(listed.rows), bool)
    mask[order[:5000]] = True
    rows, _ = DenseIndex([listed]).search(query, 300, mask)
    assert len(set(rows)) == 300
    assert mask[rows].all()


def test_the_best_rows_of_large_and_small_parts_are_ranked_together(large: Part) -> None:
    small = some(50, seed=3)
    index = DenseIndex([Part(small[:20]), large, Part(small[20:])])
    query = small[30].astype(np.float32)
    rows, scores = index.search(query, 5)
    assert rows[0] == 20 + len(large.rows) + 10
    assert list(scores) == sorted(scores, reverse=True)
    assert len(index) == len(large.rows) + 50


def test_several_large_parts_find_what_one_does(large: Part) -> None:
    other = some(codes.CODED_FROM, seed=4)
    index = DenseIndex([large, coded(other)])
    everything = np.concatenate([large.rows, other])
    hits = 0
    for query in some(30, seed=8).astype(np.float32):
        rows, scores = index.search(query, 20)
        expected = true_scores(everything, query)
        np.testing.assert_allclose(scores, expected[rows], atol=1e-5)
        hits += len(set(rows) & set(np.argsort(-expected)[:20]))
    assert hits >= 0.99 * 30 * 20


def test_vectors_come_back_in_the_order_asked_for() -> None:
    rows = some(10)
    index = DenseIndex([Part(rows[:4]), Part(rows[4:])])
    asked = np.array([7, 0, 3, 4, 7])
    np.testing.assert_array_equal(index.vectors(asked), rows[asked].astype(np.float32))
    assert index.vectors(np.zeros(0, np.int64)).shape == (0, DIMENSION)


def test_codes_have_the_size_that_the_manifest_asks_for(large: Part, listed: Part) -> None:
    for part in (large, listed):
        assert part.codes is not None
        assert len(part.codes) == code_size(*part.rows.shape, part.lists)
    assert listed.lists == 256
    assert b"".join(encode(some(100))) == b""
    assert code_size(100, DIMENSION, 1) == 0


def test_what_is_encoded_outlives_the_encoding(listed: Part) -> None:
    """The pieces are copies: FAISS frees its own when the last one is taken."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codes, "LISTED_FROM", codes.CODED_FROM)
        again = b"".join([bytes(piece) for piece in encode(listed.rows)])
    assert again == listed.codes


def test_lists_are_about_the_square_root_of_the_rows() -> None:
    assert [lists_for(1 << n) for n in (15, 16, 17, 18, 20, 22)] == [1, 1, 512, 512, 1024, 2048]
    assert (code_file(1), code_file(512)) == ("codes.u4", "lists.u4")


def test_a_row_in_a_list_that_is_not_there_is_damage(listed: Part) -> None:
    assert listed.codes is not None
    changed = bytearray(listed.codes)
    owners = DIMENSION * 16 * 4 + listed.lists * DIMENSION * 4
    changed[owners + 1] = 255
    with pytest.raises(IndexDamaged):
        DenseIndex([Part(listed.rows, bytes(changed), listed.lists)])


def test_how_a_part_is_searched_can_be_said() -> None:
    assert kind_of(1_000, 1) == "exact"
    assert kind_of(100_000, 1) == "4-bit codes, rescored"
    assert "1024 lists" in kind_of(1 << 20, lists_for(1 << 20))


def test_an_index_without_vectors_finds_nothing() -> None:
    index = DenseIndex([])
    assert len(index) == 0
    assert index.search(np.ones(DIMENSION, np.float32), 5)[0].size == 0


def test_halves_are_widened_as_numpy_does() -> None:
    every = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    finite = every[np.isfinite(every)]
    np.testing.assert_array_equal(widened(finite), finite.astype(np.float32))
    assert np.all(np.abs(widened(every[~np.isfinite(every)])) >= 65_536)
