"""The start: the daily rhythm a person settles into on the habitual diet.

A person in balance has the same state every day at the same hour: a fixed point of the day's map. It is found
by Newton's method, with the map's derivative taken from the mean Jacobian along the day, so that pools that
turn over in years settle in a few simulated days.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from epsom.simulation.engine import Engine, Problem, Status
from epsom.simulation.events import all_inputs_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from epsom.physiology.builder.body import Body
    from epsom.simulation.events import EventTable

    Array = NDArray[np.float64]

#: Largest relative change of any pool in the last Newton step.
TOLERANCE = 1e-4
_MOST_ROUNDS = 40
_LARGEST_STEP = 10.0
#: The day's derivative is kept while each Newton step is less than this share of the one before.
_SHRINKING = 0.35
_HOURS = np.arange(25.0)
_SETTLING_DAYS = 3


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

    states: Array
    balance: NDArray[np.int8]


def balanced_start(engine: Engine, problem: Problem) -> Start:
    """Find each person's daily rhythm.

    Parameters
    ----------
    problem
        ``events`` hold one habitual day, repeated as needed; ``states`` is where the search starts;
        ``inputs`` are those at midnight.
    """
    body, kept = problem.body, steering(problem.body)
    pools = np.array([state.kind == "pool" for state in body.states])[kept]
    floor = 1e-3 * np.array([state.usual for state in body.states])[kept]
    states, status = _settle(engine, problem)
    balance = np.where(status == Status.DONE, Balance.NONE, Balance.FAILED).astype(np.int8)
    newton = _Newton(engine, problem, kept)
    for _ in range(_MOST_ROUNDS):
        searching = np.flatnonzero(balance == Balance.NONE)
        if len(searching) == 0:
            break
        part = the_day(problem, searching, states[searching])
        day = engine.solve(part)
        failed = day.status != Status.DONE
        balance[searching[failed]] = Balance.FAILED
        step = newton.steps(searching, day.states)[~failed]
        going = searching[~failed]
        before = states[np.ix_(going, kept)]
        size = (np.abs(step) / (np.abs(before) + floor)).max(axis=1)
        newton.note(going, size)
        # Where the linear picture sends someone far away, the simulated day itself is the better step.
        tame = size < _LARGEST_STEP
        ends = day.states[~failed, -1][:, kept]
        states[np.ix_(going, kept)] = np.where(tame[:, None], _stepped(before, step, pools, floor), ends)
        balance[going[size < TOLERANCE]] = Balance.FOUND
    return Start(states, balance)


def steering(body: Body) -> NDArray[np.bool_]:
    """Which states steer the course: all but outlets and meters."""
    return np.array([not state.accumulates for state in body.states])


def the_day(problem: Problem, people: NDArray[np.int64], states: Array) -> Problem:
    """The habitual day of these ``people`` from these ``states``, reported every hour."""
    return replace(
        problem,
        constants=problem.constants[people],
        states=states,
        inputs=problem.inputs[people],
        events=[problem.events[person] for person in people],
        hours=_HOURS,
    )


def inputs_along_the_day(problem: Problem) -> Array:
    """Inputs in the middle of each hour of the day that ``problem.events`` hold, (people, hours, inputs)."""
    return all_inputs_at(problem.events, problem.inputs, _HOURS[:-1] + 0.5)


def day_maps(engine: Engine, problem: Problem, hourly: Array, inputs: Array) -> Array:
    """Derivative of each person's state after the day by the state before it, from the ``hourly`` states.

    Of shape (people, steering, steering). It is the propagator of the mean Jacobian over the day's hours, at
    ``inputs`` in the middle of each.
    """
    middle = 0.5 * (hourly[:, 1:] + hourly[:, :-1])
    return propagators(engine.mean_jacobians(problem, middle, inputs) * _HOURS[-1])


def propagators(matrices: Array) -> Array:
    """Exponential of each matrix, by scaling and squaring of its Taylor series; missing where not finite.

    Each matrix is scaled by its own norm, so that nobody's numbers depend on who is computed beside.
    """
    result = np.full_like(matrices, np.nan)
    norms = np.abs(matrices).sum(axis=1).max(axis=1, initial=1e-300)
    squarings = np.full(len(matrices), -1)
    finite = np.isfinite(norms)
    squarings[finite] = np.maximum(np.ceil(np.log2(norms[finite])) + 3, 0)
    for count in sorted(set(squarings[finite].tolist())):
        rows = squarings == count
        result[rows] = _exponentials(matrices[rows], int(count))
    return result


def _exponentials(matrices: Array, squarings: int) -> Array:
    small = matrices / 2.0**squarings
    identity = np.eye(matrices.shape[1])
    result = identity + small / 8
    for power in range(7, 0, -1):
        result = identity + (small @ result) / power
    for _ in range(squarings):
        result = result @ result
    return result


def _settle(engine: Engine, problem: Problem) -> tuple[Array, NDArray[np.int8]]:
    """Some days from the guess, so that the gut has filled."""
    repeated = [_repeat(table, _SETTLING_DAYS) for table in problem.events]
    kept = steering(problem.body)
    begin = np.where(kept, problem.states, 0.0)
    hours = np.array([0.0, _SETTLING_DAYS * _HOURS[-1]])
    courses = engine.solve(replace(problem, states=begin, events=repeated, hours=hours))
    return np.where(kept, courses.states[:, -1], 0.0), courses.status


def _repeat(table: EventTable, days: int) -> EventTable:
    return replace(
        table,
        hours=np.concatenate([table.hours + _HOURS[-1] * day for day in range(days)]),
        target=np.tile(table.target, days),
        action=np.tile(table.action, days),
        value=np.tile(table.value, days),
    )


class _Newton:
    """Steps towards the fixed points: (I - M)^-1 (P(s) - s), M the derivative of the day's map P.

    The inverse is kept for as long as a person's steps shrink well.
    """

    def __init__(self, engine: Engine, problem: Problem, kept: NDArray[np.bool_]) -> None:
        self._engine, self._problem, self._kept = engine, problem, kept
        self._inputs = inputs_along_the_day(problem)
        self._inverses = np.full((problem.people, kept.sum(), kept.sum()), np.nan)
        self._sizes = np.full(problem.people, np.inf)
        self._stale = np.ones(problem.people, dtype=bool)

    def steps(self, people: NDArray[np.int64], hourly: Array) -> Array:
        """Step of each of ``people`` after a day of ``hourly`` states; missing where there is none."""
        stale = self._stale[people]
        if stale.any():
            self._renew(people[stale], hourly[stale])
        change = (hourly[:, -1] - hourly[:, 0])[:, self._kept]
        return (self._inverses[people] @ change[..., None])[..., 0]

    def note(self, people: NDArray[np.int64], sizes: Array) -> None:
        """Keep the sizes of steps; a derivative whose steps do not shrink is found anew."""
        self._stale[people] = ~(sizes < _SHRINKING * self._sizes[people])
        self._sizes[people] = sizes

    def _renew(self, people: NDArray[np.int64], hourly: Array) -> None:
        day = the_day(self._problem, people, hourly[:, 0])
        maps = day_maps(self._engine, day, hourly, self._inputs[people])
        good = np.asarray(np.isfinite(maps).all(axis=(1, 2)))
        self._inverses[people] = np.nan
        self._inverses[people[good]] = np.linalg.inv(np.eye(maps.shape[1]) - maps[good])


def _stepped(values: Array, step: Array, pools: NDArray[np.bool_], floor: Array) -> Array:
    """Take the step, but let no pool grow more than fivefold at once, or fall so before it is all but empty.

    One that empties could otherwise never get there.
    """
    low = np.where(values > 5 * floor, values / 5, 0.0)
    return np.where(pools, np.clip(values + step, low, np.maximum(5 * values, floor)), values + step)
