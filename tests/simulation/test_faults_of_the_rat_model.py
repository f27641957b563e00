"""What the published calcium-magnesium model of the rat gets wrong, the body here gets right.

In that model (duttalayton2024model) absorption exceeds intake at low diets, deep bone is frozen, and the
kidney neither conserves nor overflows.
"""

from __future__ import annotations

import numpy as np
import pytest
from scenarios import columns, scenario

from epsom.simulation import run

INTAKES = (20, 60, 120, 310, 600, 1200)  # mg/day
MILLIMOLE = 24.305  # mg


def eaten(milligrams, measures, people=None, **keys):
    """Values of 48 people in balance with, or on the way from, a diet."""
    result = run(
        scenario(
            measures, {"count": 48} | (people or {}), **keys | {"diet": {"magnesium": f"{milligrams} mg/day"}}
        )
    )
    assert result.failed == 0
    return columns(result)


@pytest.mark.parametrize("milligrams", INTAKES)
def test_absorption_never_exceeds_intake(milligrams):
    found = eaten(milligrams, {"true_absorption": [0], "absorbed_magnesium": [0]}, duration="1 d")
    intake = milligrams / MILLIMOLE
    assert (found["true_absorption", 0] < intake).all()
    assert (found["absorbed_magnesium", 0] < found["true_absorption", 0]).all()


def test_the_absorbed_share_is_largest_when_little_is_eaten():
    shares = [
        eaten(milligrams, {"true_absorption": [0]}, duration="1 d")["true_absorption", 0].mean()
        / (milligrams / MILLIMOLE)
        for milligrams in INTAKES
    ]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 1.5 * shares[-1]


def test_the_kidney_conserves_in_depletion():
    """Urine falls to a small part within weeks, serum by far less: the fraction excreted collapses."""
    read = {"urine_magnesium": [0, 27], "fractional_excretion": [0, 27], "serum_magnesium": [0, 27]}
    found = eaten(310, read, diet_changes=[{"day": 0, "magnesium": "20 mg/day"}])
    assert found["urine_magnesium", 27].mean() < 0.3 * found["urine_magnesium", 0].mean()
    assert found["fractional_excretion", 27].mean() < 0.02
    assert found["serum_magnesium", 27].mean() > 0.7 * found["serum_magnesium", 0].mean()


def test_the_kidney_overflows_under_load():
    """Three quarters of what an infusion adds is passed within two days, and more of what is filtered."""
    load = {"form": "sulfate", "dose": "40 mmol", "at_day": 1.0, "route": "intravenous", "duration": "8 h"}
    read = {"urine_magnesium": [0, 1, 2], "fractional_excretion": [0, 1]}
    found = eaten(310, read, duration="3 d", supplements=[load])
    extra = found["urine_magnesium", 1] + found["urine_magnesium", 2] - 2 * found["urine_magnesium", 0]
    assert extra.mean() > 0.6 * 40
    assert (extra < 40).all()
    assert (found["fractional_excretion", 1] > 3 * found["fractional_excretion", 0]).all()


def test_filtration_matters():
    load = {"form": "sulfate", "dose": "20 mmol", "at_day": 1.0, "route": "intravenous", "duration": "4 h"}
    passed = [
        eaten(
            310,
            {"urine_magnesium": [1]},
            {"egfr": f"{egfr} mL/min/1.73m2"},
            duration="2 d",
            supplements=[load],
        )["urine_magnesium", 1].mean()
        for egfr in (120, 60, 30, 10)
    ]
    assert passed == sorted(passed, reverse=True)
    assert passed[0] > 2 * passed[-1]


def test_deep_bone_gives_and_takes():
    read = {"bone_magnesium": [0, 89], "retained_magnesium": [89]}
    less = eaten(310, read, duration="90 d", diet_changes=[{"day": 0, "magnesium": "100 mg/day"}])
    more = eaten(310, read, duration="90 d", diet_changes=[{"day": 0, "magnesium": "600 mg/day"}])
    assert (less["bone_magnesium", 89] < less["bone_magnesium", 0]).all()
    assert (more["bone_magnesium", 89] > more["bone_magnesium", 0]).all()
    assert np.sign(less["retained_magnesium", 89]).max() < 0 < more["retained_magnesium", 89].min()
