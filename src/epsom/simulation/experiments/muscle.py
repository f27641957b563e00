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

#: Parvalbumin of an animal's fast fiber, umol/L.
_ANIMAL = 1500.0


@cache
def _animal(magnesium: float, atp: float = 8000.0, impulses: int = 1) -> Twitch:
    fiber = Fiber(magnesium, _ANIMAL, atp)
    return twitch(fiber, [10.0 * i for i in range(impulses)], 600.0)


def _low_magnesium() -> Numbers:
    return (_animal(100.0).calcium_decay / _animal(1000.0).calcium_decay,)


def _atp_force() -> Numbers:
    tetanus = _animal(1000.0, 500.0, 40).peak / _animal(1000.0, 8000.0, 40).peak
    return _animal(1000.0, 2000.0).peak / _animal(1000.0).peak, tetanus


def _free_by_age() -> Numbers:
    crowd = adults()
    slope = np.polyfit(crowd.covariates["age"], crowd.value("muscle_free_reference"), 1)[0]
    return (float(slope),)


TARGETS: Mapping[str, Experiment] = {
    "te_low_mg_fibre": _low_magnesium,
    "te_ap_release": lambda: (Fiber(3000.0).release_strength,),
    "te_atp_force": _atp_force,
    "te_tnc_cardiac": lambda: (bench.troponin_titration(1.0),),
    "te_muscle_age": _free_by_age,
}
