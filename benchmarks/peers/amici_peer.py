"""AMICI: the SBML model as compiled C++, constants set for each person, CVODES with KLU restarted at events.

It has one absolute tolerance for all states; conservation laws would take states away that are compared.
"""

from __future__ import annotations

import os
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import amici
import numpy as np
from amici.sim import sundials
from stretches import stretches

from peers.exported import without_events

if TYPE_CHECKING:
    from epsom.simulation.engine import Problem

_MOST_STEPS = 1_000_000


@cache
def _model(text: str) -> Any:
    with tempfile.NamedTemporaryFile("w", suffix=".xml", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        importer = amici.SbmlImporter(file.name)
    # A module made by another SWIG than AMICI's own, which stands beside Python, cannot be loaded.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    folder = tempfile.mkdtemp(prefix="epsom_amici_")
    importer.sbml2amici(
        "epsom_body", folder, generate_sensitivity_code=False, compute_conservation_laws=False
    )
    return amici.import_model_module("epsom_body", folder).get_model()


def run(problem: Problem, relative: float, share: float) -> Any:
    """Courses of everyone, shape (people, hours, states)."""
    body = problem.body
    model = _model(without_events(problem, 0))
    solver = model.create_solver()
    solver.set_linear_solver(sundials.LinearSolver.KLU)
    solver.set_relative_tolerance(relative)
    solver.set_absolute_tolerance(share * relative * min(state.usual for state in body.states))
    solver.set_max_steps(_MOST_STEPS)
    places = [model.get_state_ids().index(state.name) for state in body.states]
    out = np.full((problem.people, len(problem.hours), len(body.states)), np.nan)
    for person in range(problem.people):
        out[person] = _live(model, solver, problem, person, places)
    return out


def _live(model: Any, solver: Any, problem: Problem, person: int, places: list[int]) -> Any:
    body, cut, hours = problem.body, stretches(problem, person), problem.hours
    names = model.get_free_parameter_ids()
    given = dict(zip(names, model.get_free_parameters(), strict=True))
    known = dict(zip(body.constant_names, problem.constants[person].tolist(), strict=True))
    given |= {name: known[name] for name in names if name in known}
    out, row, y = np.empty((len(hours), len(body.states))), 1, problem.states[person].copy()
    out[0] = y
    for stretch, put in enumerate(cut.put):
        begin, end = cut.ends[stretch : stretch + 2]
        y = y + put
        inputs = dict(zip((item.name for item in body.inputs), cut.inputs[stretch].tolist(), strict=True))
        model.set_free_parameters([inputs.get(name, given[name]) for name in names])
        start = np.empty(len(places))
        start[places] = y
        model.set_t0(begin)
        model.set_initial_state(start)
        stop = int(np.searchsorted(hours, end, side="right"))
        times = np.unique(np.concatenate([hours[row:stop], [end]]))
        model.set_timepoints(times)
        result = sundials.run_simulation(model, solver)
        if result.status != sundials.AMICI_SUCCESS:
            return np.full_like(out, np.nan)
        found = np.asarray(result.x)[:, places]
        out[row:stop] = found[np.searchsorted(times, hours[row:stop])]
        y, row = found[-1].copy(), stop
    return out
