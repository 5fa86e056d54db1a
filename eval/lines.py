"""Files of lines, plain or gzip; whatever is wrong is said with the file and the line number."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

from index.errors import DatasetError


def broken(path: Path, number: int, why: str) -> DatasetError:
    """The error for line ``number`` (from 1) of ``path``."""
    return DatasetError(f"{path}, line {number}: {why}; mend or remove that line.")


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of ``path`` that are not blank, with their numbers.

    Raises DatasetError when the file cannot be read or is not UTF-8.
    """
    number = 0
    try:
        with _open(path) as file:
            for number, raw in enumerate(file, 1):
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
                if line.strip():
                    yield number, line
    except UnicodeDecodeError as error:
        raise broken(path, number, f"not UTF-8 at byte {error.start}") from error
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise DatasetError(
            f"{path} cannot be read after line {number} ({reason}); give another."
        ) from error


def read_objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The JSON objects of a .jsonl file, one a line, with their line numbers."""
    for number, line in read_lines(path):
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            raise broken(path, number, f"not JSON ({error.msg}, column {error.colno})") from error
        except (RecursionError, ValueError) as error:
            raise broken(path, number, f"JSON that cannot be taken in ({error})") from error
        if not isinstance(value, dict):
            raise broken(path, number, f"a JSON object was expected, not {line[:40]!r}")
        yield number, value


def _open(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path) if path.suffix == ".gz" else path.open("rb"))
