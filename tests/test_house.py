"""The house itself: imports run one way, and nothing heavy is imported before it is used."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
LAYERS = ("index", "qa", "eval", "app")
HEAVY = (
    "pymilvus",
    "torch",
    "gradio",
    "faiss",
    "openvino",
    "sentence_transformers",
    "tantivy",
    "matplotlib",
    "ray",
)
OWNERS = {
    "faiss": ["index/vectors.py"],
    "tantivy": ["index/lexical.py"],
    "pymilvus": ["index/milvus/client.py"],
    "ray": ["index/cluster.py"],
}


def modules(layer: str) -> list[Path]:
    return sorted((HOUSE / layer).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_run_one_way(layer: str) -> None:
    above = set(LAYERS[LAYERS.index(layer) + 1 :])
    wrong = {str(p.relative_to(HOUSE)): sorted(set(imported(p)) & above) for p in modules(layer)}
    assert modules(layer)
    assert {path: names for path, names in wrong.items() if names} == {}


@pytest.mark.parametrize(("library", "owners"), OWNERS.items())
def test_one_module_imports_each_heavy_library(library: str, owners: list[str]) -> None:
    users = [
        str(path.relative_to(HOUSE))
        for layer in LAYERS
        for path in modules(layer)
        if library in imported(path)
    ]
    assert users == owners


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys; sys.argv = ['hoidap', '--help']\n"
        "from app.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    out = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=HOUSE
    )
    assert out.stdout.splitlines()[-1] == "[]"


def test_an_answer_needs_no_torch(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from index.build import index_articles\nfrom index.corpus import NewsIndex\n"
        "from index.encoders.registry import open_encoder\nfrom index.types import Article\n"
        "from qa.answer import Answerer\n"
        "folder = Path(sys.argv[1])\nencoder = open_encoder(None)\n"
        "index_articles([Article('a', 'Cầu mới', 'Cầu dài 90 m.')], folder, encoder)\n"
        "answer = Answerer(NewsIndex.open(folder, encoder)).ask('Cầu mới dài bao nhiêu?')\n"
        "print(answer.claims[0].text if answer.claims else answer.outcome)\n"
        "print([n for n in ('torch', 'transformers', 'sentence_transformers') if n in sys.modules])"
    )
    out = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=HOUSE,
    )
    assert out.stdout.splitlines()[-2:] == ["Cầu dài 90 m.", "[]"]
