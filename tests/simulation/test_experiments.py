"""Building targets of effects, symptoms and back pain: the model's numbers in the targets' bands."""

from __future__ import annotations

import numpy as np
import pytest

from epsom.simulation.experiments import EFFECT_TARGETS

#: Lowest and highest of each number, in the order of the target.
BANDS = {
    "te_low_mg_fibre": [(0.2, 0.45)],
    "te_ap_release": [(0.5, 0.7)],
    "te_atp_force": [(0.6, 0.8), (0.8, 0.97)],
    "te_tnc_cardiac": [(-0.20, -0.10)],
    "te_node_shift": [(18, 27), (-22, -14)],
    "te_contraction_threshold": [(3, 5.5)],
    "te_hyperventilation": [(-10, -2)],
    "te_diaphragm_block": [(4.5, 7.5)],
    "te_rocuronium_ec50": [(0.45, 0.75)],
    "te_pig_tetanus": [(2.1, 3.5), (5.6, 20)],
    "te_noradrenaline": [(0.4, 0.6)],
    "te_l_type": [(0.45, 0.65)],
    "te_rat_hyperalgesia": [(-45, -25), (7, 25)],
    "te_everyday_flat": [(-0.25, 0.25)] * 3,
    "te_cramps_2012": [(-21.1, 13.3), (-0.52, 0.55)],
    "te_excess_cases": [(0.6, 1.0), (0.15, 1.0)],
    "te_bp_iv": [(-14, -6), (-20, -9)],
    "te_bp_fade": [(-3, 3)],
    "te_lbp_new": [(0.14, 0.24)],
    "te_lbp_care": [(30, 50), (1.2, 1.7), (1.1, 1.5)],
    "te_lbp_prevalence": [(0.08, 0.18), (0.17, 0.30)],
    "te_lbp_recovery": [(45, 75), (0.62, 0.80)],
    "te_lbp_mean_course": [(46, 58), (17, 29), (6, 18), (0, 12)],
    "te_lbp_persistent_course": [(45, 57), (27, 39), (20, 32), (17, 29)],
    "te_lbp_recurrence": [(0.60, 0.82)],
    "te_gi_recovery": [(0.5, 2.0), (0.5, 4.0)],
}


@pytest.mark.parametrize("target", sorted(BANDS))
def test_a_building_target_lies_in_its_band(target):
    found = EFFECT_TARGETS[target]()
    for value, (low, high) in zip(found, BANDS[target], strict=True):
        assert low <= value <= high


def test_four_twitches_fade_somewhat_and_overlap_the_published_range():
    strong, weak = EFFECT_TARGETS["te_tof_women"]()
    assert strong < weak < 1.0
    assert 0.70 <= strong <= 0.98


def test_every_target_gives_finite_numbers():
    assert all(np.isfinite(value) for compute in EFFECT_TARGETS.values() for value in compute())
