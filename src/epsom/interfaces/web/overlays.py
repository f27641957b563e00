"""What published groups showed, to lie over what virtual people do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from epsom.core import names
from epsom.inference.calibration.targets import Combine, targets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from epsom.inference.calibration.targets import Target

#: Days on which the taken scenario is measured at most, beside the published ones.
_MOST_DAYS = 14


@dataclass(frozen=True)
class Study:
    """A published group whose reading can be drawn: one measure of one arm.

    Attributes
    ----------
    id, title, topic, caution, source
        As its record has them.
    measure, days
        What was read, and when.
    observed, low, high
        What was found, and the band within which a simulation agrees, in the measure's unit.
    arm
        The scenario of the arm, without its measures.
    """

    id: str
    title: str
    topic: str
    caution: str
    source: str
    measure: names.Measure
    days: tuple[float, ...]
    observed: float
    low: float
    high: float
    arm: Mapping[str, Any]

    @property
    def says(self) -> str:
        """What was found, in a sentence."""
        unit = names.MEASURES[self.measure].unit
        days = ", ".join(f"{day:g}" for day in self.days)
        band = f"{self.low:g} to {self.high:g}"
        return f"Its mean on day {days} was {self.observed:g} {unit} (agrees within {band})."

    def scenario(self) -> dict[str, Any]:
        """The tree of its scenario, the measure read over the days so that its course is seen."""
        arm = dict(self.arm)
        length = float(str(arm["duration"]).split()[0])
        over_day = names.MEASURES[self.measure].over_day
        last = max(*self.days, length - 1 if over_day else length)
        step = max(1, round(last / _MOST_DAYS))
        days = sorted({*self.days, *(float(day) for day in range(0, int(last) + 1, step))})
        tree = {"schema": "epsom.scenario/1", **arm}
        return tree | {"measures": [{"name": self.measure, "days": [float(day) for day in days]}]}


@cache
def studies() -> dict[str, Study]:
    """Every published group that can be drawn, by name."""
    found = (_study(target) for target in targets())
    return {study.id: study for study in found if study is not None}


def _study(target: Target) -> Study | None:
    """The study of a target, or None where what was read is no plain mean of one measure on one arm."""
    if not target.readings:
        return None
    reading = target.readings[0]
    plain = (reading.of, reading.over, reading.statistic) == ("value", "mean", "mean")
    if len(target.readings) != 1 or not plain or target.combine != Combine() or target.observed is None:
        return None
    measure = cast("names.Measure", reading.measure)
    if target.unit.removesuffix(" of people") != names.MEASURES[measure].unit:
        return None
    observed = target.observed
    return Study(
        target.id, target.title, target.topic, target.caution, target.source, measure, reading.days, observed,
        observed if target.low is None else target.low, observed if target.high is None else target.high,
        target.arms[reading.arm],
    )  # fmt: skip


def by_topic() -> dict[str, list[Study]]:
    """The studies for a list of choices."""
    found: dict[str, list[Study]] = {}
    for study in studies().values():
        found.setdefault(study.topic, []).append(study)
    return found
