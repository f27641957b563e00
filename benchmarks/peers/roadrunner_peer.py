"""libRoadRunner: one compiled SBML model, constants set for each person, CVODE restarted at each event.

A restart per stretch is faster than SBML's events there. Its absolute tolerance is one share of each state's
value at the start, so it is set for every state.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import roadrunner
from stretches import stretches

from peers.exported import without_events

if TYPE_CHECKING:
    from epsom.simulation.engine import Problem

_MOST_STEPS = 1_000_000


@cache
def _model(body: Any, text: str) -> Any:
    model = roadrunner.RoadRunner(text)
    model.timeCourseSelections = [state.name for state in body.states]
    return model


def slopes(problem: Problem, y: Any, constants: Any, inputs: Any) -> Any:
    """Rates of change of the states at points, shape (points, states)."""
    body = problem.body
    model = _model(body, without_events(problem, 0))
    owned = _owned(model, body)
    names = [*(state.name for state in body.states), *(item.name for item in body.inputs)]
    out = np.empty_like(y)
    for row in range(len(y)):
        for i, name in owned:
            model.model[name] = constants[row, i]
        for name, value in zip(names, [*y[row], *inputs[row]], strict=True):
            model.model[name] = value
        out[row] = [model.model[f"{state.name}'"] for state in body.states]
    return out


def _owned(model: Any, body: Any) -> list[tuple[int, str]]:
    """Constants of the body that the model has as parameters."""
    kept = set(model.model.getGlobalParameterIds())
    return [(i, name) for i, name in enumerate(body.constant_names) if name in kept]


def run(problem: Problem, relative: float, share: float) -> Any:
    """Courses of everyone, shape (people, hours, states)."""
    body = problem.body
    model = _model(body, without_events(problem, 0))
    names, inputs = [state.name for state in body.states], [item.name for item in body.inputs]
    usual = np.array([state.usual for state in body.states])
    integrator = model.integrator
    integrator.relative_tolerance = relative
    integrator.setValue("maximum_num_steps", _MOST_STEPS)
    integrator.setValue("absolute_tolerance", share * relative * usual.min())
    owned = _owned(model, body)
    out = np.full((problem.people, len(problem.hours), len(names)), np.nan)
    for person in range(problem.people):
        for i, name in owned:
            model.model[name] = problem.constants[person, i]
        out[person] = _live(model, problem, person, names, inputs)
    return out


def _live(model: Any, problem: Problem, person: int, names: list[str], inputs: list[str]) -> Any:
    cut, hours = stretches(problem, person), problem.hours
    out, row, y = np.empty((len(hours), len(names))), 1, problem.states[person].copy()
    out[0] = y
    for stretch, put in enumerate(cut.put):
        begin, end = cut.ends[stretch : stretch + 2]
        y = y + put
        # It scales absolute tolerances by the state at the start; by one of 1e-150 it would never move.
        y[np.abs(y) < 1e-12] = 0.0
        for name, value in zip((*names, *inputs), (*y.tolist(), *cut.inputs[stretch].tolist()), strict=True):
            model.model[name] = value
        model.model.setTime(begin)
        stop = int(np.searchsorted(hours, end, side="right"))
        times = np.unique(np.concatenate([[begin], hours[row:stop], [end]]))
        model.integrator.restart(begin)
        found = np.asarray(model.simulate(times=times.tolist()))
        out[row:stop] = found[np.searchsorted(times, hours[row:stop])]
        y, row = found[-1].copy(), stop
    return out
