"""A scenario as events: habitual days before day 0, and what happens from day 0 on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from epsom.core.kinds import ABSOLUTE_GFR
from epsom.core.units import conversion
from epsom.physiology.modifiers import Modifier, effects_of_condition, effects_of_drug, modifiers
from epsom.simulation.crowd import Crowd, Description, Normal
from epsom.simulation.products import usual_dose
from epsom.simulation.schedule import DAY, Schedule, intake_hours, meal_hours, sizes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from epsom.core.records.scenario import (
        ConditionChange,
        DialysisPlan,
        DrugChange,
        GroupSupplement,
        Scenario,
        Spread,
    )

    Array = NDArray[np.float64]

#: Filtration of 1 mL/min in L/h.
_FILTRATION = conversion("mL/min").factor
_WEEK = 7 * DAY
#: Hours by which rounding may put an intake on the wrong side of a stop.
_MOMENT = 1e-6


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


def _normal(spread: Spread[Any, Any] | None, factor: float = 1.0) -> Normal | None:
    if spread is None:
        return None

    def number(value: Any, missing: float) -> float:
        return missing if value is None else float(getattr(value, "value", value)) * factor

    low, high = number(spread.min, -np.inf), number(spread.max, np.inf)
    return Normal(number(spread.mean, 0.0), number(spread.sd, 0.0), low, high)


def standing_modifiers(scenario: Scenario) -> list[Modifier]:
    """Effects that have long been at work on day 0, each once however many names it goes by."""
    people = scenario.people
    found = [m for condition in people.conditions for m in effects_of_condition(condition.name)]
    found += [m for drug in people.drugs for m in effects_of_drug(drug.name)]
    return list(dict.fromkeys([*found, *(modifiers()["pregnancy"] if people.pregnant else ())]))


def habitual_day(crowd: Crowd) -> Schedule:
    """A day of habitual meals."""
    schedule = Schedule(crowd)
    eat_on(schedule, [0], crowd.intake * DAY)
    return schedule


def eat_on(schedule: Schedule, days: Iterable[int], daily: Array) -> None:
    """Habitual meals on ``days`` that bring each person ``daily`` magnesium (mmol), shape (people,)."""
    hours = meal_hours(schedule.crowd)
    when = np.array([day * DAY + hours for day in days]).ravel()
    if len(when):
        schedule.meal(when, daily[:, None] / len(hours))


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
        crowd, meals = schedule.crowd, self.scenario.meals
        written = {int(meal.at_day) for meal in meals}
        for start, stop, daily in self._diets(crowd):
            eat_on(schedule, (day for day in range(start, stop) if day not in written), daily)
        usual = crowd.intake * DAY / len(meal_hours(crowd))
        for meal in meals:
            bound = meal.phytate.value * crowd.value("phytate_binding")[:, None] if meal.phytate else 0.0
            amount = usual if meal.magnesium is None else np.full(len(crowd), meal.magnesium.value)
            schedule.meal([meal.at_day * DAY], amount[:, None], bound, meal.labeled)

    def _diets(self, crowd: Crowd) -> Iterable[tuple[int, int, Array]]:
        """Stretches of days with their daily magnesium; a change counts from its day's first meal."""
        last = round(self._last_hour / DAY)
        changes = self.scenario.diet_changes if self.with_changes else ()
        in_order = sorted(changes, key=lambda change: change.day)
        begins = [0, *(int(np.ceil(change.day)) for change in in_order), last]
        amounts = [crowd.intake * DAY, *(np.full(len(crowd), change.magnesium.value) for change in in_order)]
        stretches = zip(pairwise(begins), amounts, strict=True)
        return [(begin, min(end, last), amount) for (begin, end), amount in stretches if begin < end]

    def _supplement(self, schedule: Schedule, supplement: GroupSupplement, number: int) -> None:
        dose, crowd = supplement.magnesium_per_intake, schedule.crowd
        drawn = usual_dose(crowd, supplement.form, number) if dose is None else np.full(len(crowd), dose)
        amount = drawn[:, None]
        for hours, eaten in self._times(crowd, supplement, number):
            if supplement.route == "intravenous":
                schedule.infuse(hours, amount, _infusion_hours(crowd, supplement))
            elif supplement.route == "intramuscular":
                schedule.inject(hours, amount)
            else:
                schedule.swallow(supplement.form, hours, amount, supplement.route, supplement.labeled)
                if eaten:
                    schedule.eat(hours)

    def _times(self, crowd: Crowd, supplement: GroupSupplement, number: int) -> list[tuple[Array, bool]]:
        """Hours of intake, and whether with food, for those who take it with and without food."""
        if supplement.route != "oral":
            return [(self._hours(crowd, supplement, False), False)]
        if supplement.with_food is not None:
            return [(self._hours(crowd, supplement, supplement.with_food), supplement.with_food)]
        share = crowd.registry["taken_with_food_share"].canonical_value
        eaten = crowd.uniform(f"with_food/{number}") < share
        return [
            (np.where((eaten == food)[:, None], self._hours(crowd, supplement, food), np.nan), food)
            for food in (True, False)
        ]

    def _hours(self, crowd: Crowd, supplement: GroupSupplement, with_food: bool) -> Array:
        """Hours of intake: at the hours of the day where the start is a day, else evenly from the start."""
        if supplement.at_day is not None:
            return np.array([supplement.at_day * DAY])
        start = supplement.start_day or 0.0
        stop = self.scenario.last_day if supplement.stop_day is None else supplement.stop_day
        if supplement.is_one_infusion:
            return np.array([start * DAY])
        per_day, by_day = supplement.times_per_day, supplement.route == "oral" and start == int(start)
        if by_day and per_day == int(per_day):
            days = np.arange(int(start), int(np.ceil(stop)))
            hours = (days[:, None] * DAY + intake_hours(crowd, per_day, with_food)).ravel()
            return hours[: max(1, int(np.searchsorted(hours, stop * DAY - _MOMENT)))]
        begin = start * DAY + (intake_hours(crowd, 1, with_food)[0] if by_day else 0.0)
        count = max(1, int(np.ceil((stop * DAY - begin - _MOMENT) * per_day / DAY)))
        return begin + np.arange(count, dtype=float) * (DAY / per_day)

    def _switches(self, schedule: Schedule) -> None:
        people = self.scenario.people
        for standing, changes, effects_of in (
            (people.drugs, self.scenario.drug_changes, effects_of_drug),
            (people.conditions, self.scenario.condition_changes, effects_of_condition),
        ):
            for effects, start, stop in acting([entry.name for entry in standing], changes, effects_of):
                for modifier in effects:
                    if np.isfinite(start):
                        schedule.modify(modifier, start * DAY, stop * DAY)
                    elif np.isfinite(stop) and not modifier.lasts:
                        undo_standing(schedule, modifier, stop * DAY)


def _infusion_hours(crowd: Crowd, supplement: GroupSupplement) -> float:
    """How long one infusion takes, h."""
    if supplement.is_one_infusion:
        assert supplement.stop_day is not None
        return (supplement.stop_day - (supplement.start_day or 0.0)) * DAY
    bolus = crowd.registry["bolus_duration"].canonical_value
    return supplement.duration.value if supplement.duration else bolus


Effects = tuple[Modifier, ...]


def acting(
    standing: Sequence[str],
    changes: Sequence[DrugChange | ConditionChange],
    effects_of: Callable[[str], Effects],
) -> list[tuple[Effects, float, float]]:
    """Stretches of days over which effects act; those of long ``standing`` begin at -inf.

    Two names with the same effects act as one: a second drug of a class adds nothing, and the effect ends
    when the last of them stops. Stopping what nobody takes changes nothing.
    """
    runs = [(name, -np.inf, np.inf) for name in standing]
    for change in sorted(changes, key=lambda item: item.day):
        if change.start is not None:
            runs.append((change.start, change.day, np.inf))
        elif change.stop is not None:
            ended = effects_of(change.stop)
            same = [run for run in runs if run[2] == np.inf and effects_of(run[0]) == ended]
            ending = [run for run in same if run[0] == change.stop] or same
            if ending:
                name, start, _ = ending[-1]
                runs[runs.index(ending[-1])] = name, start, change.day
    merged: list[tuple[Effects, float, float]] = []
    for name, start, stop in sorted(runs, key=lambda run: run[1]):
        effects = effects_of(name)
        before = next((run for run in merged if run[0] == effects and run[2] >= start), None)
        if before:
            merged[merged.index(before)] = effects, before[1], max(before[2], stop)
        elif effects:
            merged.append((effects, start, stop))
    return merged


def undo_standing(schedule: Schedule, modifier: Modifier, hour: float) -> None:
    """End at ``hour`` an effect that stood since before day 0."""
    size = sizes(schedule.crowd, modifier)[:, None]
    schedule.block(modifier.action, modifier.input, [hour], 1 / size if modifier.action == "scale" else -size)


def add_dialysis(schedule: Schedule, plan: DialysisPlan, start: float, stop: float) -> None:
    """Dialysis between the hours ``start`` and ``stop``: sessions, or without pause if peritoneal."""
    clearance = dialysis_clearance(schedule.crowd, plan)[:, None]
    schedule.block("set", "dialysate_magnesium", [start], plan.dialysate_magnesium.value)
    if plan.kind == "peritoneal_dialysis":
        schedule.block("set", "dialysis_clearance", [start], clearance)
        return
    first = schedule.crowd.registry["breakfast_hour"].canonical_value
    spacing = _WEEK / plan.per_week
    # From the session that still runs at the start; ends go before begins, as one may fall on the other.
    earliest = np.floor((start - first - plan.hours) / spacing) + 1
    begins = np.arange(earliest, np.ceil((stop - first) / spacing)) * spacing + first
    schedule.block("set", "dialysis_clearance", begins + plan.hours, 0.0)
    schedule.block("set", "dialysis_clearance", np.maximum(begins, start), clearance)


def dialysis_clearance(crowd: Crowd, plan: DialysisPlan) -> Array:
    """Exchange of ultrafilterable magnesium while dialysis runs, L/h, per person."""
    kinds = {"hemodialysis": "hemodialysis_clearance", "peritoneal_dialysis": "peritoneal_clearance"}
    return crowd.value(kinds[plan.kind])


def share_of_week(plan: DialysisPlan) -> float:
    """Share of the week on dialysis."""
    return 1.0 if plan.kind == "peritoneal_dialysis" else min(1.0, plan.per_week * plan.hours / _WEEK)
