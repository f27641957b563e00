"""The calibration finds what is known, and every simulation draws from what it found."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from epsom.core.distributions import Spread
from epsom.core.evidence import registry
from epsom.inference.calibration import fitting, knowledge, sensitivity
from epsom.inference.calibration.emulator import Space, TargetEmulator, learn
from epsom.inference.calibration.outcomes import people_of
from epsom.inference.calibration.posterior import Misfit, aim, sample
from epsom.inference.calibration.targets import targets
from epsom.simulation.crowd import Description, draw_crowd
from epsom.simulation.draws import PARAMETER_SETS, calibrated_sets, draw_parameter
from epsom.simulation.fast.engine import FastEngine
from epsom.simulation.study import Options, run

SPACE = Space(("renal_threshold", "upper_uptake_maximum", "lower_uptake_maximum"))


def test_the_sampler_finds_a_posterior_that_is_known():
    """Standard normal prior and one linear observation: the posterior is normal and known."""

    def misfit(points):
        return (points[:, 0] + points[:, 1] - 2.0) ** 2 / 0.5**2

    rng = np.random.default_rng(7)
    points = sample(misfit, rng.standard_normal((4000, 3)), rng, steps=400)
    gain = 1 / (2 + 0.25)
    assert points.mean(axis=0) == pytest.approx([2 * gain, 2 * gain, 0.0], abs=0.06)
    expected = np.eye(3)
    expected[:2, :2] -= gain
    assert np.cov(points.T) == pytest.approx(expected, abs=0.06)


def test_without_data_the_prior_comes_back():
    rng = np.random.default_rng(3)
    points = sample(lambda places: np.zeros(len(places)), rng.standard_normal((4000, 2)), rng, steps=100)
    assert np.cov(points.T) == pytest.approx(np.eye(2), abs=0.08)


def test_points_become_centers_in_bounds_and_the_median_is_the_record():
    points = np.random.default_rng(1).standard_normal((500, 3)) * 3
    for name, values in SPACE.centers(points).items():
        low, high = registry()[name].canonical_bounds
        assert low <= values.min() <= values.max() <= high
    middle = SPACE.centers(np.zeros((1, 3)))["renal_threshold"][0]
    assert middle == pytest.approx(registry()["renal_threshold"].canonical_value, rel=1e-3)


@pytest.fixture(scope="module")
def urine():
    """Urine of people under sets of their own, and its emulator."""
    target = next(target for target in targets() if target.id == "nielsen2016_high")
    scenario = target.scenarios["diet"]
    people = scenario.people.model_copy(update={"count": 256})
    points = np.random.default_rng(5).standard_normal((256, 3))
    centers = SPACE.centers(points)
    results = run(scenario.model_copy(update={"people": people}), options=Options(centers=centers))
    values = people_of(target.readings[0], results)
    return target, results, values, learn(SPACE, values, results, centers)


def test_an_emulator_predicts_the_mean_of_people_under_other_centers(urine):
    target, results, _, emulator = urine
    point = np.array([[0.0, 1.0, 0.5]])
    centers = SPACE.centers(np.repeat(point, 2, axis=0))
    other = run(results.scenario, options=Options(centers=centers))
    shift = people_of(target.readings[0], other).mean() - emulator.people.mean()
    predicted = emulator.shifts(SPACE.scaled(SPACE.centers(point)))[0]
    assert shift > 0.2
    assert predicted == pytest.approx(shift, rel=0.35)


def test_the_fit_moves_a_target_towards_its_value(urine):
    target, _, _, emulator = urine
    wanted = TargetEmulator(target, [emulator])
    rng = np.random.default_rng(2)
    start = rng.standard_normal((256, 3))
    center, deviation = aim(target)
    far = SimpleNamespace(
        target=SimpleNamespace(id="far", low=center - 1.0, high=center - 0.6, observed=None),
        values=wanted.values, error=wanted.error,
    )  # fmt: skip
    points = sample(Misfit(SPACE, [far]), start, rng, steps=300)  # type: ignore[list-item]
    before, after = (wanted.values(SPACE.scaled(SPACE.centers(p))).mean() for p in (start, points))
    assert abs(after - (center - 0.8)) < 0.5 * abs(before - (center - 0.8))
    assert deviation > 0


def test_every_simulation_draws_from_the_calibrated_sets():
    record = registry()["renal_splay"]
    assert record.name in calibrated_sets()
    plain = draw_parameter(record, 1, np.arange(2 * PARAMETER_SETS))
    given = {"renal_splay": np.full(3, calibrated_sets()["renal_splay"][5])}
    replaced = draw_parameter(record, 1, np.arange(2 * PARAMETER_SETS), given)
    assert plain[5] == replaced[5]
    assert plain[6] != replaced[6]
    crowd = draw_crowd(1, np.arange(6), Description())
    assert crowd.value("renal_splay").tolist() == plain[:6].tolist()


def test_a_record_that_differs_from_the_registry_is_not_calibrated():
    from dataclasses import replace

    changed = replace(registry()["renal_splay"], between=None, uncertainty=Spread("normal", sd=1e-9))
    assert draw_parameter(changed, 1, np.arange(64)) == pytest.approx(changed.canonical_value, rel=1e-3)


def test_what_is_left_out_of_the_calibration_is_said_of_every_group_it_matters_to():
    for target in (t for t in targets() if t.role == "fit"):
        measures = {reading.measure for reading in target.readings}
        assert "raised_tone" in target.bodies or "systolic_blood_pressure_change" not in measures, target.id


def test_the_sets_cover_every_uncertain_parameter_of_the_fit():
    assert set(calibrated_sets()) == set(fitting.space().names)


def test_what_was_learned_is_told_with_its_size():
    known = knowledge.learned()
    assert known[0].ratio < knowledge.INFORMED
    assert [item.ratio for item in known] == sorted(item.ratio for item in known)
    assert all(low <= middle <= high for item in known for middle, low, high in (item.before, item.after))


def test_each_morris_trajectory_moves_every_parameter_once_within_the_cube():
    places, moved = sensitivity.trajectories(6, 20, np.random.default_rng(1))
    steps = np.abs(np.diff(places, axis=1))
    assert ((steps > 0).sum(axis=2) == 1).all()
    assert np.allclose(steps.max(axis=2), 0.5)
    assert (np.sort(moved, axis=1) == np.arange(6)).all()
    assert places.min() > 0
    assert places.max() < 1


@pytest.mark.long
def test_the_whole_program_gives_the_same_sets_for_the_same_seed():
    few = [target for target in targets() if target.id in ("okusanya2016_load", "nielsen2016_high")]
    first, second = (fitting.fit(few, FastEngine(), waves=1, people=64, seed=3).points for _ in range(2))
    assert (first == second).all()
    assert first.std() > 0
