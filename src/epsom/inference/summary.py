"""Weighted people into findings: probabilities with intervals over parameter sets and link draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from epsom.inference.findings import INTERVAL, Estimate, Share
from epsom.simulation.draws import PARAMETER_SETS, set_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_LOW, _HIGH = 0.5 * (1 - INTERVAL), 0.5 * (1 + INTERVAL)


def estimate(values: Array, weight: Array) -> Estimate | None:
    """Weighted median and interval of ``values``; None where nobody counts."""
    good = np.isfinite(values) & (weight > 0)
    if not good.any():
        return None
    low, median, high = weighted_quantiles(values[good], weight[good], (_LOW, 0.5, _HIGH))
    return Estimate(float(median), float(low), float(high))


def weighted_quantiles(values: Array, weight: Array, chances: tuple[float, ...]) -> Array:
    """Quantiles of weighted values, midpoints of the weight interpolated."""
    order = np.argsort(values, kind="stable")
    cumulative = np.cumsum(weight[order]) - 0.5 * weight[order]
    return np.interp(np.array(chances) * weight.sum(), cumulative, values[order])


def share(chance: Array, weight: Array, indices: NDArray[np.int64]) -> Share:
    """Probability of something with per-person chance, and its interval over parameter sets and draws.

    Parameters
    ----------
    chance
        Shape (people,) or (people, draws).
    weight
        Of the same shape: each person's weight, under each draw.
    indices
        Of the people in the seed's crowd; they tell the parameter set.
    """
    chance, weight = np.atleast_2d(chance.T).T, np.atleast_2d(weight.T).T
    weight = np.where(np.isfinite(chance), weight, 0.0)
    chance = np.where(np.isfinite(chance), chance, 0.0)
    total = weight.sum()
    if total <= 0:
        return Share(0.0, 0.0, 1.0, 1.0)
    probability = float((weight * chance).sum() / total)
    sets = set_of(indices)
    top = np.zeros((PARAMETER_SETS, chance.shape[1]))
    bottom = np.zeros_like(top)
    np.add.at(top, sets, weight * chance)
    np.add.at(bottom, sets, weight)
    filled = bottom > 0
    level = (top[filled] / bottom[filled]).ravel()
    low, high = weighted_quantiles(level, bottom[filled].ravel(), (_LOW, _HIGH))
    noise = _noise(chance, weight)
    return Share(_unit(probability), _unit(min(low, probability)), _unit(max(high, probability)), noise)


def _unit(value: float) -> float:
    return float(min(max(value, 0.0), 1.0))


def _noise(chance: Array, weight: Array) -> float:
    """Monte Carlo standard deviation: how much the answer moves when each person is left out (jackknife).

    Where one of them holds nearly all weight the answer without that one is what the others say, so that an
    answer that hangs on a handful shows it.
    """
    tops, bottoms = (weight * chance).sum(axis=1), weight.sum(axis=1)
    used = bottoms > 0
    left = bottoms.sum() - bottoms[used]
    if used.sum() < 2 or (left <= 0).any():
        return 0.5
    without = (tops.sum() - tops[used]) / left
    return float(np.sqrt((used.sum() - 1) * without.var()))
