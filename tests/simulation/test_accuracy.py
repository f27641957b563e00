"""Both engines solve the same equations to the accuracy asked for, wherever on the calendar."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from protocols import Dose, Life, examples, lives

from epsom.physiology.whole_body import whole_body
from epsom.simulation.engine import Settings, Status
from epsom.simulation.events import Event, event_table
from epsom.simulation.fast.engine import FastEngine
from epsom.simulation.reference import ReferenceEngine

FAST, REFERENCE = FastEngine(threads=1), ReferenceEngine()
BODY = whole_body()
USUAL = np.array([state.usual for state in BODY.states])
AMOUNTS = np.array([state.kind != "signal" for state in BODY.states])


def difference(ours, theirs, floor=1.0):
    """Differences relative to the value, or to a share ``floor`` of its usual size where that is more."""
    return np.abs(ours.states - theirs.states) / np.maximum(np.abs(theirs.states), floor * USUAL)


@examples(100)
@given(lives())
def test_error_stays_in_proportion_to_the_tolerance(life):
    problem = life.problem(BODY, people=3)
    exact = FAST.solve(replace(problem, settings=Settings(1e-9)))
    for relative in (1e-5, 1e-6, 1e-7):
        found = FAST.solve(replace(problem, settings=Settings(relative)))
        assert difference(found, exact).max() < 10 * relative
    # The default: five digits, even of what is left of a pool when all but a thousandth has gone.
    assert difference(found, exact, 1e-3)[:, :, AMOUNTS].max() < 1e-4


@examples(30)
@given(lives(most_days=3))
def test_engines_agree(life):
    problem = life.problem(BODY, people=1, relative=1e-9)
    ours, theirs = FAST.solve(problem), REFERENCE.solve(problem)
    assert theirs.status[0] == Status.DONE
    assert difference(ours, theirs).max() < 1e-6


@examples(100)
@given(lives(most_days=3), st.integers(1, 400))
def test_the_same_days_later_give_the_same_course(life, days):
    now, then = FAST.solve(life.problem(BODY)), FAST.solve(life.problem(BODY, later=24.0 * days))
    assert difference(then, now).max() < 1e-8


def test_the_same_days_later_give_the_same_course_in_the_reference_engine():
    life = Life(doses=(Dose("oral", "oxide", 9.0, 20.0), Dose("intravenous", "sulfate", 30.0, 10.0, 2.0)))
    ours = REFERENCE.solve(life.problem(BODY, people=1, relative=1e-9))
    theirs = REFERENCE.solve(life.problem(BODY, people=1, relative=1e-9, later=240.0))
    assert difference(ours, theirs).max() < 1e-6


@pytest.mark.parametrize("engine", [FAST, REFERENCE], ids=lambda engine: engine.name)
def test_events_a_rounding_error_apart_are_one_moment(engine):
    """Guards a fault: LSODA refuses a stretch of 1e-15 h, and the run was counted as failed."""
    problem = Life(days=1).problem(BODY, people=1, every=12.0)
    moments = [8.0, np.nextafter(8.0, 9.0), 12.0, np.nextafter(12.0, 0.0), np.nextafter(12.0, 13.0)]
    events = [event_table(BODY, [Event(hour, "put", "stomach_dissolved", 1.0) for hour in moments])]
    courses = engine.solve(replace(problem, events=events))
    once = engine.solve(replace(problem, events=[event_table(BODY, [
        Event(8.0, "put", "stomach_dissolved", 2.0), Event(12.0, "put", "stomach_dissolved", 3.0),
    ])]))  # fmt: skip
    assert courses.status[0] == Status.DONE
    assert difference(courses, once)[:, -1].max() < 1e-5


def test_hours_are_reported_before_the_events_of_that_hour():
    problem = Life(days=1, diet=0.0).problem(BODY, people=1, every=12.0)
    table = event_table(BODY, [Event(12.0, "put", "gut_inert", 100.0), Event(0.0, "put", "gut_inert", 50.0)])
    for engine in (FAST, REFERENCE):
        states = engine.solve(replace(problem, events=[table])).states[0, :, BODY.state_index["gut_inert"]]
        start = problem.states[0, BODY.state_index["gut_inert"]]
        assert states[0] == start
        assert states[1] < start + 50.0
        assert states[2] > states[1] + 25.0


def test_dense_output_does_not_depend_on_what_else_is_reported():
    life = Life(doses=(Dose("oral", "citrate", 7.3, 12.0),), days=2)
    often, seldom = (FAST.solve(life.problem(BODY, every=every)) for every in (0.25, 24.0))
    assert np.array_equal(often.states[:, ::96], seldom.states)
