"""Where people stand on day 0: in balance or, where none exists, after a history from the nearest one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from epsom.core.units import conversion
from epsom.simulation.balance import Balance, balanced_start
from epsom.simulation.coarse import live_through
from epsom.simulation.engine import Engine, Problem, Settings, Status
from epsom.simulation.schedule import DAY, Schedule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from epsom.physiology.builder.body import Body
    from epsom.simulation.crowd import Crowd
    from epsom.simulation.events import EventTable

    Array = NDArray[np.float64]

#: Accuracy of the search for balance and of history; the course after day 0 has its own.
_SETTINGS = Settings(relative=5e-6)
#: Filtration of the healthy balance from which people without one of their own begin, L/h per 1.73 m2.
_HEALTHY_FILTRATION = conversion("mL/min").factor * 100.0


@dataclass(frozen=True)
class DayZero:
    """States at midnight of day 0, shape (people, states), how they came about, and which runs failed."""

    states: Array
    balance: NDArray[np.int8]
    failed: NDArray[np.bool_]


def day_zero(engine: Engine, body: Body, crowd: Crowd, inputs: Array, day: Schedule) -> DayZero:
    """Start of each person on the habitual ``day`` under ``inputs`` that have long stood.

    A balance counts if serum magnesium lies where people live. The others start from the balance of the same
    person with healthy kidneys, an adequate diet and no disease, and live through a year of what is said.
    """
    constants = crowd.constants(body)
    problem = Problem(
        body, constants, at_rest(body, constants), inputs, day.tables(body), np.array([0.0, DAY]), _SETTINGS
    )
    start = balanced_start(engine, problem)
    balance = start.balance.copy()
    serum = _serum(body, constants, start.states)
    low, high = (crowd.registry[f"balance_{end}_serum"].canonical_value for end in ("lowest", "highest"))
    outside = ~((serum >= low) & (serum <= high))
    balance[outside & (balance != Balance.FAILED)] = Balance.NONE
    states = start.states.copy()
    without = np.flatnonzero(balance != Balance.FOUND)
    failed = np.zeros(len(crowd), dtype=bool)
    if len(without):
        states[without], failed[without] = _through_history(engine, problem, crowd, without)
    return DayZero(states, balance, failed)


def _through_history(
    engine: Engine, problem: Problem, crowd: Crowd, rows: NDArray[np.int64]
) -> tuple[Array, NDArray[np.bool_]]:
    """A year under the stated regimen, from the balance of a healthy adult with the same body."""
    body, people = problem.body, crowd.subset(rows)
    healthy = people.subset(slice(None))
    healthy.covariates["filtration"] = np.maximum(healthy.covariates["filtration"], _HEALTHY_FILTRATION)
    adequate = np.where(
        people.covariates["female"] > 0,
        *(crowd.registry[f"intake_{s}"].canonical_value for s in ("women", "men")),
    )
    healthy.intake = np.maximum(people.intake, adequate)
    from epsom.simulation.protocol import habitual_day

    usual = np.tile(np.array([item.default for item in body.inputs]), (len(rows), 1))
    constants = healthy.constants(body)
    before = balanced_start(engine, replace(
        problem, constants=constants, states=at_rest(body, constants), inputs=usual,
        events=habitual_day(healthy).tables(body),
    ))  # fmt: skip
    own = replace(
        problem, constants=problem.constants[rows], states=before.states, inputs=problem.inputs[rows],
        events=[problem.events[row] for row in rows],
    )  # fmt: skip
    days = round(crowd.registry["history_days"].canonical_value / DAY)
    states, status = live_through(engine, own, days)
    return states, (status != Status.DONE) | (before.balance != Balance.FOUND)


def run_in(
    engine: Engine, problem: Problem, events: list[EventTable], hours: float
) -> tuple[Array, NDArray[np.bool_]]:
    """States after ``hours`` before day 0 under ``events`` at negative hours, as a weekly rhythm needs."""
    courses = engine.solve(replace(problem, events=events, hours=np.array([-hours, 0.0]), settings=_SETTINGS))
    states = courses.states[:, -1].copy()
    states[:, [s.accumulates for s in problem.body.states]] = 0.0
    return states, courses.status != Status.DONE


def at_rest(body: Body, constants: Array) -> Array:
    """Where the search for balance starts: each person's own usual amounts, shape (people, states)."""
    columns = [
        np.full(len(constants), 0.0 if state.accumulates else state.usual)
        if state.rest is None
        else constants[:, body.constant_index[state.rest]]
        for state in body.states
    ]
    return np.column_stack(columns)


def _serum(body: Body, constants: Array, states: Array) -> Array:
    volume = constants[:, body.constant_index["plasma_volume"]]
    return states[:, body.state_index["plasma_magnesium"]] / volume
