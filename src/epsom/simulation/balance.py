"""The start: the daily rhythm a person settles into on the habitual diet.

A person in balance has the same state every day at the same hour: a fixed point of the day's map. It is found
by Newton's method, with the map's derivative put together from the Jacobian along the day, so that pools that
turn over in years settle in a few simulated days.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from epsom.simulation.engine import Engine, Problem, Status
from epsom.simulation.events import inputs_at
from epsom.simulation.generated import binder

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Largest relative change of any pool in the last Newton step.
TOLERANCE = 1e-4
_MOST_ROUNDS = 25
_DAY = np.arange(25.0)
_SETTLING = np.array([0.0, 72.0])


class Balance(IntEnum):
    """Whether a person has a start in balance."""

    FOUND = 0
    NONE = 1
    FAILED = 2

    @property
    def explanation(self) -> str:
        """The status in words."""
        return {
            Balance.FOUND: "in balance with the habitual diet",
            Balance.NONE: "no lasting balance exists on this diet with this body",
            Balance.FAILED: "the search for a balance failed",
        }[self]


@dataclass(frozen=True)
class Start:
    """Midnight states of people in balance, shape (people, states), and whether each was found."""

    states: NDArray[np.float64]
    balance: NDArray[np.int8]


def balanced_start(engine: Engine, problem: Problem) -> Start:
    """Find each person's daily rhythm.

    Parameters
    ----------
    problem
        ``events`` hold one habitual day, repeated as needed; ``states`` is where the search starts; ``inputs``
        are those at midnight.
    """
    body = problem.body
    kept = np.array([not state.accumulates for state in body.states])
    pools = np.array([state.kind == "pool" for state in body.states])[kept]
    states = problem.states.copy()
    states[:, ~kept] = 0.0
    states, status = _settle(engine, replace(problem, states=states))
    balance = np.where(status == Status.DONE, Balance.NONE, Balance.FAILED).astype(np.int8)
    open_people = np.flatnonzero(status == Status.DONE)
    for _ in range(_MOST_ROUNDS):
        if len(open_people) == 0:
            break
        part = one_day(problem, open_people, states[open_people])
        day = engine.solve(part)
        failed = day.status != Status.DONE
        balance[open_people[failed]] = Balance.FAILED
        for row in np.flatnonzero(~failed):
            person = open_people[row]
            step = _newton_step(part, row, day.states[row], kept)
            states[person, kept] = _stepped(states[person, kept], step, pools)
            size = np.abs(step) / (np.abs(states[person, kept]) + 1e-3 * _usual(body)[kept])
            if size.max() < TOLERANCE:
                balance[person] = Balance.FOUND
        open_people = open_people[balance[open_people] == Balance.NONE]
    return Start(states, balance)


def _usual(body) -> NDArray[np.float64]:  # noqa: ANN001
    return np.array([state.usual for state in body.states])


def _settle(engine: Engine, problem: Problem) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """Three days from the guess, so that the gut has filled."""
    repeated = [_repeat(table, 3) for table in problem.events]
    courses = engine.solve(replace(problem, events=repeated, hours=_SETTLING))
    kept = np.array([not state.accumulates for state in problem.body.states])
    return np.where(kept, courses.states[:, -1], 0.0), courses.status


def _repeat(table, days: int):  # noqa: ANN001, ANN202
    count = len(table.hours)
    return replace(
        table,
        hours=np.concatenate([table.hours + 24.0 * day for day in range(days)]),
        target=np.tile(table.target, days),
        action=np.tile(table.action, days),
        value=np.tile(table.value, days),
    ) if count else table  # fmt: skip


def one_day(problem: Problem, people: NDArray[np.int64], states: NDArray[np.float64]) -> Problem:
    """The day of these ``people`` from these ``states``, reported every hour."""
    return replace(
        problem,
        constants=problem.constants[people],
        states=states,
        inputs=problem.inputs[people],
        events=[problem.events[person] for person in people],
        hours=_DAY,
    )


def _newton_step(
    problem: Problem, row: int, day: NDArray[np.float64], kept: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Step towards the fixed point: (I - M)^-1 (P(s) - s), M the derivative of the day's map P."""
    change = day[-1, kept] - day[0, kept]
    return np.linalg.solve(np.eye(len(change)) - day_map(problem, row, day, kept), change)


def day_map(
    problem: Problem, row: int, day: NDArray[np.float64], kept: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Derivative of the state after a day by the state before it: the product of the hours' propagators.

    Parameters
    ----------
    row
        Which person of ``problem``.
    day
        That person's states at each hour of the day, shape (25, states).
    kept
        The states that count: not those that only accumulate.
    """
    from scipy.linalg import expm

    _, jacobian = binder(problem.body)(tuple(problem.constants[row].tolist()))
    inputs = inputs_at(problem.events[row], problem.inputs[row], _DAY[:-1] + 0.5)
    slope = np.eye(int(kept.sum()))
    for hour in range(len(_DAY) - 1):
        middle = 0.5 * (day[hour] + day[hour + 1])
        matrix = jacobian(middle, 0.0, inputs[hour].tolist())[np.ix_(kept, kept)]
        slope = expm(matrix) @ slope
    return slope


def _stepped(
    values: NDArray[np.float64], step: NDArray[np.float64], pools: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Take the step, but let no pool fall or grow more than fivefold at once."""
    new = values + step
    return np.where(pools & (values > 0), np.clip(new, values / 5, values * 5), new)
