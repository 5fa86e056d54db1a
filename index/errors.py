"""Everything that can go wrong, as one tree.

    HoidapError
    ├── SettingsError        a flag, setting or argument that cannot be used
    ├── QuestionRejected     an empty or over-long question
    ├── IndexMissing         there is no index where one was expected
    ├── IndexDamaged         a file of the index is not what was committed
    ├── IndexLocked          another writer holds the index
    ├── IndexMismatch        the index belongs to another model or another format
    ├── ModelUnavailable     the model cannot be loaded or prepared
    ├── DatasetError         an evaluation dataset that cannot be read
    ├── WorkerLost           a process that encodes died
    ├── GenerationFailed     the language model gave no whole answer; the extractive one stands in
    └── StorageFailed        reading or writing failed (disk full, I/O error)

A message names the value and the remedy in one line. Which exit code belongs to which class is the
command line's business (app/cli/errors.py).
"""

from __future__ import annotations


class HoidapError(Exception):
    """Base of every error that a user can act on."""


class SettingsError(HoidapError):
    pass


class QuestionRejected(HoidapError):
    pass


class IndexMissing(HoidapError):
    pass


class IndexDamaged(HoidapError):
    pass


class IndexLocked(HoidapError):
    pass


class IndexMismatch(HoidapError):
    pass


class ModelUnavailable(HoidapError):
    pass


class DatasetError(HoidapError):
    pass


class StorageFailed(HoidapError):
    pass


class WorkerLost(HoidapError):
    pass


class GenerationFailed(HoidapError):
    pass
