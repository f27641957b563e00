"""History in coarse steps: months and years of an unchanging daily regimen, a few simulated days each.

One day is simulated in full. Near the present state the map of a day is linear, so many days can be leapt at
once: after k days the state is s + (I + M + ... + M^(k-1)) (P(s) - s), with P the day's map and M its
derivative. The day simulated after a leap tells how far the map has bent; leaps shrink or grow with that.
Fast pools follow the same formula, so the gut needs no separate average.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from epsom.simulation.balance import day_maps, steering, the_day
from epsom.simulation.engine import Engine, Problem, Status

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

#: Largest error of a leap relative to each pool.
TOLERANCE = 2e-3
_LONGEST_LEAP = 128


@dataclass
class _Life:
    """Where each person stands: the state, days lived, and the last leap in case it must be taken back."""

    state: Array
    lived: NDArray[np.int64]
    leap: NDArray[np.int64]
    before: Array
    expected: Array
    change: Array
    maps: Array


def live_through(
    engine: Engine, problem: Problem, days: int | NDArray[np.int64]
) -> tuple[Array, NDArray[np.int8]]:
    """States after ``days`` repetitions of the day that ``problem.events`` hold, and each person's status.

    ``days`` is one number or one for each person. Outlets and meters are returned as they were: history is
    not part of what is measured.
    """
    kept = steering(problem.body)
    pools = np.array([state.kind == "pool" for state in problem.body.states])[kept]
    scale = 1e-2 * np.array([state.usual for state in problem.body.states])[kept]
    people, size = problem.people, int(kept.sum())
    wanted = np.broadcast_to(np.asarray(days, dtype=np.int64), people)
    status = np.zeros(people, dtype=np.int8)
    life = _Life(
        problem.states.copy(), np.zeros(people, dtype=np.int64), np.zeros(people, dtype=np.int64),
        np.zeros((people, size)), np.zeros((people, size)), np.zeros((people, size)),
        np.zeros((people, size, size)),
    )  # fmt: skip
    while True:
        living = np.flatnonzero((life.lived < wanted) & (status == Status.DONE))
        if len(living) == 0:
            break
        part = the_day(problem, living, life.state[living])
        day = engine.solve(part)
        status[living] = day.status
        maps = day_maps(engine, part, day.states)
        for row, person in enumerate(living):
            if status[person] == Status.DONE:
                change = day.states[row, -1, kept] - day.states[row, 0, kept]
                _leap(life, int(person), change, maps[row], int(wanted[person]), kept, pools, scale)
    life.state[status != Status.DONE] = np.nan
    return life.state, status


def _leap(
    life: _Life, person: int, change: Array, slope: Array, days: int, kept: NDArray[np.bool_],
    pools: NDArray[np.bool_], scale: Array,
) -> None:  # fmt: skip
    """Judge the last leap by the change found after it, take it back if it was too long, and leap again."""
    state, last = life.state[person], int(life.leap[person])
    error = 0.0
    if last:
        error = float(
            np.max(0.5 * last * np.abs(change - life.expected[person]) / (np.abs(state[kept]) + scale))
        )
    if error > TOLERANCE and last > 1:
        state[kept], change, slope = life.before[person], life.change[person], life.maps[person]
        life.lived[person] -= last
        leap = last // 2
    else:
        leap = max(1, min(_LONGEST_LEAP, last * (2 if error < TOLERANCE / 4 else 1)))
    leap = min(leap, days - int(life.lived[person]))
    life.before[person], life.change[person], life.maps[person] = state[kept], change, slope
    total, power = sum_of_powers(slope, leap)
    moved = state[kept] + total @ change
    state[kept] = np.where(pools, np.maximum(moved, 0.0), moved)
    life.expected[person], life.leap[person] = power @ change, leap
    life.lived[person] += leap


def sum_of_powers(matrix: Array, count: int) -> tuple[Array, Array]:
    """I + M + ... + M^(count-1), and M^count, by doubling."""
    total, power = np.zeros_like(matrix), np.eye(len(matrix))
    for bit in bin(count)[2:]:
        total, power = total + power @ total, power @ power
        if bit == "1":
            total, power = np.eye(len(matrix)) + matrix @ total, matrix @ power
    return total, power
