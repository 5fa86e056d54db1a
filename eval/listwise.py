"""Fits a linear ranking: the weights under which the right candidates share the softmax."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Example = tuple[Floats, npt.NDArray[np.bool_]]
"""Features of shape (candidates, names) of one question, and which candidates are right."""

_RIDGE = 1e-3


def fit(data: list[Example], names: tuple[str, ...]) -> dict[str, float]:
    """The weights of the least loss, in the units of the features."""
    from scipy.optimize import minimize

    everything = np.concatenate([table for table, _ in data])
    scale = everything.std(axis=0) + 1e-6
    longest = max(len(table) for table, _ in data)
    tables = np.zeros((len(data), longest, len(names)))
    real = np.zeros((len(data), longest), bool)
    gold = np.zeros((len(data), longest), bool)
    for place, (table, positive) in enumerate(data):
        tables[place, : len(table)] = table / scale
        real[place, : len(table)] = True
        gold[place, : len(table)] = positive

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        scores = np.where(real, tables @ weights, -np.inf)
        scores -= scores.max(axis=1, keepdims=True)
        share = np.exp(scores)
        share /= share.sum(axis=1, keepdims=True)
        mass = np.where(gold, share, 0).sum(axis=1, keepdims=True)
        pull = share - np.where(gold, share, 0) / np.maximum(mass, 1e-12)
        value = -np.log(np.maximum(mass, 1e-12)).mean() + _RIDGE * weights @ weights
        slope = np.einsum("qc,qcf->f", pull, tables) / len(data) + 2 * _RIDGE * weights
        return float(value), slope

    best = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B")
    return {name: round(float(w), 4) for name, w in zip(names, best.x / scale, strict=True)}
