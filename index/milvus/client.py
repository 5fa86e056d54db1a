"""What is asked of Milvus, call by call, each within the time-out. The only import of pymilvus."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from index.errors import SettingsError, StorageFailed
from index.milvus.address import Address
from index.milvus.bm25 import K1, B
from index.milvus.tables import ARTICLES, PASSAGES, SENTENCES, TEXTS, Column, columns

Row = Mapping[str, Any]

# Milvus answers with so many rows at most, and takes a message of 64 MB.
MOST = 16_384
_AT_ONCE = 1_000
# Making a collection and writing to one wait for more machines than a search does.
_PATIENCE = 6
_NEVER = (1 << 31) - 1
_TABLES = (TEXTS, SENTENCES, PASSAGES, ARTICLES)
# Of Milvus and of Milvus Lite: a tokenizer that splits at blanks only, and an index of vectors.
# Lite would take a graph, which loses some of the nearest; a search goes over all its rows anyway.
_TOKENIZERS = ("whitespace", "standard")
_NEAREST = ("AUTOINDEX", "FLAT")


class Client:
    """A connection to the collections of one index. Safe to use from many threads.

    Every call raises StorageFailed when Milvus is away, too slow, or answers with an error.
    """

    def __init__(self, address: Address) -> None:
        try:
            from pymilvus import MilvusClient
        except ImportError as error:
            raise SettingsError(
                f"{address} needs pymilvus, which is not installed: pip install 'hoidap[milvus]'"
            ) from error
        # It logs every refused call with a traceback; what matters is raised.
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
        self.address = address
        with self._asking():
            self._milvus = MilvusClient(
                uri=f"http://{address.host}:{address.port}",
                token=address.token,
                timeout=address.timeout,
                # Each call has its time-out; Milvus Lite hangs up on who pings in between.
                grpc_options={"grpc.keepalive_time_ms": _NEVER},
            )

    def close(self) -> None:
        self._milvus.close()

    def version(self) -> str:
        with self._asking():
            return str(self._milvus.get_server_version(timeout=self.address.timeout))

    def ready(self) -> bool:
        """Whether there is an index: the collection that is made last.

        It can be asked then: Milvus Lite has no collection loaded when it starts.
        """
        with self._asking():
            name = self._name(_TABLES[-1])
            if not self._milvus.has_collection(name, timeout=self.address.timeout):
                return False
            for table in _TABLES:
                self._load(self._name(table))
        return True

    def create(self, dimension: int, tables: Sequence[str] = _TABLES) -> None:
        """Makes the collections that are not there; vectors have ``dimension`` numbers.

        One that was being made when its maker died is finished.
        """
        for table in tables:
            name, limits = self._name(table), {"timeout": self._patience}
            with self._asking():
                if not self._milvus.has_collection(name, **limits):
                    self._milvus.create_collection(
                        name,
                        schema=self._schema(columns(table, dimension)),
                        consistency_level=self.address.consistency,
                        **limits,
                    )
                # Not told by its load state: in Milvus Lite a collection is loaded from birth.
                if indexes := self._lacking(name, columns(table, dimension)):
                    self._milvus.create_index(name, indexes, **limits)
                self._load(name)

    def _load(self, name: str) -> None:
        from pymilvus.client.types import LoadState

        state = self._milvus.get_load_state(name, timeout=self.address.timeout)["state"]
        if state != LoadState.Loaded:
            self._milvus.load_collection(name, timeout=self._patience)

    def drop(self) -> None:
        with self._asking():
            for table in reversed(_TABLES):
                self._milvus.drop_collection(self._name(table), timeout=self._patience)

    def search(
        self,
        table: str,
        column: str,
        wanted: npt.NDArray[np.float32] | str,
        n: int,
        where: str = "",
        fields: Sequence[str] = (),
    ) -> list[tuple[float, Row]]:
        """The ``n`` nearest rows to a vector or to terms, the highest score first."""
        with self._asking():
            found = self._milvus.search(
                self._name(table),
                data=[wanted],
                anns_field=column,
                limit=min(n, MOST),
                filter=where,
                output_fields=["number", *fields],
                consistency_level=self.address.consistency,
                timeout=self.address.timeout,
            )
        # Milvus Lite gives BM25 scores below zero, Milvus above; cosines are near 1.
        sign = -1.0 if table == PASSAGES and found[0] and found[0][0]["distance"] < 0 else 1.0
        return [(sign * hit["distance"], hit["entity"]) for hit in found[0]]

    def query(
        self, table: str, where: str, fields: Sequence[str], limit: int = MOST, strong: bool = True
    ) -> list[Row]:
        """``limit`` of the rows that fit, in no order; not ``strong`` is as the address says."""
        with self._asking():
            return list(
                self._milvus.query(
                    self._name(table),
                    filter=where,
                    output_fields=list(fields),
                    limit=limit,
                    consistency_level="Strong" if strong else self.address.consistency,
                    timeout=self.address.timeout,
                )
            )

    def scan(self, table: str, where: str, fields: Sequence[str]) -> Iterator[Row]:
        """All rows that fit, in the order of their numbers."""
        with self._asking():
            iterator = self._milvus.query_iterator(
                self._name(table),
                batch_size=_AT_ONCE,
                filter=where,
                output_fields=["number", *fields],
                consistency_level="Strong",
                timeout=self.address.timeout,
            )
        while True:
            with self._asking():
                batch = iterator.next()
            if not batch:
                return
            yield from batch

    def count(self, table: str, where: str = "") -> int:
        with self._asking():
            rows = self._milvus.query(
                self._name(table),
                filter=where,
                output_fields=["count(*)"],
                consistency_level="Strong",
                timeout=self.address.timeout,
            )
        return int(rows[0]["count(*)"])

    def upsert(self, table: str, rows: Sequence[Row]) -> None:
        for first in range(0, len(rows), _AT_ONCE):
            with self._asking():
                batch = [dict(row) for row in rows[first : first + _AT_ONCE]]
                self._milvus.upsert(self._name(table), batch, timeout=self._patience)

    def delete(self, table: str, where: str) -> None:
        with self._asking():
            self._milvus.delete(self._name(table), filter=where, timeout=self._patience)

    def settle(self) -> None:
        """What was written goes into sealed segments, and those of one size are merged."""
        self._flush()
        for table in _TABLES:
            with self._asking():
                self._milvus.compact(self._name(table), timeout=self._patience)

    def seal(self) -> None:
        """What was written goes into segments, in Milvus Lite, which copies the rest every query.

        Milvus seals them when it is time, and slows down who asks for it often.
        """
        if self._is_lite:
            self._flush()

    def _flush(self) -> None:
        for table in _TABLES:
            with self._asking():
                self._milvus.flush(self._name(table), timeout=self._patience)

    @cached_property
    def _is_lite(self) -> bool:
        """Whether Milvus Lite answers."""
        return "milvus_lite" in self.version()

    @property
    def _patience(self) -> float:
        return _PATIENCE * self.address.timeout

    def _name(self, table: str) -> str:
        return f"{self.address.collection}_{table}"

    def _schema(self, described: Sequence[Column]) -> Any:
        from pymilvus import DataType, Function, FunctionType

        kinds = {
            "number": DataType.INT64,
            "text": DataType.VARCHAR,
            "words": DataType.VARCHAR,
            "vector": DataType.FLOAT_VECTOR,
        }
        schema = self._milvus.create_schema(auto_id=False)
        schema.add_field("number", DataType.INT64, is_primary=True)
        for column in described:
            name, options = column.name, dict[str, Any]()
            if column.size:
                options["dim" if column.kind == "vector" else "max_length"] = column.size
            if column.kind == "words":
                analyzer = {"tokenizer": _TOKENIZERS[self._is_lite]}
                options |= {"enable_analyzer": True, "analyzer_params": analyzer}
                schema.add_field(f"{name}_bm25", DataType.SPARSE_FLOAT_VECTOR)
                schema.add_function(Function("bm25", FunctionType.BM25, [name], [f"{name}_bm25"]))
            schema.add_field(name, kinds[column.kind], **options)
        return schema

    def _lacking(self, name: str, described: Sequence[Column]) -> Any:
        """The indexes that a collection should have and does not have yet."""
        indexes = self._milvus.prepare_index_params()
        for column in described:
            if column.kind == "vector":
                indexes.add_index(column.name, _NEAREST[self._is_lite], metric_type="IP")
            if column.kind == "words":
                indexes.add_index(
                    f"{column.name}_bm25",
                    index_type="SPARSE_INVERTED_INDEX",
                    metric_type="BM25",
                    # Milvus Lite reads them one level deeper than Milvus, which reads both.
                    params={"params": {"bm25_k1": K1, "bm25_b": B}},
                )
            if column.indexed:
                indexes.add_index(column.name, index_type="INVERTED")
        indexes[:] = [
            index
            for index in indexes
            if not self._milvus.list_indexes(name, index.field_name, timeout=self._patience)
        ]
        return indexes

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Milvus' and gRPC's exceptions are ours from here on."""
        from grpc import RpcError
        from pymilvus.exceptions import MilvusException

        try:
            yield
        except (MilvusException, RpcError, OSError) as error:
            told = getattr(error, "message", None) or getattr(error, "details", error)
            reason = " ".join(str(told() if callable(told) else told).split())[:300]
            raise StorageFailed(
                f"{self.address} does not do what it was asked ({reason}): see that Milvus runs "
                "and can be reached, then try again; what was committed stays"
            ) from error
