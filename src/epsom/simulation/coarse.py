"""History in coarse steps: months and years of an unchanging daily regimen, a few simulated days each.

One day is simulated in full; from the Jacobian along it the map of a day is linear near the present state, so
many days can be leapt at once: after k days the state is s + (I + M + ... + M^(k-1)) (P(s) - s), with P the
day's map and M its derivative. The day simulated after a leap tells how far the map has bent; leaps shrink or
grow with that. Fast pools follow the same formula, so the gut needs no separate average.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from epsom.simulation.balance import day_map, one_day
from epsom.simulation.engine import Engine, Problem, Status

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Largest error of a leap relative to each pool.
TOLERANCE = 2e-3
_LONGEST_LEAP = 128


def live_through(engine: Engine, problem: Problem, days: int) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """States after ``days`` repetitions of the day that ``problem.events`` hold, and each person's status.

    Accumulated outlets and meters are returned as they were: history is not part of what is measured.
    """
    states, status = problem.states.copy(), np.zeros(problem.people, dtype=np.int8)
    for person in range(problem.people):
        alone = one_day(problem, np.array([person]), states[person][None])
        states[person], status[person] = _live(engine, alone, days)
    return states, status


def _live(engine: Engine, problem: Problem, days: int) -> tuple[NDArray[np.float64], int]:
    kept = np.array([not state.accumulates for state in problem.body.states])
    scale = 1e-2 * np.array([state.usual for state in problem.body.states])[kept]
    state, lived, leap = problem.states[0].copy(), 0, 1
    expected: NDArray[np.float64] | None = None
    before: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], int] | None = None
    while lived < days:
        course = engine.solve(replace(problem, states=state[None]))
        if course.status[0] != Status.DONE:
            return np.full_like(state, np.nan), int(course.status[0])
        change = course.states[0, -1, kept] - course.states[0, 0, kept]
        if expected is not None and before is not None:
            error = np.max(0.5 * before[3] * np.abs(change - expected) / (np.abs(state[kept]) + scale))
            if error > TOLERANCE and before[3] > 1:
                state[kept], change, slope, leap = before[0], before[1], before[2], before[3] // 2
                lived -= before[3]
            else:
                leap = min(_LONGEST_LEAP, before[3] * (2 if error < TOLERANCE / 4 else 1))
                slope = day_map(problem, 0, course.states[0], kept)
        else:
            slope = day_map(problem, 0, course.states[0], kept)
        leap = min(leap, days - lived)
        before = (state[kept].copy(), change, slope, leap)
        total, last = _sum_of_powers(slope, leap)
        state[kept] = _nonnegative(state[kept] + total @ change, problem, kept)
        expected, lived = last @ change, lived + leap
    return state, int(Status.DONE)


def _sum_of_powers(matrix: NDArray[np.float64], count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """I + M + ... + M^(count-1), and M^count, by doubling."""
    total, power = np.zeros_like(matrix), np.eye(len(matrix))
    for bit in bin(count)[2:]:
        total, power = total + power @ total, power @ power
        if bit == "1":
            total, power = np.eye(len(matrix)) + matrix @ total, matrix @ power
    return total, power


def _nonnegative(values: NDArray[np.float64], problem: Problem, kept: NDArray[np.bool_]) -> NDArray[np.float64]:
    pools = np.array([state.kind == "pool" for state in problem.body.states])[kept]
    return np.where(pools, np.maximum(values, 0.0), values)
