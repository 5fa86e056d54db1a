"""Opening an index to write: the lock, what is there already, what a crash left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.encoders import EncoderSpec
from index.errors import IndexMismatch, IndexMissing, SettingsError, StorageFailed
from index.storage import files
from index.storage.lock import writing
from index.storage.manifest import (
    CURRENT,
    OWN_NAMES,
    Chunking,
    Manifest,
    load,
    require_encoder,
)
from index.storage.publish import recover
from index.storage.writer import IndexWriter


@contextmanager
def open_writer(
    directory: Path, spec: EncoderSpec | None = None, chunking: Chunking | None = None
) -> Iterator[IndexWriter]:
    """The writer of the index in ``directory``, which is made when ``spec`` is given.

    Only what was committed inside of the ``with`` block stays. Raises IndexLocked when there is
    another writer, IndexMissing without ``spec`` and an index, IndexMismatch when the index was
    made with another encoder or other chunks, StorageFailed when the disk fails.
    """
    if spec is None:
        load(directory / CURRENT)
    else:
        _make(directory)
    with writing(directory):
        manifest = _begin(directory, spec, chunking)
        recover(directory, manifest)
        writer = IndexWriter(directory, manifest)
        try:
            yield writer
        finally:
            writer.abandon()
            with suppress(StorageFailed):
                recover(directory, writer.manifest)


def _make(directory: Path) -> None:
    """The folder of a new index. SettingsError when it holds anything else."""
    if directory.is_dir():
        foreign = sorted(path.name for path in directory.iterdir() if path.name not in OWN_NAMES)
        if foreign and not (directory / CURRENT).exists():
            raise SettingsError(
                f"{directory} holds {foreign[0]!r} and is not an index: choose an empty folder"
            )
        return
    made = [folder for folder in (directory, *directory.parents) if not folder.exists()]
    files.make_folder(directory)
    for folder in made:
        files.sync_folder(folder.parent)


def _begin(directory: Path, spec: EncoderSpec | None, chunking: Chunking | None) -> Manifest:
    """What the writer starts from."""
    try:
        manifest = load(directory / CURRENT)
    except IndexMissing:
        if spec is None:
            raise
        return Manifest(spec, chunking or Chunking())
    if spec is not None:
        require_encoder(manifest.encoder, spec, directory)
    if chunking is not None and chunking != manifest.chunking:
        ours = manifest.chunking
        raise IndexMismatch(
            f"{directory} has chunks of {ours.size} characters with overlap {ours.overlap}, not "
            f"{chunking.size} and {chunking.overlap}: use its values (--chunk-size {ours.size} "
            f"--chunk-overlap {ours.overlap}), or index into a new folder with --index"
        )
    return manifest
