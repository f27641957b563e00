"""What drugs, diseases and forms do to the body's inputs stays within what the body can bear."""

from __future__ import annotations

import numpy as np
import pytest
from samples import arrays

from epsom.core.drugs import drug_class, drug_classes
from epsom.core.evidence import EvidenceError, registry
from epsom.core.names import CONDITIONS, FORMS
from epsom.physiology import modifiers as module
from epsom.physiology.builder import numbers
from epsom.physiology.forms import split
from epsom.physiology.modifiers import effects_of_condition, effects_of_drug, modifiers
from epsom.physiology.whole_body import whole_body
from epsom.simulation.crowd import Crowd, Description, Normal, draw_crowd
from epsom.simulation.draws import calibrated_sets

BODY = whole_body()


def excreted(shift: float, concentration: float = 0.8) -> np.ndarray:
    """Fraction excreted by 20 people at a total shift of the threshold and a plasma concentration."""
    states, constants, inputs = arrays(BODY, 20)
    states[:, BODY.state_index["plasma_magnesium"]] = (
        concentration * constants[:, BODY.constant_index["plasma_volume"]]
    )
    states[:, BODY.state_index["renal_adaptation"]] = 0.0
    inputs[:, BODY.input_index["threshold_shift"]] = shift
    return numbers.readings(BODY, states, constants, inputs)["fraction_excreted"]


def test_losses_that_add_up_never_make_the_kidney_hold_magnesium_back():
    """Guards a fault: a threshold below zero let nothing be excreted, and serum rose to 6.7 mmol/L."""
    shifts = np.linspace(0.2, -2.0, 45)
    shares = np.array([excreted(shift) for shift in shifts])
    assert (np.diff(shares, axis=0) >= 0).all()
    assert (shares[shifts < -1.0] > 0.8).all()


def test_bend_of_the_threshold_leaves_usual_people_alone():
    states, constants, inputs = arrays(BODY, 50)
    inputs[:, BODY.input_index["threshold_shift"]] = 0.0
    states[:, BODY.state_index["renal_adaptation"]] = -0.1
    values = numbers.readings(BODY, states, constants, inputs)
    plain = (values["usual_threshold"] - 0.1) * values["binding_correction"]
    assert np.allclose(values["threshold_now"], plain, rtol=1e-6)


def test_lasting_kidney_disease_widens_the_bend_and_takes_adaptation_and_health_keeps_both():
    names = {name: BODY.constant_index[name] for name in ("nephron_loss", "threshold_sharpness", "gain_left")}
    _, constants, _ = arrays(BODY, 2000)
    filtration = constants[:, BODY.constant_index["filtration"]] / 0.06
    well, ill = constants[filtration > 95], constants[filtration < 12]
    assert (well[:, names["nephron_loss"]] < 0.06).all()
    assert (ill[:, names["nephron_loss"]] > 0.97).all()
    for name in ("threshold_sharpness", "gain_left"):
        assert np.median(ill[:, names[name]]) < 0.6 * np.median(well[:, names[name]])


def clearance_of_an_infusion(crowd: Crowd) -> np.ndarray:
    """Urine gained over plasma gained from usual magnesium to 2.5 mmol/L, L/h, as infusions are described."""
    constants = crowd.constants(BODY)
    volume = constants[:, BODY.constant_index["plasma_volume"]]
    states, _, inputs = arrays(BODY, len(crowd))
    states, inputs = states[:1].repeat(len(crowd), axis=0), inputs[:1].repeat(len(crowd), axis=0)
    states[:, BODY.state_index["renal_adaptation"]] = 0.0
    states[:, BODY.state_index["kidney_function"]] = 1.0
    inputs[:, BODY.input_index["threshold_shift"]] = 0.0
    urine = []
    for concentration in (0.85, 2.5):
        states[:, BODY.state_index["plasma_magnesium"]] = concentration * volume
        read = numbers.readings(BODY, states, constants, inputs)
        urine.append(read["filtered_magnesium"] * read["fraction_excreted"])
    return (urine[1] - urine[0]) / (2.5 - 0.85)


def test_women_clear_an_infusion_as_differently_as_was_measured():
    """39 % between 51 women (lu2002pkpd); two standard errors are 10 %."""
    women = Description(
        age=Normal(26, 5, 18, 40), female_share=1.0, weight=Normal(75, 10, 52, 110),
        filtration=Normal(100 * 0.06, 25 * 0.06, 45 * 0.06, 170 * 0.06),
    )  # fmt: skip
    people = np.arange(1024)
    clearance = clearance_of_an_infusion(draw_crowd(1, people, women))
    alike = draw_crowd(1, people, women, {"filtration_of_magnesium": np.ones(len(people))})
    assert 0.29 < clearance.std() / clearance.mean() < 0.49
    assert clearance_of_an_infusion(alike).std() / clearance.mean() < 0.29
    assert 3.3 < clearance.mean() < 6.0


def test_acid_takes_up_what_the_pharmacopeia_asks_of_hydroxide():
    """Milk of magnesia takes up at least four fifths of the acid that all of it could."""
    assert calibrated_sets()["inert_share_hydroxide"].max() < 0.2


@pytest.mark.parametrize("of", sorted(modifiers()))
def test_each_effect_acts_on_an_input_of_the_body_in_its_unit(of):
    assert drug_class(of) is not None or of in CONDITIONS or of == "pregnancy"
    for effect in modifiers()[of]:
        item = BODY.inputs[BODY.input_index[effect.input]]
        assert effect.size.canonical_unit == ("1" if effect.action == "scale" else item.unit)
        assert 0.0 <= effect.susceptible_share < 0.5
        assert (effect.susceptible_share > 0) == (effect.susceptible_size is not None)
        assert effect.onset_days >= 0
        if effect.action == "scale":
            assert effect.size.canonical_bounds[0] > 0, "a scale of zero could not be undone"
            assert effect.neutral == 1.0


def test_susceptible_people_react_the_same_way_only_more():
    for effects in modifiers().values():
        for effect in effects:
            if effect.susceptible_size is not None:
                usual = effect.size.canonical_value - effect.neutral
                strong = effect.susceptible_size - effect.neutral
                assert abs(strong) > abs(usual)
                assert np.sign(strong) == np.sign(usual)


def test_names_people_type_lead_to_the_effects_of_the_class():
    for name in ("Omeprazole", "omeprazole 20 mg", "Prilosec", "proton pump inhibitor"):
        assert effects_of_drug(name) == modifiers()["proton_pump_inhibitor"]
    assert effects_of_drug("no such drug") == ()
    assert effects_of_condition("heart_block") == ()
    assert effects_of_condition("ileus")[0].input == "transit"


def test_every_name_of_the_lexicon_finds_its_class():
    assert len(drug_classes()) > 10
    for name in ("furosemide 40 mg daily", "LASIX", "potassium-sparing diuretic"):
        assert drug_class(name) is not None
    assert drug_class("omeprazole lookalike") is None


def test_faulty_modifiers_are_all_named(monkeypatch):
    faulty = {
        "ileus": {"effects": [{"input": "transit", "action": "halve"}]},
        "ppi": {"effects": [{"input": "uptake_share", "action": "scale", "meaning": "x"}]},
    }
    monkeypatch.setattr(module, "data_table", lambda *_: faulty)
    modifiers.cache_clear()
    try:
        with pytest.raises(EvidenceError) as caught:
            modifiers()
    finally:
        modifiers.cache_clear()
    assert "[ileus]: action 'halve'" in str(caught.value)
    assert "[ppi]: missing keys" in str(caught.value)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_split_without_gain_or_loss(form):
    def value(name):
        parameter = registry()[name]
        low, high = parameter.canonical_bounds
        return np.clip(parameter.canonical_value * np.array([0.5, 1.0, 1.5]), low, high)

    shares = split(form, value)
    assert np.allclose(shares.stomach_dissolved + shares.stomach_solid + shares.gut_inert, 1.0, rtol=1e-15)
    assert all((np.asarray(share) >= 0).all() for share in shares)


def test_only_oxide_hydroxide_and_carbonate_wait_for_acid():
    waiting = [
        form for form in FORMS if split(form, lambda name: registry()[name].canonical_value).stomach_solid > 0
    ]
    assert waiting == ["oxide", "hydroxide", "carbonate"]
