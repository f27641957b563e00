"""Pain: what sensitizes its pathways, what an infusion or a supplement does to it, and who eats how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from epsom.core.units import conversion
from epsom.physiology import back_pain
from epsom.physiology.effects import evaluate
from epsom.physiology.effects import preparations as bench
from epsom.physiology.effects.typical import typical
from epsom.physiology.levels import rate
from epsom.simulation.experiments.people import lived
from epsom.simulation.felt import felt, reader
from epsom.simulation.schedule import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from epsom.simulation.experiments.people import Experiment, Numbers
    from epsom.simulation.measures import Course

_ADULTS = 512
_MILLIGRAMS = 1 / conversion("mg/day", "magnesium").factor


def _magnified(points: Any, sensitization: Any) -> Any:
    """Pain of a cohort, in its own points, where sensitization lowers the threshold for the same stimulus."""
    return points / (1 - bench.center("hyperalgesia_full") * sensitization)


def _by_magnesium(
    protocol: dict[str, Any], people: dict[str, Any], days: tuple[int, ...], *, persistent: bool
) -> Numbers:
    """Mean pain in points of 100 on ``days`` of a trial, those who take magnesium less those who do not."""
    hours = DAY * np.arange(max(days) + 2)
    sensitized = [
        felt(
            lived(protocol, hours, people=people, with_changes=taking), ["sensitization"],
            range(max(days) + 1),
        )["sensitization"][:, list(days)]
        for taking in (True, False)
    ]  # fmt: skip
    points = back_pain.mean_pain(np.array(days) / 7, persistent=persistent)
    taking, placebo = (_magnified(points, state).mean(axis=0) for state in sensitized)
    return tuple(float(difference) for difference in taking - placebo)


def _chronic_back_pain() -> Numbers:
    """1 g of sulfate over 4 h a day for 2 weeks, then 245 mg twice a day for 4; points of 10 at 6 months."""
    drip = {"form": "sulfate", "dose": "1 g", "dose_of": "compound", "route": "intravenous"}
    capsule = {"form": "oxide", "dose": "245 mg", "dose_of": "elemental", "with_food": True}
    protocol = {
        "duration": "184 d",
        "supplements": [
            drip | {"duration": "4 h", "times_per_day": 1, "start_day": 0, "stop_day": 14},
            capsule | {"times_per_day": 2, "start_day": 14, "stop_day": 42},
        ],
    }  # fmt: skip
    age = {"mean": 56, "sd": 10, "min": 30, "max": 75}
    return (_by_magnesium(protocol, {"age": age}, (182,), persistent=True)[0] / 10,)


def _acute_back_pain() -> Numbers:
    """365 mg a day; points of 100 on days 4 and 10."""
    tablet = {"form": "citrate", "dose": "365 mg", "dose_of": "elemental", "with_food": True}
    protocol = {"duration": "12 d", "supplements": [tablet | {"times_per_day": 1, "start_day": 0}]}
    age = {"mean": 40, "sd": 12, "min": 18, "max": 65}
    return _by_magnesium(protocol, {"age": age}, (4, 10), persistent=False)


def _open_channels(course: Course, hours: np.ndarray) -> float:
    """NMDA channels free to open, relative to usual, mean over people and ``hours``."""
    fluid = np.column_stack([course.at("csf_concentration", hour / DAY) for hour in hours])
    read = typical(lambda name: course.crowd.value(name)[:, None], csf_concentration=fluid)
    return float(evaluate(["nmda_opening"], read)["nmda_opening"].mean())


def _morphine() -> Numbers:
    """Percent less morphine in a day were its need in proportion to the NMDA channels free to open.

    40 mg of the heptahydrate per kg over 15 min and 10 mg/kg/h for 3 h of surgery, in 70 kg; the day begins
    with the dose.
    """
    dose = {"form": "sulfate", "route": "intravenous"}
    protocol = {
        "duration": "1 d",
        "supplements": [
            dose | {"dose": "11.4 mmol", "duration": "15 min", "at_day": 0},
            dose | {"dose": "8.5 mmol", "duration": "3 h", "at_day": 0.0105},
        ],
    }  # fmt: skip
    hours = np.linspace(0.0, DAY, 25)
    given, without = (
        _open_channels(lived(protocol, hours, with_changes=changed), hours) for changed in (True, False)
    )
    return (100 * (given / without - 1),)


def _by_intake() -> Numbers:
    """Odds ratio of lasting back pain per mg of magnesium eaten a day and kg of weight.

    Lasting pain is in balance with its onset, so its odds are in proportion to the rate of onset. Age, sex
    and earlier pain are left out, as the survey corrected for who people were.
    """
    course = lived({"duration": "1 d"}, (0.0, DAY), people={"count": _ADULTS})
    eaten = course.crowd.intake * _MILLIGRAMS / course.crowd.covariates["weight"]
    onset = rate("low_back_pain", reader(course, range(1)))[:, 0]
    return (float(np.exp(np.polyfit(eaten, np.log(onset), 1)[0])),)


TARGETS: Mapping[str, Experiment] = {
    "te_rat_hyperalgesia": lambda: bench.rat_pain(0.5, 7),
    "te_clbp_trial": _chronic_back_pain,
    "te_albp_addon": _acute_back_pain,
    "te_periop": _morphine,
    "te_nhanes": _by_intake,
}
