"""How much people differ is fitted to what was published, within what the records allow."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from epsom.core.evidence import data_table, registry
from epsom.core.records.scenario import GroupCondition
from epsom.inference.calibration import spreads
from epsom.inference.calibration.outcomes import measured_of, measurement_error, people_of
from epsom.inference.calibration.spreads import Sensed, choose, taken_apart
from epsom.inference.calibration.targets import Reading, targets
from epsom.simulation.draws import (
    PARAMETER_SETS,
    calibrated_spreads,
    draw_parameter,
    resized,
    spread_between,
)
from epsom.simulation.study import Options, run

STORED = data_table("calibration", "spreads.toml")
MANY = 4096


def sensed(parts: list[float], rest: float, observed: float, people: int = 1000) -> Sensed:
    target = SimpleNamespace(observed_people=people)
    return Sensed(target, "value", observed, np.array(parts), rest, 1.0)  # type: ignore[arg-type]


def test_variance_is_taken_apart_without_that_between_sets():
    rng = np.random.default_rng(1)
    deviates = rng.standard_normal((MANY, 3))
    sets = np.arange(MANY) % PARAMETER_SETS
    values = 50.0 * sets + 2.0 * deviates[:, 0] + 1.0 * deviates[:, 1] + rng.normal(0.0, 1.5, MANY)
    parts, rest = taken_apart(values, deviates, sets)
    assert parts == pytest.approx([4.0, 1.0, 0.0], rel=0.1)
    assert rest == pytest.approx(1.5**2, rel=0.1)


def test_people_without_a_result_are_left_out():
    deviates = np.random.default_rng(2).standard_normal((MANY, 1))
    values = np.where(np.arange(MANY) % 5 == 0, np.nan, 3.0 * deviates[:, 0])
    parts, rest = taken_apart(values, deviates, np.arange(MANY) % PARAMETER_SETS)
    assert parts == pytest.approx([9.0], rel=0.05)
    assert rest < 0.1


def test_what_was_published_decides_where_the_record_is_vague():
    one = sensed([1.0], 0.0, observed=1.6)
    vague, firm = (float(choose([one], np.zeros(1), np.array([width]))[0]) for width in (1.0, 0.02))
    assert math.exp(vague) == pytest.approx(1.6, rel=0.02)
    assert abs(firm) < 0.06


def test_a_spread_stays_within_reach_of_its_record():
    far = sensed([1.0], 0.0, observed=100.0)
    assert choose([far], np.zeros(1), np.array([0.5])) == pytest.approx([0.75])


def test_what_no_study_shows_stays_as_recorded():
    moved, left = choose([sensed([1.0, 0.0], 0.0, observed=1.5)], np.zeros(2), np.array([0.5, 0.5]))
    assert moved > 0.3
    assert left == pytest.approx(0.0, abs=1e-4)


def test_a_small_study_counts_less():
    small, large = sensed([1.0], 0.0, 1.5, people=4), sensed([1.0], 0.0, 1.5, people=400)
    assert small.error > 2 * large.error
    width = np.array([0.35])
    assert choose([small], np.zeros(1), width)[0] < choose([large], np.zeros(1), width)[0]


def test_every_simulation_draws_the_fitted_spread_and_changed_records_their_own():
    name = next(iter(calibrated_spreads()))
    record = registry()[name]
    fitted = spread_between(record)
    assert fitted is not None
    assert (fitted.cv or fitted.sd) == pytest.approx(
        calibrated_spreads()[name] * (1.0 if fitted.cv else record.factor)
    )
    narrow = resized(record, 1e-6)
    assert narrow is not None
    centers = {name: np.full(2, record.canonical_value)}
    assert draw_parameter(narrow, 1, np.arange(64), centers).std() < 1e-3 * record.canonical_value
    assert draw_parameter(record, 1, np.arange(64), centers).std() > 1e-3 * record.canonical_value


def test_stored_spreads_are_within_reach_of_their_records():
    names = tuple(STORED["values"])
    assert set(names) <= set(spreads.spread_names())
    widths = spreads.widths(names)
    for name, width in zip(names, widths, strict=True):
        moved = math.log(STORED["values"][name] / spreads.record_size(registry()[name]))
        assert abs(moved) <= 1.5 * width + 1e-3, name


def test_spreads_were_fitted_to_every_fit_target_that_has_one_and_to_no_other():
    wanted = {
        (target.id, of)
        for target in targets()
        if target.role == "fit" and not target.direction_only
        for of, *_ in spreads.published(target)
    }
    assert {(entry["target"], entry["of"]) for entry in STORED["published"]} == wanted
    assert len(wanted) >= 8


@pytest.fixture(scope="module")
def adults():
    target = next(target for target in targets() if target.id == "serum_interval")
    scenario = target.scenarios["diet"]
    return run(scenario.model_copy(update={"people": scenario.people.model_copy(update={"count": 256})}))


def test_a_measured_value_has_the_error_of_its_record_and_no_shift(adults):
    many = SimpleNamespace(scenario=adults.scenario, indices=np.arange(20_000))
    factors = measurement_error("serum_magnesium", "value/1.0", many)  # type: ignore[arg-type]
    assert np.log(factors).std() == pytest.approx(registry()["serum_assay_cv"].canonical_value, rel=0.03)
    assert np.median(factors) == pytest.approx(1.0, abs=0.002)
    reading = Reading("diet", "serum_magnesium", (1.0,))
    ratio = people_of(reading, adults, measured=True) / people_of(reading, adults)
    assert ratio == pytest.approx(factors[:256])
    assert (people_of(reading, adults, measured=True) == people_of(reading, adults, measured=True)).all()


def test_single_samples_lie_further_apart_than_people(adults):
    twice = Reading("diet", "serum_magnesium", (1.0, 1.0), samples=True)
    values, rows = measured_of(twice, adults)
    assert (rows == np.tile(np.arange(256), 2)).all()
    first, last = values[:256], people_of(replace(twice, days=(1.0,)), adults, measured=True)
    assert (first == last).all()
    assert len(measured_of(replace(twice, samples=False), adults)[0]) == 256


def test_two_samples_have_two_errors_and_an_unknown_error_is_none(adults):
    first, second = (measurement_error("serum_magnesium", f"value/{day}", adults) for day in (1.0, 2.0))
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.2
    assert (measurement_error("stool_mass", "value/1.0", adults) == 1.0).all()


def test_one_isotope_absorption_is_off_by_what_ten_women_measured_twice_say(adults):
    error = measurement_error("tracer_absorbed_fraction", "value/1.0", adults)
    assert error.std() == pytest.approx(registry()["tracer_absorption_error"].value, rel=0.15)


def test_serum_of_diabetics_lies_further_apart_than_that_of_others(adults):
    """0.103 mmol/L between 673 patients of one clinic, of whose excess half is taken (arpaci2015diabetes)."""
    people = adults.scenario.people.model_copy(update={"conditions": (GroupCondition(name="diabetes"),)})
    diabetics = run(adults.scenario.model_copy(update={"people": people}))
    reading = Reading("diet", "serum_magnesium", (1.0,))
    apart, usual = (people_of(reading, group, measured=True).std() for group in (diabetics, adults))
    assert usual + 0.005 < apart < 0.115


def test_evidence_put_in_place_of_the_registry_changes_who_people_are(adults):
    narrow = resized(registry()["renal_threshold"], 1e-4)
    assert narrow is not None
    scenario = adults.scenario
    options = Options(evidence=registry().with_parameters([narrow]))
    assert run(scenario, options=options).values.std() < 0.95 * adults.values.std()


def test_a_reading_with_a_published_spread_counts_beside_the_value():
    target = next(target for target in targets() if target.id == "cholst1984_pth")
    assert spreads.published(target) == [("0", 0.24, True), ("1", 0.5, True)]
    assert spreads.published(replace(target, observed_sd=0.1))[0] == ("value", 0.1, False)
