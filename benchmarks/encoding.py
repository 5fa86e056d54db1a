"""Encoding an archive beside LangChain on the same weights, and beside what the processor could do.

    python -m benchmarks.encoding ../shared/data/news/baomoi2017-10k.jsonl.xz [--articles 40]

The three take turns, article after article, so that what else the machine does falls on all of
them. hoidap encodes every sentence behind its title, LangChain every chunk; chunks of the same
articles are counted. The bound is one large int8 matrix product through OpenVINO, and a token needs
as many multiplications as the model's layers have weights. Needs the extra `bench`.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks.peer_langchain import embeddings
from benchmarks.weights import save_folder
from index.articles.read import read_articles
from index.build import sentence_text
from index.chunking import chunk_article
from index.encoders.embedded import LIMIT, open_embedded
from index.encoders.packed import Sizes, bundled_path, read_packed
from index.encoders.unigram import Unigram
from index.storage.tables import distinct
from index.types import Article

ROWS, DEPTH, COLUMNS = 4096, 1536, 1536
OURS, THEIRS, BOUND = "hoidap", "LangChain", "int8 product"


@dataclass
class Spent:
    """What one of them did, and in which time; ``cpu`` counts all processors together."""

    chunks: int = 0
    tokens: int = 0
    wall: float = 0.0
    cpu: float = 0.0

    def time(self, work: Callable[[], object]) -> None:
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        self.wall += time.perf_counter() - wall
        self.cpu += time.process_time() - cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("articles", type=Path)
    parser.add_argument("--articles", dest="count", type=int, default=40)
    options = parser.parse_args()
    packed = read_packed(bundled_path())
    tokens, product = Unigram(packed.vocabulary), int8_product()
    ours = open_embedded()
    spent = {who: Spent() for who in (OURS, THEIRS)}
    products: dict[str, list[float]] = {"wall": [], "cpu": []}
    with tempfile.TemporaryDirectory() as folder:
        save_folder(Path(folder))
        theirs = embeddings(folder)
        for encode in (ours.encode_passages, theirs.embed_documents):
            encode(["khởi động"])
        product()
        for article in some(options.articles, options.count):
            chunks = chunk_article(article)
            sentences = [sentence_text(article, one) for one in distinct(chunks)]
            texts = split(article)
            for who, encode, given, count in (
                (OURS, ours.encode_passages, sentences, len(chunks)),
                (THEIRS, theirs.embed_documents, texts, len(texts)),
            ):
                spent[who].time(lambda encode=encode, given=given: encode(given))
                spent[who].chunks += count
                spent[who].tokens += sum(len(tokens("passage: " + one, LIMIT)) for one in given)
            one = Spent()
            one.time(product)
            products["wall"].append(one.wall)
            products["cpu"].append(one.cpu)
    work = ROWS * DEPTH * COLUMNS / weights(packed.sizes)
    bound = {name: work / statistics.median(found) for name, found in products.items()}
    print("\n".join(table(spent, bound)))


def some(path: Path, count: int) -> Iterator[Article]:
    return islice((one for one in read_articles(path) if isinstance(one, Article)), count)


def split(article: Article) -> list[str]:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    return splitter.split_text(article.text)


def weights(sizes: Sizes) -> int:
    """How many there are in the layers' matrices; attention itself is left out."""
    hidden, wide = sizes.hidden, sizes.intermediate
    return sizes.layers * (4 * hidden * hidden + 2 * hidden * wide)


def int8_product() -> Callable[[], object]:
    """A product of ``ROWS`` x ``DEPTH`` by ``DEPTH`` x ``COLUMNS`` in eight bits."""
    import openvino
    from openvino import opset13 as ops

    chance = np.random.default_rng(0)
    values = chance.integers(-127, 128, (DEPTH, COLUMNS)).astype(np.int8)
    rows = ops.parameter([ROWS, DEPTH], np.float32)
    low, high = np.float32(-1.28), np.float32(1.27)
    narrow = ops.fake_quantize(rows, low, high, low, high, 256)
    matrix = ops.multiply(ops.convert(ops.constant(values), "f32"), np.float32(0.01))
    model = openvino.Model([ops.matmul(narrow, matrix, False, False)], [rows])
    request = openvino.Core().compile_model(model, "CPU").create_infer_request()
    given = chance.random((ROWS, DEPTH), np.float32) * 2 - 1
    request.set_input_tensor(openvino.Tensor(given))
    return request.infer


def table(spent: dict[str, Spent], bound: dict[str, float]) -> Iterator[str]:
    ours, theirs = spent[OURS], spent[THEIRS]
    yield f"{processor()}\n"
    yield "| | a second | a processor's second |\n|---|---|---|"
    for who, one in spent.items():
        yield f"| {who}: chunks | {one.chunks / one.wall:.2f} | {one.chunks / one.cpu:.2f} |"
        yield f"| {who}: tokens | {one.tokens / one.wall:,.0f} | {one.tokens / one.cpu:,.0f} |"
    yield f"| {BOUND}: tokens | {bound['wall']:,.0f} | {bound['cpu']:,.0f} |"
    more = ours.chunks / theirs.chunks
    wall, cpu = more * theirs.wall / ours.wall, more * theirs.cpu / ours.cpu
    yield f"| chunks, times LangChain | {wall:.2f} | {cpu:.2f} |"
    wall, cpu = ours.tokens / ours.wall / bound["wall"], ours.tokens / ours.cpu / bound["cpu"]
    yield f"| tokens, share of the bound | {100 * wall:.0f}% | {100 * cpu:.0f}% |"


def processor() -> str:
    """The processor, and which of its instructions for eight bits OpenVINO may use."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    found = dict(line.split(":", 1) for line in lines if ":" in line)
    known = {name.strip(): value.strip() for name, value in found.items()}
    flags = {"avx2", "avx_vnni", "avx512_vnni", "amx_int8"} & set(known.get("flags", "").split())
    return f"{known.get('model name', 'unknown processor')}: {', '.join(sorted(flags)) or 'no AVX'}"


if __name__ == "__main__":
    main()
