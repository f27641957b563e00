"""What people who match a case eat, take and undergo within the window, entered or hidden."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from epsom.core.records.scenario import DialysisPlan
from epsom.inference.timeline import DAY
from epsom.physiology.modifiers import Modifier, effects_of_condition, effects_of_drug, modifiers
from epsom.simulation.products import usual_dose
from epsom.simulation.protocol import add_dialysis
from epsom.simulation.schedule import Schedule, intake_hours, meal_hours, sizes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from epsom.core.records import Case
    from epsom.core.records.case import Supplement
    from epsom.inference.latents import Latents
    from epsom.inference.timeline import Timeline
    from epsom.simulation.crowd import Crowd

    Array = NDArray[np.float64]

#: How many times a day people take a product when nothing is said (recalled, judgement).
_TIMES_PER_DAY = ((1.0, 0.6), (2.0, 0.85), (3.0, 1.0))


@dataclass(frozen=True)
class Taking:
    """How each person takes one supplement.

    ``amount`` is mmol per intake, ``times`` intakes a day, ``start`` and ``stop`` hours of the window.
    """

    supplement: Supplement
    amount: Array
    times: Array
    start: Array
    stop: float
    with_food: NDArray[np.bool_]

    def subset(self, rows: NDArray[np.int64]) -> Taking:
        """How the people of these rows take it."""
        return replace(
            self, amount=self.amount[rows], times=self.times[rows], start=self.start[rows],
            with_food=self.with_food[rows],
        )  # fmt: skip

    def with_more(self, others: Taking) -> Taking:
        """How these people take it, followed by ``others``."""
        arrays = ("amount", "times", "start", "with_food")
        return replace(
            self, **{name: np.concatenate([getattr(self, name), getattr(others, name)]) for name in arrays}
        )


def draw_taking(case: Case, crowd: Crowd, latents: Latents, clock: Timeline, number: int) -> Taking:
    """How each person takes supplement ``number``: as entered with its error, what is missing drawn."""
    supplement = case.supplements[number]
    dose = supplement.magnesium_per_intake
    amount = usual_dose(crowd, supplement.form, number) if dose is None else np.full(len(crowd), dose)
    if supplement.times_per_day is None:
        chance = crowd.uniform(f"times/{number}")
        times = np.select([chance < edge for _, edge in _TIMES_PER_DAY], [n for n, _ in _TIMES_PER_DAY])
    else:
        times = np.full(len(crowd), supplement.times_per_day)
    start, stop = clock.taken(supplement)
    if start is None:
        record = crowd.registry["use_before_window"]
        spread = record.canonical_spread("between")
        assert spread is not None
        used = spread.quantile(
            crowd.uniform(f"used/{number}"), record.canonical_value, record.canonical_bounds
        )
        begins = min(stop, clock.asked) - used
    else:
        begins = np.full(len(crowd), start)
    share = crowd.registry["taken_with_food_share"].canonical_value
    eaten = crowd.uniform(f"with_food/{number}") < share
    if supplement.with_food is not None:
        eaten = np.full(len(crowd), supplement.with_food)
    return Taking(supplement, amount * latents.dose_factor[number], times, begins, stop, eaten)


def acting(case: Case, clock: Timeline) -> list[tuple[Modifier, float, float]]:
    """Effects of drugs and conditions with their hours of start and stop."""
    found = []
    for drug in case.person.drugs:
        found += [(m, *clock.acted(drug)) for m in effects_of_drug(drug.name)]
    for condition in case.person.conditions:
        start, stop = clock.acted(condition)
        if condition.name in ("acute_kidney_injury", "ileus", "bowel_obstruction") and start == -np.inf:
            # An acute condition without a date began within the days before the question, not long ago.
            start = clock.asked - 5 * DAY
        found += [(m, start, stop) for m in effects_of_condition(condition.name)]
    if case.person.pregnant:
        found += [(m, -np.inf, np.inf) for m in modifiers()["pregnancy"]]
    return found


def regular(taken: Taking) -> bool:
    """Whether it is taken by mouth or rectum, day by day."""
    return taken.supplement.route in ("oral", "rectal")


def window(
    case: Case, clock: Timeline, crowd: Crowd, latents: Latents, taking: tuple[Taking, ...]
) -> Schedule:
    """Meals, what is taken, and what happens to the person within the window."""
    schedule = Schedule(crowd)
    meals = meal_hours(crowd)
    hours = (np.arange(clock.days)[:, None] * DAY + meals).ravel()
    schedule.meal(hours, crowd.intake[:, None] * DAY / len(meals))
    for taken in taking:
        if taken.supplement.route in ("oral", "rectal"):
            swallow(schedule, taken, clock.days)
        else:
            _inject(schedule, taken, clock)
    dialysis = case.person.kidney and case.person.kidney.dialysis
    if dialysis:
        # The start is in balance with the mean over the week; from here on there are sessions.
        schedule.block("set", "dialysis_clearance", [0.0], 0.0)
        add_dialysis(schedule, DialysisPlan(kind=dialysis), 0.0, clock.days * DAY)
    for modifier, start, stop in acting(case, clock):
        if start + modifier.onset_days * DAY > 0:
            schedule.modify(modifier, start, stop)
    _happen(schedule, clock, latents)
    return schedule


def swallow(schedule: Schedule, taken: Taking, days: int) -> None:
    """Doses by mouth or rectum on each of the first ``days`` between a person's start and stop."""
    crowd = schedule.crowd
    whole = np.arange(days) * DAY
    for times in np.unique(taken.times):
        for food in (True, False):
            chosen = (taken.times == times) & (taken.with_food == food)
            if not chosen.any():
                continue
            if times >= 1:
                hours = (whole[:, None] + intake_hours(crowd, times, food)).ravel()
            else:
                hours = np.arange(0.0, days * DAY, DAY / times) + intake_hours(crowd, 1, food)[0]
            inside = (hours >= taken.start[:, None] - 1e-9) & (hours < taken.stop) & chosen[:, None]
            when = np.where(inside, hours, np.nan)
            schedule.swallow(taken.supplement.form, when, taken.amount[:, None], taken.supplement.route)
            if food:
                schedule.eat(when)


def _inject(schedule: Schedule, taken: Taking, clock: Timeline) -> None:
    """Infusions, boluses and injections between start and stop within the window."""
    supplement, crowd = taken.supplement, schedule.crowd
    start = float(np.median(taken.start))
    stop = min(taken.stop, clock.days * DAY)
    spacing = DAY / float(np.median(taken.times))
    hours = np.arange(start, max(stop, start + 1e-6), spacing)
    hours = hours[hours >= 0]
    if len(hours) == 0:
        return
    if supplement.route == "intramuscular":
        schedule.inject(hours, taken.amount[:, None])
        return
    if supplement.duration is not None:
        duration = supplement.duration.value
    elif supplement.is_one_infusion:
        hours, duration = hours[:1], max(stop - start, crowd.registry["bolus_duration"].canonical_value)
    else:
        duration = crowd.registry["bolus_duration"].canonical_value
    schedule.infuse(hours, taken.amount[:, None], duration)


def _happen(schedule: Schedule, clock: Timeline, latents: Latents) -> None:
    """What nobody entered: kidney injury, bowel stasis, renal wasting."""
    crowd = schedule.crowd
    began = clock.asked - latents.began * DAY
    for happens, of in ((latents.injured, "acute_kidney_injury"), (latents.stalled, "ileus")):
        for modifier in modifiers()[of]:
            when = np.where(happens, np.maximum(began, 0.0), np.nan)[:, None]
            schedule.block(modifier.action, modifier.input, when, sizes(crowd, modifier)[:, None])
    for modifier in modifiers()["gitelman_syndrome"]:
        if modifier.input != "threshold_shift":
            continue
        when = np.where(latents.wasting, 0.0, np.nan)[:, None]
        schedule.block(modifier.action, modifier.input, when, sizes(crowd, modifier)[:, None])
