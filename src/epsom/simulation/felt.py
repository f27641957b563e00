"""Effects by day: what a person's course means for muscle, nerve and gut, day after day."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from epsom.core.units import conversion
from epsom.physiology.effects import SLOW, effects, evaluate
from epsom.physiology.effects.slow import followed
from epsom.simulation.measures import water_held
from epsom.simulation.schedule import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

    from epsom.simulation.measures import Course

    Array = NDArray[np.float64]

_KILOGRAMS_PER_HOUR = conversion("g/day").factor
#: Time constants, up and down, of each slow state.
_TIMES = {
    "sensitization": ("sensitization_building", "sensitization_fading"),
    "lasting_tension": ("tension_building", "tension_fading"),
}


def felt(course: Course, names: Iterable[str], days: range) -> Mapping[str, Array]:
    """Values of effects, slow states and parameters on each of ``days``.

    Parameters
    ----------
    course
        Reported at every midnight of these days and the one after.
    names
        Of effects, slow states, states, readings, facts or parameters.

    Returns
    -------
    Mapping
        Shape (people, days), or (people, 1) for what does not change; missing where a run failed.
    """
    wanted = list(names)
    given = reader(course, days)
    targets = [SLOW[name] for name in wanted if name in SLOW]
    plain = [name for name in wanted if name in effects()]
    found = evaluate([*plain, *targets], given)
    for name in wanted:
        if name in SLOW:
            found[name] = _slow(found[SLOW[name]], name, course, len(days))
        elif name not in found:
            found[name] = given(name)
    return {name: found[name] for name in wanted}


def _slow(target: Array, name: str, course: Course, days: int) -> Array:
    building, fading = (course.crowd.value(time) / DAY for time in _TIMES[name])
    return followed(np.broadcast_to(target, (len(course.crowd), days)), building, fading)


def reader(course: Course, days: range) -> Callable[[str], Any]:
    """Canonical value of anything an effect may need: the mean of a day's two ends for what changes."""

    def held() -> Array:
        return np.column_stack([water_held(course, day) for day in days]) * _KILOGRAMS_PER_HOUR

    def used_to() -> Array:
        return np.column_stack([course.at("habituation", day) for day in days])

    special = {"held_water": held, "used_to_water": used_to}
    fixed = set(course.body.constant_names)

    def given(name: str) -> Any:
        if name in special:
            return special[name]()
        if name in course.crowd.covariates:
            return course.crowd.covariates[name][:, None]
        if name in fixed:
            return course.at(name, days[0])[:, None]
        if name in course.crowd.registry:
            return course.crowd.value(name)[:, None]
        ends = [course.at(name, day) for day in (*days, days[-1] + 1)]
        return np.column_stack([0.5 * (a + b) for a, b in pairwise(ends)])

    return given
