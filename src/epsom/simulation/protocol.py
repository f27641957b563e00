"""A scenario as events: habitual days before day 0, and what happens from day 0 on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from epsom.core.kinds import ABSOLUTE_GFR
from epsom.core.units import conversion
from epsom.physiology.modifiers import Modifier, effects_of_condition, effects_of_drug, modifiers
from epsom.simulation.crowd import Crowd, Description, Normal
from epsom.simulation.schedule import DAY, Schedule, intake_hours, meal_hours

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from epsom.core.records.scenario import DialysisPlan, GroupSupplement, Scenario

    Array = NDArray[np.float64]

#: Filtration of 1 mL/min in L/h.
_FILTRATION = conversion("mL/min").factor
_WEEK = 7 * DAY


def describe(scenario: Scenario) -> Description:
    """What the scenario says about its people, in canonical units."""
    people = scenario.people
    egfr = people.egfr
    intake = scenario.diet.magnesium if scenario.diet else None
    return Description(
        age=_normal(people.age),
        female_share=people.sex.female if people.sex else None,
        weight=_normal(people.weight),
        height=_normal(people.height),
        filtration=_normal(egfr, _FILTRATION),
        filtration_absolute=egfr is not None and egfr.mean.unit == ABSOLUTE_GFR,
        intake=None if intake is None else Normal(intake.value / DAY),
        kidney_disease=any(c.name == "chronic_kidney_disease" for c in people.conditions),
        on_dialysis=people.dialysis is not None,
        pregnant=bool(people.pregnant),
    )


def _normal(spread, factor: float = 1.0) -> Normal | None:  # noqa: ANN001
    if spread is None:
        return None

    def number(value, missing: float) -> float:  # noqa: ANN001
        return missing if value is None else float(getattr(value, "value", value)) * factor

    return Normal(
        number(spread.mean, 0.0), number(spread.sd, 0.0), number(spread.min, -np.inf), number(spread.max, np.inf)
    )


def standing_modifiers(scenario: Scenario) -> list[Modifier]:
    """Effects that have long been at work on day 0."""
    people = scenario.people
    found = [m for condition in people.conditions for m in effects_of_condition(condition.name)]
    found += [m for drug in people.drugs for m in effects_of_drug(drug.name)]
    return [*found, *(modifiers()["pregnancy"] if people.pregnant else ())]


def habitual_day(crowd: Crowd) -> Schedule:
    """A day of habitual meals."""
    schedule = Schedule(crowd)
    hours = meal_hours(crowd)
    schedule.meal(hours, crowd.intake[:, None] * DAY / len(hours))
    return schedule


@dataclass(frozen=True)
class Protocol:
    """What the group goes through; ``with_changes`` False is the control: the same people left alone."""

    scenario: Scenario
    with_changes: bool = True

    def schedule(self, crowd: Crowd) -> Schedule:
        """Everything from day 0 on."""
        schedule = Schedule(crowd)
        self._meals(schedule)
        if self.scenario.people.dialysis:
            add_dialysis(schedule, self.scenario.people.dialysis, 0.0, self._last_hour)
        if self.with_changes:
            for number, supplement in enumerate(self.scenario.supplements):
                self._supplement(schedule, supplement, number)
            self._switches(schedule)
        return schedule

    @property
    def _last_hour(self) -> float:
        return (np.ceil(self.scenario.last_day) + 1) * DAY

    def _meals(self, schedule: Schedule) -> None:
        """Habitual meals by the diet of each day, save on days whose meals are written out."""
        crowd = schedule.crowd
        written = {int(meal.at_day) for meal in self.scenario.meals} if self.with_changes else set()
        hours = meal_hours(crowd)
        for start, stop, daily in self._diets(crowd):
            days = [day for day in range(start, stop) if day not in written]
            if days:
                when = (np.array(days)[:, None] * DAY + hours).ravel()
                schedule.meal(when, daily[:, None] / len(hours))
        if self.with_changes:
            for meal in self.scenario.meals:
                bound = meal.phytate.value * crowd.value("phytate_binding")[:, None] if meal.phytate else 0.0
                amount = np.full((len(crowd), 1), meal.magnesium.value if meal.magnesium else 0.0)
                schedule.meal([meal.at_day * DAY], amount, bound, meal.labeled)

    def _diets(self, crowd: Crowd) -> Iterable[tuple[int, int, Array]]:
        """Stretches of days with their daily magnesium; a change counts from its day's first meal."""
        last = round(self._last_hour / DAY)
        changes = sorted(self.scenario.diet_changes, key=lambda change: change.day) if self.with_changes else []
        begins = [0, *(int(np.ceil(change.day)) for change in changes), last]
        amounts = [crowd.intake * DAY, *(np.full(len(crowd), change.magnesium.value) for change in changes)]
        return [(b, min(e, last), a) for b, e, a in zip(begins, begins[1:], amounts, strict=False) if b < e]

    def _supplement(self, schedule: Schedule, supplement: GroupSupplement, number: int) -> None:
        dose = supplement.magnesium_per_intake
        crowd = schedule.crowd
        if dose is None:
            from epsom.simulation.products import usual_dose

            amount = usual_dose(crowd, supplement.form, number)[:, None]
        else:
            amount = np.full((len(crowd), 1), dose)
        for hours, eaten in self._times(crowd, supplement, number):
            if supplement.route == "intravenous":
                duration = supplement.duration.value if supplement.duration else crowd.registry["bolus_duration"].canonical_value
                schedule.infuse(hours, amount, duration)
            elif supplement.route == "intramuscular":
                schedule.inject(hours, amount)
            else:
                schedule.swallow(supplement.form, hours, amount, supplement.route, supplement.labeled)
                if eaten:
                    schedule.eat(hours)

    def _times(self, crowd: Crowd, supplement: GroupSupplement, number: int) -> list[tuple[Array, bool]]:
        """Hours of intake, and whether with food, for those who take it with and without food."""
        by_mouth = supplement.route == "oral"
        if supplement.at_day is not None:
            return [(np.array([supplement.at_day * DAY]), by_mouth and bool(supplement.with_food))]
        start = supplement.start_day or 0.0
        stop = self.scenario.last_day if supplement.stop_day is None else supplement.stop_day
        if not by_mouth or start != int(start) or supplement.times_per_day != int(supplement.times_per_day):
            count = max(1, int(np.ceil((stop - start) * supplement.times_per_day - 1e-9)))
            hours = start * DAY + np.arange(count) * DAY / supplement.times_per_day
            return [(hours, by_mouth and bool(supplement.with_food))]
        if supplement.with_food is not None:
            return [(_daily(crowd, supplement.times_per_day, supplement.with_food, start, stop), supplement.with_food)]
        share = crowd.registry["taken_with_food_share"].canonical_value
        eaten = crowd.uniform(f"with_food/{number}") < share
        return [
            (np.where((eaten == food)[:, None], _daily(crowd, supplement.times_per_day, food, start, stop), np.nan), food)
            for food in (True, False)
        ]

    def _switches(self, schedule: Schedule) -> None:
        for changes, effects in (
            (self.scenario.drug_changes, effects_of_drug),
            (self.scenario.condition_changes, effects_of_condition),
        ):
            for name, start, stop in _periods(changes):
                for modifier in effects(name):
                    if np.isfinite(start):
                        schedule.modify(modifier, start * DAY, stop * DAY)
                    elif not modifier.lasts:
                        undo_standing(schedule, modifier, stop * DAY)


def _daily(crowd: Crowd, times_per_day: float, with_food: bool, start: float, stop: float) -> Array:
    hours = intake_hours(crowd, times_per_day, with_food)
    days = np.arange(int(start), int(np.ceil(stop)))
    return (days[:, None] * DAY + hours).ravel()


def _periods(changes: Sequence) -> list[tuple[str, float, float]]:
    """Each start with its stop; a stop without a start ends what stood before day 0 (start -inf)."""
    periods: list[tuple[str, float, float]] = []
    for change in sorted(changes, key=lambda item: item.day):
        if change.start is not None:
            periods.append((change.start, change.day, np.inf))
            continue
        running = [i for i, (name, _, stop) in enumerate(periods) if name == change.stop and not np.isfinite(stop)]
        if running:
            periods[running[-1]] = (change.stop, periods[running[-1]][1], change.day)
        else:
            periods.append((change.stop, -np.inf, change.day))
    return periods


def undo_standing(schedule: Schedule, modifier: Modifier, hour: float) -> None:
    """End at ``hour`` an effect that stood since before day 0."""
    from epsom.simulation.schedule import sizes

    size = sizes(schedule.crowd, modifier)[:, None]
    schedule.block(modifier.action, modifier.input, [hour], 1 / size if modifier.action == "scale" else -size)


def add_dialysis(schedule: Schedule, plan: DialysisPlan, start: float, stop: float) -> None:
    """Dialysis between the hours ``start`` and ``stop``: sessions, or without pause for the peritoneal kind."""
    clearance = dialysis_clearance(schedule.crowd, plan)[:, None]
    schedule.block("set", "dialysate_magnesium", [start], plan.dialysate_magnesium.value)
    if plan.kind == "peritoneal_dialysis":
        schedule.block("set", "dialysis_clearance", [start], clearance)
        return
    first = schedule.crowd.registry["breakfast_hour"].canonical_value
    spacing = _WEEK / plan.per_week
    begins = np.arange(np.ceil((start - first) / spacing), np.ceil((stop - first) / spacing)) * spacing + first
    schedule.block("set", "dialysis_clearance", begins, clearance)
    schedule.block("set", "dialysis_clearance", begins + plan.hours, 0.0)


def dialysis_clearance(crowd: Crowd, plan: DialysisPlan) -> Array:
    """Exchange of ultrafilterable magnesium while dialysis runs, L/h, per person."""
    kinds = {"hemodialysis": "hemodialysis_clearance", "peritoneal_dialysis": "peritoneal_clearance"}
    return crowd.value(kinds[plan.kind])


def share_of_week(plan: DialysisPlan) -> float:
    """Share of the week on dialysis."""
    return 1.0 if plan.kind == "peritoneal_dialysis" else min(1.0, plan.per_week * plan.hours / _WEEK)
