"""What the data say about the parameters: calibrated sets beside what was known before."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from epsom.inference.calibration.emulator import Space
from epsom.simulation.draws import calibrated_sets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

#: Quantiles of the prior that its spread is measured by.
_PRIOR = (np.arange(4096) + 0.5) / 4096
#: Below the first a parameter counts as informed by the data, above the second as not constrained.
INFORMED, UNCONSTRAINED = 0.7, 0.9
#: Pairs that physiology leads one to expect, told whatever their correlation.
EXPECTED = (
    ("renal_splay", "adaptation_gain"), ("bowel_dissolution", "upper_uptake_maximum"),
    ("bone_surface_elasticity", "smallest_fraction_excreted"), ("renal_threshold", "renal_splay"),
)  # fmt: skip
#: Trade-offs with a weaker correlation are chance among so few sets.
CLEAR_CORRELATION = 0.45


@dataclass(frozen=True)
class Learned:
    """One parameter before and after.

    Attributes
    ----------
    before, after
        Median and central 90 %, canonical.
    ratio
        Standard deviation after over before, of logarithms where the record is lognormal.
    shift
        Move of the mean, in standard deviations before.
    """

    name: str
    unit: str
    before: tuple[float, float, float]
    after: tuple[float, float, float]
    ratio: float
    shift: float


def calibrated_space() -> Space:
    """The calibrated parameters."""
    return Space(tuple(calibrated_sets()))


def learned() -> list[Learned]:
    """Every calibrated parameter, the best informed first."""
    space, sets = calibrated_space(), calibrated_sets()
    places = np.tile(ndtri(_PRIOR)[:, None], (1, len(space.names)))
    before = space.centers(places)
    scaled_before, scaled_after = space.scaled(before), space.scaled(sets)
    found = []
    for k, name in enumerate(space.names):
        spread = scaled_before[:, k].std()
        shift = (scaled_after[:, k].mean() - scaled_before[:, k].mean()) / spread
        found.append(
            Learned(
                name,
                space.record(name).canonical_unit,
                _summary(before[name]),
                _summary(sets[name]),
                float(scaled_after[:, k].std(ddof=1) / spread),
                float(shift),
            )
        )
    return sorted(found, key=lambda item: item.ratio)


def _summary(values: Array) -> tuple[float, float, float]:
    low, middle, high = np.percentile(values, [5, 50, 95])
    return float(middle), float(low), float(high)


def trade_offs() -> list[tuple[str, str, float]]:
    """Pairs of parameters that the data tie together, or that one expects tied, strongest first.

    Each comes with its rank correlation among the sets.
    """
    from scipy.stats import rankdata

    names = list(calibrated_sets())
    ranks = np.column_stack([rankdata(calibrated_sets()[name]) for name in names])
    correlation = np.corrcoef(ranks.T)
    pairs = [(names[a], names[b], float(correlation[a, b])) for a, b in combinations(range(len(names)), 2)]
    expected = {frozenset(pair) for pair in EXPECTED}
    told = [p for p in pairs if abs(p[2]) >= CLEAR_CORRELATION or frozenset(p[:2]) in expected]
    return sorted(told, key=lambda pair: -abs(pair[2]))
