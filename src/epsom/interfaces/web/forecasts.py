"""What would come of another dose, form or way of taking magnesium, or of stopping: asked and shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from epsom.core.faults import BadValueError, Fault, InputError, one_of, show
from epsom.core.forms import resolve_form
from epsom.core.units import MOLAR_MASS
from epsom.interfaces import words
from epsom.interfaces.numerals import interval, number, percent, percent_interval
from epsom.interfaces.plots.drawing import Table
from epsom.interfaces.web.courses import chance_figure, serum_figure, stool_figure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from epsom.core import names
    from epsom.core.records import Assessment, Case
    from epsom.core.records.case import Supplement
    from epsom.inference.findings import Estimate, Share
    from epsom.inference.whatif import Forecast

#: The slider's end in mg/day, unless more is taken already.
_USUAL_MOST = 1000
_STEP = 25
_MOST_MILLIGRAMS, _MOST_TIMES = 10_000.0, 12.0


@dataclass(frozen=True)
class Change:
    """Another way of taking what is taken by mouth now.

    Attributes
    ----------
    stop
        Nothing is taken any more; the rest is then without meaning.
    form
        Of the contract.
    milligrams
        Elemental magnesium a day.
    times
        Intakes a day it is split into.
    with_food
        Whether it is taken with meals.
    most
        The slider's end, in mg/day.
    """

    stop: bool
    form: names.Form
    milligrams: float
    times: float
    with_food: bool
    most: int = _USUAL_MOST

    @classmethod
    def of(cls, case: Case) -> Change | None:
        """What is taken now by mouth, as the sliders show it; None where there is nothing to change."""
        taken = [item for item in case.supplements if item.stop is None and item.route == "oral"]
        taken = [item for item in taken if item.form != "food"]
        if not taken or not case.is_adult:
            return None
        first = taken[0]
        daily = sum(_milligrams(item) for item in taken)
        most = max(_USUAL_MOST, _STEP * int(np.ceil(1.5 * daily / _STEP)))
        return cls(False, first.form, daily, first.times_per_day or 1.0, bool(first.with_food), most)

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Change:
        """The change that the sliders' form posts.

        Raises
        ------
        InputError
            If a field is no such value.
        """
        tree: dict[str, Any] = {"stop": given.get("stop") == "yes", "with_food": "with_food" in given}
        tree["form"] = given.get("form", "")
        for name, key in (("milligrams", "milligrams_per_day"), ("times", "times_per_day")):
            try:
                tree[key] = float(given.get(name, ""))
            except ValueError:
                tree[key] = given.get(name, "")
        return cls.from_tree(tree, "change")

    @classmethod
    def from_tree(cls, tree: Any, where: str) -> Change:
        """The change of a request to the API.

        Raises
        ------
        InputError
            With every fault.
        """
        keys = ("stop", "form", "milligrams_per_day", "times_per_day", "with_food")
        if not isinstance(tree, dict):
            raise InputError([Fault(where, show(tree), f"keys: {', '.join(keys)}")])
        faults = [Fault(f"{where}.{key}", "an unknown key", one_of(keys)) for key in tree.keys() - set(keys)]
        stop, food = tree.get("stop", False), tree.get("with_food", False)
        form: names.Form = "oxide"
        if not stop or "form" in tree:
            try:
                form = resolve_form(tree.get("form"))
            except BadValueError as error:
                faults.append(error.at(f"{where}.form"))
        milligrams = _within(
            tree, "milligrams_per_day", 0.0, _MOST_MILLIGRAMS, where, faults, needed=not stop
        )
        times = _within(tree, "times_per_day", 0.01, _MOST_TIMES, where, faults, needed=False)
        faults += [
            Fault(f"{where}.{key}", show(value), "true or false")
            for key, value in (("stop", stop), ("with_food", food)) if not isinstance(value, bool)
        ]  # fmt: skip
        if faults:
            raise InputError(faults)
        return cls(stop, form, milligrams, times or 1.0, food)

    def to_tree(self) -> dict[str, Any]:
        """As the API says it."""
        if self.stop:
            return {"stop": True}
        return {
            "stop": False, "form": self.form, "milligrams_per_day": self.milligrams,
            "times_per_day": self.times, "with_food": self.with_food,
        }  # fmt: skip

    @property
    def title(self) -> str:
        """In words."""
        if self.stop or self.milligrams == 0:
            return "Magnesium stopped today"
        often = "once a day" if self.times == 1 else f"split into {self.times:g} a day"
        food = ", with meals" if self.with_food else ""
        return f"{number(self.milligrams)} mg a day of magnesium as {words.form(self.form)}, {often}{food}"


def _milligrams(item: Supplement) -> float:
    """Elemental mg a day of one product; where the dose is not known, 300 mg to begin with."""
    amount = item.magnesium_per_intake
    return 300.0 if amount is None else amount * MOLAR_MASS["magnesium"] * (item.times_per_day or 1.0)


def _within(
    tree: Mapping[str, Any],
    key: str,
    low: float,
    high: float,
    where: str,
    faults: list[Fault],
    *,
    needed: bool,
) -> float:
    """A number of ``tree`` between two limits; a fault is added where it is none."""
    value = tree.get(key)
    if value is None and not needed:
        return 0.0
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        faults.append(Fault(f"{where}.{key}", show(value), f"a number from {low:g} to {high:g}"))
        return 0.0
    return float(value)


@dataclass(frozen=True)
class Compared:
    """Two forecasts of the same people: going on as now, and the change."""

    going_on: Forecast
    changed: Forecast

    def to_tree(self) -> dict[str, Any]:
        """As the API gives it: every number with its interval and unit."""
        return {"continued": _forecast_tree(self.going_on), "changed": _forecast_tree(self.changed)}


def _forecast_tree(found: Forecast) -> dict[str, Any]:
    return {
        "serum_magnesium": [
            {"day": float(day), "median": _known(row[1]), "interval": _pair(row), "interval_probability": 0.9,
             "unit": "mmol/L"}
            for day, row in zip(found.days, found.serum, strict=True)
        ],
        "stool_mass": [
            {"day": float(day), "median": _known(row[1]), "interval": _pair(row), "interval_probability": 0.9,
             "unit": "g/day"}
            for day, row in zip(found.days, found.stool, strict=False)
        ],
        "absorbed_magnesium": {
            "median": _known(found.absorbed.median),
            "interval": _pair((found.absorbed.low, 0, found.absorbed.high)),
            "interval_probability": 0.9, "unit": "mg/day",
        },
        "diarrhea": _chance_tree(found.diarrhea), "excess": _chance_tree(found.excess),
        "gone": [{"day": day, **_chance_tree(share)} for day, share in sorted(found.gone.items())],
    }  # fmt: skip


def _chance_tree(share: Share) -> dict[str, Any]:
    return {
        "probability": _known(share.probability), "interval": _pair((share.low, 0, share.high)),
        "interval_probability": 0.9,
    }  # fmt: skip


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _pair(row: Any) -> list[float] | None:
    low, high = float(row[0]), float(row[2])
    return [low, high] if np.isfinite(low) and np.isfinite(high) else None


def forecast_view(found: Compared, case: Case, record: Assessment, change: Change) -> dict[str, Any]:
    """What the page shows of a change: a table against going on, and the courses of both."""
    going_on, changed = found.going_on, found.changed
    pairs = [("going on as now", going_on), ("changed", changed)]
    courses = [(name, part.serum) for name, part in reversed(pairs)]
    stools = [(name, part.stool) for name, part in reversed(pairs)]
    figures = [
        serum_figure("ahead-serum", changed.days, courses, record, case, lived=False),
        stool_figure("ahead-stool", changed.days[:-1], stools, case, lived=False),
    ]
    still = _still(pairs, case)
    return {
        "title": change.title, "lines": [], "table": _table(pairs, case),
        "figures": [*([still] if still else []), *figures],
    }  # fmt: skip


def _still(pairs: list[tuple[str, Forecast]], case: Case) -> Any:
    """The chance that the symptom is still there, by day."""
    days = sorted(set(pairs[0][1].gone) & set(pairs[1][1].gone))
    if not days:
        return None
    courses = []
    for name, part in reversed(pairs):
        rows = [(1.0, 1.0, 1.0)]
        rows += [(1 - s.high, 1 - s.probability, 1 - s.low) for s in (part.gone[day] for day in days)]
        courses.append((name, np.array(rows)))
    title = f"Chance that {words.symptom(case.question)} is still there"
    note = "The band is the 90 % interval of the chance."
    return chance_figure("ahead-still", title, np.array([0.0, *days]), courses, case, note)


def _table(pairs: list[tuple[str, Forecast]], case: Case) -> Table:
    def estimate(value: Estimate, unit: str) -> str:
        return f"{number(value.median)} {unit} ({interval((value.low, value.high))})"

    def chance(share: Share) -> str:
        return f"{percent(share.probability)} ({percent_interval((share.low, share.high))})"

    rows = [
        ("Magnesium absorbed, food included", *(estimate(part.absorbed, "mg a day") for _, part in pairs)),
        ("Chance of loose stools on a day", *(chance(part.diarrhea) for _, part in pairs)),
        ("Chance of too much in blood", *(chance(part.excess) for _, part in pairs)),
    ]
    week = 7
    if all(week in part.gone for _, part in pairs):
        title = f"Chance that {words.symptom(case.question)} is gone in a week"
        rows.append((title, *(chance(part.gone[week]) for _, part in pairs)))
    return Table("After four weeks, nine in ten in brackets", ("", "Going on as now", "Changed"), tuple(rows))
