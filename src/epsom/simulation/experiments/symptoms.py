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
from epsom.simulation.experiments.people import PEOPLE, reader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from epsom.simulation.experiments.people import Experiment, Numbers

#: Signs of excess in the order in which stages of it bring them (ukmiNDhypermg, jahnendechent2012basics).
_STAGES = (
    ("flushing", "nausea"),
    ("reduced_reflexes", "muscle_weakness", "drowsiness", "low_blood_pressure"),
    ("breathing_difficulty",),
)


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
    "te_gi_recovery": _bowels,
}
