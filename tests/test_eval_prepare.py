from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from fakes_eval import LetterEncoder, article

from eval.prepare import code_digest, prepared_index
from eval.remember import Remembering, encoder_digest
from index.encoders import Progress, Vectors
from index.errors import StorageFailed
from index.storage.snapshot import Snapshot

NEWS = [
    article(f"{n}.txt", f"Câu thứ nhất của bài {n}. Câu thứ hai của bài {n}.", title=f"Bài {n}")
    for n in range(3)
]


def own(encoder: LetterEncoder) -> list[str]:
    """What was encoded of the articles, the sentences that probe the encoder left out."""
    return [text for text in encoder.calls if "Câu thứ" in text]


def test_a_passage_is_encoded_once_for_all_time(tmp_path: Path) -> None:
    encoder = LetterEncoder()
    remembering = Remembering(encoder, tmp_path / "v.sqlite")
    told: list[int] = []
    first = remembering.encode_passages(["abc", "bad", "abc"], told.append)
    assert encoder.calls == ["abc", "bad"]
    assert remembering.encoded == 2
    again = Remembering(encoder, tmp_path / "v.sqlite")
    second = again.encode_passages(["bad", "new", "abc"], told.append)
    assert encoder.calls == ["abc", "bad", "new"]
    assert sum(told) == 2 + 3
    expected = LetterEncoder().encode_passages(["abc", "bad", "abc", "bad", "new", "abc"])
    np.testing.assert_array_equal(np.concatenate([first, second]), expected)
    assert again.encode_passages([]).shape == (0, 8)
    assert again.spec == encoder.spec


def test_questions_are_encoded_every_time(tmp_path: Path) -> None:
    encoder = LetterEncoder()
    remembering = Remembering(encoder, tmp_path / "v.sqlite")
    remembering.encode_queries(["ai"])
    remembering.encode_queries(["ai"])
    assert encoder.calls == ["ai", "ai"]


def test_a_file_that_is_no_store_is_named(tmp_path: Path) -> None:
    path = tmp_path / "v.sqlite"
    path.write_bytes(b"not a database, surely" * 100)
    with pytest.raises(StorageFailed, match=r"v\.sqlite cannot be used .* delete it"):
        Remembering(LetterEncoder(), path).encode_passages(["abc"])


def test_an_index_is_built_once(tmp_path: Path) -> None:
    encoder = LetterEncoder()
    told: list[int] = []
    directory = prepared_index(NEWS, encoder, tmp_path, progress=told.append)
    assert sum(told) == 3
    assert [one.id for one in Snapshot.open(directory).articles()] == ["0.txt", "1.txt", "2.txt"]
    assert len(own(encoder)) == 6
    assert prepared_index(NEWS, encoder, tmp_path) == directory
    assert len(own(encoder)) == 6


def test_another_article_or_chunk_size_is_another_index_with_the_same_vectors(
    tmp_path: Path,
) -> None:
    encoder = LetterEncoder()
    directory = prepared_index(NEWS, encoder, tmp_path)
    smaller = prepared_index(NEWS, encoder, tmp_path, chunk_size=120, chunk_overlap=0)
    fewer = prepared_index(NEWS[:2], encoder, tmp_path)
    assert len({directory, smaller, fewer}) == 3
    assert len(own(encoder)) == 6
    assert Snapshot.open(smaller).chunking.size == 120
    assert Snapshot.open(fewer).counts.articles == 2


def test_what_was_not_used_for_longest_goes(tmp_path: Path) -> None:
    encoder = LetterEncoder()
    built = []
    for size in range(400, 410):
        built.append(prepared_index(NEWS, encoder, tmp_path, chunk_size=size))
        os.utime(built[-1], (1e9 + size, 1e9 + size))
    last = prepared_index(NEWS, encoder, tmp_path, chunk_size=300)
    kept = {path for path in (tmp_path / "eval").iterdir() if path.is_dir()}
    assert kept == {*built[-7:], last}


def test_an_abandoned_build_goes(tmp_path: Path) -> None:
    abandoned = tmp_path / "eval" / "0123.99"
    abandoned.mkdir(parents=True)
    os.utime(abandoned, (1e9, 1e9))
    directory = prepared_index(NEWS, LetterEncoder(), tmp_path)
    assert directory.is_dir()
    assert not abandoned.exists()


def test_an_encoder_that_changed_under_its_name_is_another(tmp_path: Path) -> None:
    class Changed(LetterEncoder):
        def encode_passages(
            self, texts: Sequence[str], progress: Progress | None = None
        ) -> Vectors:
            return super().encode_passages([text[::2] for text in texts], progress)

    assert encoder_digest(LetterEncoder()) == encoder_digest(LetterEncoder())
    assert encoder_digest(Changed()) != encoder_digest(LetterEncoder())
    first = prepared_index(NEWS, LetterEncoder(), tmp_path)
    assert prepared_index(NEWS, Changed(), tmp_path) != first
    assert len(list((tmp_path / "eval").glob("vectors-*.sqlite"))) == 2


def test_the_code_that_builds_is_part_of_the_name() -> None:
    builds, cuts = code_digest("index.build"), code_digest("index.chunking")
    assert builds == code_digest("index.build")
    assert builds != cuts
