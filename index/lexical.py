"""Postings: which chunks hold which terms, ranked by BM25. The only module that imports tantivy.

A document is a chunk; its terms are made here, so Tantivy only splits at spaces. Tantivy's files
are immutable but its folder is not: the writer works in a folder of its own and hands over what a
commit left there (storage/writer.py names it in the manifest); a reader sees exactly the files of
one generation, through links in a temporary folder, because Tantivy writes a lock file where it
reads.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.errors import HoidapError, IndexDamaged, StorageFailed
from index.text.syllables import pairs, syllables, terms
from index.types import Article, Chunk

FIELDS = ("folded", "accented")
META = "meta.json"

_HEAP = 16_000_000
_CHUNK_BITS = 16  # a key is the article's serial number and, below it, the chunk's number in it
_FEW_ARTICLES = 2_000
_KEPT_TERMS = 1 << 16  # how frequent they are stays in memory, about 200 bytes each

Keys = npt.NDArray[np.int64]


def document_fields(article: Article, chunk: Chunk) -> dict[str, list[str]]:
    """The terms of ``chunk`` by field: what a search can match.

    ``folded`` holds the folded syllables and their pairs, of the title too: a passage of an article
    about storms is about storms even where it says "it".
    """
    title, text = syllables(article.title), syllables(chunk.text)
    return {
        "folded": terms(article.title) + terms(chunk.text),
        "accented": [*title, *pairs(title), *text, *pairs(text)],
    }


def keys(serial: int, chunks: int) -> range:
    """The keys of an article's chunks."""
    return range(serial << _CHUNK_BITS, (serial << _CHUNK_BITS) + chunks)


class LexicalWriter:
    """Adds to and deletes from the Tantivy index in ``folder``, which nobody else touches."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._folder = folder
        with _failing(folder):
            self._index = tantivy.Index(_schema(), path=str(folder))
        self._writer: Any | None = None

    def add(self, serial: int, documents: Sequence[Mapping[str, Sequence[str]]]) -> None:
        """The chunks of the article ``serial``, each as terms by field."""
        import tantivy

        with _failing(self._folder):
            writer = self._open()
            for key, fields in zip(keys(serial, len(documents)), documents, strict=True):
                document = tantivy.Document()
                for name in FIELDS:
                    document.add_text(name, " ".join(fields[name]))
                document.add_text("article", str(serial))
                document.add_unsigned("key", key)
                writer.add_document(document)

    def delete(self, serial: int) -> None:
        """The article ``serial`` is found no more."""
        with _failing(self._folder):
            self._open().delete_documents_by_term("article", str(serial))

    def commit(self) -> tuple[bytes, list[str]]:
        """What makes up the index now: the content of its meta.json and its files' names.

        Waits until Tantivy has merged what it wants to merge, so that nothing moves afterwards.
        """
        with _failing(self._folder):
            writer, self._writer = self._open(), None
            writer.commit()
            writer.wait_merging_threads()
            meta = (self._folder / META).read_bytes()
            names = [path.name for path in self._folder.iterdir()]
        return meta, sorted(_named(meta, names))

    def abandon(self) -> None:
        """What was not committed is a leftover, and no thread writes in the folder any more."""
        writer, self._writer = self._writer, None
        if writer is not None:
            with contextlib.suppress(ValueError, RuntimeError, OSError):
                writer.wait_merging_threads()

    def _open(self) -> Any:
        # Waiting for the merges ends a writer, so each commit has one of its own.
        if self._writer is None:
            self._writer = self._index.writer(_HEAP, 1)
        return self._writer


class LexicalReader:
    """One generation of postings. ``files`` are its data files, ``meta`` its meta.json."""

    def __init__(self, files: Sequence[Path], meta: bytes) -> None:
        import tantivy

        folder = Path(tempfile.mkdtemp(prefix="hoidap-"))
        try:
            for file in files:
                (folder / file.name).symlink_to(file.absolute())
            (folder / META).write_bytes(meta)
            index = tantivy.Index.open(str(folder))
            index.config_reader("manual")
            self._searcher = index.searcher()
            self._schema = index.schema
            self._frequency = lru_cache(maxsize=_KEPT_TERMS)(self._searcher.doc_freq)
        except ValueError as error:
            raise IndexDamaged(
                f"the postings cannot be opened ({error}); run `hoidap check` on the index"
            ) from error
        finally:
            _remove(folder)

    @property
    def documents(self) -> int:
        """How many chunks are found."""
        return int(self._searcher.num_docs)

    def document_frequency(self, term: str, field: str = FIELDS[0]) -> int:
        """In how many chunks ``term`` stands."""
        return int(self._frequency(field, term))

    def search(
        self,
        terms: Mapping[str, Mapping[str, float]],
        n: int,
        allowed: npt.NDArray[np.int64] | None = None,
    ) -> tuple[Keys, npt.NDArray[np.float32]]:
        """The keys of the ``n`` best chunks and their scores, best first.

        ``terms`` is field -> term -> weight: a bag, so a term that nobody wrote costs nothing.
        ``allowed`` are the sorted serial numbers of the articles to search; the answer is what a
        search of an index of those alone would rank by the same statistics.
        """
        query = self._query(terms)
        limit = min(n, self.documents)
        if query is None or limit <= 0:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        if allowed is None:
            return self._top(query, limit)
        if len(allowed) <= _FEW_ARTICLES:
            return self._top(self._within(query, allowed), limit)
        return self._sifted(query, limit, allowed)

    def _sifted(
        self, query: Any, n: int, allowed: npt.NDArray[np.int64]
    ) -> tuple[Keys, npt.NDArray[np.float32]]:
        """Asks for more until ``n`` allowed ones are among them, or there are no more."""
        limit = n
        while True:
            limit = min(2 * limit, self.documents)
            found, scores = self._top(query, limit)
            serials = found >> _CHUNK_BITS
            place = np.minimum(np.searchsorted(allowed, serials), len(allowed) - 1)
            kept = np.flatnonzero(allowed[place] == serials)
            if len(kept) >= n or len(found) < limit or limit == self.documents:
                return found[kept[:n]], scores[kept[:n]]

    def _top(self, query: Any, n: int) -> tuple[Keys, npt.NDArray[np.float32]]:
        hits = self._searcher.search(query, n, count=False).hits
        found = self._searcher.fast_field_values("key", [address for _, address in hits])
        scores = np.array([score for score, _ in hits], np.float32)
        return np.array(found, np.int64).reshape(-1), scores

    def _within(self, query: Any, allowed: npt.NDArray[np.int64]) -> Any:
        from tantivy import Occur, Query

        if not len(allowed):
            return Query.empty_query()
        names = [str(serial) for serial in allowed.tolist()]
        only = Query.const_score_query(Query.term_set_query(self._schema, "article", names), 0.0)
        return Query.boolean_query([(Occur.Must, query), (Occur.Must, only)])

    def _query(self, terms: Mapping[str, Mapping[str, float]]) -> Any | None:
        from tantivy import Occur, Query

        clauses = []
        for field, weights in terms.items():
            for term, weight in weights.items():
                one = Query.term_query(self._schema, field, term, index_option="freq")
                clauses.append(
                    (Occur.Should, one if weight == 1 else Query.boost_query(one, weight))
                )
        return Query.boolean_query(clauses) if clauses else None


def split_keys(found: Keys) -> tuple[Keys, Keys]:
    """The serial numbers of the articles and the chunks' numbers in them."""
    return found >> _CHUNK_BITS, found & ((1 << _CHUNK_BITS) - 1)


def has_deleted(meta: bytes) -> bool:
    """Whether the postings that ``meta`` names still hold chunks that were deleted."""
    return any(segment["deletes"] for segment in json.loads(meta)["segments"])


def _remove(folder: Path) -> None:
    """Whoever opened a file in ``folder`` keeps it; the folder is gone."""
    for _ in range(100):
        # The thread with which Tantivy watches a folder can put its lock file back once.
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return


def _named(meta: bytes, names: Sequence[str]) -> Iterator[str]:
    """Those of ``names`` that ``meta`` counts on; segments that were merged away linger."""
    for segment in json.loads(meta)["segments"]:
        stem, deletes = segment["segment_id"].replace("-", ""), segment["deletes"]
        tombstones = f"{stem}.{deletes['opstamp']}.del" if deletes else None
        for name in names:
            if name == tombstones or (name.startswith(f"{stem}.") and not name.endswith(".del")):
                yield name


def _schema() -> Any:
    from tantivy import SchemaBuilder

    builder = SchemaBuilder()
    for name in FIELDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("article", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("key", fast=True)
    return builder.build()


@contextlib.contextmanager
def _failing(folder: Path) -> Iterator[None]:
    """Tantivy tells a failed write as a ValueError or RuntimeError."""
    try:
        yield
    except HoidapError:
        raise
    except (ValueError, RuntimeError, OSError) as error:
        raise StorageFailed(
            f"{folder}: {error}; the index is as it was before: free some space or check the disk, "
            "then run the command again"
        ) from error
