"""The explicit method of the fast engine, and who is left to the implicit one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from protocols import Dose, Life
from test_rodas import SIZES, slope, spiral, spiral_exactly
from test_rodas import between as dense_output

from epsom.physiology.whole_body import whole_body
from epsom.simulation.engine import Settings, Status
from epsom.simulation.fast.compiled import kernels
from epsom.simulation.fast.engine import FastEngine, _group, _limits
from epsom.simulation.fast.tableau import EXPLICIT_A, EXPLICIT_ERROR, EXPLICIT_H
from epsom.simulation.reference import ReferenceEngine

BODY = whole_body()
USUAL = np.array([state.usual for state in BODY.states])
LIFE = Life(
    days=2, doses=(Dose("oral", "citrate", 9.0, 10.0), Dose("intravenous", "sulfate", 20.0, 5.0, 2.0))
)


def step(function, y, h):
    """The end of one step, its error estimate, and the stages."""
    u, k = y, []
    for row in EXPLICIT_A:
        u = y + h * sum((a * stage for a, stage in zip(row, k, strict=True)), np.zeros_like(y))
        k.append(function(u))
    return u, h * sum(e * stage for e, stage in zip(EXPLICIT_ERROR, k, strict=True)), k


def between(y, end, k, share, h):
    """The dense output at a ``share`` of the step, whose stages are slopes."""
    return dense_output(y, end, [h * stage for stage in k], share, EXPLICIT_H)


def test_global_error_falls_with_the_fifth_power_of_the_step():
    errors = []
    for h in SIZES:
        y = spiral_exactly(0.0)
        for _ in range(round(2 / h)):
            y = step(spiral, y, h)[0]
        errors.append(np.abs(y - spiral_exactly(2.0)).max())
    assert 4.7 < slope(SIZES, errors) < 5.7
    assert errors[-1] < 1e-7


def test_error_estimate_is_of_fourth_order_and_covers_the_error():
    estimates, errors = [], []
    for h in SIZES:
        end, estimate, _ = step(spiral, spiral_exactly(0.0), h)
        estimates.append(np.abs(estimate).max())
        errors.append(np.abs(end - spiral_exactly(h)).max())
    assert 4.5 < slope(SIZES, estimates) < 5.6
    assert 5.5 < slope(SIZES, errors) < 7.2
    assert all(error < estimate for error, estimate in zip(errors, estimates, strict=True))


@pytest.mark.parametrize("share", [0.1, 0.37, 0.5, 0.8])
def test_dense_output_is_of_fourth_order_and_meets_both_ends(share):
    errors, start = [], spiral_exactly(0.0)
    for h in SIZES:
        end, _, k = step(spiral, start, h)
        errors.append(np.abs(between(start, end, k, share, h) - spiral_exactly(share * h)).max())
        assert np.allclose(between(start, end, k, 0.0, h), start, rtol=1e-15)
        assert np.allclose(between(start, end, k, 1.0, h), end, rtol=1e-15)
    assert 4.5 < slope(SIZES, errors) < 6.1


def faster(problem, times):
    """The same people with plasma and interstitium in exchange ``times`` as fast."""
    constants = problem.constants.copy()
    constants[:, BODY.constant_index["capillary_exchange"]] *= times
    return replace(problem, constants=constants)


def explicitly(problem):
    """How the people end where nobody is left to the implicit method."""
    group, stop = _group(problem), np.zeros(1, dtype=np.uint8)
    kernels(BODY).run_people(np.arange(problem.people), group, _limits(problem), stop)
    return group.status, group.out


def test_people_are_solved_explicitly_unless_they_are_stiff():
    problem = LIFE.problem(BODY, people=3)
    status, out = explicitly(problem)
    assert (status == Status.DONE).all()
    assert np.array_equal(out, FastEngine(threads=1).solve(problem).states)
    stiff, _ = explicitly(faster(problem, 100.0))
    assert not np.isin(stiff, list(Status)).any()


def test_the_stiff_are_as_right_as_the_others_and_need_not_many_steps():
    problem = replace(faster(LIFE.problem(BODY, people=2), 100.0), settings=Settings(1e-7))
    exact = ReferenceEngine().solve(replace(problem, settings=Settings(1e-10)))
    found = FastEngine(threads=1).solve(problem)
    assert (found.status == Status.DONE).all()
    assert (np.abs(found.states - exact.states) / np.maximum(np.abs(exact.states), USUAL)).max() < 1e-6


def test_the_method_is_a_matter_of_the_person_alone():
    """Stiff and ordinary people side by side are what they are apart, whatever the threads."""
    ordinary = LIFE.problem(BODY, people=12)
    stiff = faster(ordinary, 100.0)
    which = np.arange(12) % 3 == 0
    mixed = replace(ordinary, constants=np.where(which[:, None], stiff.constants, ordinary.constants))
    expected = np.where(
        which[:, None, None], *(FastEngine(threads=1).solve(part).states for part in (stiff, ordinary))
    )
    for threads in (1, 2, 5):
        assert np.array_equal(FastEngine(threads=threads).solve(mixed).states, expected)
