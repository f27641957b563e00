"""An organ is added, and another replaced, without touching the rest, and both engines run the new body."""

from __future__ import annotations

import numpy as np
import pytest
from protocols import Dose, Life
from toy_organs import PARAMETERS, gallbladder, other_bone

from epsom.core.evidence import registry
from epsom.physiology.builder.body import BodyError, assemble
from epsom.physiology.builder.unit_reading import check_units
from epsom.physiology.whole_body import ORGANS, whole_body
from epsom.simulation.crowd import Crowd
from epsom.simulation.engine import Problem, Settings, Status
from epsom.simulation.events import put_before
from epsom.simulation.fast.engine import FastEngine
from epsom.simulation.reference import ReferenceEngine
from epsom.simulation.schedule import starting_inputs
from epsom.simulation.start import at_rest

REGISTRY = registry().with_parameters(PARAMETERS)
OLD = [module.organ for module in ORGANS]
NEW = [other_bone if organ.name == "bone" else organ for organ in OLD] + [gallbladder]


@pytest.fixture(scope="module")
def body():
    return assemble(NEW, REGISTRY)


@pytest.fixture(scope="module")
def problem(body):
    life = Life(
        days=3, doses=(Dose("oral", "citrate", 9.0, 12.0), Dose("intravenous", "sulfate", 30.0, 8.0, 2.0))
    )
    crowd = life.crowd(4)
    people = Crowd(crowd.seed, crowd.indices, REGISTRY, crowd.covariates, crowd.intake)
    constants = people.constants(body)
    return Problem(
        body, constants, at_rest(body, constants), starting_inputs(body, people, []),
        life.schedule(people).tables(body), np.arange(0.0, 73.0, 4.0), Settings(1e-8),
    )  # fmt: skip


def test_new_states_stand_where_their_organ_stands(body):
    names = [state.name for state in body.states]
    assert names[-3:] == ["gallbladder_bile", "bile_passed", "supplied"]
    assert "deep_bone" not in names
    assert set(whole_body().state_index) - set(names) == {"deep_bone"}


def test_units_of_the_new_organs_are_checked_with_the_rest(body):
    values = {state.name: state.usual for state in body.states} | {item.name: 0.7 for item in body.inputs}
    values |= {"age": 50, "female": 1, "weight": 70, "height": 1.7, "filtration": 6, "creatinine": 0.08,
               "albumin": 0.042, "ph": 7.4}  # fmt: skip
    assert check_units(body, values) == []


def test_both_engines_run_the_new_body_and_keep_its_magnesium(body, problem):
    fast, reference = FastEngine(threads=1).solve(problem), ReferenceEngine().solve(problem)
    held = list(body.pools_of("magnesium"))
    for courses in (fast, reference):
        assert (courses.status == Status.DONE).all()
        total = courses.states[:, :, held].sum(axis=2)
        put = np.array([put_before(table, held, problem.hours) for table in problem.events])
        came = put + courses.states[:, :, body.state_index["supplied"]]
        assert np.abs(total - total[:, :1] - came).max() < 1e-9 * came.max()
    usual = np.array([state.usual for state in body.states])
    assert (np.abs(fast.states - reference.states) / np.maximum(np.abs(reference.states), usual)).max() < 1e-5


def test_the_gallbladder_fills_between_meals_and_empties_after_them(body, problem):
    states = FastEngine(threads=1).solve(problem).states
    bile = states[:, :, body.state_index["gallbladder_bile"]]
    at = problem.hours.tolist().index
    assert (bile[:, at(48 + 20)] < 0.9 * bile[:, at(48 + 8)]).all()  # dinner was at 19
    assert (states[:, -1, body.state_index["bile_passed"]] > 0.1).all()


def test_the_same_organ_twice_is_refused():
    with pytest.raises(BodyError, match="the name 'gallbladder_bile' is declared twice"):
        assemble([*NEW, gallbladder], REGISTRY)


def test_an_organ_without_its_neighbors_names_what_it_misses():
    with pytest.raises(BodyError) as caught:
        assemble([gallbladder], REGISTRY)
    text = str(caught.value)
    assert "gallbladder.bile_filling needs 'plasma_volume', which nothing declares" in text
    assert "flux 'bile_release' leaves or enters 'upper_dissolved', which nothing declares" in text
