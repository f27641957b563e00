"""The states behind other causes: complete, sourced, and never more than the backgrounds they explain."""

import numpy as np
import pytest

from epsom.core.drugs import drug_classes
from epsom.core.evidence import STATUSES, sources
from epsom.core.names import CONDITIONS, LABS, RED_FLAGS, SYMPTOMS
from epsom.physiology.other_causes import (
    OTHER_CAUSES,
    UNKNOWN,
    flags_otherwise,
    other_states,
    shares_of_background,
)

STATES = list(other_states().values())


def test_every_named_state_is_there_and_unknown_has_no_entry() -> None:
    assert set(other_states()) == set(OTHER_CAUSES) - {UNKNOWN}


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_names_are_of_the_contract_and_numbers_have_provenance(state) -> None:
    assert set(state.symptoms) <= set(SYMPTOMS)
    assert set(state.labs) <= set(LABS)
    assert set(state.flags) <= set(RED_FLAGS)
    assert set(state.raised_by_conditions) <= set(CONDITIONS)
    assert set(state.raised_by_drugs) <= set(drug_classes())
    groups = (state.symptoms, state.labs, state.flags, state.raised_by_conditions, state.raised_by_drugs)
    numbers = [state.incidence, state.lasts, *(number for group in groups for number in group.values())]
    for number in numbers:
        assert number.status in STATUSES
        assert set(number.sources) <= set(sources())
        assert number.sources or number.status == "recalled"


def test_a_state_raises_several_things_at_once() -> None:
    for state in STATES:
        assert len(state.symptoms) >= 5, state.name


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_the_states_never_explain_more_than_the_background(symptom: str) -> None:
    shares = shares_of_background(symptom)
    assert sum(shares.values()) == pytest.approx(1.0)
    assert min(shares.values()) >= 0
    assert shares[UNKNOWN] >= 0.02


def test_back_pain_is_mostly_mechanical_and_about_one_in_a_hundred_serious() -> None:
    shares = shares_of_background("low_back_pain")
    assert shares["mechanical_pain"] > 0.7
    assert 0.004 < shares["systemic_or_spinal"] < 0.02


def test_every_flag_has_a_chance_without_any_state_and_a_drawn_chance_stays_one() -> None:
    assert set(flags_otherwise()) == set(RED_FLAGS)
    drawn = flags_otherwise()["night_pain"].at(np.array([-8.0, 0.0, 8.0]))
    assert 0 < drawn[0] < drawn[1] < drawn[2] < 1
    assert drawn[1] == pytest.approx(0.3)
