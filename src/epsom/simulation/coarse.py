"""History in coarse steps: months and years of an unchanging daily regimen, a few simulated days each.

One day is simulated in full. Near the present state the map of a day is linear, so many days can be leapt at
once: after k days the state is s + S (P(s) - s), S = I + M + ... + M^(k-1), with P the day's map and M its
derivative. The day simulated after a leap changes by r more than that foretold. What a map leaves to its
derivative grows with the square of the way, so that r (j/k)^2 came up on day j: S r by the mean of (j/k)^2 is
added, and leaps shrink or grow with the cube root of it. This is a Rosenbrock-Euler step with a correction of
the next order, in days (M. Hochbruck & A. Ostermann, Acta Numerica 19:209, 2010). Fast pools follow the same
formula, so the gut needs no separate average.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from epsom.simulation.balance import day_maps, inputs_along_the_day, steering, the_day
from epsom.simulation.engine import Engine, Problem, Status

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

#: Largest correction of a leap relative to each pool; what is left after it is of the next order.
TOLERANCE = 1e-2
#: Share of the longest leap within the tolerance that is taken, how much longer a leap may be than the last,
#: and the longest.
_SAFETY, _GROWTH, _LONGEST_LEAP = 0.85, 4, 512


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
    sums: Array


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
    status, inputs = np.zeros(people, dtype=np.int8), inputs_along_the_day(problem)
    life = _Life(
        problem.states.copy(), np.zeros(people, dtype=np.int64), np.zeros(people, dtype=np.int64),
        np.zeros((people, size)), np.zeros((people, size)), np.zeros((people, size)),
        np.zeros((people, size, size)), np.zeros((people, size, size)),
    )  # fmt: skip
    while True:
        living = np.flatnonzero((life.lived < wanted) & (status == Status.DONE))
        if len(living) == 0:
            break
        part = the_day(problem, living, life.state[living])
        day = engine.solve(part)
        status[living] = day.status
        maps = day_maps(engine, part, day.states, inputs[living])
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
    """Judge the last leap by the change found after it: correct it, or take it back; and leap again."""
    state, last = life.state[person], int(life.leap[person])
    leap = 1
    if last:
        bent = life.sums[person] @ (change - life.expected[person])
        size = float(np.max(np.abs(bent) / (np.abs(state[kept]) + scale))) / 3.0
        size = size if np.isfinite(size) else np.inf
        within = int(last * np.cbrt(_SAFETY * TOLERANCE / max(size, 1e-12)))
        if size > TOLERANCE and last > 1:
            state[kept], change, slope = life.before[person], life.change[person], life.maps[person]
            life.lived[person] -= last
            leap = min(max(within, 1), last - 1)
        else:
            correction = bent * ((last - 1) * (2 * last - 1) / (6 * last**2))
            state[kept] += correction
            change = change + slope @ correction - correction
            leap = min(max(within, 1), _GROWTH * last, _LONGEST_LEAP)
    leap = min(leap, days - int(life.lived[person]))
    life.before[person], life.change[person], life.maps[person] = state[kept], change, slope
    life.leap[person], life.sums[person] = leap, sum_of_powers(slope, leap)
    way = life.sums[person] @ change
    life.expected[person] = change + slope @ way - way
    state[kept] = np.where(pools, np.maximum(state[kept] + way, 0.0), state[kept] + way)
    life.lived[person] += leap


def sum_of_powers(matrix: Array, count: int) -> Array:
    """I + M + ... + M^(count-1), for a count of 1 or more, by doubling."""
    total, power = np.eye(len(matrix)), matrix
    for bit in bin(count)[3:]:
        total, power = total + power @ total, power @ power
        if bit == "1":
            total, power = total + power, power @ matrix
    return total
