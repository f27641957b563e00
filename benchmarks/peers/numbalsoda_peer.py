"""numbalsoda: LSODA or DOP853 behind numba, in a compiled loop over stretches.

It takes one absolute tolerance for all states, so states are scaled; that is its best setting here.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any

import numba
import numbalsoda
import numpy as np
from equations import functions, size
from stretches import stretches

if TYPE_CHECKING:
    from epsom.simulation.engine import Problem

_FLAGS = {"error_model": "numpy", "fastmath": {"contract", "nsz"}, "nogil": True}
_MOST_STEPS = 100_000


@cache
def _driver(body: Any, method: str) -> Any:
    states, inputs = len(body.states), len(body.inputs)
    constants, traits = len(body.constant_names), size("TRAITS", body)
    usual = np.array([state.usual for state in body.states])
    operators = {"exp": math.exp, "log": math.log, "larger": max}
    made = functions(operators, numba.njit(**_FLAGS), body)
    slope_of, traits_of = made["slope"], made["traits"]
    solve = getattr(numbalsoda, method)

    @numba.cfunc(numbalsoda.lsoda_sig, error_model="numpy", fastmath={"contract", "nsz"})
    def right_side(_time: Any, y: Any, slope: Any, data: Any) -> None:
        scaled, found = numba.carray(y, (states,)), numba.carray(slope, (states,))
        numbers = numba.carray(data, (constants + traits + inputs,))
        real = scaled * usual
        slope_of(
            real, numbers[:constants], numbers[constants : constants + traits], numbers[constants + traits :],
            found,
        )  # fmt: skip
        for i in range(states):
            found[i] /= usual[i]

    address = right_side.address

    @numba.njit(nogil=True)
    def live(first: Any, ends: Any, put: Any, given: Any, own: Any, hours: Any, tolerances: Any) -> Any:
        data = np.empty(constants + traits + inputs)
        data[:constants] = own
        traits_of(data[:constants], data[constants : constants + traits])
        out, y, row = np.full((len(hours), states), np.nan), first.copy(), 1
        out[0] = first
        for stretch in range(len(put)):
            y += put[stretch]
            data[constants + traits :] = given[stretch]
            stop, last = row, ends[stretch + 1]
            while stop < len(hours) and hours[stop] <= last:
                stop += 1
            times = np.empty(stop - row + 2)
            times[0] = ends[stretch]
            times[1:-1] = hours[row:stop]
            times[-1] = last
            count = len(times) - (1 if stop > row and hours[stop - 1] == last else 0)
            found, success = solve(
                address, y / usual, times[:count], data, tolerances[0], tolerances[1], _MOST_STEPS
            )
            if not success:
                return out
            out[row:stop] = found[1 : 1 + stop - row] * usual
            y = found[count - 1] * usual
            row = stop
        return out

    return live


def run(problem: Problem, relative: float, share: float, method: str = "lsoda") -> Any:
    """Courses of everyone, shape (people, hours, states)."""
    live = _driver(problem.body, method)
    tolerances = np.array([relative, share * relative])
    return np.stack([
        live(problem.states[i], *stretches(problem, i), problem.constants[i], problem.hours, tolerances)
        for i in range(problem.people)
    ])  # fmt: skip
