"""Lowest, highest and mean values between reported hours, found while solving."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from protocols import Dose, Life
from scenarios import columns, scenario

from epsom.physiology.whole_body import whole_body
from epsom.simulation import Options, run
from epsom.simulation.engine import Settings, Status
from epsom.simulation.fast.engine import FastEngine
from epsom.simulation.reference import ReferenceEngine

FAST, REFERENCE, BODY = FastEngine(threads=1), ReferenceEngine(), whole_body()
NAMES = ("plasma_magnesium", "stomach_dissolved", "urine")
WATCHED = tuple(BODY.state_index[name] for name in NAMES)
DOSES = Dose("oral", "citrate", 9.1, 20.0), Dose("intravenous", "sulfate", 30.3, 10.0, 0.5)


def watching(people=3, every=24.0, resolution=0.25):
    problem = Life(days=3, doses=DOSES).problem(BODY, people=people, every=every)
    return replace(problem, watched=WATCHED, resolution=resolution)


def test_they_are_those_of_the_series_looked_at():
    problem = watching()
    daily, fine = FAST.solve(problem), FAST.solve(watching(every=0.25))
    assert daily.within is not None
    assert daily.within.shape == (3, 3, 3, len(NAMES))
    for day in range(3):
        part = fine.states[:, 96 * day : 96 * (day + 1) + 1][:, :, list(WATCHED)]
        assert np.array_equal(daily.within[:, day, 0], part.min(axis=1))
        assert np.array_equal(daily.within[:, day, 1], part.max(axis=1))
        mean = np.trapezoid(part, dx=0.25, axis=1) / 24.0
        assert np.allclose(daily.within[:, day, 2], mean, rtol=1e-12, atol=1e-12)


def test_both_engines_find_the_same():
    problem = replace(watching(people=2), settings=Settings(1e-9))
    ours, theirs = FAST.solve(problem).within, REFERENCE.solve(problem).within
    assert ours is not None
    assert theirs is not None
    usual = np.array([BODY.states[i].usual for i in WATCHED])
    assert (np.abs(ours - theirs) / usual).max() < 1e-6


def test_watching_changes_no_state():
    problem = watching()
    assert np.array_equal(FAST.solve(problem).states, FAST.solve(replace(problem, watched=())).states)
    assert FAST.solve(replace(problem, watched=())).within is None


def test_a_peak_between_midnights_is_seen_by_a_finer_look():
    """The infusion ends at 30.8 h; a look each quarter of an hour is near the peak, one in 6 h is not."""
    fine, often, seldom = (FAST.solve(watching(resolution=step)).within for step in (0.02, 0.25, 6.0))
    assert fine is not None and often is not None and seldom is not None
    fine, often, seldom = (found[:, 1, 1, 0] for found in (fine, often, seldom))
    assert (often <= fine + 1e-12).all()
    assert (often > 0.9 * fine).all()
    assert (seldom < 0.8 * fine).all()


@pytest.mark.parametrize("hours", [[0.0, 5.1, 5.2, 30.0], [0.0, 24.0 + 1e-12, 48.0], [0.0, 0.1]])
def test_hours_need_not_lie_on_the_looks(hours):
    problem = replace(watching(people=2), hours=np.array(hours), settings=Settings(1e-9))
    courses, theirs = FAST.solve(problem), REFERENCE.solve(problem)
    assert courses.within is not None and theirs.within is not None
    assert np.allclose(courses.within, theirs.within, rtol=1e-6, atol=1e-6)
    ends = courses.states[:, :, list(WATCHED)]
    assert (courses.within[:, :, 0] <= np.minimum(ends[:, 1:], ends[:, :-1])).all()
    assert (courses.within[:, :, 1] >= np.maximum(ends[:, 1:], ends[:, :-1])).all()
    assert (courses.within[:, :, 0] <= courses.within[:, :, 2] + 1e-12).all()
    assert (courses.within[:, :, 2] <= courses.within[:, :, 1] + 1e-12).all()


def test_who_failed_has_none():
    problem = watching()
    problem.states[1, 3] = np.nan
    courses = FAST.solve(problem)
    assert courses.status[1] != Status.DONE
    assert courses.within is not None
    assert np.isnan(courses.within[1]).all()
    assert np.isfinite(courses.within[[0, 2]]).all()


def test_the_stiff_are_watched_from_the_start_again():
    problem = replace(watching(people=2), settings=Settings(1e-8))
    constants = problem.constants.copy()
    constants[1, BODY.constant_index["capillary_exchange"]] *= 100.0
    stiff = replace(problem, constants=constants)
    ours, theirs = FAST.solve(stiff).within, REFERENCE.solve(replace(stiff, settings=Settings(1e-9))).within
    assert ours is not None and theirs is not None
    assert np.allclose(ours, theirs, rtol=1e-6, atol=1e-6)


def test_serum_of_the_day_is_that_of_its_hours():
    """The measures of a scenario against the same serum read every quarter of an hour."""
    dose = {"form": "sulfate", "dose": "20 mmol", "at_day": 1.3, "route": "intravenous", "duration": "30 min"}
    quarters = [1.0 + i / 96 for i in range(97)]
    read = {"serum_magnesium": quarters}
    read |= {f"{kind}_serum_magnesium": [1] for kind in ("lowest", "highest", "mean")}
    said = scenario(read, {"count": 9, "egfr": None}, duration="3 d", supplements=[dose])
    found = columns(run(said, engine=FAST))
    series = np.column_stack([found["serum_magnesium", day] for day in quarters])
    assert np.allclose(found["lowest_serum_magnesium", 1], series.min(axis=1), rtol=1e-12)
    assert np.allclose(found["highest_serum_magnesium", 1], series.max(axis=1), rtol=1e-12)
    assert np.allclose(found["mean_serum_magnesium", 1], np.trapezoid(series, dx=1 / 96, axis=1), rtol=1e-9)
    assert (series.max(axis=1) > 1.5 * series.min(axis=1)).all()


def test_serum_of_the_day_is_the_same_by_the_reference_and_in_any_chunk():
    read = {f"{kind}_serum_magnesium": [0, 2] for kind in ("lowest", "highest", "mean")}
    said = scenario(read | {"serum_magnesium": [0.3]}, {"count": 7}, duration="3 d", control=True,
                    supplements=[{"form": "oxide", "dose": "400 mg", "dose_of": "elemental"}])  # fmt: skip
    whole, parts = run(said, engine=FAST), run(said, engine=FastEngine(threads=2), options=Options(chunk=3))
    assert whole.values.tobytes() == parts.values.tobytes()
    theirs = run(said, engine=REFERENCE)
    assert np.allclose(whole.values, theirs.values, rtol=1e-4)
    assert whole.failed == 0


def test_alone_it_is_read_over_a_day_of_no_other_measure():
    said = scenario({"highest_serum_magnesium": [2]}, {"count": 3}, duration="3 d")
    assert np.isfinite(run(said, engine=FAST).values).all()
