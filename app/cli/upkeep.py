"""`hoidap info`, `check`, `remove` and `compact`: what an index is, and keeping it sound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import errors, flags, terminal

if TYPE_CHECKING:
    from index.milvus.address import Address


def info(index: flags.IndexDir = None, as_json: flags.Json = False) -> int:
    """Tell what the index holds: generation, counts, model, passages, disk."""
    from app.settings import load
    from index.storage.manifest import CURRENT, lists_of
    from index.storage.manifest import load as load_manifest
    from index.vectors import kind_of

    directory = load({"index": index}).index
    if not isinstance(directory, Path):
        from index.milvus.upkeep import info as told_by_milvus

        return _tell(told_by_milvus(directory), as_json)
    manifest = load_manifest(directory / CURRENT)
    counts = manifest.counts
    kinds = Counter(
        kind_of(one.counts.sentences, lists_of(one, manifest.files)) for one in manifest.segments
    )
    told = {
        "index": str(directory),
        "generation": manifest.generation,
        "articles": counts.living,
        "removed_or_replaced": counts.dead,
        "passages": counts.chunks,
        "sentences": counts.sentences,
        "segments": len(manifest.segments),
        "dense_search": "; ".join(f"{number} {kind}" for kind, number in kinds.items()) or "none",
        "bytes": sum(entry.size for entry in manifest.files.values()),
        "model": manifest.encoder.name,
        "model_revision": manifest.encoder.revision,
        "dimension": manifest.encoder.dimension,
        "chunk_size": manifest.chunking.size,
        "chunk_overlap": manifest.chunking.overlap,
    }
    return _tell(told, as_json)


def _tell(told: Mapping[str, object], as_json: bool) -> int:
    if as_json:
        terminal.echo_json(told)
    else:
        for name, value in told.items():
            terminal.echo(f"{name.replace('_', ' '):<20} {value}")
    return errors.DONE


def check(
    index: flags.IndexDir = None,
    restore: Annotated[
        bool,
        typer.Option("--restore", help="Go back to the generation before if this one is damaged."),
    ] = False,
) -> int:
    """Verify every byte of the index. Exit code 4 when something is not what was committed."""
    from app.settings import load
    from index.storage.check import check as problems_of
    from index.storage.check import restore_previous

    directory = load({"index": index}).index
    if not isinstance(directory, Path):
        return _check_milvus(directory, restore)
    problems = problems_of(directory)
    if not problems:
        terminal.echo(f"{directory} is sound.")
        return errors.DONE
    for problem in problems:
        errors.say(problem)
    if not restore:
        errors.say("`hoidap check --restore` goes back to the generation before.")
        return errors.DAMAGED
    generation = restore_previous(directory)
    terminal.echo(f"{directory} is back at generation {generation}.")
    return errors.DONE


def _check_milvus(address: Address, restore: bool) -> int:
    from index.errors import SettingsError
    from index.milvus.upkeep import check as problems_of

    if restore:
        raise SettingsError("--restore is for a folder: Milvus keeps no generation before.")
    problems = problems_of(address)
    for problem in problems:
        errors.say(problem)
    if not problems:
        terminal.echo(f"{address} is sound.")
    return errors.DAMAGED if problems else errors.DONE


def remove(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Articles by their id.")
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option("--source", metavar="NAME", help="All articles of this source."),
    ] = None,
    before: Annotated[
        str | None,
        typer.Option("--before", metavar="DAY", help="All articles published before this day."),
    ] = None,
    index: flags.IndexDir = None,
) -> int:
    """Remove articles: from answers at once, from the disk with the next `hoidap compact`."""
    from app.settings import load
    from index.build import remove as remove_from
    from index.errors import SettingsError

    day = flags.day("--before", before)
    if not (ids or source or day):
        raise SettingsError("Say what to remove: an ID, --source NAME or --before DAY.")
    directory = load({"index": index}).index
    count = remove_from(directory, ids or (), sources=source or (), before=day)
    terminal.echo(f"{count} removed")
    return errors.DONE


def compact(index: flags.IndexDir = None) -> int:
    """Rewrite the index without what was removed or replaced, and give the disk its space back."""
    from app.settings import load
    from index.storage.compact import compact as compact_index

    directory = load({"index": index}).index
    if not isinstance(directory, Path):
        from index.milvus.upkeep import compact as compact_milvus

        terminal.echo(f"{compact_milvus(directory)} removed or replaced versions taken away")
        return errors.DONE
    freed = compact_index(directory)
    terminal.echo(f"{max(freed, 0) / 1e6:.1f} MB freed")
    return errors.DONE
