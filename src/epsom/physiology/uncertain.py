"""Numbers known only by a median and a 95 % range, and how they are drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit, logit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

#: Standard deviations from the median to either end of a 95 % range.
_HALF_WIDTH = 1.959963984540054


@dataclass(frozen=True)
class Uncertain:
    """A positive number known by its median and 95 % range (log-normal), with its provenance."""

    median: float
    low: float
    high: float
    status: str
    sources: tuple[str, ...]
    how: str

    @property
    def spread(self) -> float:
        """Standard deviation of the logarithm."""
        return math.log(self.high / self.low) / (2 * _HALF_WIDTH)

    def at(self, deviates: Array | float) -> Any:
        """Values at standard normal deviates."""
        return self.median * np.exp(self.spread * np.asarray(deviates))


@dataclass(frozen=True)
class UncertainChance(Uncertain):
    """A probability known by its median and 95 % range (normal on the logit scale)."""

    @property
    def spread(self) -> float:
        """Standard deviation of the logit."""
        return float(logit(self.high) - logit(self.low)) / (2 * _HALF_WIDTH)

    def at(self, deviates: Array | float) -> Any:
        """Values at standard normal deviates."""
        return expit(logit(self.median) + self.spread * np.asarray(deviates))


def uncertain(entry: Mapping[str, Any], median: str = "value") -> Uncertain:
    """The number of a table of a data file, its median under the key ``median``."""
    return Uncertain(*_parts(entry, median))


def uncertain_chance(entry: Mapping[str, Any]) -> UncertainChance:
    """The probability of a table of a data file."""
    return UncertainChance(*_parts(entry, "value"))


def _parts(entry: Mapping[str, Any], median: str) -> tuple[float, float, float, str, tuple[str, ...], str]:
    center, low, high = float(entry[median]), float(entry["low"]), float(entry["high"])
    if not 0 < low < center < high:
        raise ValueError(f"{median} {center} does not lie inside its range {low} to {high}")
    return center, low, high, entry["status"], tuple(entry["sources"]), entry["how"]
