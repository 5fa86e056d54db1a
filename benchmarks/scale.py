"""An index of a hundred thousand to five million sentences beside FAISS's usual ones.

    hoidap index ../shared/data/news/baomoi2017-10k.jsonl.xz --index BASE     # once, an hour
    python -m benchmarks.scale BASE --cache FOLDER --sizes 100000 1000000 5000000

The vectors are grown out of BASE's real ones, see benchmarks/grown.py, and BASE's titles are the
questions, encoded as questions. Every sentence is a short document of Tantivy's too: a sentence of
BASE drawn at random. Ours is a whole index, written by the writer and merged by its rules; beside
it stand the indexes of FAISS alone, over the same rows. Every building and every serving is a
process of its own. FOLDER keeps rows and indexes; 5 million take 15 GB of disk, and HNSW hours.
``vectors`` is what ours has for the vectors alone, without articles and postings: for sizes that
take hours to write. Recall counts a row whose score reaches that of the true tenth.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.grown import best_scores, grown, neighbours
from index.codes import lists_for
from index.encoders import EncoderSpec
from index.storage.compact import ENOUGH
from index.storage.merge import merge_beside
from index.storage.session import open_writer
from index.storage.snapshot import Snapshot
from index.text.syllables import terms
from index.types import Article, Chunk, Sentence
from index.vectors import DenseIndex, Part, encode

DIMENSION, ASKED, K, DEEP = 384, 300, 10, 200
ARTICLE = 25  # sentences
COMMIT = ENOUGH // 4  # sentences
SPEC = EncoderSpec("grown", "1", DIMENSION, "", "")
Measured = dict[str, Any]


def prepare(base: Path, folder: Path) -> None:
    """The real vectors, sentences and questions, in files that the other processes read."""
    from index.encoders.registry import open_encoder

    view = Snapshot.open(base)
    rows = np.arange(view.counts.sentences)
    real = view.vectors(rows[view.alive[view.sentence_article]])
    np.save(folder / "real.npy", real)
    np.save(folder / "near.npy", neighbours(real))
    articles = list(view.articles())
    chosen = articles[:: max(1, len(articles) // ASKED)][:ASKED]
    questions = [one.title for one in chosen if one.title]
    np.save(folder / "questions.npy", open_encoder(None).encode_queries(questions))
    texts = [view.chunk(row) for row in range(min(view.counts.chunks, 20_000))]
    said = [
        one.text[s.start - one.start : s.end - one.start] for one in texts for s in one.sentences
    ]
    (folder / "texts.json").write_text(json.dumps({"questions": questions, "said": said}))


def grow(folder: Path, size: int) -> Measured:
    """The rows, and the score of the true tenth of every question."""
    path = folder / f"{size}.f16"
    start = time.perf_counter()
    if not path.exists():
        with path.with_suffix(".new").open("wb") as file:
            real, near = (np.load(folder / f"{name}.npy") for name in ("real", "near"))
            for piece in grown(real, near, size):
                file.write(piece.tobytes())
        path.with_suffix(".new").rename(path)
    best = best_scores(_pieces(folder, size), _questions(folder), K)
    np.save(folder / f"{size}.true.npy", best[:, -1])
    return {"seconds": time.perf_counter() - start, "bytes": path.stat().st_size}


def build_ours(folder: Path, size: int) -> Measured:
    rows = _rows(folder, size)
    said = json.loads((folder / "texts.json").read_text())["said"]
    chance = np.random.default_rng(1)
    directory = folder / f"{size}.hoidap"
    start, worked = time.perf_counter(), time.process_time()
    with open_writer(directory, SPEC) as writer:
        for first in range(0, size, ARTICLE):
            vectors = rows[first : first + ARTICLE].astype(np.float32)
            drawn = [said[n] for n in chance.integers(0, len(said), len(vectors))]
            writer.add(*_article(first // ARTICLE, drawn), vectors)
            if (first + ARTICLE) % COMMIT < ARTICLE:
                writer.commit()
        writer.commit()
    written = time.perf_counter() - start
    while merge_beside(directory):
        pass
    return {
        "seconds": time.perf_counter() - start,
        "cpu": time.process_time() - worked,
        "written": written,
        "bytes": _bytes(directory),
    }


def serve_ours(folder: Path, size: int) -> Measured:
    import faiss  # noqa: F401 - a process imports it once, however often it opens an index
    import tantivy  # noqa: F401

    before, start = _resident(), time.perf_counter()
    view = Snapshot.open(folder / f"{size}.hoidap")
    opening = time.perf_counter() - start
    chance = np.random.default_rng(2)
    articles = view.counts.articles
    filters = {
        "1% of articles": chance.random(articles) < 0.01,
        "1% in a row": np.zeros(articles, bool),
    }
    filters["1% in a row"][articles // 3 : articles // 3 + max(1, articles // 100)] = True
    questions = _questions(folder)
    found = _asked(folder, size, lambda question: view.dense(question, K)[1])
    deep = [_timed(lambda q=one: view.dense(q, DEEP))[0] for one in questions]
    filtered = {name: _filtered(view, questions, mask) for name, mask in filters.items()}
    asked = json.loads((folder / "texts.json").read_text())["questions"]
    words = [
        _timed(lambda t=one: view.lexical({"folded": dict.fromkeys(terms(t), 1.0)}, 100))[0]
        for one in asked
    ]
    after = _resident()
    return found | {
        "opening": opening,
        "segments": len(view.segments),
        "resident": {name: after[name] - before[name] for name in after},
        f"dense {DEEP}": _percentiles(deep),
        "filtered": filtered,
        "lexical": _percentiles(words),
    }


def build_vectors(folder: Path, size: int) -> Measured:
    directory = folder / f"{size}.vectors"
    directory.mkdir(exist_ok=True)
    start, worked = time.perf_counter(), time.process_time()
    for number, rows in enumerate(_parts(folder, size)):
        (directory / f"{number}.u4").write_bytes(b"".join(encode(rows)))
    spent = {"seconds": time.perf_counter() - start, "cpu": time.process_time() - worked}
    return spent | {"bytes": _bytes(directory) + (folder / f"{size}.f16").stat().st_size}


def serve_vectors(folder: Path, size: int) -> Measured:
    import faiss  # noqa: F401

    before, start = _resident(), time.perf_counter()
    directory = folder / f"{size}.vectors"
    index = DenseIndex(
        Part(rows, (directory / f"{number}.u4").read_bytes(), lists_for(len(rows)))
        for number, rows in enumerate(_parts(folder, size))
    )
    opening = time.perf_counter() - start
    questions = _questions(folder)
    found = _asked(folder, size, lambda question: index.search(question, K)[1])
    deep = [_timed(lambda q=one: index.search(q, DEEP))[0] for one in questions]
    after = _resident()
    grown_by = {name: after[name] - before[name] for name in after}
    return found | {
        "opening": opening,
        "resident": grown_by,
        f"dense {DEEP}": _percentiles(deep),
    }


def _parts(folder: Path, size: int) -> Iterator[Any]:
    """The rows of each segment, as large as segments become."""
    rows = _rows(folder, size)
    return (rows[first : first + ENOUGH] for first in range(0, size, ENOUGH))


def _filtered(view: Snapshot, questions: Any, mask: Any) -> Measured:
    rows = np.flatnonzero(mask[view.sentence_article])
    vectors = view.vectors(rows)
    recalls, spent = [], []
    for question in questions:
        seconds, (_, scores) = _timed(lambda q=question: view.dense(q, K, mask))
        true = np.sort(vectors @ question)[-K:]
        recalls.append(float(np.mean(scores >= true[0] - 1e-5)) if len(scores) else 0.0)
        spent.append(seconds)
    return {"recall": float(np.mean(recalls)), **_percentiles(spent)}


def build_faiss(kind: str) -> Callable[[Path, int], Measured]:
    def build(folder: Path, size: int) -> Measured:
        import faiss

        rows, path = _rows(folder, size), folder / f"{size}.{kind}.faiss"
        start, worked = time.perf_counter(), time.process_time()
        index = _usual(kind, size)
        if not index.is_trained:
            sample = np.arange(0, size, max(1, size // (index.nlist * 40)))
            index.train(rows[sample].astype(np.float32))
        for first in range(0, size, 1 << 16):
            index.add(rows[first : first + (1 << 16)].astype(np.float32))
        spent = {"seconds": time.perf_counter() - start, "cpu": time.process_time() - worked}
        faiss.write_index(index, str(path))
        return spent | {"bytes": path.stat().st_size}

    return build


def _usual(kind: str, size: int) -> Any:
    import faiss

    metric = faiss.METRIC_INNER_PRODUCT
    if kind == "HNSW":
        return faiss.IndexHNSWFlat(DIMENSION, 32, metric)
    lists = 1 << round(np.log2(4 * np.sqrt(size)))
    return faiss.index_factory(DIMENSION, "Flat" if kind == "Flat" else f"IVF{lists},Flat", metric)


def serve_faiss(kind: str) -> Callable[[Path, int], Measured]:
    def serve(folder: Path, size: int) -> Measured:
        import faiss

        before, start = _resident(), time.perf_counter()
        index = faiss.read_index(str(folder / f"{size}.{kind}.faiss"))
        opening = time.perf_counter() - start
        if kind == "HNSW":
            index.hnsw.efSearch = 64
        if kind == "IVF":
            index.nprobe = 16
        found = _asked(folder, size, lambda question: index.search(question[None], K)[0][0])
        after = _resident()
        grown_by = {name: after[name] - before[name] for name in after}
        return found | {"opening": opening, "resident": grown_by}

    return serve


def _asked(folder: Path, size: int, search: Callable[[Any], Any]) -> Measured:
    """Recall and times of one question after the other, the first ten not counted in the times."""
    true, recalls, spent, worked = np.load(folder / f"{size}.true.npy"), [], [], []
    for question, tenth in zip(_questions(folder), true, strict=True):
        start = time.process_time()
        seconds, scores = _timed(lambda q=question: search(q))
        worked.append(time.process_time() - start)
        recalls.append(float(np.sum(scores >= tenth - 1e-5)) / K)
        spent.append(seconds)
    cpu = float(np.median(worked[10:])) * 1e3
    return {"recall": float(np.mean(recalls)), **_percentiles(spent[10:]), "cpu": cpu}


KINDS: dict[str, tuple[Callable[[Path, int], Measured], Callable[[Path, int], Measured]]] = {
    "hoidap": (build_ours, serve_ours),
    "vectors": (build_vectors, serve_vectors),
    **{kind: (build_faiss(kind), serve_faiss(kind)) for kind in ("Flat", "IVF", "HNSW")},
}

USUAL = [kind for kind in KINDS if kind != "vectors"]


def _article(number: int, said: list[str]) -> tuple[Article, list[Chunk]]:
    """An article whose every sentence is a chunk, so that it is a short document of its own."""
    name, text, at = f"grown-{number}", "\n".join(said), 0
    chunks = []
    for one in said:
        spot = Sentence(at, at + len(one))
        chunks.append(Chunk(name, spot.start, spot.end, one, (spot,)))
        at += len(one) + 1
    return Article(id=name, title="", text=text, digest=name), chunks


def _rows(folder: Path, size: int) -> Any:
    return np.memmap(folder / f"{size}.f16", "<f2", "r").reshape(-1, DIMENSION)


def _pieces(folder: Path, size: int) -> Iterator[Any]:
    rows = _rows(folder, size)
    return (rows[first : first + (1 << 14)] for first in range(0, size, 1 << 14))


def _questions(folder: Path) -> Any:
    return np.load(folder / "questions.npy")


def _bytes(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


def _resident() -> dict[str, float]:
    """MB of this process: ``own`` memory, and pages of files that the kernel can take back."""
    lines = Path("/proc/self/status").read_text().splitlines()
    named = dict(line.split(":\t", 1) for line in lines if line.startswith("Rss"))
    size = {name: int(value.split()[0]) / 1e3 for name, value in named.items()}
    return {"own": size["RssAnon"], "mapped": size["RssFile"]}


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def _percentiles(seconds: list[float]) -> dict[str, float]:
    p50, p99 = np.percentile(seconds, [50, 99]) * 1e3
    return {"p50": float(p50), "p99": float(p99)}


def table(found: dict[int, dict[str, tuple[Measured, Measured]]]) -> Iterator[str]:
    yield (
        "| vectors | index | recall@10 | p50 / p99, cpu | own + mapped | disk | built, cpu "
        "| opened |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for size, kinds in found.items():
        for kind, (built, served) in kinds.items():
            resident = served["resident"]
            cells = (
                f"{size:,}",
                kind,
                f"{served['recall']:.3f}",
                f"{served['p50']:.1f} / {served['p99']:.1f}, {served['cpu']:.1f} ms",
                f"{resident['own']:,.0f} + {resident['mapped']:,.0f} MB",
                f"{built['bytes'] / 1e6:,.0f} MB",
                f"{built['seconds']:,.0f}, {built['cpu']:,.0f} s",
                f"{served['opening']:.2f} s",
            )
            yield f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base", type=Path, help="an index of real articles")
    parser.add_argument("--cache", type=Path, required=True, help="keeps rows and indexes")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--kinds", choices=KINDS, nargs="+", default=USUAL)
    parser.add_argument("--stage", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    folder = options.cache
    if options.stage:
        stage, kind, size = options.stage
        work = grow if stage == "grow" else KINDS[kind][stage == "serve"]
        print(json.dumps(work(folder, int(size))))
        return
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "texts.json").exists():
        prepare(options.base, folder)

    def apart(stage: str, kind: str, size: int) -> Measured:
        command = [sys.executable, "-m", "benchmarks.scale", str(options.base)]
        command += ["--cache", str(folder), "--stage", stage, kind, str(size)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        measured: Measured = json.loads(done.stdout.splitlines()[-1])
        print(f"{size:,} {stage} {kind}: {json.dumps(measured)}", file=sys.stderr)
        return measured

    found: dict[int, dict[str, tuple[Measured, Measured]]] = {}
    for size in options.sizes:
        apart("grow", "-", size)
        for kind in options.kinds:
            kept = folder / f"{size}.{kind}.json"
            if not kept.exists():
                kept.write_text(json.dumps(apart("build", kind, size)))
            built = json.loads(kept.read_text())
            found.setdefault(size, {})[kind] = (built, apart("serve", kind, size))
    print("\n".join(table(found)))
    print(f"\n{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
