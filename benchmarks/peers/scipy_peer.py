"""SciPy: odeint (LSODA) with compiled right-hand side and Jacobian, restarted at each event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from equations import size
from scipy.integrate import odeint
from stretches import stretches

from peers.compiled import compiled

if TYPE_CHECKING:
    from epsom.simulation.engine import Problem

_MOST_STEPS = 100_000


def run(problem: Problem, relative: float, share: float) -> Any:
    """Courses of everyone, shape (people, hours, states)."""
    slope, jacobian, traits_of = compiled(problem.body)
    count = len(problem.body.states)
    absolute = share * relative * np.array([state.usual for state in problem.body.states])
    found, matrix = np.empty(count), np.empty((count, count))

    def right_side(y: Any, _time: float, *numbers: Any) -> Any:
        slope(y, *numbers, found)
        return found

    def derivative(y: Any, _time: float, *numbers: Any) -> Any:
        jacobian(y, *numbers, matrix)
        return matrix

    out = np.full((problem.people, len(problem.hours), count), np.nan)
    for person in range(problem.people):
        own, traits = problem.constants[person], np.empty(size("TRAITS", problem.body))
        traits_of(own, traits)
        cut, row, y = stretches(problem, person), 1, problem.states[person].copy()
        out[person, 0] = y
        for stretch, put in enumerate(cut.put):
            begin, end = cut.ends[stretch : stretch + 2]
            stop = int(np.searchsorted(problem.hours, end, side="right"))
            times = np.unique(np.concatenate([[begin], problem.hours[row:stop], [end]]))
            states = odeint(
                right_side, y + put, times, args=(own, traits, cut.inputs[stretch]), Dfun=derivative,
                rtol=relative, atol=absolute, mxstep=_MOST_STEPS,
            )  # fmt: skip
            out[person, row:stop] = states[np.searchsorted(times, problem.hours[row:stop])]
            y, row = states[-1].copy(), stop
    return out
