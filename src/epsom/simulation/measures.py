"""The measures a scenario can ask for, read off people's courses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from epsom.core.units import conversion
from epsom.physiology.builder import numbers
from epsom.physiology.builder.tracer import PREFIX
from epsom.simulation.schedule import DAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from epsom.physiology.builder.body import Body
    from epsom.simulation.crowd import Crowd

    Array = NDArray[np.float64]

_GRAMS = 1.0 / conversion("g").factor
_PICOGRAMS_PER_ML = 1.0 / conversion("pg/mL").factor
#: Organs whose magnesium has not been absorbed.
_GUT = ("stomach", "small_bowel", "colon")
#: Stool above this is a fact many healthy people meet on some day, g (source harrisonndmanual).
_LARGE_STOOL = 200.0


@dataclass(frozen=True)
class Course:
    """People's states at the reported hours, and what is needed to read them.

    Attributes
    ----------
    states
        Shape (people, hours, states); missing where a run failed.
    inputs
        Shape (people, hours, inputs).
    label
        Labeled magnesium put into each person's gut before each hour, mmol, shape (people, hours); None
        where there is none.
    watched, within
        As in `epsom.simulation.engine.Problem` and `Courses`: positions of watched states, and their lowest,
        highest and mean values from each reported hour to the next.
    """

    body: Body
    crowd: Crowd
    constants: Array
    hours: Array
    states: Array
    inputs: Array
    label: Array | None = None
    watched: tuple[int, ...] = ()
    within: Array | None = None

    @cached_property
    def _readings(self) -> numbers.Readings:
        return numbers.Readings(self.body, self.states, self.constants[:, None, :], self.inputs)

    def without(self, lost: NDArray[np.bool_]) -> Course:
        """The same with nothing known of those who are ``lost``."""
        states = np.where(lost[:, None, None], np.nan, self.states)
        within = None if self.within is None else np.where(lost[:, None, None, None], np.nan, self.within)
        return replace(self, states=states, within=within)

    def at(self, name: str, day: float) -> Array:
        """State or reading ``name`` at that moment, canonical."""
        values = self._readings[name]
        return np.broadcast_to(values, self.states.shape[:2])[:, self.row(day)]

    def over_day(self, name: str, day: float) -> Array:
        """Change of the state ``name`` over the 24 h that start then."""
        return self.at(name, day + 1) - self.at(name, day)

    def within_day(self, name: str, day: float) -> tuple[Array, Array, Array]:
        """Lowest, highest and mean value of the state ``name`` over the 24 h that start then.

        Raises
        ------
        KeyError
            If the state was not watched or the day not reported.
        """
        position = self.body.state_index[name]
        if self.within is None or position not in self.watched:
            raise KeyError(f"{name} was not watched")
        stretches = slice(self.row(day), self.row(day + 1))
        lengths = np.diff(self.hours)[stretches] / DAY
        found = self.within[:, stretches, :, self.watched.index(position)]
        mean = np.zeros(len(found))
        for stretch, length in enumerate(lengths):
            # Stretch by stretch: NumPy adds up one person in another order than many.
            mean += length * found[:, stretch, 2]
        return found[:, :, 0].min(axis=1), found[:, :, 1].max(axis=1), mean

    def magnesium(self, day: float) -> Array:
        """Magnesium in the body and the gut at that moment, what left not counted."""
        row, total = self.row(day), np.zeros(len(self.states))
        for i, state in enumerate(self.body.states):
            if state.substance == "magnesium" and state.kind == "pool":
                # Pool by pool: NumPy adds up one person in another order than many.
                total += self.states[:, row, i]
        return total

    def in_gut(self, day: float) -> Array:
        """Magnesium in stomach and bowel at that moment, mmol."""
        row, total = self.row(day), np.zeros(len(self.states))
        for organ in self.body.organs:
            for state in organ.states if organ.name in _GUT else ():
                if state.substance == "magnesium" and state.kind == "pool":
                    total += self.states[:, row, self.body.state_index[state.name]]
        return total

    def row(self, day: float) -> int:
        """Position of that moment among the reported hours.

        Raises
        ------
        KeyError
            If it was not reported.
        """
        row = int(np.searchsorted(self.hours, day * DAY - 1e-6))
        if row >= len(self.hours) or abs(self.hours[row] - day * DAY) > 1e-6:
            raise KeyError(f"day {day} was not reported")
        return row


def stool_mass(course: Course, day: float) -> Array:
    """Stool passed, g/day."""
    return course.over_day("stool_passed", day) * _GRAMS


def water_held(course: Course, day: float) -> Array:
    """Stool water of the day that magnesium held, g: what passed less what formed regardless of it."""
    usual = course.constants[:, course.body.constant_index["usual_stool"]]
    formed = usual * DAY - course.over_day("colon_bulk", day)
    return (course.over_day("stool_passed", day) - formed) * _GRAMS


def diarrhea(course: Course, day: float) -> Array:
    """1 where the person perceives diarrhea that day: water beyond a personal capacity, or background."""
    used_to = course.at("habituation", day) * DAY * _GRAMS
    capacity = course.crowd.value("loose_water_capacity") * DAY * _GRAMS
    loose = water_held(course, day) - used_to > capacity
    background = course.crowd.uniform(f"loose_stool/{day:g}") < course.crowd.value("loose_stool_background")
    return _flag(loose | background, course, day)


def _flag(fact: NDArray[np.bool_], course: Course, day: float) -> Array:
    return np.where(np.isfinite(course.at("plasma_magnesium", day)), fact.astype(float), np.nan)


def _fecal(course: Course, day: float) -> Array:
    return course.over_day("stool_soluble", day) + course.over_day("stool_insoluble", day)


def _true_absorption(course: Course, day: float) -> Array:
    """Uptake from what was eaten, the part taken up of what the gut itself had secreted left out.

    Both mix in the gut, so uptake is of each in proportion. It is net absorption plus the secreted magnesium
    that reaches stool, as tracer studies define it, and never exceeds what was eaten.
    """
    secreted, taken_up = course.over_day("secreted", day), course.over_day("absorbed", day)
    held = course.in_gut(day + 1) - course.in_gut(day)
    eaten = np.maximum(held + taken_up + _fecal(course, day) - secreted, 0.0)
    return taken_up * np.divide(eaten, eaten + secreted, out=np.zeros_like(eaten), where=secreted > 0)


def _tracer(course: Course, day: float) -> Array:
    missing = np.full(len(course.crowd), np.nan)
    if course.label is None:
        return missing
    given = course.label[:, course.row(day + 1)]
    return np.divide(course.at(f"{PREFIX}absorbed", day + 1), given, out=missing, where=given > 0)


def _serum_of_day(which: int) -> Callable[[Course, float], Array]:
    """Lowest, highest or mean serum magnesium: plasma's amount over its volume, which is the person's own."""

    def read(course: Course, day: float) -> Array:
        volume = course.constants[:, course.body.constant_index["plasma_volume"]]
        return course.within_day("plasma_magnesium", day)[which] / volume

    return read


def _reading(name: str, factor: float = 1.0) -> Callable[[Course, float], Array]:
    return lambda course, day: course.at(name, day) * factor


def _daily(name: str) -> Callable[[Course, float], Array]:
    return lambda course, day: course.over_day(name, day)


#: How each measure of the contract is read: from a course and a day to one number per person.
MEASURES: dict[str, Callable[[Course, float], Array]] = {
    "serum_magnesium": _reading("plasma_concentration"),
    "lowest_serum_magnesium": _serum_of_day(0),
    "highest_serum_magnesium": _serum_of_day(1),
    "mean_serum_magnesium": _serum_of_day(2),
    "ionized_magnesium": _reading("ionized_concentration"),
    "urine_magnesium": _daily("urine"),
    "fecal_magnesium": _fecal,
    "fecal_soluble_magnesium": _daily("stool_soluble"),
    "absorbed_magnesium": lambda course, day: (
        course.over_day("absorbed", day) - course.over_day("secreted", day)
    ),
    "true_absorption": _true_absorption,
    "tracer_absorbed_fraction": _tracer,
    "stool_mass": stool_mass,
    "diarrhea": diarrhea,
    "stool_above_200g": lambda course, day: _flag(stool_mass(course, day) > _LARGE_STOOL, course, day),
    "retained_magnesium": lambda course, day: course.magnesium(day) - course.magnesium(0.0),
    "fractional_excretion": lambda course, day: (
        course.over_day("urine", day) / course.over_day("filtered", day)
    ),
    "serum_calcium": _reading("serum_calcium"),
    "parathyroid_hormone": _reading("parathyroid_hormone", _PICOGRAMS_PER_ML),
    "systolic_blood_pressure_change": lambda course, day: (
        course.at("systolic_pressure_shift", day) - course.at("systolic_pressure_shift", 0.0)
    ),
    "muscle_free_magnesium": _reading("muscle_free_magnesium"),
    "bone_magnesium": _reading("bone_surface"),
}

#: States that are watched all day for a measure.
WITHIN_A_DAY = dict.fromkeys(
    ("lowest_serum_magnesium", "highest_serum_magnesium", "mean_serum_magnesium"), "plasma_magnesium"
)

#: Measures that cover the 24 h that start at the day asked for.
OVER_A_DAY = frozenset(
    {
        *WITHIN_A_DAY, "urine_magnesium", "fecal_magnesium", "fecal_soluble_magnesium", "absorbed_magnesium",
        "true_absorption", "tracer_absorbed_fraction", "stool_mass", "diarrhea", "stool_above_200g",
        "fractional_excretion",
    }
)  # fmt: skip


def hours_needed(name: str, day: float) -> tuple[float, ...]:
    """Hours at which states must be reported to read the measure on that day."""
    return (day * DAY, (day + 1) * DAY) if name in OVER_A_DAY else (day * DAY,)
