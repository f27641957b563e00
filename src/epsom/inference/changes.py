"""Other ways of taking magnesium, and the weighted people living on under each from the question."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from epsom.core.units import MOLAR_MASS
from epsom.inference.happenings import Taking, window
from epsom.inference.persona import SETTINGS, Persona
from epsom.inference.timeline import DAY
from epsom.simulation.engine import Problem, Status
from epsom.simulation.events import EventTable, all_inputs_at
from epsom.simulation.measures import Course

if TYPE_CHECKING:
    from collections.abc import Sequence

    from epsom.core.names import Form
    from epsom.simulation.engine import Engine

#: mg in 1 mmol.
MILLIGRAMS = MOLAR_MASS["magnesium"]
#: How often a day splitting may lead to.
MOST_TIMES = 4.0


@dataclass(frozen=True)
class Change:
    """Another way of taking what is taken by mouth now.

    Attributes
    ----------
    name
        ``continue``, ``stop``, ``halve``, ``split``, ``with_food``, ``switch_form`` or any other word.
    dose, times
        Factors on each intake and on the number of intakes a day; a dose of 0 stops.
    milligrams, times_per_day
        Elemental mg per intake and intakes a day that replace what is taken.
    with_food, form
        Replace what is taken; None leaves it.
    """

    name: str = "continue"
    dose: float = 1.0
    times: float = 1.0
    milligrams: float | None = None
    times_per_day: float | None = None
    with_food: bool | None = None
    form: Form | None = None


CONTINUE = Change()
STOP = Change("stop", dose=0.0)
HALVE = Change("halve", dose=0.5)
SPLIT = Change("split", dose=0.5, times=2.0)
WITH_FOOD = Change("with_food", with_food=True)


def taken_now(persona: Persona) -> tuple[Taking, ...]:
    """What is taken by mouth at the question."""
    asked = persona.clock.asked
    return tuple(
        t for t in persona.taking
        if t.stop >= asked - 1e-6 and t.supplement.route == "oral" and t.supplement.form != "food"
    )  # fmt: skip


def changed(taken: Taking, change: Change, start: float) -> Taking:
    """What is taken from ``start`` on under ``change``."""
    people = len(taken.amount)
    supplement = taken.supplement
    if change.form is not None or change.with_food is not None:
        supplement = supplement.model_copy(
            update={"form": change.form or supplement.form,
                    "with_food": supplement.with_food if change.with_food is None else change.with_food}
        )  # fmt: skip
    amount = taken.amount * change.dose
    if change.milligrams is not None:
        amount = np.full(people, change.milligrams / MILLIGRAMS)
    times = np.minimum(taken.times * change.times, np.maximum(taken.times, MOST_TIMES))
    if change.times_per_day is not None:
        times = np.full(people, change.times_per_day)
    food = taken.with_food if change.with_food is None else np.full(people, change.with_food)
    return Taking(supplement, amount, times, np.full(people, start), np.inf, food)


def run_on(sample: Persona, changes: Sequence[Change], engine: Engine, days: int) -> list[Persona]:
    """The sample after the question under each change, with clocks that begin at the first midnight."""
    clock, body = sample.clock, sample.lived.body
    asked = round(clock.asked, 6)
    first = np.ceil(asked / DAY - 1e-9) * DAY
    hours = np.unique(np.array([asked, *(first + DAY * np.arange(days + 1))]))
    row = sample.lived.row(asked / DAY)
    longer = replace(clock, days=int(first // DAY) + days)
    tables: list[EventTable] = []
    plans = []
    for change in changes:
        taking = () if change.dose == 0 else tuple(changed(t, change, asked) for t in taken_now(sample))
        schedule = window(sample.case, longer, sample.crowd, sample.latents, taking)
        tables += [_from(table, asked) for table in schedule.tables(body)]
        plans.append(taking)
    many = len(changes)
    inputs = np.tile(sample.lived.inputs[:, row], (many, 1))
    problem = Problem(
        body, np.tile(sample.lived.constants, (many, 1)), np.tile(sample.lived.states[:, row], (many, 1)),
        inputs, tables, hours, SETTINGS,
    )  # fmt: skip
    courses = engine.solve(problem)
    seen = all_inputs_at(tables, inputs, hours)
    lost = courses.status != Status.DONE
    kept = hours >= first - 1e-6
    result, people = [], len(sample.crowd)
    ahead = replace(clock, days=days, asked=days * DAY)
    for i, taking in enumerate(plans):
        part = slice(i * people, (i + 1) * people)
        lived = Course(
            body, sample.crowd, sample.lived.constants, hours[kept] - first, courses.states[part][:, kept],
            seen[part][:, kept],
        )  # fmt: skip
        result.append(replace(sample, clock=ahead, taking=taking, lived=lived, failed=lost[part]))
    return result


def _from(table: EventTable, hour: float) -> EventTable:
    """The events from ``hour`` on."""
    later = table.hours >= hour - 1e-9
    return EventTable(table.hours[later], table.target[later], table.action[later], table.value[later])
