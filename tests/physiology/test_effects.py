"""Effects: each right in its units, each near its published experiments, small in everyday life."""

from __future__ import annotations

import math

import numpy as np
import pytest

from epsom.core.evidence import registry, sources
from epsom.core.units import conversion
from epsom.physiology.builder.body import COVARIATES
from epsom.physiology.builder.unit_reading import pint_unit, unit_registry
from epsom.physiology.effects import SLOW, effects, evaluate, in_order
from epsom.physiology.effects import preparations as experiment
from epsom.physiology.effects.slow import followed
from epsom.physiology.effects.typical import typical
from epsom.physiology.whole_body import whole_body

#: A sick person, so that no effect is zero.
SICK = typical(
    plasma_concentration=2.9, ionized_calcium=0.9, serum_potassium=3.0, muscle_free_magnesium=0.2,
    csf_concentration=0.6, vessel_magnesium=2.7, colon_water=0.2, colon_emptying=0.2, held_water=0.02, ph=7.6,
)  # fmt: skip
UNITS = dict(COVARIATES) | {"held_water": "kg/h", "used_to_water": "kg/h"}


def quantity(name: str) -> object:
    """What an effect gets, in its source's own unit."""
    make = unit_registry().Quantity
    if name in registry():
        record = registry()[name]
        return make(record.value, pint_unit(record.unit, record.substance))
    if name in effects():
        return make(evaluate([name], SICK)[name], pint_unit(effects()[name].unit))
    body = whole_body()
    units = {item.name: item.unit for item in (*body.states, *body.readings, *body.derived)} | UNITS
    return make(SICK(name), pint_unit(conversion(units[name]).canonical))


@pytest.mark.parametrize("effect", effects().values(), ids=lambda effect: effect.name)
def test_an_effect_is_the_same_in_its_sources_units(effect):
    number = evaluate([effect.name], SICK)[effect.name]
    unit = pint_unit(effect.unit)
    found = unit_registry().Quantity(effect.function(*(quantity(name) for name in effect.needs)))
    assert math.isclose(found.to(unit).magnitude, number, rel_tol=1e-12, abs_tol=1e-15)
    assert conversion(effect.unit).factor == 1.0


@pytest.mark.parametrize("effect", effects().values(), ids=lambda effect: effect.name)
def test_an_effect_says_what_it_is_and_shows_its_equation(effect):
    assert effect.meaning.endswith((".", ")"))
    assert effect.equation.splitlines()[-1].startswith(f"{effect.name} = ")


def test_effects_read_arrays_as_they_read_numbers():
    levels = np.array([0.3, 0.8, 2.0, 5.0])
    for name in effects():
        together = np.broadcast_to(evaluate([name], typical(plasma_concentration=levels))[name], 4)
        alone = [evaluate([name], typical(plasma_concentration=level))[name] for level in levels]
        assert together == pytest.approx(alone, rel=1e-12, abs=1e-12), name


def test_every_documented_source_exists():
    for effect in effects().values():
        named = [word for word in (effect.function.__doc__ or "").replace(")", " ").replace("(", " ").split()
                 if any(c.isdigit() for c in word) and word[0].isalpha() and len(word) > 8]  # fmt: skip
        assert {word.strip(".,;") for word in named} <= set(sources()), effect.name


def test_a_chain_ends_with_its_effect_and_holds_what_it_rests_on():
    names = [effect.name for effect in in_order("excitability")]
    assert names[-1] == "excitability"
    assert names.index("outer_divalent") < names.index("membrane_shift")
    assert set(SLOW.values()) <= set(effects())


@pytest.mark.parametrize(
    ("celsius", "ionic", "ph", "expected"),
    [
        (25, 0.25, 7.0, 158),
        (38, 0.25, 7.0, 123),
        (38, 0.25, 7.2, 112),
        (37, 0.20, 7.1, 89),
        (37, 0.15, 7.2, 58),
    ],
)
def test_mgatp_constant_at_any_temperature_ionic_strength_and_ph(celsius, ionic, ph, expected):
    assert experiment.apparent_constant(ph, celsius, ionic) == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(("free", "share"), [(0.3, 0.772), (0.5, 0.849), (0.8, 0.900), (1.0, 0.919)])
def test_share_of_atp_with_magnesium(free, share):
    assert evaluate(["mgatp_share"], typical(muscle_free_magnesium=free))["mgatp_share"] == pytest.approx(
        share, abs=0.002
    )


def test_frog_node_and_frog_muscle_shift_as_measured():
    assert 18 <= experiment.node_shift(20.0, 2.0) <= 27
    assert -22 <= experiment.node_shift(0.0, 2.0) <= -14
    assert 3 <= experiment.contraction_threshold_shift(3.0) <= 5.5


def test_alkalosis_alone_excites_nerve_by_at_least_two_millivolts():
    assert experiment.alkalosis_shift(7.39, 7.75) <= -2.0


def test_magnesium_lowers_troponins_affinity_as_in_human_heart():
    assert -0.20 <= experiment.troponin_titration(1.0) <= -0.10


def test_diaphragm_is_blocked_where_measured_and_relaxants_need_less():
    assert 4.5 <= experiment.block_concentration(1.8, 1.0, experiment.center("motor_safety_factor")) <= 7.5
    # The published ratio asks for a lower safety factor than complete block does; both lie in its prior.
    assert 0.45 <= experiment.relaxant_ratio(1.8, 1.0, 1.5, 2.5) <= 0.75


def test_magnesium_spares_tetanus_and_may_make_four_twitches_fade():
    assert experiment.tetanus_to_twitch(2.8, 0.25) >= 2 * 2.8
    released = experiment.relative_release(1.15, 2.0, 0.55, 4.0)
    assert 0.65 <= experiment.train_of_four(released, 2.5) < experiment.train_of_four(released, 4.0) <= 1.0


def test_noradrenaline_and_the_hearts_calcium_current_halve_where_measured():
    assert 0.40 <= experiment.relative_release(2.0, 4.8, 1.2, 2.0) <= 0.60
    assert 0.45 <= experiment.heart_calcium_current(1.2, 9.6) <= 0.65


def test_a_bolus_lowers_pressure_and_the_fall_is_gone_within_the_hour():
    pressure, resistance = experiment.bolus_response(1.54, 0.76)
    assert -14 <= pressure <= -6
    assert -20 <= resistance <= -9
    assert abs(experiment.bolus_response(1.54, 0.76, hours=1.25)[0]) <= 3


def test_rats_without_magnesium_feel_more_pain_and_mend_over_weeks():
    change, days = experiment.rat_pain(0.5, 7)
    assert -45 <= change <= -25
    assert 7 <= days <= 25


def test_everyday_effects_are_as_small_as_the_evidence_says():
    for serum in (0.70, 0.95):
        found = evaluate(effects(), typical(plasma_concentration=serum))
        assert abs(found["membrane_shift"]) < 0.5
        assert 0.85 < found["motor_release"] < 1.15
        assert 0.80 < found["autonomic_release"] < 1.20
    for free in (0.4, 0.8):
        found = evaluate(effects(), typical(muscle_free_magnesium=free))
        assert abs(found["troponin_shift"]) < 0.06
        assert abs(found["transmitter_synthesis"] - 1) < 0.005
        assert found["energy_shortfall"] < 0.05


def test_mild_loss_shifts_nerve_by_a_millivolt_and_lost_calcium_doubles_it():
    alone = evaluate(["membrane_shift"], typical(plasma_concentration=0.4))["membrane_shift"]
    both = evaluate(["membrane_shift"], typical(plasma_concentration=0.4, ionized_calcium=1.0))
    assert -1.5 < alone < -0.5
    assert -3.0 < both["membrane_shift"] < -2.0


def test_muscle_is_no_copy_of_serum():
    body = whole_body()
    reading = next(term for term in body.readings if term.name == "muscle_free_magnesium")
    assert "plasma_concentration" not in reading.needs
    assert evaluate(["relaxation_time"], typical(plasma_concentration=0.4))["relaxation_time"] == 1.0


def test_a_slow_state_builds_and_fades_with_its_own_times():
    target = np.array([[1.0] * 10 + [0.0] * 10])
    found = followed(target, np.array([5.0]), np.array([8.0]), np.zeros(1))[0]
    assert found[9] == pytest.approx(1 - math.exp(-2.0))
    assert found[19] == pytest.approx(found[9] * math.exp(-10 / 8))
    settled = followed(np.full((3, 5), 0.4), np.full(3, 5.0), np.full(3, 5.0))
    assert np.all(settled == 0.4)
