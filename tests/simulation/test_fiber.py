"""The muscle fiber: a twitch and its relaxation, and what magnesium, ATP and parvalbumin do to them."""

import numpy as np
import pytest

from epsom.core.evidence import data_folder, parameter_from_table, registry, sources
from epsom.physiology.fiber import Fiber, constants
from epsom.simulation.twitch import twitch

#: Rat and mouse fibers hold parvalbumin, human ones nearly none; umol/L.
RAT = 1500.0
#: Magnesium blind: neither troponin nor release nor leak answer to it.
BLIND = (
    ("troponin_magnesium", 0.0), ("release_magnesium_half", 1e12), ("leak_channel_share", 0.0),
    ("atp_magnesium", 1e-6),
)  # fmt: skip


def relaxation(magnesium: float, **how) -> float:
    return twitch(Fiber(magnesium, **how)).half_relaxation


def test_constants_have_provenance():
    import tomllib

    tables = tomllib.loads((data_folder() / "fiber.toml").read_text(encoding="utf-8"))
    assert set(tables) == set(constants())
    for name, table in tables.items():
        assert set(parameter_from_table(name, table).sources) <= set(sources())


def test_a_twitch_rises_and_relaxes_in_tens_of_milliseconds_and_rests_at_zero():
    human = twitch(Fiber(557.0))
    assert human.rest_force < 0.01
    assert 0.3 < human.peak < 0.9
    assert 10 < human.times[human.force.argmax()] < 50
    assert 20 < human.half_relaxation < 80
    assert human.force[-1] < human.rest_force + 0.02 * human.peak


def test_calcium_is_conserved():
    fiber = Fiber(700.0, parvalbumin=RAT)
    rates = fiber.slopes(3.0, np.array([4.0, 60.0, 300.0, 700.0, 2000.0, 0.2]), (0.0,))
    total = rates[0] * (1 + fiber.buffering) + rates[1] + rates[2] + rates[4]
    assert abs(total) < 1e-9 * np.abs(rates).max()


def test_magnesium_lets_muscle_relax_and_blind_muscle_does_not_care():
    times = [relaxation(magnesium) for magnesium in (300.0, 557.0, 1000.0, 2000.0)]
    assert times == sorted(times, reverse=True)
    assert times[0] > 1.15 * times[2]
    blind = [relaxation(magnesium, changed=BLIND) for magnesium in (300.0, 2000.0)]
    assert blind[0] == pytest.approx(blind[1], rel=0.01)


def test_the_steady_map_of_the_person_is_that_of_the_fiber():
    levels = np.array([400.0, 480.0, 557.0, 660.0, 800.0])
    runs = [twitch(Fiber(level)) for level in levels]
    for name, values in (
        ("relaxation", [r.half_relaxation for r in runs]),
        ("twitch", [r.peak for r in runs]),
    ):
        slope = np.polyfit(np.log(levels), np.log(values), 1)[0]
        assert slope == pytest.approx(registry()[f"{name}_exponent"].value, abs=0.02)


def test_raised_magnesium_cuts_release_as_in_rat_fibers():
    assert Fiber(3000.0).release_strength == pytest.approx(0.6, abs=0.1)


def test_little_atp_weakens_the_twitch_more_than_tetanus():
    impulses = [10.0 * i for i in range(40)]
    usual, poor = (twitch(Fiber(1000.0, RAT, atp)) for atp in (8000.0, 2000.0))
    assert 0.60 <= poor.peak / usual.peak <= 0.80
    tetani = [twitch(Fiber(1000.0, RAT, atp), impulses, 500.0).peak for atp in (8000.0, 500.0)]
    assert 0.80 <= tetani[1] / tetani[0] <= 0.97


def test_very_low_magnesium_slows_calciums_decay_and_starts_release_by_itself():
    control = twitch(Fiber(1000.0, RAT))
    for low in (50.0, 140.0):
        assert 0.2 <= twitch(Fiber(low, RAT)).calcium_decay / control.calcium_decay <= 0.45
    assert twitch(Fiber(50.0, RAT)).rest_force > 20 * control.rest_force
    # Human fibers with little parvalbumin are slowed less.
    human = twitch(Fiber(140.0)).calcium_decay / twitch(Fiber(1000.0)).calcium_decay
    assert human > twitch(Fiber(140.0, RAT)).calcium_decay / control.calcium_decay
