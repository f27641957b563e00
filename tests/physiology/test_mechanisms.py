"""Each mechanism by itself: with it a symptom's hazard moves, with it switched off it does not.

Rows of the design: 1 also with the muscle fiber (tests/simulation/test_fiber.py), 6 with people who take
magnesium (tests/simulation/test_what_people_feel.py), 7 to 9 on their courses (tests/inference/
test_hazards.py), 13 to 15 on whole answers (tests/guidance/test_what_magnesium_advice_rests_on.py).
"""

from __future__ import annotations

from typing import Any

import pytest

from epsom.physiology.effects.typical import typical
from epsom.physiology.levels import added_by
from epsom.physiology.symptoms import symptom_models

#: Low magnesium that has taken calcium and potassium along.
LACK: dict[str, Any] = {"plasma_concentration": 0.3, "ionized_calcium": 0.95, "serum_potassium": 3.0}
EXCESS: dict[str, Any] = {"plasma_concentration": 4.5}


def added(symptom: str, pathway: str, effect: str | None = None, **changed: Any) -> float:
    """New episodes per day by one pathway (and effect) of a typical adult in whom this has changed."""
    read = typical(**changed)
    links = [
        link for link in symptom_models()[symptom].links
        if link.pathway == pathway and effect in (None, link.effect)
    ]  # fmt: skip
    return float(sum(added_by(link, symptom, read) for link in links))


ROWS = [
    # row, symptom, pathway, effect, what has changed, the switch
    ("1 relaxation", "muscle_tension", "direct_effect", "relaxation_slowing", {"muscle_free_magnesium": 0.15},
     {"relaxation_exponent": 0.0}),
    ("2 MgATP", "fatigue", "direct_effect", "energy_shortfall", {"muscle_free_magnesium": 0.04},
     {"mgatp_dissociation": 1e-9}),
    ("3 membrane", "muscle_cramps", "direct_effect", None, LACK, {"surface_screening": 1e-9}),
    ("3 membrane, pH", "tetany", "direct_effect", None, LACK | {"ph": 7.7}, {"surface_screening": 1e-9}),
    ("4 junction", "muscle_weakness", "direct_effect", "margin_used", EXCESS, {"motor_magnesium_half": 1e9}),
    ("5 NMDA", "low_back_pain", "pain_sensitization", None, {"csf_concentration": 0.5}, {"nmda_half": 1e9}),
    ("10 cramps", "low_back_pain", "cramps_and_spasm", None, LACK, {"surface_screening": 1e-9}),
    ("10 tension", "low_back_pain", "chronic_tension", None, LACK, {"surface_screening": 1e-9}),
    ("10 potassium", "muscle_weakness", "direct_effect", "potassium_lack", LACK, {"usual_potassium": 3.0}),
    ("11 sedation", "drowsiness", "direct_effect", "magnesium_rise", EXCESS, {"excess_tolerance": 1e6}),
    ("11 vessels", "low_blood_pressure", "direct_effect", None, EXCESS, {"pressure_half": 1e9}),
    ("12 weakness", "low_back_pain", "weakness_gait_strain", None, EXCESS, {"motor_safety_factor": 1e6}),
]  # fmt: skip


@pytest.mark.parametrize(("symptom", "pathway", "effect", "changed", "switch"), [r[1:] for r in ROWS],
                         ids=[r[0] for r in ROWS])  # fmt: skip
def test_a_mechanism_carries_its_pathway_and_switched_off_does_not(symptom, pathway, effect, changed, switch):
    on = added(symptom, pathway, effect, **changed)
    usual = added(symptom, pathway, effect)
    off = added(symptom, pathway, effect, **changed, **switch)
    largest = max(
        link.strength.median for link in symptom_models()[symptom].links if link.pathway == pathway
    ) * (symptom_models()[symptom].background.median if symptom == "low_back_pain" else 1.0)
    assert on > 0.02 * largest
    assert on > 20 * usual
    assert off < 0.05 * on


def test_excess_needs_failing_exits_or_large_doses():
    """Row 11: what 400 mg a day adds to serum with working kidneys moves no hazard of excess."""
    for symptom in ("drowsiness", "flushing", "muscle_weakness", "low_blood_pressure"):
        assert added(symptom, "direct_effect", plasma_concentration=0.90) < 1e-5
        assert added(symptom, "direct_effect", **EXCESS) > 0.05


def test_low_pressure_in_excess_comes_to_people_of_ordinary_pressure_too():
    """The law of infusions speaks of raised tone; the sign of marked excess does not wait for it."""
    resting, raised = (
        added("low_blood_pressure", "direct_effect", **EXCESS, raised_tone=tone) for tone in (0.0, 1.0)
    )
    assert resting == raised > 0.05


def test_low_calcium_from_excess_deepens_the_block_and_calcium_reverses_it():
    block = added("muscle_weakness", "direct_effect", "margin_used", plasma_concentration=2.5)
    starved = {"plasma_concentration": 2.5, "ionized_calcium": 1.0}
    treated = {"plasma_concentration": 2.5, "ionized_calcium": 1.5}
    assert added("muscle_weakness", "direct_effect", "margin_used", **starved) > 2 * block
    assert added("muscle_weakness", "direct_effect", "margin_used", **treated) < 0.5 * block
