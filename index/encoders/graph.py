"""The packed weights as an OpenVINO graph: BERT in float32, or in 8 bits, word vectors -> sentence.

The graph is written out rather than traced from torch: it is forty lines, every place where a
number loses precision is in sight, and torch stays out of the way altogether. The word embeddings,
four fifths of the weights, are left outside it, so that they are never unpacked.

Where 8 bits hurt. An activation is quantised over one range for all its channels, and some channels
are a hundred times larger than the rest. So each channel is first divided by a scale, and the
weights that read it multiplied by it (SmoothQuant, arXiv:2211.10438); the exponents below were
chosen for the smallest error of each matrix product on news. A few channels behind the GELU stay
far out of range for a handful of tokens; those are shared out over copies of themselves (outlier
channel splitting, arXiv:1901.09504).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import openvino
from openvino import opset13 as op

from index.encoders.packed import Floats, Packed, unpack

# How much of a channel's size goes into its weights, by which product reads it.
_SMOOTHING = {"qkv": 0.95, "ao": 1.0, "fi": 0.8, "fo": 0.85}
# A channel that goes beyond the first is shared out over copies that go to the second at most.
_OUTLIER, _SHARE = 8.0, 2.0
RANGES = Path(__file__).with_name("ranges.npz")

Ranges = Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class Dense:
    """One matrix product: ``weight`` of shape (outputs, inputs), ``bias`` of shape (outputs,)."""

    weight: Floats
    bias: Floats


Product = Callable[[str, Any, Dense], Any]


def float_graph(packed: Packed, product: Product | None = None) -> openvino.Model:
    """The network in float32; ``product`` may stand in for how a matrix product is written."""
    return _network(packed, _dense(packed), product or float_product)


def int8_graph(packed: Packed) -> openvino.Model:
    """The network with every matrix product in 8 bits, by the ranges that news text takes."""
    with np.load(RANGES) as file:
        ranges = {name: file[name].astype(np.float32) for name in file.files}
    dense, ranges = _share_out(_dense(packed), ranges)

    def product(name: str, x: Any, layer: Dense) -> Any:
        return _int8_product(x, layer, ranges[name], _SMOOTHING[name.rpartition(".")[2]])

    return _network(packed, dense, product)


def _network(packed: Packed, dense: Mapping[str, Dense], product: Product) -> openvino.Model:
    """Inputs: words (batch, length, hidden) and lengths (batch,). Output: unit vectors."""
    sizes, tensors = packed.sizes, packed.tensors
    heads, width = sizes.heads, sizes.hidden // sizes.heads

    def norm(x: Any, name: str) -> Any:
        x = op.mvn(x, np.array([-1]), True, sizes.epsilon, "inside_sqrt")
        return op.add(op.multiply(x, tensors[name + ".w"]), tensors[name + ".b"])

    def apply(name: str, x: Any) -> Any:
        return product(name, x, dense[name])

    words = op.parameter([-1, -1, sizes.hidden], np.float32, "words")
    lengths = op.parameter([-1], np.int32, "lengths")
    length = op.gather(op.shape_of(words, "i32"), np.int32(1), np.int32(0))
    places = op.range(np.int32(0), length, np.int32(1), "i32")
    inside = op.less(op.unsqueeze(places, np.int32(0)), op.unsqueeze(lengths, np.int32(1)))
    mask = op.unsqueeze(op.select(inside, np.float32(0), np.float32(-1e4)), np.array([1, 2]))

    table = tensors["emb.pos"].reshape(-1, sizes.hidden) + tensors["emb.type"][: sizes.hidden]
    x = norm(op.add(words, op.gather(table[None], places, np.int32(1))), "emb.ln")
    for layer in range(sizes.layers):
        name = f"l{layer}."
        split = op.reshape(apply(name + "qkv", x), np.array([0, 0, 3 * heads, width]), True)
        q, k, v = op.split(op.transpose(split, np.array([0, 2, 1, 3])), np.int64(1), 3).outputs()
        weights = op.softmax(op.add(op.matmul(q, k, False, True), mask), -1)
        mixed = op.transpose(op.matmul(weights, v, False, False), np.array([0, 2, 1, 3]))
        mixed = op.reshape(mixed, np.array([0, 0, sizes.hidden]), True)
        x = norm(op.add(x, apply(name + "ao", mixed)), name + "aln")
        wide = op.gelu(apply(name + "fi", x), "erf")
        x = norm(op.add(x, apply(name + "fo", wide)), name + "oln")

    total = op.reduce_sum(
        op.multiply(x, op.convert(op.unsqueeze(inside, np.int32(2)), "f32")), np.int64(1), False
    )
    return openvino.Model([op.normalize_l2(total, np.array([1]), 1e-12, "add")], [words, lengths])


def _dense(packed: Packed) -> dict[str, Dense]:
    """Every matrix product by name; one over queries, keys and values, scaled for the softmax."""
    sizes = packed.sizes

    def read(name: str, inputs: int) -> Dense:
        weight = unpack(packed.tensors[name + ".w"]).reshape(-1, inputs)
        return Dense(weight, packed.tensors[name + ".b"].astype(np.float32))

    dense = {}
    for layer in range(sizes.layers):
        name = f"l{layer}."
        q, k, v = (read(name + part, sizes.hidden) for part in "qkv")
        root = np.float32(math.sqrt(sizes.hidden / sizes.heads))
        dense[name + "qkv"] = Dense(
            np.concatenate([q.weight / root, k.weight, v.weight]),
            np.concatenate([q.bias / root, k.bias, v.bias]),
        )
        dense[name + "ao"] = read(name + "ao", sizes.hidden)
        dense[name + "fi"] = read(name + "fi", sizes.hidden)
        dense[name + "fo"] = read(name + "fo", sizes.intermediate)
    return dense


def _share_out(
    dense: Mapping[str, Dense], ranges: Ranges
) -> tuple[dict[str, Dense], dict[str, Floats]]:
    """The same network with the outliers among the GELU's channels as several channels each."""
    dense, ranges = dict(dense), dict(ranges)
    for name in [name for name in dense if name.endswith(".fo")]:
        size = np.abs(ranges[name]).max(axis=0)
        copies = np.where(size > _OUTLIER, np.ceil(size / _SHARE), 1).astype(np.int64)
        source = _spread(copies)
        before, after = dense[name[:-2] + "fi"], dense[name]
        dense[name[:-2] + "fi"] = Dense(before.weight[source], before.bias[source])
        shares = (after.weight[:, source] / copies[source]).astype(np.float32)
        dense[name] = Dense(shares, after.bias)
        ranges[name] = ranges[name][:, source]
    return dense, ranges


def _spread(copies: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Channel numbers, each as often as ``copies`` says and as far from its like as can be.

    Processors without VNNI add the products of neighbours in 16 bits: two of a kind overflow.
    """
    channel = np.repeat(np.arange(len(copies)), copies)
    copy = np.arange(len(channel)) - np.repeat(np.cumsum(copies) - copies, copies)
    place = (channel + copy * len(copies) / copies[channel]) % len(copies)
    return channel[np.argsort(place, kind="stable")]


def float_product(name: str, x: Any, layer: Dense) -> Any:
    return op.add(op.matmul(x, layer.weight, False, True), layer.bias)


def _int8_product(x: Any, layer: Dense, ranges: Floats, smoothing: float) -> Any:
    scale = _scale(np.abs(ranges).max(axis=0), np.abs(layer.weight).max(axis=0), smoothing)
    low, high = _bounds(ranges / scale)
    smooth = op.multiply(x, np.float32(1) / scale)
    activation = op.fake_quantize(smooth, low, high, low, high, 256)
    weight: Floats = layer.weight * scale
    step = np.abs(weight).max(axis=1, keepdims=True) / np.float32(127)
    whole = op.convert(op.constant(np.round(weight / step).astype(np.int8)), "f32")
    product = op.matmul(activation, op.multiply(whole, step), False, True)
    return op.add(product, layer.bias)


def _scale(inputs: Floats, weights: Floats, smoothing: float) -> Floats:
    """What each channel is divided by, with a geometric mean of 1."""
    log = smoothing * np.log(np.maximum(inputs, 1e-4))
    log -= (1 - smoothing) * np.log(np.maximum(weights, 1e-4))
    scale: Floats = np.exp(log - log.mean()).astype(np.float32)
    return scale


def _bounds(ranges: Floats) -> tuple[np.float32, np.float32]:
    """One range for all channels: 128 steps below 0 and 127 above when both sides matter."""
    low, high = min(ranges.min(), 0.0), max(ranges.max(), 0.0)
    if low < -0.3 * high:
        high = max(-low, high)
        low = -high * 128 / 127
    return np.float32(low), np.float32(high)
