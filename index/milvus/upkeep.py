"""What an index in Milvus is, whether it agrees with itself, and room made in it."""

from __future__ import annotations

from index.milvus.address import Address
from index.milvus.client import Client
from index.milvus.filters import numbers
from index.milvus.reader import MilvusReader, living
from index.milvus.tables import ARTICLES, PASSAGES, SENTENCES, TEXTS, State
from index.milvus.writer import open_milvus_writer


def info(address: Address) -> dict[str, object]:
    """What the index holds and how it is read."""
    reader = MilvusReader.open(address)
    counts = reader.counts
    return {
        "index": str(address),
        "milvus": reader.client.version(),
        "consistency": address.consistency,
        "generation": reader.generation,
        "articles": counts.articles,
        "removed_or_replaced": reader.client.count(ARTICLES) - counts.articles,
        "passages": counts.chunks,
        "sentences": counts.sentences,
        "model": reader.spec.name,
        "model_revision": reader.spec.revision,
        "dimension": reader.spec.dimension,
        "chunk_size": reader.chunking.size,
        "chunk_overlap": reader.chunking.overlap,
    }


def check(address: Address) -> list[str]:
    """What is not as a writer leaves it: empty when all is well. Milvus checks its own bytes."""
    client = MilvusReader.open(address).client
    problems = []
    unfinished = numbers((State.PENDING, State.REMOVED, State.OUTDATED))
    if left := client.count(ARTICLES, f"state in {unfinished}"):
        problems.append(f"{left} articles are half written or half removed: run `hoidap compact`")
    texts = {int(row["article"]) for row in client.scan(TEXTS, "", ["article"])}
    parts = {
        name: {int(row["article"]) for row in client.scan(name, "", ["article"])}
        for name in (SENTENCES, PASSAGES)
    }
    live = {int(row["article"]) for row in client.scan(ARTICLES, living(), ["article"])}
    known = {int(row["article"]) for row in client.scan(ARTICLES, "", ["article"])}
    for name, there in {"text": texts, **parts}.items():
        if missing := len(live - there):
            problems.append(f"{missing} articles have no {name}: index their sources again")
        if strange := len({one for one in there if one > 1} - known):
            problems.append(f"{strange} articles have {name} and no row: migrate the index anew")
    return problems


def compact(address: Address) -> int:
    """Takes away what was removed or replaced; tells how many versions of articles that were."""
    with open_milvus_writer(address) as writer:
        client: Client = writer.client
        before = client.count(ARTICLES)
        writer.forget()
        client.settle()
        return before - client.count(ARTICLES)
