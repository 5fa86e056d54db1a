"""The index that a server serves: one generation at a time, replaced when a writer commits."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from index.errors import HoidapError
from index.types import Filters, Reading, SearchResult
from qa.types import Answer, Turn

if TYPE_CHECKING:
    from index.backend import Reader

log = logging.getLogger("hoidap.live")


class Answers(Protocol):
    """What the server needs of qa.answer.Answerer."""

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters = ...,
        reading: Reading = ...,
    ) -> Answer: ...

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters = ...,
        reading: Reading = ...,
    ) -> Iterator[Answer]: ...


class Searches(Protocol):
    """What the server needs of index.corpus.NewsIndex."""

    @property
    def snapshot(self) -> Reader: ...

    def search(
        self, question: str, filters: Filters = ..., k: int = 10, reading: Reading = ...
    ) -> SearchResult: ...


@dataclass(frozen=True, slots=True)
class Archive:
    """One generation, open. Whoever holds it is not disturbed by a newer one."""

    index: Searches
    answerer: Answers

    @property
    def snapshot(self) -> Reader:
        return self.index.snapshot


class Live:
    """``open_archive`` opens the last committed generation; ``sign`` changes with every commit.

    A generation that cannot be opened is logged, and the one before goes on being served.
    """

    def __init__(self, open_archive: Callable[[], Archive], sign: Callable[[], object]) -> None:
        self._open = open_archive
        self._sign = sign
        self._seen = sign()
        self.archive = open_archive()

    def refresh(self) -> bool:
        """Open a newer generation if there is one; whether there was."""
        try:
            seen = self._sign()
        except HoidapError:  # a store that is away says so to whoever asks it
            return False
        if seen == self._seen:
            return False
        self._seen = seen
        try:
            archive = self._open()
        except HoidapError as error:
            log.error("the new generation cannot be served: %s", error)
            return False
        self.archive = archive
        log.info("serving generation %d", archive.snapshot.generation)
        return True
