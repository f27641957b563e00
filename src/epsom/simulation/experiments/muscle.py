"""Fibers, their contractile proteins, and free magnesium of muscle."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from epsom.physiology.effects import preparations as bench
from epsom.physiology.fiber import Fiber
from epsom.simulation.experiments.people import adults
from epsom.simulation.twitch import twitch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from epsom.simulation.experiments.people import Experiment, Numbers
    from epsom.simulation.twitch import Twitch

    Array = np.ndarray

#: Parvalbumin of an animal's fast fiber, and MgATP held in the baths of skinned fibers, umol/L.
_ANIMAL, _MGATP = 1500.0, 2000.0
#: Free calcium of such baths, from none to saturating at any magnesium, umol/L.
_CALCIUM = np.geomspace(1e-3, 1e5, 4001)


@cache
def _animal(magnesium: float, atp: float = 8000.0, impulses: int = 1) -> Twitch:
    fiber = Fiber(magnesium, _ANIMAL, atp)
    return twitch(fiber, [10.0 * i for i in range(impulses)], 600.0)


def _low_magnesium() -> Numbers:
    """Calcium of a fiber with 0.1 mmol/L over that with 1: decay and peak; calcium at rest with 0.05."""
    control, low = _animal(1000.0), _animal(100.0)
    return (
        low.calcium_decay / control.calcium_decay, low.peak_calcium / control.peak_calcium,
        _animal(50.0).rest_calcium / control.rest_calcium,
    )  # fmt: skip


def _atp_force() -> Numbers:
    tetanus = _animal(1000.0, 500.0, 40).peak / _animal(1000.0, 8000.0, 40).peak
    return _animal(1000.0, 2000.0).peak / _animal(1000.0).peak, tetanus


def _skinned(magnesium: float) -> Array:
    """Steady force at each of `_CALCIUM`; ATP is added so that what holds magnesium stays the same."""
    unbound = Fiber(magnesium).constant("atp_magnesium") / magnesium
    return Fiber(magnesium, atp=_MGATP * (1 + unbound)).steady_force(_CALCIUM)


def _half(force: Array) -> float:
    """Calcium of half the largest force, umol/L."""
    return float(np.exp(np.interp(0.5, force / force[-1], np.log(_CALCIUM))))


def _steepness(force: Array) -> float:
    """Hill slope between a fifth and four fifths of the largest force."""
    share = force / force[-1]
    middle = (share > 0.2) & (share < 0.8)
    return float(np.polyfit(np.log(_CALCIUM[middle]), np.log(share[middle] / (1 - share[middle])), 1)[0])


def _skinned_tension() -> Numbers:
    """Frog fibers at 0.05, 1 and 2 mmol/L: what magnesium does to the curve of force against calcium.

    Largest force at the most magnesium over that at the least; the smallest change of force, as a share of
    the largest, from each level to the next where the first gives half; change of the Hill slope over all.
    """
    forces = [_skinned(magnesium) for magnesium in (50.0, 1000.0, 2000.0)]
    middle = [float(np.interp(_half(forces[0]), _CALCIUM, force / force[-1])) for force in forces]
    slopes = [_steepness(force) for force in forces]
    return float(forces[-1][-1] / forces[0][-1]), float(np.diff(middle).max()), slopes[-1] - slopes[0]


def _myofibrils() -> Numbers:
    """ATP splitting: shift of half activation in pCa units from 0.04 to 10 mmol/L; largest at 0.04 over 1."""
    low, usual, high = (_skinned(magnesium) for magnesium in (40.0, 1000.0, 10_000.0))
    return float(np.log10(_half(low) / _half(high))), float(low[-1] / usual[-1])


def _free_by_age() -> Numbers:
    crowd = adults()
    slope = np.polyfit(crowd.covariates["age"], crowd.value("muscle_free_reference"), 1)[0]
    return (float(slope),)


TARGETS: Mapping[str, Experiment] = {
    "te_low_mg_fibre": _low_magnesium,
    "te_ap_release": lambda: (Fiber(3000.0).release_strength,),
    "te_atp_force": _atp_force,
    "te_tnc_cardiac": lambda: (bench.troponin_titration(1.0),),
    "te_skinned_tension": _skinned_tension,
    "te_myofibril": _myofibrils,
    "te_muscle_age": _free_by_age,
}
