"""scikit-SUNDAE: CVODE with a compiled right-hand side and Jacobian, restarted at each event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import sksundae
from equations import size
from stretches import stretches

from peers.compiled import compiled

if TYPE_CHECKING:
    from epsom.simulation.engine import Problem

_MOST_STEPS = 1_000_000


def run(problem: Problem, relative: float, share: float) -> Any:
    """Courses of everyone, shape (people, hours, states)."""
    slope, jacobian, traits_of = compiled(problem.body)
    absolute = share * relative * np.array([state.usual for state in problem.body.states])
    given: dict[str, Any] = {}

    def right_side(_time: float, y: Any, out: Any) -> None:
        slope(y, *given["numbers"], out)

    def derivative(_time: float, y: Any, _slope: Any, out: Any) -> None:
        jacobian(y, *given["numbers"], out)

    solver = sksundae.cvode.CVODE(
        right_side, rtol=relative, atol=absolute, jacfn=derivative, max_num_steps=_MOST_STEPS
    )
    out = np.full((problem.people, len(problem.hours), len(problem.body.states)), np.nan)
    for person in range(problem.people):
        own, traits = problem.constants[person], np.empty(size("TRAITS", problem.body))
        traits_of(own, traits)
        cut, row, y = stretches(problem, person), 1, problem.states[person].copy()
        out[person, 0] = y
        for stretch, put in enumerate(cut.put):
            given["numbers"] = own, traits, cut.inputs[stretch]
            begin, end = cut.ends[stretch : stretch + 2]
            stop = int(np.searchsorted(problem.hours, end, side="right"))
            times = np.unique(np.concatenate([[begin], problem.hours[row:stop], [end]]))
            found = solver.solve(times, y + put)
            states = found.y if len(times) > 2 else found.y[[0, -1]]
            out[person, row:stop] = states[np.searchsorted(times, problem.hours[row:stop])]
            y, row = states[-1].copy(), stop
    return out
