"""FAULTS.md on the index: the disk fails, the power goes, the process dies, bits flip.

The sizes are those of CI: 100 kills, 100 flips beside one a file, a power loss at every third call.
``make faults`` (FAULTS=10) has ten times as many, and a power loss at every call.
"""

from __future__ import annotations

import errno
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.build import index_articles, remove
from index.errors import HoidapError, IndexDamaged, IndexMissing, StorageFailed
from index.storage import files
from index.storage.check import check, restore_previous
from index.storage.compact import compact
from index.storage.manifest import CURRENT, PREVIOUS, load
from index.storage.snapshot import Snapshot
from tests.fakes_index import LetterEncoder, article
from tests.faults import FailingOs, ForgetfulOs, PowerLoss, merge_everything

TIMES = int(os.environ.get("FAULTS", "1"))
STEP = 3 if TIMES == 1 else 1
BEFORE = {f"bai-{number}": article(number).text for number in range(4)}


FIRST = {"bai-0": article(0, version=9).text, "bai-1": BEFORE["bai-1"]}


def first(directory: Path) -> None:
    index_articles([article(0, version=9), article(1)], directory, LetterEncoder())


def make(directory: Path) -> None:
    """Two generations, one replaced article among them."""
    first(directory)
    index_articles([article(number) for number in range(4)], directory, LetterEncoder())


def add(directory: Path) -> None:
    index_articles([article(1, version=1), article(5)], directory, LetterEncoder())


def drop(directory: Path) -> None:
    remove(directory, ["bai-2"])


CHANGES: dict[str, tuple[Callable[[Path], object], dict[str, str]]] = {
    "add": (add, {**BEFORE, "bai-1": article(1, version=1).text, "bai-5": article(5).text}),
    "remove": (drop, {key: text for key, text in BEFORE.items() if key != "bai-2"}),
    "compact": (compact, BEFORE),
    "merge": (merge_everything, BEFORE),
}


def texts(directory: Path) -> dict[str, str]:
    try:
        return {one.id: one.text for one in Snapshot.open(directory).articles()}
    except IndexMissing:
        return {}


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: these tests sync thousands of times."""
    memory = Path("/dev/shm")
    folder = tempfile.mkdtemp(dir=memory) if memory.is_dir() else str(tmp_path)
    yield Path(folder)
    shutil.rmtree(folder)


@pytest.mark.parametrize("change", CHANGES)
def test_whichever_write_fails_current_is_unchanged_and_the_next_writer_cleans_up(
    quick: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    act, after = CHANGES[change]
    make(quick / "made")
    current = (quick / "made" / CURRENT).read_bytes()
    failures, k, reached = 0, 0, True
    while reached:
        directory = shutil.copytree(quick / "made", quick / str(k))
        machine = FailingOs(k, (errno.EIO, errno.ENOSPC)[k % 2])
        with monkeypatch.context() as patch:
            patch.setattr(files, "os", machine)
            failure = outcome(act, directory)
        if failure is not None:
            failures += 1
            assert os.strerror(machine.error) in str(failure)
            assert (directory / CURRENT).read_bytes() == current
            assert texts(directory) == BEFORE
        act(directory)
        assert texts(directory) == after
        assert check(directory) == []
        assert not (directory / "lexical/work").exists()
        reached = machine.calls > k
        k += 1
    # The rest are files that the commit no longer needs and that could not be removed.
    assert k > 40
    assert failures > k * 0.6


def outcome(act: Callable[[Path], object], directory: Path) -> StorageFailed | None:
    try:
        act(directory)
    except StorageFailed as failure:
        return failure
    return None


@pytest.mark.parametrize("change", ["first", *CHANGES])
def test_after_a_power_loss_the_last_commit_or_the_one_in_flight_opens_whole(
    quick: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """What was not synced is zeroed, cut or gone, at every point of every kind of commit."""
    act, after = CHANGES.get(change, (first, FIRST))
    before = {} if change == "first" else BEFORE
    (quick / "made").mkdir()
    if before:
        make(quick / "made")
    chance = random.Random(7)
    k, lost = 0, True
    while lost:
        directory = shutil.copytree(quick / "made", quick / str(k))
        machine = ForgetfulOs(k, directory)
        with monkeypatch.context() as patch:
            patch.setattr(files, "os", machine)
            lost = loses_power(act, directory)
        machine.lose(chance)
        assert texts(directory) in (before, after), k
        act(directory)
        assert texts(directory) == after
        assert check(directory) == []
        k += STEP
    assert k > 40


def loses_power(act: Callable[[Path], object], directory: Path) -> bool:
    try:
        act(directory)
    except PowerLoss:
        return True
    return False


FULL = """
import resource, sys
from dataclasses import replace
from pathlib import Path
from index.build import index_articles
from index.errors import StorageFailed
from tests.fakes_index import LetterEncoder, article

words = " ".join(f"tu{number}" for number in range(3000))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    index_articles([replace(article(7), text=words)], Path(sys.argv[1]), LetterEncoder())
except StorageFailed as error:
    print("failed:", error)
"""


def test_a_disk_that_tantivy_finds_full_is_a_failure_of_storage(tmp_path: Path) -> None:
    """The kernel refuses to let a file grow: Tantivy's own writes fail, not only ours."""
    make(tmp_path)
    said = set()
    for limit in (0, 5_000, 21_000, 25_000):
        done = subprocess.run(
            [sys.executable, "-c", FULL, str(tmp_path), str(limit)],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[1],
        )
        assert done.stdout.startswith("failed:"), done
        said.add("lexical/work" in done.stdout)
        assert texts(tmp_path) == BEFORE
    assert said == {True, False}


def flipped(path: Path, chance: random.Random) -> None:
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def cut(path: Path, chance: random.Random) -> None:
    path.write_bytes(path.read_bytes()[: chance.randrange(path.stat().st_size)])


def emptied(path: Path, chance: random.Random) -> None:
    path.write_bytes(b"")


def longer(path: Path, chance: random.Random) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def zeroed(path: Path, chance: random.Random) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def gone(path: Path, chance: random.Random) -> None:
    path.unlink()


def index_files(directory: Path) -> list[Path]:
    return sorted(path for path in directory.rglob("*") if path.is_file() and path.stat().st_size)


@pytest.mark.parametrize("damage", [flipped, cut, emptied, longer, zeroed, gone])
def test_damage_to_any_file_is_refused_or_found(
    tmp_path: Path, damage: Callable[[Path, random.Random], None]
) -> None:
    make(tmp_path)
    remove(tmp_path, ["bai-3"])
    chance = random.Random(11)
    targets = index_files(tmp_path)
    used = load(tmp_path / CURRENT).files
    if damage is flipped:
        targets = [*targets, *chance.choices(targets, k=100 * TIMES)]
    for path in targets:
        whole, name = path.read_bytes(), path.relative_to(tmp_path).as_posix()
        damage(path, chance)
        problems = check(tmp_path)
        assert name in " ".join(problems)
        if name == CURRENT or name in used:
            with pytest.raises(IndexDamaged) as caught:
                Snapshot.open(tmp_path)
            assert name in str(caught.value)
        path.write_bytes(whole)
    assert check(tmp_path) == []


def test_swapped_files_are_found(tmp_path: Path) -> None:
    make(tmp_path)
    one, other = (tmp_path / "segments" / name / "names.json" for name in ("000001", "000002"))
    content = one.read_bytes(), other.read_bytes()
    assert content[0] != content[1]
    one.write_bytes(content[1])
    other.write_bytes(content[0])
    with pytest.raises(IndexDamaged, match=r"names\.json"):
        Snapshot.open(tmp_path)


@pytest.mark.parametrize("name", ["segments/000001/vectors.f16", "segments/000001", "lexical"])
def test_a_link_in_the_place_of_a_file_or_folder_is_refused(tmp_path: Path, name: str) -> None:
    directory = tmp_path / "index"
    make(directory)
    (directory / name).rename(tmp_path / "elsewhere")
    (directory / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(IndexDamaged):
        Snapshot.open(directory)
    assert any("link" in problem or "not a" in problem for problem in check(directory))


@pytest.mark.parametrize("name", ["vectors.pkl", "segments/000001/articles.pickle", "lexical/x.py"])
def test_a_file_that_is_none_of_an_index_is_reported_and_never_opened(
    tmp_path: Path, name: str
) -> None:
    make(tmp_path)
    planted = b"cos\nsystem\n(S'touch " + str(tmp_path / "owned").encode() + b"'\ntR."
    (tmp_path / name).write_bytes(planted)
    assert any(name in problem for problem in check(tmp_path))
    add(tmp_path)
    assert (tmp_path / name).read_bytes() == planted
    assert not (tmp_path / "owned").exists()


def test_the_last_good_generation_comes_back_after_damage(tmp_path: Path) -> None:
    make(tmp_path)
    for path in (tmp_path / "segments/000002").iterdir():
        path.write_bytes(b"?")
    assert check(tmp_path) != []
    assert restore_previous(tmp_path) == 1
    assert texts(tmp_path) == FIRST
    make(tmp_path)
    assert texts(tmp_path) == BEFORE


def test_a_process_that_is_killed_at_any_moment_loses_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults_kill", str(tmp_path), str(100 * TIMES)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
    )
    print(done.stdout)
    assert done.returncode == 0, done.stderr
    killed, _, acknowledged, *_ = done.stdout.split()
    assert int(killed) == 100 * TIMES
    assert int(acknowledged) > 10 * TIMES


def test_refusing_absurd_sizes_takes_no_memory(tmp_path: Path) -> None:
    make(tmp_path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    chance = random.Random(3)
    for path in (tmp_path / CURRENT, tmp_path / PREVIOUS, *tmp_path.glob("segments/*/*.rows")):
        whole = path.read_bytes()
        for _ in range(20):
            data = bytearray(whole)
            place = chance.randrange(len(data))
            data[place : place + 8] = b"\xff" * 8
            path.write_bytes(data)
            with pytest.raises(HoidapError):
                Snapshot.open(tmp_path) if path.name != PREVIOUS else restore_previous(tmp_path)
        path.write_bytes(whole)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024
