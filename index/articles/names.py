"""Names of files as text that can be stored, shown and typed again.

A name on disk is bytes: old archives spell it in encodings of their own, and it may hold a line
break or the start of a terminal's command. Such bytes are written as ``\\xff``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def spelled(path: Path) -> str:
    """``path`` with every byte that is no text, and every control character, escaped."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return _CONTROL.sub(lambda match: f"\\x{ord(match.group()):02x}", text)


def on_disk(name: str) -> Path | None:
    """The file that ``spelled`` gave ``name``, or the archive that ``name`` lies in.

    None when there is no such file.
    """
    folder, *parts = Path(name).parts or (".",)
    found = Path(folder)
    for part in parts:
        if found.is_file():
            return found
        child = found / part
        if not child.exists():
            same = (one for one in _children(found) if spelled(Path(one.name)) == part)
            child = next(same, child)
        found = child
    return found if found.is_file() else None


def _children(folder: Path) -> Iterator[Path]:
    return folder.iterdir() if folder.is_dir() else iter(())
