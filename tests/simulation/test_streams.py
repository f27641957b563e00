"""Randomness belongs to a seed, a name and a person, and to nothing else.

Statistical tests use fixed seeds; their bounds would fail by chance in fewer than one of 100,000 seeds.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from epsom.core.distributions import Spread
from epsom.core.evidence import registry
from epsom.simulation.crowd import Description, Normal, draw_crowd
from epsom.simulation.draws import PARAMETER_SETS, draw_parameter, set_of
from epsom.simulation.streams import BLOCK, ordered_sum, uniforms, uniforms_at


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.integers(0, 2**63 - 1), st.text(max_size=20), st.integers(0, 10**12), st.integers(1, 40))
def test_any_stretch_of_a_stream_is_a_part_of_the_whole(seed, name, start, count):
    whole = uniforms(seed, name, start, count)
    assert ((whole > 0) & (whole < 1)).all()
    for first in (0, count // 2, count - 1):
        assert np.array_equal(uniforms(seed, name, start + first, count - first), whole[first:])


def test_people_with_gaps_get_their_own_numbers():
    indices = np.array([3, 4, 9, 1000])
    assert np.array_equal(uniforms_at(7, "weight", indices), uniforms(7, "weight", 0, 1001)[indices])
    assert len(uniforms_at(7, "weight", np.array([], dtype=np.int64))) == 0


def test_the_largest_number_is_below_one(monkeypatch):
    """Guards a fault: 53 bits and a half round up to one."""

    class AllOnes:
        def __init__(self, **_):
            pass

        def random_raw(self, count):
            return np.full(count, 2**64 - 1, dtype=np.uint64)

    monkeypatch.setattr(np.random, "Philox", AllOnes)
    assert uniforms(1, "x", 0, 1)[0] < 1.0


def test_streams_of_other_names_seeds_and_people_are_independent():
    first = uniforms(1, "a", 0, 20_000)
    for other in (uniforms(1, "b", 0, 20_000), uniforms(2, "a", 0, 20_000), uniforms(1, "a", 20_000, 20_000)):
        assert abs(np.corrcoef(first, other)[0, 1]) < 4.5 / np.sqrt(20_000)
    assert stats.kstest(first, "uniform").pvalue > 1e-5
    assert stats.kstest(np.diff(np.sort(first)) * 20_000, "expon").pvalue > 1e-5


def test_first_numbers_are_the_ones_they_always_were():
    """A change here changes every result of every seed, and must be meant."""
    assert np.allclose(uniforms(1, "female", 0, 3), [0.86216495, 0.30616753, 0.57229617], atol=1e-8)


@pytest.mark.parametrize(
    ("spread", "exact"),
    [
        (Spread("lognormal", cv=0.5), stats.lognorm(np.sqrt(np.log(1.25)), scale=3.0)),
        (Spread("normal", sd=0.7), stats.norm(3.0, 0.7)),
        (Spread("uniform", low=1.0, high=4.0), stats.uniform(1.0, 3.0)),
        (Spread("loguniform", low=1.0, high=4.0), stats.loguniform(1.0, 4.0)),
    ],
)
def test_spreads_are_the_distributions_they_are_called(spread, exact):
    chances = np.linspace(0.001, 0.999, 999)
    assert np.allclose(spread.quantile(chances, 3.0), exact.ppf(chances), rtol=1e-9)
    assert np.allclose(spread.scaled(10.0).quantile(chances, 30.0), 10 * exact.ppf(chances), rtol=1e-9)


@pytest.mark.parametrize(
    "spread",
    [
        Spread("lognormal", cv=0.5),
        Spread("normal", sd=1.0),
        Spread("uniform", low=0, high=9),
        Spread("loguniform", low=0.1, high=9),
    ],
)
def test_truncation_rescales_and_piles_nobody_up_on_a_bound(spread):
    values = spread.quantile(np.linspace(1e-6, 1 - 1e-6, 2001), np.full(2001, 3.0), (2.0, 4.0))
    assert (values > 2.0).all()
    assert (values < 4.0).all()
    assert (np.diff(values) > 0).all()


def test_chances_that_round_to_certainty_stay_finite():
    """Python's normal distribution refuses 0 and 1, which truncation may round to."""
    spread = Spread("normal", sd=1.0)
    values = spread.quantile(np.array([0.0, 0.5, 1.0]), 0.0)
    assert values[0] < -30.0
    assert values[1] == 0.0
    assert 8.0 < values[2] < 9.0
    assert spread.quantile(np.empty(0), np.empty(0), (-1.0, 1.0)).shape == (0,)
    # Far in the tail no digits are left, but nobody leaves the bounds by much.
    assert abs(spread.quantile(np.array([0.5]), 0.0, (8.0, 9.0))[0] - 8.1) < 0.2


@pytest.mark.parametrize("numbers", [{"cv": 1.0, "sd": 1.0}, {}, {"low": 1.0}])
def test_spread_with_the_wrong_numbers_is_refused(numbers):
    with pytest.raises(ValueError, match="lognormal spread needs"):
        Spread("lognormal", **numbers)


def test_every_parameter_stays_within_its_bounds_in_every_set():
    indices = np.arange(64 * 8)
    for name, parameter in registry().parameters.items():
        values = draw_parameter(parameter, 3, indices)
        low, high = parameter.canonical_bounds
        assert ((values >= low * (1 - 1e-12)) & (values <= high * (1 + 1e-12))).all(), name


def test_parameter_sets_are_the_same_for_every_seed_and_people_take_turns():
    parameter = next(p for p in registry().parameters.values() if p.uncertainty and not p.between)
    one, other = (draw_parameter(parameter, seed, np.arange(3 * PARAMETER_SETS)) for seed in (1, 2))
    assert np.array_equal(one, other)
    assert np.array_equal(one[:PARAMETER_SETS], one[PARAMETER_SETS : 2 * PARAMETER_SETS])
    assert len(np.unique(one)) == PARAMETER_SETS
    assert set_of(np.array([0, 63, 64])).tolist() == [0, 63, 0]


def test_crowd_is_the_same_in_parts_and_whatever_was_drawn_before():
    said = Description(weight=Normal(70, 10, 50, 90))
    whole = draw_crowd(5, np.arange(40), said)
    part = draw_crowd(5, np.arange(40)[[3, 17, 39]], said)
    part.value("colon_transit")
    for name in ("stool_production", "renal_threshold", "loose_water_capacity"):
        assert np.array_equal(whole.value(name)[[3, 17, 39]], part.value(name))
    subset = whole.subset(np.array([3, 17, 39]))
    assert np.array_equal(subset.value("upper_transit"), part.value("upper_transit"))
    for name, values in whole.covariates.items():
        assert np.array_equal(values[[3, 17, 39]], part.covariates[name])
    assert np.array_equal(whole.intake[[3, 17, 39]], part.intake)


def test_people_are_as_described():
    said = Description(
        age=Normal(60), female_share=1.0, weight=Normal(70, 10, 60, 75), filtration=Normal(3.0)
    )
    crowd = draw_crowd(1, np.arange(2000), said)
    assert (crowd.covariates["age"] == 60).all()
    assert (crowd.covariates["female"] == 1).all()
    assert 60 < crowd.covariates["weight"].min() < crowd.covariates["weight"].max() < 75
    assert (crowd.covariates["filtration"] == 3.0).all()


def test_absolute_filtration_is_referred_to_the_body_surface():
    said = Description(
        weight=Normal(63.0), height=Normal(1.71), filtration=Normal(3.6), filtration_absolute=True
    )
    crowd = draw_crowd(1, np.arange(3), said)
    surface = np.sqrt(63.0 * 171.0 / 3600.0)
    assert np.allclose(crowd.covariates["filtration"], 3.6 * 1.73 / surface)


def test_creatinine_fits_the_filtration_it_is_drawn_with():
    from epsom.core.kidney import ckd_epi_2021

    crowd = draw_crowd(1, np.arange(500), Description())
    c = crowd.covariates
    back = ckd_epi_2021(c["creatinine"] * 113.12 / 10, c["age"], c["female"])
    assert np.allclose(back, c["filtration"] / 0.06, rtol=1e-9)


@settings(max_examples=50, derandomize=True, deadline=None)
@given(st.integers(0, 5000))
def test_ordered_sum_adds_up_whatever_the_length(count):
    values = np.random.default_rng(count).normal(size=(count, 2))
    assert np.allclose(ordered_sum(values), values.sum(axis=0), atol=1e-9)
    blocks = [values[i : i + BLOCK].sum(axis=0) for i in range(0, count, BLOCK)]
    assert np.array_equal(ordered_sum(values), sum(blocks, np.zeros(2)))
