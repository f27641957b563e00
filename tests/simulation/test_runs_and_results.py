"""A run from scenario to result: progress, canceling, selection, what is missing, the file of everyone."""

from __future__ import annotations

import os
import time

import numpy as np
import pytest
import xarray
from protocols import Dose, Life
from scenarios import columns, scenario

from epsom.core.faults import InputError
from epsom.physiology.whole_body import whole_body
from epsom.simulation import Options, run
from epsom.simulation.balance import Balance
from epsom.simulation.engine import Courses, Settings, Status, bounds, groups
from epsom.simulation.fast.engine import FastEngine
from epsom.simulation.measures import MEASURES, OVER_A_DAY, Course, hours_needed
from epsom.simulation.reference import ReferenceEngine
from epsom.simulation.results import Results, deviation, mean, percentile, sources_used

READ = {"serum_magnesium": [0, 2], "urine_magnesium": [1], "diarrhea": [0]}


def test_both_engines_give_one_answer():
    said = scenario({"serum_magnesium": [0, 1.5], "urine_magnesium": [1]}, {"count": 2}, duration="2 d",
                    supplements=[{"form": "oxide", "dose": "400 mg", "dose_of": "elemental"}])  # fmt: skip
    options = Options(settings=Settings(1e-8))
    ours = run(said, engine=FastEngine(threads=1), options=options)
    theirs = run(said, engine=ReferenceEngine(), options=options)
    assert np.allclose(ours.values, theirs.values, rtol=1e-4)


def test_progress_counts_everyone_once():
    seen: list[tuple[int, int]] = []
    run(scenario(READ, {"count": 20}, duration="2 d"), options=Options(chunk=8),
        progress=lambda done, total: seen.append((done, total)))  # fmt: skip
    assert seen == [(8, 20), (16, 20), (20, 20)]


def test_canceled_people_are_missing_and_counted():
    calls = iter(range(1000))
    said = scenario(READ, {"count": 30}, duration="2 d", control=True)
    result = run(said, options=Options(chunk=10), canceled=lambda: next(calls) > 20)
    stopped = result.status == Status.CANCELED
    assert stopped.any()
    assert result.failed == stopped.sum()
    assert np.isnan(result.values[stopped]).all()
    assert np.isnan(result.control[stopped]).all()
    assert np.isfinite(result.values[~stopped]).all()
    assert result.record().failed == result.failed
    assert len(result.indices) == 30


def test_cancel_stops_within_a_fraction_of_a_second():
    """A year of many people would take a minute; the kernels must look up in between."""
    problem = Life(days=5, doses=(Dose("oral", "oxide", 9.0, 20.0),)).problem(whole_body(), people=3000)
    engine = FastEngine(threads=2)
    engine.solve(Life(days=1).problem(whole_body(), people=2))
    begin = time.monotonic()
    courses = engine.solve(problem, canceled=lambda: time.monotonic() - begin > 0.3)
    assert time.monotonic() - begin < 1.5
    assert (courses.status == Status.CANCELED).any()
    assert np.isnan(courses.states[courses.status == Status.CANCELED]).all()


def test_few_people_can_be_canceled_too():
    """Guards a fault: up to 64 people on one thread ran to the end whatever was asked."""
    begin = time.monotonic()
    long = Life(days=400).problem(whole_body(), people=16, every=24.0)
    courses = FastEngine(threads=1).solve(long, canceled=lambda: True)
    assert (courses.status == Status.CANCELED).all()
    assert time.monotonic() - begin < 3.0


def test_interruption_does_not_wait_for_everyone():
    def interrupt():
        raise KeyboardInterrupt

    problem = Life(days=300).problem(whole_body(), people=200, every=24.0)
    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        FastEngine(threads=2).solve(problem, canceled=interrupt)
    assert time.monotonic() - begin < 5.0


def test_failed_run_is_missing_in_values_and_control_and_in_no_mean(monkeypatch):
    """Guards a fault: a person whose control failed kept the other half, and was saved as done."""
    from epsom.simulation import study

    said = scenario(READ, {"count": 6}, duration="2 d", control=True)
    good = run(said)
    original = study._course

    def failing(*arguments, with_changes):
        values, status = original(*arguments, with_changes=with_changes)
        if not with_changes:
            status[2], values[2] = Status.NOT_FINITE, np.nan
        return values, status

    monkeypatch.setattr(study, "_course", failing)
    result = run(said)
    assert result.failed == 1
    assert np.isnan(result.values[2]).all()
    assert np.isnan(result.control[2]).all()
    kept = np.arange(6) != 2
    entry = result.record().measures[0]
    assert entry.mean == pytest.approx(good.values[kept, 0].mean(), rel=1e-12)


def test_selection_takes_the_first_who_qualify():
    limits = {"serum_magnesium": {"min": "0.85 mmol/L"}}
    everyone = columns(run(scenario(READ, {"count": 120}, duration="2 d")))["serum_magnesium", 0]
    chosen = run(scenario(READ, {"count": 15, "select": limits}, duration="2 d"), options=Options(chunk=40))
    assert chosen.indices.tolist() == np.flatnonzero(everyone >= 0.85)[:15].tolist()
    assert np.array_equal(columns(chosen)["serum_magnesium", 0], everyone[chosen.indices])


def test_a_study_that_screens_by_a_measured_value_takes_some_whose_true_value_lies_beyond():
    said = scenario(
        READ, {"count": 40, "select": {"serum_magnesium": {"min": "0.85 mmol/L"}}}, duration="2 d"
    )
    true = columns(run(said))["serum_magnesium", 0]
    measured = columns(run(said, options=Options(screening_error=0.05)))["serum_magnesium", 0]
    assert (true >= 0.85).all()
    assert 0.05 < (measured < 0.85).mean() < 0.6
    assert measured.min() > 0.7


def test_selection_that_nobody_meets_says_so():
    limits = {"serum_magnesium": {"min": "3 mmol/L"}}
    with pytest.raises(InputError) as caught:
        run(scenario(READ, {"count": 1, "select": limits}, duration="2 d"))
    (fault,) = caught.value.faults
    assert fault.where == "people.select.serum_magnesium"
    assert fault.got.startswith("0 of 1 people after")


def test_tracer_share_counts_what_was_swallowed_so_far():
    """Guards faults: doses still to come, of unknown size, and infused stood in the denominator."""
    read = {"tracer_absorbed_fraction": [0, 4]}
    dose = {"form": "citrate", "dose": "50 mg", "dose_of": "elemental", "labeled": True, "with_food": False}
    once = run(scenario(read, {"count": 16}, duration="6 d", supplements=[dose | {"at_day": 0.3}]))
    daily = run(scenario(read, {"count": 16}, duration="6 d", supplements=[dose | {"start_day": 0}]))
    infused = {"form": "sulfate", "dose": "8 mmol", "at_day": 0.5, "route": "intravenous", "labeled": True}
    both = run(scenario(read, {"count": 16}, duration="6 d", supplements=[dose | {"at_day": 0.3}, infused]))
    shares = columns(once)["tracer_absorbed_fraction", 4]
    assert ((shares > 0.2) & (shares < 0.8)).all()
    assert np.allclose(columns(both)["tracer_absorbed_fraction", 4], shares, rtol=0.1)
    assert np.allclose(columns(daily)["tracer_absorbed_fraction", 4], shares, rtol=0.25)
    drawn = dose | {"at_day": 0.3}
    del drawn["dose"], drawn["dose_of"]
    unknown = columns(run(scenario(read, {"count": 16}, duration="6 d", supplements=[drawn])))
    assert (
        (unknown["tracer_absorbed_fraction", 4] > 0.1) & (unknown["tracer_absorbed_fraction", 4] < 0.8)
    ).all()


def test_tracer_share_without_a_label_is_missing_not_zero():
    said = scenario({"tracer_absorbed_fraction": [0]}, {"count": 3}, duration="1 d")
    result = run(said)
    assert np.isnan(result.values).all()
    entry = result.record().measures[0]
    assert entry.mean is None
    assert entry.p50 is None


def test_days_of_any_fraction_are_read():
    days = [0, 0.1, 0.30000000000000004, 1 / 3, 1.1, 1.9]
    result = run(
        scenario({"serum_magnesium": days, "urine_magnesium": [0.1, 0.3]}, {"count": 2}, duration="2 d")
    )
    assert np.isfinite(result.values).all()


def test_every_measure_is_read_and_has_the_sign_it_should():
    read = {name: [0, 1] for name in MEASURES if name != "tracer_absorbed_fraction"}
    found = columns(run(scenario(read, {"count": 8}, duration="2 d")))
    free = {"retained_magnesium", "systolic_blood_pressure_change"}
    for (name, _), values in found.items():
        assert np.isfinite(values).all(), name
        assert (values >= 0).all() or name in free, name
    assert (found["retained_magnesium", 0] == 0).all()
    assert np.allclose(found["absorbed_magnesium", 0], found["true_absorption", 0] -
                       (found["true_absorption", 0] - found["absorbed_magnesium", 0]))  # fmt: skip
    assert (found["absorbed_magnesium", 0] < found["true_absorption", 0]).all()
    assert (found["fecal_soluble_magnesium", 0] < found["fecal_magnesium", 0]).all()
    assert (found["ionized_magnesium", 0] < found["serum_magnesium", 0]).all()


def test_measures_over_a_day_need_both_ends():
    assert hours_needed("urine_magnesium", 3) == (72, 96)
    assert hours_needed("serum_magnesium", 3) == (72,)
    assert set(MEASURES) >= OVER_A_DAY


def test_a_day_that_was_not_reported_is_an_error():
    body = whole_body()
    life = Life()
    problem = life.problem(body, people=1, every=24.0)
    states = FastEngine(threads=1).solve(problem).states
    course = Course(body, life.crowd(1), problem.constants, problem.hours, states,
                    np.repeat(problem.inputs[:, None], 4, axis=1))  # fmt: skip
    assert course.at("plasma_magnesium", 1.0).shape == (1,)
    with pytest.raises(KeyError, match=r"day 0\.5 was not reported"):
        course.at("plasma_magnesium", 0.5)
    with pytest.raises(KeyError, match="day 9"):
        course.at("plasma_magnesium", 9.0)


@pytest.mark.parametrize("seed", [1, 2**63 - 1])
def test_file_of_everyone_reads_back(tmp_path, seed):
    """Guards a fault: seeds beyond 32 bits could not be saved."""
    read = {"serum_magnesium": [0, 2], "urine_magnesium": [1]}
    result = run(scenario(read, {"count": 5, "seed": seed}, duration="2 d", control=True))
    path = tmp_path / "people.nc"
    result.save(path)
    with xarray.open_dataset(path, engine="scipy") as back:
        assert np.array_equal(back["serum_magnesium"].values, result.values[:, :2])
        assert np.array_equal(back["urine_magnesium_control"].values, result.control[:, 2:])
        assert back["serum_magnesium"].attrs["units"] == "mmol/L"
        assert back.attrs["seed"] == str(seed)
        assert back["person"].values.tolist() == list(range(5))
        assert "done" in back["status"].attrs["meaning"]
    assert os.listdir(tmp_path) == ["people.nc"]  # noqa: PTH208


def test_file_that_cannot_be_written_leaves_nothing_behind(tmp_path, monkeypatch):
    result = run(scenario(READ, {"count": 2}, duration="2 d"))

    def fail(*_, **__):
        raise OSError("disk full")

    monkeypatch.setattr(xarray.Dataset, "to_netcdf", fail)
    with pytest.raises(OSError, match="disk full"):
        result.save(tmp_path / "people.nc")
    assert not list(tmp_path.iterdir())


def test_summary_is_of_those_who_finished():
    said = scenario({"serum_magnesium": [0]}, {"count": 4}, duration="1 d")
    said.measures[0].__dict__["above"] = (0.75, 0.85)
    values = np.array([[0.7], [0.8], [0.9], [np.nan]])
    status = np.array([0, 0, 0, Status.NOT_FINITE], dtype=np.int8)
    result = Results(said, np.arange(4), values, None, status, np.zeros(4, dtype=np.int8), {})
    (entry,) = result.record().measures
    assert result.record().failed == 1
    assert entry.mean == pytest.approx(0.8)
    assert entry.sd == pytest.approx(0.1)
    assert (entry.p05, entry.p50, entry.p95) == pytest.approx((0.71, 0.8, 0.89))
    assert entry.fraction_above == pytest.approx((2 / 3, 1 / 3))


def test_statistics_of_nobody_are_missing():
    assert mean(np.empty(0)) is None
    assert percentile(np.empty(0), 5) is None
    assert deviation(np.array([1.0])) is None


def test_explanations_and_sources():
    assert all(status.explanation for status in Status)
    assert all(balance.explanation for balance in Balance)
    assert len(sources_used()) > 20


def test_groups_cover_everyone_once():
    for people in (0, 1, 7, 512, 513):
        for wanted in (1, 2, 5, 64):
            cut = groups(people, wanted)
            assert [i for a, b in cut for i in range(a, b)] == list(range(people))
            assert len(cut) <= max(wanted, 1)
    assert bounds(5, 2) == [(0, 2), (2, 4), (4, 5)]


def test_nobody_and_no_time_are_no_problem():
    problem = Life(days=1).problem(whole_body(), people=1, every=24.0)
    none = type(problem)(problem.body, problem.constants[:0], problem.states[:0], problem.inputs[:0], [],
                         problem.hours)  # fmt: skip
    for engine in (FastEngine(threads=2), ReferenceEngine()):
        assert isinstance(engine.solve(none), Courses)
        assert engine.solve(none).states.shape == (0, 2, len(problem.body.states))
    still = type(problem)(problem.body, problem.constants, problem.states, problem.inputs, problem.events,
                          np.array([0.0]))  # fmt: skip
    for engine in (FastEngine(threads=2), ReferenceEngine()):
        courses = engine.solve(still)
        assert np.array_equal(courses.states[:, 0], problem.states)
        assert courses.failed == 0
