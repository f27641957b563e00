"""The exported model means what the engine computes, and says it without a fault."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from lives import LIVES, scenario

from epsom.interfaces.sbml.checking import findings
from epsom.interfaces.sbml.model import sbml
from epsom.interfaces.sbml.person import draw_person
from epsom.simulation.engine import Settings, Status
from epsom.simulation.fast.engine import FastEngine

ENGINE = FastEngine(threads=1)


@cache
def exported(name):
    person = draw_person(scenario(name), 1, ENGINE)
    return person, sbml(person)


def simulated_elsewhere(text, hours, names):
    """States by libRoadRunner's CVODE, shape (hours, states)."""
    import roadrunner

    model = roadrunner.RoadRunner(text)
    model.integrator.relative_tolerance = 1e-9
    model.integrator.setValue("maximum_num_steps", 1_000_000)
    model.timeCourseSelections = ["time", *names]
    return np.array(model.simulate(times=list(hours)))[:, 1:]


@pytest.mark.parametrize("name", LIVES)
def test_libroadrunner_gives_the_course_of_the_engine(name):
    person, text = exported(name)
    # Off the hours at which something happens: one reports the state before it, the other after it.
    hours = np.concatenate([[0.0], np.arange(2.37, person.end, 4.0), [person.end]])
    courses = ENGINE.solve(replace(person.problem, hours=hours, settings=Settings(1e-8)))
    assert courses.status[0] == Status.DONE
    ours, theirs = courses.states[0], simulated_elsewhere(text, hours, person.body.state_index)
    usual = np.array([state.usual for state in person.body.states])
    assert np.max(np.abs(ours - theirs) / np.maximum(np.abs(ours), usual)) < 1e-5


@pytest.mark.parametrize("name", LIVES)
def test_libsbml_finds_nothing_wrong(name):
    """No error, no warning of units or of anything else, with every check on."""
    assert findings(exported(name)[1]) == []


def test_libsbml_tells_wrong_units():
    """The check above can fail: a reading in another unit is found out."""
    text = exported("citrate")[1]
    wrong = text.replace('units="mmol_per_L"', 'units="kg"', 1)
    assert wrong != text
    assert findings(wrong)


def test_libroadrunner_sees_a_changed_dose():
    """The comparison above can fail: a tenth of one dose is enough."""
    person, text = exported("citrate")
    table = person.events
    first = int(np.flatnonzero((table.action == 0) & (table.value > 1.0))[0])
    more = replace(table, value=np.where(np.arange(len(table.value)) == first, 1.1, 1.0) * table.value)
    hours = np.array([0.0, 24.0])
    ours = ENGINE.solve(replace(person.problem, events=[more], hours=hours)).states[0]
    theirs = simulated_elsewhere(text, hours, person.body.state_index)
    usual = np.array([state.usual for state in person.body.states])
    assert np.max(np.abs(ours - theirs) / np.maximum(np.abs(ours), usual)) > 1e-3
