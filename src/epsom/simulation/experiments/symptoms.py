"""Symptoms at a level of serum, in trials, and in surveys."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from epsom.physiology.effects.typical import typical
from epsom.physiology.levels import chance_of_any, change_in_everyday_life, half_levels, rate
from epsom.physiology.symptoms import symptom_models
from epsom.simulation.crowd import Description, Normal, draw_crowd
from epsom.simulation.experiments.people import PEOPLE, abstainers, drinkers, lived, reader
from epsom.simulation.felt import reader as felt_by
from epsom.simulation.schedule import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from epsom.simulation.experiments.people import Experiment, Numbers

#: Signs of excess in the order in which stages of it bring them (ukmiNDhypermg, jahnendechent2012basics).
_STAGES = (
    ("flushing", "nausea"),
    ("reduced_reflexes", "muscle_weakness", "drowsiness", "low_blood_pressure"),
    ("breathing_difficulty",),
)
#: How near to a ratio of serum people count as at it.
_NEAR = 0.05
#: Overt signs of lack in depleted men, or the like (shils1964experimental), and days they are followed.
_OVERT, _LONG = ("tremor", "muscle_spasm", "tetany", "confusion", "seizure"), 400


def _everyday() -> Numbers:
    changes = [change_in_everyday_life(serum) for serum in (0.70, 0.95)]
    symptoms = ("muscle_cramps", "muscle_weakness", "paresthesia")
    return tuple(max((found[s] for found in changes), key=abs) for s in symptoms)


def _cramp_trial() -> Numbers:
    """Difference in per cent and per week between people who do and do not take an ordinary dose."""
    without = float(rate("muscle_cramps", typical(plasma_concentration=0.85)))
    taking = float(rate("muscle_cramps", typical(plasma_concentration=0.90)))
    return 100 * (taking / without - 1), 7 * (taking - without)


def _excess_cases() -> Numbers:
    old = draw_crowd(1, np.arange(PEOPLE), Description(age=Normal(80.0, 4.0, 75.0, 95.0)))
    read = reader(old)
    levels = (2.5, 1.5)
    chances = [chance_of_any("magnesium_excess", 7.0, typical(read, plasma_concentration=x)) for x in levels]
    return tuple(float(np.mean(chance)) for chance in chances)


def _cramps_in_a_month() -> Numbers:
    return (float(-np.expm1(-30.0 * symptom_models()["muscle_cramps"].background.median)),)


def _ladder() -> Numbers:
    """Least step in mmol/L from the last sign of one stage of excess to the first of the next."""
    found = half_levels(tuple(sign for stage in _STAGES for sign in stage), highest=12.0)
    levels = [[found[sign] for sign in stage] for stage in _STAGES]
    return (min(min(later) - max(earlier) for earlier, later in pairwise(levels)),)


def _tremor() -> Numbers:
    """Chance of tremor in a week among people who drink, by their serum over that of others.

    Over the chance at a ratio of one: that at 0.7, and the least step from 1 to 0.83 to 0.7.
    """
    usual = abstainers().at("plasma_concentration", 0).mean()
    ratio = drinkers().at("plasma_concentration", 0) / usual
    chance = -np.expm1(-7 * rate("tremor", felt_by(drinkers(), range(1)))[:, 0])
    found = [float(chance[np.abs(ratio - level) < _NEAR].mean()) for level in (1.0, 0.83, 0.7)]
    return found[2] / found[0], float(np.diff(found).min() / found[0])


def _two_men() -> Numbers:
    """Older men on 9 mg a day: red cells at 3 months over before, change of potassium at 100 days, mmol/L.

    Last the day by which in half of pairs of them one has shown a sign of `_OVERT` by magnesium.
    """
    age = {"mean": 62, "sd": 6, "min": 50, "max": 75}
    men = {"sex": "male", "age": age, "egfr": {"mean": "80 mL/min/1.73m2", "sd": "12 mL/min/1.73m2"}}
    protocol = {
        "duration": f"{_LONG} d", "diet": {"magnesium": "300 mg/day"},
        "diet_changes": [{"day": 0, "magnesium": "9 mg/day"}],
    }  # fmt: skip
    course = lived(protocol, DAY * np.arange(_LONG + 1), people=men)
    red = course.at("red_cell_magnesium", 90) / course.at("red_cell_magnesium", 0)
    potassium = course.at("serum_potassium", 100) - course.at("serum_potassium", 0)
    read = felt_by(course, range(_LONG))
    daily = sum(rate(sign, read) - symptom_models()[sign].background.median for sign in _OVERT)
    shown = np.count_nonzero(np.exp(-np.cumsum(daily, axis=1)).mean(axis=0) ** 2 > 0.5) + 1
    return float(red.mean()), float(potassium.mean()), float(shown)


def _bowels() -> Numbers:
    """Days by which half and nine in ten of bowel symptoms have gone once their cause has."""
    law = next(link.mends for link in symptom_models()["diarrhea"].links)
    return tuple(float(law.at(deviate)) for deviate in (0.0, ndtri(0.9)))


TARGETS: Mapping[str, Experiment] = {
    "te_everyday_flat": _everyday,
    "te_cramps_2012": _cramp_trial,
    "te_cramp_background": _cramps_in_a_month,
    "te_excess_cases": _excess_cases,
    "te_ladder": _ladder,
    "te_series_ratio": _tremor,
    "te_two_men": _two_men,
    "te_gi_recovery": _bowels,
}
