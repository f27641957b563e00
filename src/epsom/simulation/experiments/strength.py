"""Strength: the largest voluntary force of people by their magnesium.

A muscle gives what a tetanus of its fibers gives at the cell's free magnesium, in the fibers that nerve
reaches. Mass, training, protein and potassium of muscle are the same in everyone.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from epsom.physiology.effects import evaluate
from epsom.physiology.fiber import Fiber
from epsom.simulation.experiments.people import PATIENTS, abstainers, drinkers, lived
from epsom.simulation.felt import reader
from epsom.simulation.schedule import DAY
from epsom.simulation.twitch import twitch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from epsom.simulation.experiments.people import Experiment, Numbers

    Array = np.ndarray

#: Spread of strength among adults of one sex over its mean: judgement, grip strength has about 0.2.
_SPREAD = 0.25
#: Everyday serum, and below it low serum, mmol/L.
_LOW, _HIGH = 0.70, 0.95
_ADULTS = 512


@cache
def _tetani() -> tuple[Array, Array]:
    """Free magnesium in mmol/L, and peak force of a tetanus at 100 per second of a human fiber there."""
    levels = np.geomspace(0.1, 1.6, 9)
    impulses = [10.0 * i for i in range(40)]
    return levels, np.array([twitch(Fiber(1e3 * float(level)), impulses, 600.0).peak for level in levels])


def strength(read: Callable[[str], Any]) -> Array:
    """Largest voluntary force relative to every crossbridge of every fiber attached.

    Parameters
    ----------
    read
        States, facts and parameters of people, as :func:`epsom.simulation.felt.reader` gives.
    """
    levels, peaks = _tetani()
    tetanus = np.interp(read("muscle_free_magnesium"), levels, peaks)
    return tetanus * evaluate(["transmission"], read)["transmission"]


def _by_serum() -> Numbers:
    """Standardized slope on serum in the everyday range; what else makes people strong widens the spread."""
    age = {"mean": 60, "sd": 18, "min": 24, "max": 98}
    course = lived({"duration": "1 d"}, (0.0, DAY), people={"count": _ADULTS, "age": age})
    serum, force = course.at("plasma_concentration", 0), strength(reader(course, range(1)))[:, 0]
    everyday = (serum >= _LOW) & (serum <= _HIGH)
    serum, force = serum[everyday], force[everyday] / force[everyday].mean()
    slope = np.polyfit(serum, force, 1)[0]
    return (float(slope * serum.std() / np.hypot(force.std(), _SPREAD)),)


def _supplement_in_women() -> Numbers:
    """Percent change of strength after 12 weeks in women who eat as women do and take 300 mg a day."""
    women = {"count": PATIENTS, "sex": "female", "age": {"mean": 71, "sd": 5, "min": 65, "max": 85}}
    tablet = {"form": "oxide", "dose": "300 mg", "dose_of": "elemental", "with_food": True}
    protocol = {
        "duration": "86 d",
        "supplements": [tablet | {"times_per_day": 1, "start_day": 1}],
    }  # fmt: skip
    course = lived(protocol, DAY * np.array([0.0, 1.0, 85.0, 86.0]), people=women)
    before, after = (strength(reader(course, range(day, day + 1))) for day in (0, 85))
    return (100 * float(np.mean(after / before - 1)),)


def _low_serum_patients() -> Numbers:
    """Force of people who drink and have low serum over that of others."""
    patients, controls = drinkers(), abstainers()
    low = patients.at("plasma_concentration", 0) < _LOW
    force, usual = (strength(reader(course, range(1)))[:, 0] for course in (patients, controls))
    return (float(force[low].mean() / usual.mean()),)


TARGETS: Mapping[str, Experiment] = {
    "te_serum_strength_null": _by_serum,
    "te_older_women": _supplement_in_women,
    "te_mvc": _low_serum_patients,
}
