"""The commit: one manifest takes the place of another, or nothing happens.

    1. every new file is written and synced, and the folders that name it    (writer.py)
    2. PREVIOUS becomes what CURRENT is, in one rename
    3. CURRENT becomes the new manifest, in one rename; the folder is synced
    4. files that neither of the two names are removed

A crash before the rename of step 3 leaves the old generation, one after it the new one, whole. What
it leaves lying about, the next writer removes.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from index.encoders import EncoderSpec
from index.errors import IndexDamaged, IndexMismatch, IndexMissing, StorageFailed
from index.storage import files
from index.storage.manifest import CURRENT, PREVIOUS, Chunking, Manifest, dump, load
from index.storage.sweep import sweep


def publish(
    directory: Path, earlier: Manifest, manifest: Manifest, forget_previous: bool = False
) -> None:
    """Steps 2 to 4. StorageFailed when one of them fails: then ``earlier`` is still the index.

    ``forget_previous`` leaves no way back to ``earlier``, and none of its files.
    """
    for name in ("segments", "lexical"):
        files.make_folder(directory / name)
        files.sync_folder(directory / name)
    if earlier.generation:
        files.replace(directory / PREVIOUS, dump(manifest if forget_previous else earlier))
    _switch(directory, earlier, manifest)
    # The commit is done; what fails now, the next writer makes good.
    with suppress(StorageFailed):
        if not earlier.generation:
            files.replace(directory / PREVIOUS, dump(manifest))
        keep = set(manifest.files) | (set() if forget_previous else set(earlier.files))
        sweep(directory, keep, work=False)


def _switch(directory: Path, earlier: Manifest, manifest: Manifest) -> None:
    """Replaces CURRENT; when that fails, it is what it was, as far as the disk lets us."""
    current = directory / CURRENT
    try:
        files.replace(current, dump(manifest))
    except StorageFailed:
        with suppress(StorageFailed):
            if earlier.generation:
                files.replace(current, dump(earlier))
            else:
                files.remove(current)
        raise


def previous(directory: Path) -> Manifest:
    """The generation before; an empty one when it cannot be read."""
    try:
        return load(directory / PREVIOUS)
    except (IndexMissing, IndexDamaged, IndexMismatch):
        return Manifest(EncoderSpec("", "", 1, "", ""), Chunking())


def recover(directory: Path, manifest: Manifest) -> None:
    """Removes what a crash left, and sees to it that there is a generation to go back to."""
    before = previous(directory)
    sweep(directory, {*manifest.files, *before.files})
    if manifest.generation and not before.generation:
        files.replace(directory / PREVIOUS, dump(manifest))
