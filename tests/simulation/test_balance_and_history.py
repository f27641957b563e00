"""The start is a fixed point of a person's day, and history in leaps ends where history in full does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from protocols import FILTRATION, GRAM
from scipy.linalg import expm

from epsom.physiology.whole_body import whole_body
from epsom.simulation.balance import (
    Balance,
    balanced_start,
    day_maps,
    inputs_along_the_day,
    propagators,
    steering,
    the_day,
)
from epsom.simulation.coarse import live_through, sum_of_powers
from epsom.simulation.crowd import Description, Normal, draw_crowd
from epsom.simulation.engine import Problem, Settings, Status
from epsom.simulation.fast.engine import FastEngine
from epsom.simulation.protocol import eat_on, habitual_day
from epsom.simulation.reference import ReferenceEngine
from epsom.simulation.schedule import DAY, Schedule, starting_inputs
from epsom.simulation.start import at_rest, day_zero

BODY, ENGINE = whole_body(), FastEngine()
KEPT = steering(BODY)
USUAL = np.array([state.usual for state in BODY.states])[KEPT]


def day_of(crowd, intake_mg: float | None = None):
    """The habitual day of ``crowd`` as a problem, from the people's usual amounts."""
    schedule = Schedule(crowd)
    eat_on(
        schedule,
        [0],
        crowd.intake * DAY if intake_mg is None else np.full(len(crowd), intake_mg * GRAM / 1000),
    )
    constants = crowd.constants(BODY)
    return Problem(BODY, constants, at_rest(BODY, constants), starting_inputs(BODY, crowd, []),
                   schedule.tables(BODY), np.array([0.0, DAY]), Settings(1e-7))  # fmt: skip


def adults(people: int, seed: int = 4, **said):
    return draw_crowd(seed, np.arange(people), Description(**said))


@pytest.mark.parametrize("egfr", [None, 25.0])
def test_balance_is_a_fixed_point_of_the_day(egfr):
    crowd = adults(64, filtration=None if egfr is None else Normal(egfr * FILTRATION))
    problem = day_of(crowd)
    start = balanced_start(ENGINE, problem)
    assert (start.balance == Balance.FOUND).all()
    day = ENGINE.solve(replace(problem, states=start.states, hours=np.array([0.0, DAY])))
    before, after = day.states[:, 0, KEPT], day.states[:, -1, KEPT]
    assert (np.abs(after - before) / (np.abs(before) + 1e-2 * USUAL)).max() < 1e-4
    assert (start.states[:, ~KEPT] == 0).all()


def test_balance_does_not_depend_on_where_the_search_begins():
    problem = day_of(adults(16))
    one = balanced_start(ENGINE, problem)
    other = balanced_start(ENGINE, replace(problem, states=problem.states * np.where(KEPT, 1.4, 1.0)))
    difference = np.abs(one.states - other.states)[:, KEPT] / (np.abs(one.states[:, KEPT]) + 1e-2 * USUAL)
    assert difference.max() < 1e-3


class Counting:
    """The fast engine, counting the days that people live through in it."""

    def __init__(self):
        self.days, self.calls = 0.0, 0

    def __getattr__(self, name):
        return getattr(ENGINE, name)

    def solve(self, problem, *args):
        self.calls += 1
        self.days += problem.people * (problem.hours[-1] - problem.hours[0]) / DAY
        return ENGINE.solve(problem, *args)


def test_the_search_takes_some_seven_days_of_each():
    """A pool that empties on this diet once held it up: it may shrink to nothing in a step."""
    engine = Counting()
    found = balanced_start(engine, day_of(adults(128)))
    assert (found.balance == Balance.FOUND).all()
    assert engine.days / 128 < 8.5  # the three days of settling among them; once 11.2


def test_both_engines_find_the_same_balance():
    problem = day_of(adults(2))
    one, other = balanced_start(ENGINE, problem), balanced_start(ReferenceEngine(), problem)
    difference = np.abs(one.states - other.states)[:, KEPT] / (np.abs(one.states[:, KEPT]) + 1e-2 * USUAL)
    assert difference.max() < 1e-3


def test_nothing_to_eat_has_no_balance_and_says_so():
    crowd = adults(8, intake=Normal(0.0))
    constants = crowd.constants(BODY)
    start = day_zero(ENGINE, BODY, crowd, starting_inputs(BODY, crowd, []), habitual_day(crowd))
    assert (start.balance == Balance.NONE).all()
    assert not start.failed.any()
    serum = (
        start.states[:, BODY.state_index["plasma_magnesium"]]
        / constants[:, BODY.constant_index["plasma_volume"]]
    )
    assert ((serum > 0.02) & (serum < 0.5)).all()


@pytest.mark.parametrize("days", [30, 90, 200])
@pytest.mark.parametrize("intake", [60.0, 150.0, 900.0])
def test_history_in_leaps_ends_where_full_history_does(days, intake):
    """A change of diet; each pool of each person within 1 % of the full run."""
    crowd = adults(12)
    start = balanced_start(ENGINE, day_of(crowd)).states
    changed = replace(day_of(crowd, intake), states=start)
    leapt, status = live_through(ENGINE, changed, days)
    schedule = Schedule(crowd)
    eat_on(schedule, range(days), np.full(len(crowd), intake * GRAM / 1000))
    full = ENGINE.solve(replace(changed, events=schedule.tables(BODY), hours=np.array([0.0, days * DAY])))
    assert (status == Status.DONE).all()
    difference = np.abs(leapt - full.states[:, -1])[:, KEPT]
    assert (difference / (np.abs(full.states[:, -1, KEPT]) + 1e-2 * USUAL)).max() < 0.01


def test_a_year_of_want_takes_some_twenty_simulated_days():
    """Leaps once shrank and grew by turns."""
    crowd = adults(24)
    engine = Counting()
    changed = replace(day_of(crowd, 30.0), states=balanced_start(ENGINE, day_of(crowd)).states)
    live_through(engine, changed, 365)
    assert engine.calls < 22  # once 85


def test_a_derivative_that_is_no_number_loses_that_person_alone():
    """Once the length of the next leap was made from it, and everyone was lost to an error."""

    class Spoiling(Counting):
        def mean_jacobians(self, problem, states, inputs):
            found = ENGINE.mean_jacobians(problem, states, inputs)
            found[problem.constants[:, 0] == spoiled] = np.nan
            return found

    crowd = adults(3)
    start = replace(day_of(crowd, 100.0), states=balanced_start(ENGINE, day_of(crowd)).states)
    spoiled = start.constants[1, 0]
    states, status = live_through(Spoiling(), start, 40)
    assert (status == Status.DONE).tolist() == [True, False, True]
    assert np.isnan(states[1]).all()
    assert np.array_equal(states[[0, 2]], live_through(ENGINE, start, 40)[0][[0, 2]])


def test_each_person_may_have_a_history_of_another_length():
    crowd = adults(3)
    changed = replace(day_of(crowd, 100.0), states=balanced_start(ENGINE, day_of(crowd)).states)
    together, _ = live_through(ENGINE, changed, np.array([0, 5, 40]))
    assert np.array_equal(together[0], changed.states[0])
    for person, days in ((1, 5), (2, 40)):
        alone, _ = live_through(ENGINE, changed, days)
        assert np.array_equal(together[person], alone[person])


def test_history_leaves_outlets_and_meters_alone():
    crowd = adults(2)
    states, _ = live_through(ENGINE, day_of(crowd, 100.0), 30)
    assert np.array_equal(states[:, ~KEPT], day_of(crowd).states[:, ~KEPT])


def test_day_map_agrees_with_differences_of_days():
    """The derivative of the day's map, read from the mean Jacobian, is close for slow pools."""
    problem = the_day(day_of(adults(1)), np.array([0]), balanced_start(ENGINE, day_of(adults(1))).states)
    day = ENGINE.solve(problem)
    matrix = day_maps(ENGINE, problem, day.states, inputs_along_the_day(problem))[0]
    for name in ("muscle", "bone_surface", "deep_bone", "red_cells"):
        state = BODY.state_index[name]
        column = int(KEPT[:state].sum())
        size = np.zeros_like(problem.states)
        size[0, state] = 1e-3 * problem.states[0, state]
        ends = [
            ENGINE.solve(replace(problem, states=problem.states + s * size)).states[0, -1, KEPT]
            for s in (1, -1)
        ]
        finite = (ends[0] - ends[1]) / (2 * size[0, state])
        assert abs(matrix[column, column] - finite[column]) < 2e-3, name


def test_propagators_agree_with_scipy():
    generator = np.random.default_rng(3)
    matrices = generator.normal(size=(40, 9, 9)) * np.geomspace(1e-4, 30, 40)[:, None, None]
    matrices -= np.abs(matrices).sum(axis=2)[:, :, None] * np.eye(9)
    for matrix, found in zip(matrices, propagators(matrices), strict=True):
        exact = expm(matrix)
        assert np.abs(found - exact).max() < 1e-12 * max(1.0, np.abs(exact).max())


def test_propagators_of_what_is_not_finite_are_missing():
    matrices = np.zeros((3, 2, 2))
    matrices[1, 0, 0] = np.nan
    matrices[2, 1, 1] = np.inf
    found = propagators(matrices)
    assert np.array_equal(found[0], np.eye(2))
    assert np.isnan(found[1:]).all()
    assert propagators(np.zeros((0, 2, 2))).shape == (0, 2, 2)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 64, 100])
def test_sums_of_powers_are_what_they_are_called(count):
    matrix = np.random.default_rng(1).normal(size=(4, 4)) * 0.3
    powers = [np.linalg.matrix_power(matrix, i) for i in range(count + 1)]
    assert np.allclose(sum_of_powers(matrix, count), sum(powers[:-1]), rtol=1e-12, atol=1e-14)
