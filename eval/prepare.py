"""Articles -> an index that is built once and found again.

What decides a cached index is in its name: the articles, the encoder's vectors, the chunk settings
and the source code that builds indexes, so that a change of any of them builds another.
"""

from __future__ import annotations

import ast
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from eval.remember import Remembering, encoder_digest
from index.build import BuildReport, index_articles
from index.encoders import Encoder
from index.types import Article

_KEPT = 8  # indexes that stay in the cache
_KEPT_STORES = 4  # encoders whose vectors stay in it
_ABANDONED = 24 * 3600.0  # seconds after which an unfinished build is one that was killed


def prepared_index(
    articles: Sequence[Article],
    encoder: Encoder,
    cache: Path,
    *,
    chunk_size: int = 1000,
    chunk_overlap: int = 200,
    progress: Callable[[int], None] | None = None,
) -> Path:
    """The directory of an index of exactly ``articles``, below ``cache``.

    It is built unless it is there; vectors come from ``cache`` where the passage was encoded
    before. ``progress`` is told how many more articles are indexed. The directory may go when many
    others are prepared later: open it now.
    """
    vectors = encoder_digest(encoder)
    key = _key(articles, vectors, chunk_size, chunk_overlap)
    home = cache / "eval"
    directory = home / key
    if directory.is_dir():
        os.utime(directory)
        return directory
    # Two processes may build the same index; the one that is done later throws its own away.
    building = home / f"{key}.{os.getpid()}"
    shutil.rmtree(building, ignore_errors=True)
    remembering = Remembering(encoder, home / f"vectors-{vectors}.sqlite")
    index_articles(
        articles,
        building,
        remembering,
        chunk_size=chunk_size,
        chunk_overlap=chunk_overlap,
        progress=_steps(progress),
    )
    try:
        building.rename(directory)
    except OSError:
        shutil.rmtree(building, ignore_errors=True)
    _tidy(home, keep=directory)
    return directory


def code_digest(module: str) -> str:
    """Hex sha256 of the source of ``module`` and of everything of ``index`` that it imports."""
    digest = hashlib.sha256()
    for path in sorted(_sources(module)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources(module: str) -> set[Path]:
    found: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        spec = find_spec(name)
        if name in found or spec is None or spec.origin is None:
            continue
        found[name] = Path(spec.origin)
        waiting += [other for other in _imports(found[name]) if other.split(".")[0] == "index"]
    return set(found.values())


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _key(articles: Sequence[Article], vectors: str, size: int, overlap: int) -> str:
    digest = hashlib.sha256(repr((vectors, size, overlap, code_digest("index.build"))).encode())
    for one in articles:
        about = (one.id, one.title, one.url, one.source, one.author, one.published, one.path)
        digest.update(repr((about, one.text)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:24]


def _steps(progress: Callable[[int], None] | None) -> Callable[[BuildReport], None] | None:
    if progress is None:
        return None
    told = 0

    def advance(report: BuildReport) -> None:
        nonlocal told
        progress(report.seen - told)
        told = report.seen

    return advance


def _tidy(home: Path, keep: Path) -> None:
    """Remove what was not used for longest, and builds that were killed."""
    ages = {path: _age(path) for path in home.iterdir()}
    indexes = [path for path in ages if path.is_dir() and not path.suffix and path != keep]
    stores = [path for path in ages if path.suffix == ".sqlite"]
    builds = [path for path in ages if path.is_dir() and path.suffix]
    for path in sorted(indexes, key=ages.__getitem__)[_KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)
    for path in sorted(stores, key=ages.__getitem__)[_KEPT_STORES:]:
        path.unlink(missing_ok=True)
    for path in builds:
        if ages[path] > _ABANDONED:
            shutil.rmtree(path, ignore_errors=True)


def _age(path: Path) -> float:
    """Seconds since it was used; 0 when another process has just removed it."""
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
