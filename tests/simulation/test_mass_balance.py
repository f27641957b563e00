"""Magnesium is neither made nor lost: what is inside or passed is what was there, put in, or supplied."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from protocols import Dose, Life, examples, lives

from epsom.physiology.builder.tracer import PREFIX
from epsom.physiology.whole_body import whole_body
from epsom.simulation.engine import Status
from epsom.simulation.events import put_before
from epsom.simulation.fast.engine import FastEngine
from epsom.simulation.reference import ReferenceEngine
from epsom.simulation.study import traced_body

FAST = FastEngine(threads=1)
REFERENCE = ReferenceEngine()


def unaccounted(problem, courses, substance):
    """Amount beyond what was there, put in and supplied, and the input it is to be compared with."""
    body = problem.body
    held = list(body.pools_of(substance))
    total = courses.states[:, :, held].sum(axis=2)
    put = np.array([put_before(table, held, problem.hours) for table in problem.events])
    came = put + (courses.states[:, :, body.state_index["supplied"]] if substance == "magnesium" else 0.0)
    return np.abs(total - total[:, :1] - came), np.maximum(came[:, -1:], 1.0)


def check(problem, courses):
    assert (courses.status == Status.DONE).all()
    assert np.isfinite(courses.states).all()
    lost, given_in = unaccounted(problem, courses, "magnesium")
    assert (lost <= 1e-9 * given_in).all(), (lost / given_in).max()
    amounts = np.array([state.kind != "signal" for state in problem.body.states])
    least = -10 * problem.settings.absolute(problem.body)
    assert (courses.states >= least)[:, :, amounts].all()


@examples(400)
@given(lives())
def test_fast_engine_keeps_every_millimole(life):
    problem = life.problem(whole_body(), people=5)
    check(problem, FAST.solve(problem))


@examples(100)
@given(lives(most_days=3))
def test_reference_engine_keeps_every_millimole(life):
    problem = life.problem(whole_body(), people=1)
    check(problem, REFERENCE.solve(problem))


@examples(150)
@given(lives(), st.sampled_from(["oral", "rectal"]))
def test_labeled_copy_keeps_every_millimole_and_stays_within_the_whole(life, route):
    body = traced_body()
    marked = Dose(route, "citrate", 5.0, 10.0, labeled=True)
    problem = Life(**(life.__dict__ | {"doses": (marked, *life.doses)})).problem(body, people=4)
    courses = FAST.solve(problem)
    check(problem, courses)
    lost, given_in = unaccounted(problem, courses, "label")
    assert (lost <= 1e-9 * given_in).all()
    tolerance = 10 * problem.settings.absolute(body)
    for state in body.states:
        if state.substance == "magnesium" and state.kind == "pool":
            whole, label = (body.state_index[name] for name in (state.name, PREFIX + state.name))
            assert (courses.states[:, :, label] <= courses.states[:, :, whole] + tolerance[whole]).all()


@pytest.mark.parametrize("engine", [FAST, REFERENCE], ids=lambda engine: engine.name)
def test_two_infusions_at_once_bring_in_the_sum_of_both(engine):
    twice = (Dose("intravenous", "sulfate", 2.0, 16.0, 4.0), Dose("intravenous", "sulfate", 3.0, 8.0, 2.0))
    problem = Life(doses=twice, days=1).problem(whole_body(), people=2, every=1.0)
    courses = engine.solve(problem)
    supplied = courses.states[:, :, problem.body.state_index["supplied"]]
    assert np.allclose(supplied[:, [2, 3, 4, 5, 6, 24]], [0, 4, 12, 20, 24, 24], rtol=1e-9, atol=1e-9)
