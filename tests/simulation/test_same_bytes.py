"""The same numbers to the last bit, however the work is cut: threads, processes, chunks, companions."""

from __future__ import annotations

import json

import numpy as np
import pytest
from protocols import Dose, Life
from scenarios import scenario

from epsom.physiology.whole_body import whole_body
from epsom.simulation import Options, run
from epsom.simulation.balance import propagators
from epsom.simulation.fast.engine import FastEngine
from epsom.simulation.reference import ReferenceEngine
from epsom.simulation.study import run_chunk

READ = {"serum_magnesium": [0, 3.5], "urine_magnesium": [0, 3], "diarrhea": [2], "retained_magnesium": [4]}
#: People in balance, without one, with drugs that begin and end, on dialysis, with a labeled dose and chosen.
SCENARIOS = {
    "adults": scenario(READ, {"count": 45, "egfr": None}, duration="4 d", control=True,
        supplements=[{"form": "oxide", "dose": "400 mg", "dose_of": "elemental"}]),
    "ill": scenario(READ,
        {"count": 37, "egfr": "6 mL/min/1.73m2", "conditions": ["gitelman_syndrome", "diabetes"]},
        duration="4 d", drug_changes=[{"day": 1, "start": "omeprazole"}, {"day": 3, "stop": "omeprazole"}]),
    "dialysis": scenario(READ, {"count": 21, "egfr": None, "dialysis": {"kind": "hemodialysis"}},
        duration="4 d"),
    "labeled": scenario(READ | {"tracer_absorbed_fraction": [3]}, {"count": 21}, duration="4 d",
        meals=[{"at_day": 0.4, "magnesium": "60 mg", "labeled": True}]),
    "selected": scenario(READ, {"count": 21, "select": {"serum_magnesium": {"min": "0.8 mmol/L"}}},
        duration="4 d"),
}  # fmt: skip


def as_bytes(result) -> tuple[bytes, ...]:
    blocks = (result.indices, result.values, result.status, result.balance, *result.covariates.values())
    control = b"" if result.control is None else result.control.tobytes()
    return (*(block.tobytes() for block in blocks), control)


def as_json(result) -> str:
    return json.dumps(result.record().model_dump(mode="json", by_alias=True), sort_keys=True)


@pytest.mark.parametrize("name", SCENARIOS)
def test_chunks_and_threads_change_nothing(name):
    said = SCENARIOS[name]
    expected = run(said, engine=FastEngine(threads=1))
    # The last chunk of one person guards a fault: one person was added up in another order than many.
    for threads, chunk in ((2, 512), (3, 7), (1, said.people.count - 1), (5, 1024)):
        found = run(said, engine=FastEngine(threads=threads), options=Options(chunk=chunk))
        assert as_bytes(found) == as_bytes(expected), (threads, chunk)
        assert as_json(found) == as_json(expected)


@pytest.mark.parametrize("name", ["adults", "ill"])
def test_each_person_alone_is_the_person_among_others(name):
    said = SCENARIOS[name]
    expected = run(said)
    for person in (0, 1, 8, 20, len(expected.values) - 1):
        alone = run_chunk(said, FastEngine(threads=1), Options(), np.array([person]))
        assert alone.values.tobytes() == expected.values[[person]].tobytes()


def test_any_subset_in_order_is_a_part_of_the_whole():
    said = SCENARIOS["adults"]
    expected, some = run(said), np.array([2, 3, 11, 12, 30, 44])
    found = run_chunk(said, FastEngine(), Options(), some)
    assert found.values.tobytes() == expected.values[some].tobytes()
    assert found.control.tobytes() == expected.control[some].tobytes()


def test_worker_processes_change_nothing():
    said = SCENARIOS["adults"]
    expected = run(said)
    found = run(said, options=Options(workers=2, chunk=12))
    assert as_bytes(found) == as_bytes(expected)
    assert as_json(found) == as_json(expected)


def test_more_people_only_add_people():
    fewer = run(scenario(READ, {"count": 10}, duration="4 d"))
    more = run(scenario(READ, {"count": 33}, duration="4 d"))
    assert fewer.values.tobytes() == more.values[:10].tobytes()


def test_the_reference_engine_is_as_steady():
    said = scenario({"serum_magnesium": [1]}, {"count": 3}, duration="1 d")
    whole = run(said, engine=ReferenceEngine())
    parts = run(said, engine=ReferenceEngine(), options=Options(chunk=2))
    assert as_bytes(whole) == as_bytes(parts)


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_a_persons_lane_does_not_matter(threads):
    problem = Life(doses=(Dose("oral", "oxide", 5.0, 40.0),)).problem(whole_body(), people=19)
    expected = FastEngine(threads=1).solve(problem).states
    assert np.array_equal(FastEngine(threads=threads).solve(problem).states, expected)
    for order in (np.arange(19)[::-1], np.roll(np.arange(19), 5)):
        turned = type(problem)(
            problem.body, problem.constants[order], problem.states[order], problem.inputs[order],
            [problem.events[i] for i in order], problem.hours, problem.settings,
        )  # fmt: skip
        assert np.array_equal(FastEngine(threads=threads).solve(turned).states, expected[order])


def test_a_matrix_exponential_does_not_depend_on_its_neighbors():
    """Guards a fault: all matrices were scaled by the largest norm, so a start depended on the chunk."""
    matrices = (
        np.random.default_rng(1).normal(size=(6, 5, 5)) * np.array([1e-3, 0.1, 1, 5, 30, 80])[:, None, None]
    )
    together = propagators(matrices)
    for i, matrix in enumerate(matrices):
        assert np.array_equal(propagators(matrix[None])[0], together[i])
