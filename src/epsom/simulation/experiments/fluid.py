"""Cerebrospinal fluid after an intravenous dose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from epsom.core.kinds import HOURS_PER_DAY
from epsom.physiology.effects import preparations as bench
from epsom.simulation.experiments.people import lived

if TYPE_CHECKING:
    from collections.abc import Mapping

    from epsom.simulation.experiments.people import Experiment, Numbers


def _spinal_fluid(dose: str, minutes: int, hours: tuple[float, ...]) -> np.ndarray:
    """Mean rise of total magnesium of cerebrospinal fluid after an intravenous dose, mmol/L."""
    infusion = {"form": "sulfate", "dose": dose, "at_day": 0, "route": "intravenous"}
    protocol = {"duration": "1 d", "supplements": [infusion | {"duration": f"{minutes} min"}]}
    course = lived(protocol, (0.0, *hours))
    levels = np.array([course.at("csf_concentration", hour / HOURS_PER_DAY) for hour in (0.0, *hours)])
    return np.mean(levels[1:] - levels[0], axis=1)


def _after_bolus() -> Numbers:
    """60 mg of the heptahydrate for each of 70 kg."""
    return tuple(float(rise) for rise in _spinal_fluid("17 mmol", 10, (0.5, 1.5, 4.0)))


def _ionized_after_infusion() -> Numbers:
    return (float(bench.center("csf_ionized_share") * _spinal_fluid("20 mmol", 30, (4.0,))[0]),)


TARGETS: Mapping[str, Experiment] = {
    "te_csf_bolus": _after_bolus,
    "te_csf_none": _ionized_after_infusion,
}
