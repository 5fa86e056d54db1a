"""What a LangChain user would write: FAISS and HuggingFaceEmbeddings over the same weights.

python benchmarks/peer_langchain.py index ARTICLES.jsonl.gz FOLDER STORE   -> JSON on stdout
python benchmarks/peer_langchain.py ask FOLDER STORE QUESTIONS             -> JSON on stdout
"""

from __future__ import annotations

import gzip
import json
import resource
import statistics
import sys
import time
from pathlib import Path

BORN = time.perf_counter()
ARTICLES = 100


def embeddings(folder: str):
    from langchain_huggingface import HuggingFaceEmbeddings

    return HuggingFaceEmbeddings(
        model_name=folder,
        encode_kwargs={"prompt": "passage: ", "normalize_embeddings": True},
        query_encode_kwargs={"prompt": "query: ", "normalize_embeddings": True},
    )


def resident() -> float:
    """MB resident now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def index(articles: str, folder: str, store: str) -> dict[str, float]:
    from langchain_community.vectorstores import FAISS
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    model = embeddings(folder)
    model.embed_query("khởi động")
    with gzip.open(articles, "rt") as lines:
        rows = [json.loads(next(lines)) for _ in range(ARTICLES)]
    start = time.perf_counter()
    documents = [Document(row["text"], metadata={"title": row["title"]}) for row in rows]
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    chunks = splitter.split_documents(documents)
    FAISS.from_documents(chunks, model).save_local(store)
    seconds = time.perf_counter() - start
    return {"articles_per_second": ARTICLES / seconds, "chunks": len(chunks)}


def ask(folder: str, store: str, questions: str) -> dict[str, float]:
    from langchain_community.vectorstores import FAISS

    asked = Path(questions).read_text(encoding="utf-8").splitlines()
    vectors = FAISS.load_local(store, embeddings(folder), allow_dangerous_deserialization=True)
    vectors.similarity_search(asked[0], k=10)
    first = time.perf_counter() - BORN
    times = []
    for question in asked:
        start = time.perf_counter()
        vectors.similarity_search(question, k=10)
        times.append(time.perf_counter() - start)
    return {"first": first, "p50_ms": 1000 * statistics.median(times), "resident_mb": resident()}


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    print(json.dumps({"index": index, "ask": ask}[command](*arguments)))
