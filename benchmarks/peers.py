"""What finds the right passage first: hoidap beside what others offer, on the same vectors.

    python -m benchmarks.peers ../shared/data/viquad --split dev --cache FOLDER

Every peer gets one vector a passage, the title in front, of the embedded encoder, and the same text
for its words; FOLDER keeps the vectors. Peers run as their manuals show them, except that each leg
of a fusion may name 50 passages, not 4 or 10. A peer that is not installed is named and left out:

    pip install langchain-community langchain-classic rank-bm25 txtai \\
        llama-index-core llama-index-retrievers-bm25 llama-index-vector-stores-faiss
"""

from __future__ import annotations

import argparse
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.cli.eval_subject import open_subject
from eval.datasets import read_corpus, read_dataset
from eval.gold import resolve
from eval.measures import aggregate, retrieval_scores
from eval.types import Found, Question, Result, Run
from index.encoders.registry import open_encoder

SHOWN, DEEP = 10, 50
MEASURES = ("R@1", "nDCG@10")

Floats = npt.NDArray[np.float32]
Vectors = Callable[[Sequence[str]], Floats]
Search = Callable[[str], Sequence[str]]
"""A question -> ids of passages, best first."""


def lookup(texts: Sequence[str], rows: Floats) -> Vectors:
    """What stands in for an encoder where every text is known beforehand."""
    known = dict(zip(texts, rows, strict=True))
    return lambda wanted: np.stack([known[text] for text in wanted])


def encoded(folder: Path, encode: Vectors, texts: list[str]) -> Floats:
    """The vectors of ``texts``, from ``folder`` when they are there."""
    key = hashlib.sha256("\0".join((encode.__name__, *texts)).encode()).hexdigest()
    path = folder / f"{key[:24]}.npy"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        np.save(path, encode(texts))
    return np.load(path)


def langchain(
    ids: Sequence[str], texts: Sequence[str], vectors: Vectors
) -> Iterator[tuple[str, Search]]:
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever
    from langchain_community.vectorstores import FAISS
    from langchain_core.embeddings import Embeddings

    class Given(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return vectors(texts).tolist()

        def embed_query(self, text: str) -> list[float]:
            return vectors([text])[0].tolist()

    about = [{"id": one} for one in ids]
    store = FAISS.from_texts(texts, Given(), metadatas=about)
    dense = store.as_retriever(search_kwargs={"k": DEEP})
    words = BM25Retriever.from_texts(texts, metadatas=about, k=DEEP)
    both = EnsembleRetriever(retrievers=[words, dense], weights=[0.5, 0.5])
    for name, retriever in {"FAISS": dense, "EnsembleRetriever": both}.items():
        yield (
            f"LangChain {name}",
            lambda question, r=retriever: [one.metadata["id"] for one in r.invoke(question)],
        )


def txtai(
    ids: Sequence[str], texts: Sequence[str], vectors: Vectors
) -> Iterator[tuple[str, Search]]:
    from txtai import Embeddings

    for name, settings in {
        "hybrid": {"hybrid": True},
        "hybrid, ranks fused": {"scoring": {"method": "bm25", "terms": True}},
    }.items():
        index = Embeddings(method="external", transform=vectors, dense=True, **settings)
        index.index(zip(ids, texts, strict=True))
        yield (
            f"txtai {name}",
            lambda question, i=index: [one for one, _ in i.search(question, SHOWN)],
        )


def llama_index(
    ids: Sequence[str], texts: Sequence[str], vectors: Vectors
) -> Iterator[tuple[str, Search]]:
    import faiss
    from llama_index.core import StorageContext, VectorStoreIndex
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.llms import MockLLM
    from llama_index.core.retrievers import QueryFusionRetriever
    from llama_index.core.schema import TextNode
    from llama_index.retrievers.bm25 import BM25Retriever
    from llama_index.vector_stores.faiss import FaissVectorStore

    class Given(BaseEmbedding):
        def _get_text_embedding(self, text: str) -> list[float]:
            return vectors([text])[0].tolist()

        _get_query_embedding = _get_text_embedding

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    nodes = [TextNode(id_=one, text=text) for one, text in zip(ids, texts, strict=True)]
    # FAISS gives what the default store gives, in a fraction of the time.
    flat = faiss.IndexFlatIP(vectors(texts[:1]).shape[1])
    storage = StorageContext.from_defaults(vector_store=FaissVectorStore(flat))
    index = VectorStoreIndex(nodes, embed_model=Given(), storage_context=storage)
    dense = index.as_retriever(similarity_top_k=DEEP)
    words = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=DEEP)
    for mode in ("reciprocal_rerank", "relative_score"):
        # One query is the one typed; the language model that would write others is not asked.
        fused = QueryFusionRetriever(
            [dense, words],
            llm=MockLLM(),
            mode=mode,
            num_queries=1,
            similarity_top_k=SHOWN,
            use_async=False,
        )
        yield (
            f"LlamaIndex QueryFusionRetriever, {mode}",
            lambda question, f=fused: [one.node.node_id for one in f.retrieve(question)],
        )


PEERS = {"LangChain": langchain, "txtai": txtai, "LlamaIndex": llama_index}


def scores(questions: Sequence[Question], search: Search) -> list[float]:
    """The means of ``MEASURES``."""
    results = []
    for question in questions:
        found = [Found(one, 0, 0, -rank) for rank, one in enumerate(search(question.text)[:SHOWN])]
        results.append(Result(question, question.text, 0.0, tuple(found)))
    run = Run("", None, "", "", SHOWN, "", None, None, results=tuple(results))
    each = retrieval_scores(run, MEASURES)
    return [aggregate(name, each[name]) for name in MEASURES]


def report(name: str, means: list[float]) -> None:
    print(f"| {name} |", " | ".join(f"{mean:.3f}" for mean in means), "|", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--split")
    parser.add_argument("--cache", type=Path, required=True, help="keeps the vectors")
    options = parser.parse_args()
    os.environ["HF_HUB_OFFLINE"] = "1"
    dataset = read_dataset(options.dataset, options.split)
    articles = list(read_corpus(dataset.corpus))
    questions = [one for one in resolve(dataset, articles).questions if one.answerable]
    ids = [one.id for one in articles]
    texts = [f"{one.title}. {one.text}" for one in articles]
    asked = list(dict.fromkeys(one.text for one in questions))
    encoder = open_encoder(None)
    rows = [
        encoded(options.cache, encoder.encode_passages, texts),
        encoded(options.cache, encoder.encode_queries, asked),
    ]
    vectors = lookup(texts + asked, np.concatenate(rows))

    print(f"{len(questions):,} questions of {dataset.name} {dataset.split}, ", end="")
    print(
        f"{len(texts):,} passages\n\n| |", " | ".join(MEASURES), "|\n|---|", "---|" * len(MEASURES)
    )
    missing = []
    for name, peer in PEERS.items():
        try:
            for row, search in peer(ids, texts, vectors):
                report(row, scores(questions, search))
        except ImportError as error:
            missing.append(f"{name} is left out: {error}")
    index = open_subject({}, corpus_file=dataset.corpus).index
    report("hoidap", scores(questions, lambda one: [h.article.id for h in index.search(one).hits]))
    print("", *missing, sep="\n")


if __name__ == "__main__":
    main()
