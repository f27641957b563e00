"""What published groups showed, to lie over what virtual people do."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from epsom.core import names
from epsom.core.evidence import data_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    folder = data_folder() / "targets"
    tables = [
        entry
        for file in sorted(folder.iterdir(), key=lambda item: item.name) if file.name.endswith(".toml")
        for entry in tomllib.loads(file.read_text(encoding="utf-8")).get("target", ())
    ]  # fmt: skip
    found = (_study(entry) for entry in tables)
    return {study.id: study for study in found if study is not None}


def _study(entry: Mapping[str, Any]) -> Study | None:
    """The study of a target, or None where what was read is no plain mean of one measure on one arm."""
    readings = entry["reading"]
    odd = len(readings) != 1 or "combine" in entry or "observed" not in entry
    if odd or readings[0].keys() & {"statistic", "over", "of"}:
        return None
    reading = readings[0]
    if entry["unit"].removesuffix(" of people") != names.MEASURES[reading["measure"]].unit:
        return None
    observed = entry["observed"]
    return Study(
        entry["id"], entry["title"], entry["topic"], entry.get("caution", ""), entry["source"],
        reading["measure"], tuple(reading["days"]), observed, entry.get("low", observed),
        entry.get("high", observed), entry["arms"][reading["arm"]],
    )  # fmt: skip


def by_topic() -> dict[str, list[Study]]:
    """The studies for a list of choices."""
    found: dict[str, list[Study]] = {}
    for study in studies().values():
        found.setdefault(study.topic, []).append(study)
    return found
