"""Targets are complete and honest, and their values are read rightly off simulated people."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from epsom.core.evidence import registry, sources
from epsom.inference.calibration.outcomes import (
    Outcome,
    combined,
    evaluate,
    individual,
    results_of,
    simulated,
    spread_within,
    statistic_of,
)
from epsom.inference.calibration.targets import (
    Body,
    Combine,
    Reading,
    Target,
    TargetError,
    target_from_table,
    targets,
)
from epsom.simulation.experiments import EFFECT_TARGETS
from epsom.simulation.fast.engine import FastEngine

QUANTITATIVE = [target for target in targets() if target.readings and not target.direction_only]
READING = Reading("on", "serum_magnesium", (1.0,))


def target_like(**changes: object) -> Target:
    given = {
        "id": "made_up", "title": "", "topic": "", "role": "check", "unit": "mmol/L", "status": "read",
        "source": "fine1991absorption", "direction_only": False, "readings": (READING,),
        "arms": {"on": {"people": {"count": 4}, "duration": "2 d"}}, "low": 0.5, "high": 1.0,
    }  # fmt: skip
    return Target(**(given | changes))  # type: ignore[arg-type]


def outcome_like(value: float, interval: tuple[float, float] | None = None, **changes: object) -> Outcome:
    return Outcome(target_like(**changes), value, interval or (value, value), 0.1, 0)


def test_every_target_names_a_source_and_a_valid_scenario_or_an_experiment():
    for target in targets():
        assert target.source in sources(), target.id
        assert target.scenarios if target.readings else target.experiment in EFFECT_TARGETS, target.id


def test_a_quarter_of_the_values_is_kept_from_the_fit():
    assert sum(target.role == "check" for target in QUANTITATIVE) >= len(QUANTITATIVE) / 4


def test_values_from_memory_are_reported_and_neither_fitted_nor_checked():
    assert {target.id for target in targets() if target.status == "recalled"} <= {
        target.id for target in targets() if target.role == "report-only"
    }


def test_what_is_fitted_has_a_closed_band():
    fitted = [target for target in QUANTITATIVE if target.role == "fit"]
    assert all(target.low is not None and target.high is not None for target in fitted)
    assert all(target.low < target.high for target in fitted)  # type: ignore[operator]


def test_a_conflict_has_at_least_two_rivals_and_says_whose():
    rivals = [target for target in targets() if target.role == "conflict-set"]
    assert len(rivals) >= 2
    assert all(target.observed is not None for target in rivals)


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"role": "fitted"}, "role"), ({"surprise": 1}, "surprise"), ({"low": None, "high": None}, "limit"),
        ({"arms": {"off": {}}}, "arms"),
        ({"arms": {"on": {"part": [{"share": 0.5}, {"share": 0.6}]}}}, "share"),
        ({"reading": [{"arm": "on", "measure": "x", "days": [1], "statistic": "mode"}]}, "mode"),
    ],
)  # fmt: skip
def test_a_faulty_target_is_refused_by_name(changes, part):
    table = {
        "id": "made_up", "title": "", "topic": "", "role": "check", "unit": "", "status": "read",
        "source": "", "direction_only": False, "low": 0.0,
        "reading": [{"arm": "on", "measure": "serum_magnesium", "days": [1]}], "arms": {"on": {}},
    }  # fmt: skip
    assert target_from_table(table).id == "made_up"
    with pytest.raises(TargetError, match=part):
        target_from_table(table | changes)


@pytest.mark.parametrize(
    ("combine", "readings", "expected"),
    [
        (Combine(weights=(1, -1), by=2.0), [5.0, 1.0], 2.0),
        (Combine(weights=(-1,), by=4.0, plus=1.0), [1.0], 0.75),
        (Combine(weights=(1, -1, 0, 0), by_weights=(0, 0, 1, -1)), [9.0, 2.0, 3.0, 2.0], 7.0),
        (Combine(kind="ratio"), [3.0, 2.0], 1.5),
        (Combine(kind="relative"), [3.0, 2.0], 0.5),
        (Combine(kind="least_step"), [1.0, 2.0, 2.5], 0.5),
        (Combine(kind="odds_ratio"), [0.5, 0.2], 4.0),
    ],
)
def test_readings_combine_to_the_published_statistic(combine, readings, expected):
    assert combined(combine, readings) == pytest.approx(expected)


def test_a_statistic_that_does_not_exist_is_missing_and_never_a_number():
    assert math.isnan(combined(Combine(kind="ratio"), [1.0, 0.0]))
    assert math.isnan(combined(Combine(kind="odds_ratio"), [0.5, 0.0]))
    assert math.isnan(statistic_of(READING, np.array([np.nan, np.nan])))


def test_statistics_leave_out_people_without_a_result():
    values = np.array([1.0, 2.0, np.nan, 6.0])
    assert statistic_of(READING, values) == pytest.approx(3.0)
    assert statistic_of(replace(READING, statistic="median"), values) == 2.0
    assert statistic_of(replace(READING, statistic="share_above", limit=2.0), values) == pytest.approx(2 / 3)
    assert statistic_of(replace(READING, statistic="share_below", limit=2.0), values) == pytest.approx(1 / 3)


def test_spread_between_people_leaves_out_the_spread_between_sets():
    rng = np.random.default_rng(1)
    sets = np.arange(4000) % 40
    values = 10.0 * sets + rng.normal(0, 2.0, 4000)
    assert spread_within(values, sets) == pytest.approx(2.0, rel=0.05)


def test_a_value_is_taken_person_by_person_where_it_can_be():
    target = target_like(readings=(READING, READING), combine=Combine(weights=(1, -1), by=2.0))
    assert individual(target, [np.array([3.0, 5.0]), np.array([1.0, 1.0])]).tolist() == [1.0, 2.0]


def test_a_part_of_an_arm_lives_otherwise_and_the_rest_as_before():
    """Half of the people have a bowel that stands still: they, and only they, hold more magnesium."""
    arm = {
        "people": {"count": 64}, "duration": "1 d",
        "supplements": [{"form": "sulfate", "dose": "100 mmol", "with_food": False, "at_day": 0}],
    }  # fmt: skip
    reading = replace(READING, days=(0.5,))
    whole = target_like(readings=(reading,), arms={"on": arm})
    mixed = replace(whole, arms={"on": arm | {"part": [{"share": 0.5, "conditions": ["ileus"]}]}})
    kept: dict = {}
    simulate = partial(simulated, engine=FastEngine())
    before = results_of(whole, simulate, kept)["on"]
    after = results_of(mixed, simulate, kept)["on"]
    differ = (after.values != before.values)[:, 0]
    assert len(kept) == 2
    assert 0.3 < differ.mean() < 0.7
    parts = [{"share": 0.3, "conditions": ["ileus"]}, {"share": 0.2, "conditions": ["ileus"]}]
    halves = replace(whole, arms={"on": arm | {"part": parts}})
    assert (results_of(halves, simulate, kept)["on"].values == after.values).all()
    assert (after.values[differ] > before.values[differ]).mean() > 0.9


def test_a_band_decides_and_a_conflict_passes_when_its_rival_is_covered():
    assert outcome_like(0.6).passes
    assert not outcome_like(0.4).passes
    assert not outcome_like(math.nan).passes
    assert not replace(outcome_like(0.6), failed=1).passes
    rival = {"role": "conflict-set", "observed": 0.9}
    assert outcome_like(0.4, (0.2, 0.95), **rival).passes
    assert not outcome_like(0.4, (0.2, 0.6), **rival).passes


def test_a_spread_agrees_within_its_factor_either_way():
    assert outcome_like(0.6, observed_sd=0.14).sd_agrees
    assert not outcome_like(0.6, observed_sd=0.16).sd_agrees
    assert not outcome_like(0.6, observed_sd=0.06).sd_agrees
    assert outcome_like(0.6).sd_agrees is None


def test_the_published_value_and_the_band_do_not_reach_the_simulation():
    target = next(target for target in targets() if target.id == "okusanya2016_load")
    small = {"infusion": {**target.arms["infusion"], "people": {"count": 8}}}
    told = replace(target, arms=small)
    untold = replace(told, observed=99.0, low=-5.0, high=-4.0)
    first, second = evaluate([told])[0], evaluate([untold])[0]
    assert first.value == second.value
    assert math.isfinite(first.value)
    assert first.failed == 0


def test_what_is_known_of_bodies_holds_whatever_the_parameter_sets_say():
    """Everyone has the tone of the women studied, under calibrated sets and under those of a calibration."""
    target = next(target for target in targets() if target.id == "lu2002_bp")
    [scenario] = target.scenarios.values()
    few = scenario.model_copy(update={"people": scenario.people.model_copy(update={"count": 8})})
    sets = {"raised_tone": np.array([0.2, 0.4]), "pressure_largest_fall": np.array([30.0])}

    def falls(bodies, centers=None):
        return -simulated(few, bodies, engine=FastEngine(), centers=centers).values

    half, whole = {"raised_tone": Body(0.5)}, {"raised_tone": Body(1.0)}
    assert np.allclose(falls(half), falls(whole) / 2, rtol=1e-3)
    assert np.allclose(falls(half, sets), falls(whole, sets) / 2, rtol=1e-3)
    assert falls({}).mean() < falls(target.bodies).mean()


def test_people_known_to_differ_in_something_differ_by_what_is_known():
    target = next(target for target in targets() if target.id == "sabatier2011_seven_portions")
    eaten = target.bodies["intake_men"].told(registry()["intake_men"])
    assert eaten.value == target.bodies["intake_men"].value
    assert eaten.between is not None
    assert eaten.between.cv == target.bodies["intake_men"].spread
    assert Body(2.0).told(registry()["intake_men"]).between is None


def test_an_unknown_parameter_of_bodies_is_refused():
    table = {"id": "x", "title": "", "topic": "", "role": "check", "unit": "1", "status": "read",
             "source": "", "direction_only": False, "low": 0.0, "experiment": "te_bp_iv"}  # fmt: skip
    assert target_from_table(table | {"bodies": {"raised_tone": {"value": 1.0}}}).bodies
    with pytest.raises(TargetError, match="no_such_parameter"):
        target_from_table(table | {"bodies": {"no_such_parameter": {"value": 1.0}}})
