"""Parameters of virtual people: a plausible set of centers, and each person's departure from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from epsom.simulation.streams import uniforms, uniforms_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from epsom.core.evidence import Parameter

#: How many plausible parameter sets a crowd is spread over. They are the same for every seed.
PARAMETER_SETS = 64
_SET_SEED = 20_261_122


def set_of(indices: NDArray[np.int64]) -> NDArray[np.int64]:
    """Which parameter set each person belongs to: people take turns."""
    return indices % PARAMETER_SETS


def draw_parameter(parameter: Parameter, seed: int, indices: NDArray[np.int64]) -> NDArray[np.float64]:
    """Canonical values of ``parameter`` for the people at ``indices``, which ascend.

    The center comes from the person's parameter set, drawn from the record's uncertainty; around it people
    differ by the record's spread between people. Bounds truncate both.
    """
    limits = parameter.canonical_bounds
    center: NDArray[np.float64] = np.full(len(indices), parameter.canonical_value)
    uncertainty = parameter.canonical_spread("uncertainty")
    if uncertainty:
        chances = uniforms(_SET_SEED, f"set/{parameter.name}", 0, PARAMETER_SETS)
        center = uncertainty.quantile(chances, parameter.canonical_value, limits)[set_of(indices)]
    between = parameter.canonical_spread("between")
    if between:
        chances = uniforms_at(seed, f"person/{parameter.name}", indices)
        return between.quantile(chances, center, limits)
    return center
