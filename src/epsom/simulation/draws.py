"""Parameters of virtual people: a plausible set of centers, and each person's departure from it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from epsom.core.evidence import EvidenceError, data_folder, data_table, large_tables, registry
from epsom.simulation.streams import uniforms, uniforms_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from epsom.core.distributions import Spread
    from epsom.core.evidence import Parameter

    Array = NDArray[np.float64]

#: How many plausible parameter sets a crowd is spread over. They are the same for every seed.
PARAMETER_SETS = 64
_SET_SEED = 20_261_122


def set_of(indices: NDArray[np.int64], sets: int = PARAMETER_SETS) -> NDArray[np.int64]:
    """Which parameter set each person belongs to: people take turns."""
    return indices % sets


@cache
def calibrated_sets() -> Mapping[str, Array]:
    """The calibrated parameter sets of ``data/calibration/parameter_sets.toml``: canonical, by name.

    Raises
    ------
    EvidenceError
        If a parameter is unknown, or its values are too few, too many or out of its bounds.
    """
    found: dict[str, Array] = {}
    file = data_folder() / "calibration" / "parameter_sets.toml"
    for name, listed in large_tables(file)[file.name]["values"].items():
        values = np.array(listed, dtype=float)
        if name not in registry():
            raise EvidenceError(f"parameter_sets.toml: {name} is no parameter of the registry")
        low, high = registry()[name].bounds
        if len(values) != PARAMETER_SETS or values.min() < low or values.max() > high:
            raise EvidenceError(f"parameter_sets.toml: {name} needs {PARAMETER_SETS} values in its bounds")
        found[name] = values * registry()[name].factor
    return MappingProxyType(found)


@cache
def calibrated_spreads() -> Mapping[str, float]:
    """The fitted spreads between people of ``data/calibration/spreads.toml``, by name.

    They are of the kind and in the unit of the record's ``between``.

    Raises
    ------
    EvidenceError
        If a parameter is unknown, has no spread between people, or its fitted one is not above zero.
    """
    found = dict(data_table("calibration", "spreads.toml")["values"])
    for name, value in found.items():
        if name not in registry() or resized(registry()[name], 1.0) is None or value <= 0:
            raise EvidenceError(f"spreads.toml: {name} has no spread between people, or one not above zero")
    return MappingProxyType(found)


def resized(parameter: Parameter, size: float) -> Parameter | None:
    """The record with people differing by ``size``, its ``cv`` or ``sd``; None where it has neither.

    It is never equal to the record given, so that what was fitted to that one is not put in its place.
    """
    if parameter.between is None or parameter.between.size is None:
        return None
    key = "sd" if parameter.between.cv is None else "cv"
    changed = replace(parameter.between, **{key: size})
    return replace(parameter, how=f"{parameter.how}; spread between people replaced", between=changed)


def spread_between(parameter: Parameter) -> Spread | None:
    """How people differ in the parameter, canonical: fitted where it was fitted, else as the record says.

    A record that differs from the registry's was not fitted.
    """
    name, chosen = parameter.name, parameter
    if name in calibrated_spreads() and registry()[name] == parameter:
        chosen = resized(parameter, calibrated_spreads()[name]) or parameter
    return chosen.canonical_spread("between")


def drawn_centers(parameter: Parameter) -> Array | None:
    """Centers of the parameter by set, canonical: calibrated, else drawn from the record's uncertainty.

    None for a record without uncertainty. A record that differs from the registry's was not calibrated.
    """
    if not parameter.uncertainty:
        return None
    name = parameter.name
    if name in registry() and registry()[name] == parameter and name in calibrated_sets():
        return calibrated_sets()[name]
    return prior_centers(parameter, uniforms(_SET_SEED, f"set/{name}", 0, PARAMETER_SETS))


def prior_centers(parameter: Parameter, chances: Array) -> Array:
    """Centers at cumulative probabilities ``chances`` of the record's uncertainty, canonical."""
    uncertainty = parameter.canonical_spread("uncertainty")
    assert uncertainty is not None, f"{parameter.name} has no uncertainty"
    return uncertainty.quantile(chances, parameter.canonical_value, parameter.canonical_bounds)


def draw_parameter(
    parameter: Parameter,
    seed: int,
    indices: NDArray[np.int64],
    centers: Mapping[str, Array] | None = None,
    chances: Array | None = None,
) -> Array:
    """Canonical values of ``parameter`` for the people at ``indices``, which ascend.

    The center comes from the person's parameter set; around it people differ by the fitted spread between
    people, or the record's. Bounds truncate both.

    Parameters
    ----------
    centers
        Canonical centers by name and set that replace the calibrated ones; there may be any number of sets.
    chances
        Where each person lies among those of the same center, 0 to 1; drawn where None.
    """
    given = centers.get(parameter.name) if centers else None
    known = drawn_centers(parameter) if given is None else given
    if known is None:
        center: Array = np.full(len(indices), parameter.canonical_value)
    else:
        center = known[set_of(indices, len(known))]
    between = spread_between(parameter)
    if between:
        if chances is None:
            chances = uniforms_at(seed, f"person/{parameter.name}", indices)
        return between.quantile(chances, center, parameter.canonical_bounds)
    return center
