"""One committed generation of an index, read-only: what search asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.backend import Catalog, Told
from index.codes import CODED_FROM, code_file
from index.encoders import EncoderSpec
from index.errors import IndexDamaged, QuestionRejected
from index.lexical import LexicalReader, split_keys
from index.storage.files import damaged, require_folders, verified, verify
from index.storage.manifest import (
    CURRENT,
    Chunking,
    Counts,
    Manifest,
    SegmentEntry,
    lists_of,
    load,
)
from index.storage.segment import Segment, open_segment, verified_up_to
from index.storage.tables import ALIVE, REPLACED, Numbers, key, owners, ranges
from index.types import Article, Chunk, Filters
from index.vectors import DenseIndex, Floats, Mask, Part, Rows


class Snapshot:
    """A view of one generation that later commits do not change.

    Articles, chunks and sentences have row numbers, each counted from 0 in one order: the chunks
    and sentences of an article are neighbours. Removed and replaced articles keep their rows until
    the next compaction, but no search returns them; ``alive`` says which are left.

    ``chunk_article``, ``chunk_start``, ``chunk_end``, ``chunk_first_sentence`` and
    ``chunk_end_sentence`` have one entry a chunk, ``sentence_article``, ``sentence_start`` and
    ``sentence_end`` one a sentence (offsets in characters); ``published`` (days since 1 January of
    year 1, 0 unknown), ``source`` and ``author`` (positions in ``sources`` and ``authors``, 0
    unknown) and ``story`` (equal numbers, same story) one an article.
    """

    def __init__(self, directory: Path, manifest: Manifest, up_to: int) -> None:
        self.directory = directory
        self.manifest = manifest
        for name in manifest.files:
            require_folders(directory, name)
        self.segments = [
            open_segment(directory, entry, manifest.files, manifest.encoder.dimension, up_to)
            for entry in manifest.segments
        ]
        self._index_articles()
        self._index_chunks()
        self._dense = DenseIndex(map(self._part, self.manifest.segments, self.segments))
        self._lexical = _open_lexical(directory, manifest, up_to)
        self._require_agreement()

    @classmethod
    def open(cls, directory: Path, verify: bool = True) -> Snapshot:
        """The last committed generation of the index in ``directory``.

        ``verify`` compares what is read later (text, vectors, postings) with its sha256 too, 512 MB
        of it, the smallest files first: the others are for ``check``. Raises IndexMissing,
        IndexDamaged or IndexMismatch.
        """
        while True:
            manifest = load(directory / CURRENT)
            try:
                return cls(directory, manifest, verified_up_to(manifest.files) if verify else 0)
            except (FileNotFoundError, IndexDamaged) as error:
                # A writer that commits twice meanwhile removes files that were just named.
                if load(directory / CURRENT) != manifest:
                    continue
                if isinstance(error, IndexDamaged):
                    raise
                gone = Path(str(error.filename))
                raise IndexDamaged(damaged(gone, "the file is missing")) from None

    @property
    def spec(self) -> EncoderSpec:
        return self.manifest.encoder

    @property
    def generation(self) -> int:
        return self.manifest.generation

    @property
    def counts(self) -> Counts:
        return self.manifest.counts

    @property
    def chunking(self) -> Chunking:
        return self.manifest.chunking

    def allowed(self, filters: Filters) -> Mask:
        """Which articles pass, one entry an article row."""
        mask: Mask = self.alive.copy()
        if filters.since or filters.until:
            first = filters.since.toordinal() if filters.since else 1
            last = filters.until.toordinal() if filters.until else date.max.toordinal()
            published = self.published.astype(np.int64)
            mask &= (published >= first) & (published <= last)
        if filters.sources:
            mask &= np.isin(self.source, _places(self.sources, filters.sources))
        if filters.authors:
            mask &= np.isin(self.author, _places(self.authors, filters.authors))
        if filters.articles:
            rows = [row for one in filters.articles if (row := self.find(one)) is not None]
            only = np.zeros_like(mask)
            only[rows] = True
            mask &= only
        return mask

    def gather(
        self,
        vector: Floats,
        terms: Sequence[str],
        allowed: Mask | None,
        *,
        sentences: int,
        chunks: int,
    ) -> tuple[Rows, Floats, Floats]:
        """See ``index.backend.Reader``."""
        lexical_rows, lexical = self.lexical({"folded": dict.fromkeys(terms, 1.0)}, chunks, allowed)
        near, cosines = self.dense(vector, sentences, allowed)
        rows = np.union1d(self.chunks_of(near), lexical_rows)
        scores = np.zeros(len(rows), np.float32)
        scores[np.searchsorted(rows, lexical_rows)] = lexical
        return rows, self._best_cosines(vector, rows, near, cosines), scores

    def _best_cosines(self, vector: Floats, rows: Rows, near: Rows, cosines: Floats) -> Floats:
        """The cosine of each chunk's nearest sentence; ``near`` are the nearest sentences of all.

        Only a chunk with no sentence among those has to be compared anew.
        """
        order = np.argsort(near)
        firsts, ends = self.chunk_first_sentence[rows], self.chunk_end_sentence[rows]
        start, stop = np.searchsorted(near[order], firsts), np.searchsorted(near[order], ends)
        best, named = np.empty(len(rows), np.float32), stop > start
        best[named] = _maxima(cosines[order], start[named], stop[named])
        others = self.vectors(ranges(firsts[~named], ends[~named])) @ vector
        stops = np.cumsum((ends - firsts)[~named])
        best[~named] = _maxima(others, stops - (ends - firsts)[~named], stops)
        return best

    def dense(self, vector: Floats, n: int, allowed: Mask | None = None) -> tuple[Rows, Floats]:
        """The ``n`` sentences nearest to ``vector`` and their cosines, best first.

        ``allowed`` has one entry an article. ``vector`` has length 1; QuestionRejected when it is
        not a vector of numbers.
        """
        if not np.all(np.isfinite(vector)):
            raise QuestionRejected(
                "the model gives no vector for this question: ask it differently"
            )
        articles = self._allowed(allowed)
        mask = None if articles is None else articles[self.sentence_article]
        rows, cosines = self._dense.search(vector, n, mask)
        if cosines.size and not np.all(np.abs(cosines) < 1.01):
            raise IndexDamaged(damaged(self.directory / "segments", "a vector is not of length 1"))
        return rows, cosines

    def vectors(self, sentence_rows: Rows) -> Floats:
        """The vectors of sentences, shape (len(sentence_rows), dimension)."""
        return self._dense.vectors(sentence_rows)

    def held(self, chunk_rows: Rows) -> tuple[Rows, Rows]:
        """See ``index.backend.Reader``."""
        before = np.searchsorted(self.sentence_article, self.chunk_article[chunk_rows])
        firsts, ends = self.chunk_first_sentence[chunk_rows], self.chunk_end_sentence[chunk_rows]
        return firsts - before, ends - before

    def sentences(self, articles: Sequence[int]) -> tuple[Numbers, Numbers, Floats, Rows]:
        """Where the sentences of articles start and end, their vectors, and how many each has."""
        firsts = np.searchsorted(self.sentence_article, articles)
        ends = np.searchsorted(self.sentence_article, articles, side="right")
        rows = ranges(firsts, ends)
        counts = (ends - firsts).astype(np.int64)
        return self.sentence_start[rows], self.sentence_end[rows], self.vectors(rows), counts

    def told(self, article: int) -> Told:
        source = self.sources[self.source[article]]
        return Told(int(self.story[article]), int(self.published[article]), source)

    def articles_of(self, chunk_rows: Rows) -> Rows:
        """The article of each chunk."""
        return self.chunk_article[chunk_rows].astype(np.int64)

    def chunks_of(self, sentence_rows: Rows) -> Rows:
        """The chunks that hold any of the sentences, in order; chunks overlap."""
        first = np.searchsorted(self.chunk_end_sentence, sentence_rows, side="right")
        end = np.searchsorted(self.chunk_first_sentence, sentence_rows, side="right")
        most = int((end - first).max(initial=0))
        held = first[:, None] + np.arange(most)
        return np.unique(held[held < end[:, None]])

    def lexical(
        self, terms: Mapping[str, Mapping[str, float]], n: int, allowed: Mask | None = None
    ) -> tuple[Rows, Floats]:
        """The ``n`` chunks with the highest BM25 score for ``terms``, best first.

        ``terms`` is field -> term -> weight, see ``index.lexical``; ``allowed`` as in ``dense``.
        """
        serials = None
        if allowed is not None:
            serials = np.sort(self.serial[np.flatnonzero(allowed & self.alive)])
        if self._lexical is None:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        found, scores = self._lexical.search(terms, n, serials)
        return self._chunk_rows(found), scores

    def document_frequency(self, term: str, field: str = "folded") -> int:
        """In how many of the ``documents`` chunks ``term`` stands."""
        return self._lexical.document_frequency(term, field) if self._lexical else 0

    @property
    def documents(self) -> int:
        """How many chunks the lexical leg searches."""
        return self._lexical.documents if self._lexical else 0

    def article(self, row: int) -> Article:
        """IndexDamaged when its text is not what was committed."""
        segment, number = self._place(row)
        return segment.article(number)

    def chunk(self, row: int, article: Article | None = None) -> Chunk:
        """A chunk of ``article``, which is read when it is not given.

        IndexDamaged when its article is not what was committed.
        """
        segment, number = self._place(int(self.chunk_article[row]))
        first = int(self._first_chunks[int(self.chunk_article[row]) - number])
        return segment.chunk(row - first, article or segment.article(number))

    def whole(self, row: int) -> tuple[Article, list[Chunk], Floats]:
        """An article as it was added."""
        segment, number = self._place(row)
        article = segment.article(number)
        return article, segment.chunks_of(number, article), self.sentences([row])[2]

    def articles(self) -> Iterator[Article]:
        """Every article that is neither removed nor replaced, in the order of its row."""
        for row in np.flatnonzero(self.alive):
            yield self.article(int(row))

    def catalog(self, filters: Filters = Filters()) -> Catalog:  # noqa: B008 - frozen
        """What passes ``filters``, to browse."""
        rows = np.flatnonzero(self.allowed(filters))
        sources = [self.sources[code] for code in self.source[rows].tolist()]
        published, story = (
            column[rows].astype(np.int64) for column in (self.published, self.story)
        )
        return Catalog(rows, published, story, sources)

    def find(self, article_id: str) -> int | None:
        """The row of the article that has this id now; None when there is none."""
        rows = self._rows_of(article_id)
        alive = [row for row in rows if self.alive[row]]
        return alive[-1] if alive else None

    def replaced(self, article_id: str) -> list[Article]:
        """Earlier versions that citations may point to, oldest first, until the next compaction."""
        rows = [row for row in self._rows_of(article_id) if self._state[row] == REPLACED]
        return [self.article(row) for row in sorted(rows, key=lambda row: self.serial[row])]

    def _rows_of(self, article_id: str) -> list[int]:
        wanted = np.array([key(article_id)], "S16")
        first, end = (np.searchsorted(self._keys, wanted, side)[0] for side in ("left", "right"))
        return sorted(int(row) for row in self._by_key[first:end])

    def _place(self, row: int) -> tuple[Segment, int]:
        number = int(np.searchsorted(self._first_articles, row, side="right")) - 1
        return self.segments[number], row - int(self._first_articles[number])

    def _allowed(self, allowed: Mask | None) -> Mask | None:
        if allowed is None:
            return None if self._all_alive else self.alive
        return allowed if self._all_alive else allowed & self.alive

    def _chunk_rows(self, found: Rows) -> Rows:
        serials, numbers = split_keys(found)
        place = np.searchsorted(self._serials, serials)
        rows = self._by_serial[np.minimum(place, len(self._by_serial) - 1)]
        if np.any(self.serial[rows] != serials) or not np.all(self.alive[rows]):
            raise IndexDamaged(damaged(self.directory / "lexical", "it finds what is not there"))
        chunks = self._first_chunks[rows] + numbers
        if np.any(chunks >= len(self.chunk_article)) or np.any(self.chunk_article[chunks] != rows):
            raise IndexDamaged(damaged(self.directory / "lexical", "it finds what is not there"))
        return chunks

    def _require_agreement(self) -> None:
        """What the checksums cannot tell: the parts are parts of one generation."""
        if np.any(np.diff(self._serials) == 0):
            raise IndexDamaged(damaged(self.directory / CURRENT, "an article stands in it twice"))
        if len(self._serials) and self._serials[-1] >= self.manifest.next_serial:
            raise IndexDamaged(damaged(self.directory / CURRENT, "its next serial number is taken"))
        alive = int(np.count_nonzero(self.alive[self.chunk_article]))
        if self.documents != alive:
            where = self.directory / (self.manifest.lexical or "lexical")
            raise IndexDamaged(damaged(where, f"it holds {self.documents} chunks, not {alive}"))

    def _part(self, entry: SegmentEntry, segment: Segment) -> Part:
        lists = lists_of(entry, self.manifest.files)
        name = f"segments/{entry.name}/{code_file(lists)}"
        if len(segment.vectors) < CODED_FROM:
            return Part(segment.vectors)
        codes = verified(self.directory / name, self.manifest.files[name])
        return Part(segment.vectors, codes, lists)

    def _index_articles(self) -> None:
        segments = self.segments

        def column(name: str, kind: npt.DTypeLike) -> npt.NDArray[np.generic]:
            return np.concatenate(
                [np.zeros(0, kind), *(one.articles[name].astype(kind) for one in segments)]
            )

        sizes = [len(one.articles) for one in segments]
        self._first_articles = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
        self.serial = column("serial", np.int64)
        self.story = column("story", np.int64)
        self.published = column("published", np.int32)
        self._state = np.concatenate([np.zeros(0, np.uint8), *(one.state for one in segments)])
        self.alive: Mask = self._state == ALIVE
        self._all_alive = bool(self.alive.all())
        self.sources, self.source = _names(
            [one.sources for one in segments], [one.articles["source"] for one in segments]
        )
        self.authors, self.author = _names(
            [one.authors for one in segments], [one.articles["author"] for one in segments]
        )
        keyed = column("key", "S16")
        self._by_key = np.argsort(keyed, kind="stable")
        self._keys = keyed[self._by_key]
        self._by_serial = np.argsort(self.serial)
        self._serials = self.serial[self._by_serial]

    def _index_chunks(self) -> None:
        columns: dict[str, list[Numbers]] = {}
        first = Counts()
        for one in self.segments:
            chunk_article = owners(one.articles["first_chunk"], len(one.chunks))
            sentence_article = owners(one.articles["first_sentence"], len(one.sentences))
            for name, rows in {
                "chunk_article": chunk_article + np.int32(first.articles),
                "chunk_start": one.chunks["start"],
                "chunk_end": one.chunks["end"],
                "chunk_first_sentence": one.chunks["first_sentence"] + np.int32(first.sentences),
                "chunk_end_sentence": one.chunks["end_sentence"] + np.int32(first.sentences),
                "sentence_article": sentence_article + np.int32(first.articles),
                "sentence_start": one.sentences["start"],
                "sentence_end": one.sentences["end"],
                "first_chunks": one.articles["first_chunk"] + np.int32(first.chunks),
            }.items():
                columns.setdefault(name, []).append(rows.astype(np.int32))
            first += Counts(len(one.articles), len(one.chunks), len(one.sentences))

        def joined(name: str) -> Numbers:
            return np.concatenate([np.zeros(0, np.int32), *columns.pop(name, [])])

        self.chunk_article = joined("chunk_article")
        self.chunk_start = joined("chunk_start")
        self.chunk_end = joined("chunk_end")
        self.chunk_first_sentence = joined("chunk_first_sentence")
        self.chunk_end_sentence = joined("chunk_end_sentence")
        self.sentence_article = joined("sentence_article")
        self.sentence_start = joined("sentence_start")
        self.sentence_end = joined("sentence_end")
        self._first_chunks = joined("first_chunks")


def _maxima(values: Floats, starts: Rows, stops: Rows) -> Floats:
    """The greatest of ``values[start:stop]`` for every start and its stop; no run is empty."""
    if not len(starts):
        return np.zeros(0, np.float32)
    bounds = np.stack([starts, stops], axis=1).ravel()
    # Every second run lies between two that are asked for; the one more value ends the last.
    return np.maximum.reduceat(np.append(values, np.float32(-1)), bounds)[::2]


def _places(names: tuple[str, ...], wanted: tuple[str, ...]) -> list[int]:
    return [place for place, name in enumerate(names) if name in wanted]


def _names(names: list[tuple[str, ...]], codes: list[Rows]) -> tuple[tuple[str, ...], Rows]:
    """One list of names for all segments, and the articles' positions in it."""
    places: dict[str, int] = {"": 0}
    moved = [np.zeros(0, np.int64)]
    for own, code in zip(names, codes, strict=True):
        table = np.array([places.setdefault(name, len(places)) for name in own], np.int64)
        moved.append(table[code])
    return tuple(places), np.concatenate(moved)


def _open_lexical(directory: Path, manifest: Manifest, up_to: int) -> LexicalReader | None:
    if manifest.lexical is None:
        return None
    meta = verified(directory / manifest.lexical, manifest.files[manifest.lexical])
    names = [n for n in manifest.files if n.startswith("lexical/") and "/meta-" not in n]
    for name in names:
        if manifest.files[name].size <= up_to:
            verify(directory / name, manifest.files[name])
    return LexicalReader([directory / name for name in names], meta)
