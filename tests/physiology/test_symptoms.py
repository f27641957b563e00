"""Symptoms: complete data, flat in everyday life, growing where the sources say; back pain as published."""

from __future__ import annotations

import tomllib
from itertools import pairwise

import numpy as np
import pytest

from epsom.core.evidence import STATUSES, data_folder, registry, sources
from epsom.core.names import EVIDENCE_GRADES, PATHWAYS_OF_CAUSE, SYMPTOMS
from epsom.physiology import back_pain
from epsom.physiology.effects import SLOW, effects
from epsom.physiology.effects.typical import typical
from epsom.physiology.levels import chance_of_any, half_levels, rate
from epsom.physiology.severity import stages
from epsom.physiology.symptoms import course_chances, symptom_models
from epsom.simulation.crowd import Description, Normal, draw_crowd

MODELS = symptom_models()
LINKS = [(name, link) for name, model in MODELS.items() for link in model.links]


def people(count: int = 2048, **described):
    crowd = draw_crowd(5, np.arange(count), Description(**described))

    def read(name: str):
        return crowd.covariates[name] if name in crowd.covariates else crowd.value(name)

    return read


def test_every_symptom_of_the_contract_has_a_background_and_a_recovery():
    assert set(MODELS) == set(SYMPTOMS)
    for name, model in MODELS.items():
        for number in (model.background, model.recovery):
            assert number.status in STATUSES
            assert number.sources or number.status == "recalled", name
            assert set(number.sources) <= set(sources())
        if model.background.status == "recalled" and not model.background.sources:
            assert model.background.high / model.background.low == pytest.approx(10, rel=0.05), name


@pytest.mark.parametrize(("symptom", "link"), LINKS, ids=lambda x: x if isinstance(x, str) else x.effect)
def test_links_name_what_exists_and_are_as_wide_as_their_grade(symptom, link):
    assert link.effect in effects() or link.effect in SLOW
    assert link.pathway in PATHWAYS_OF_CAUSE[link.cause]
    assert link.grade in EVIDENCE_GRADES
    for number in (link.strength, link.mends):
        assert set(number.sources) <= set(sources())
        assert number.status in STATUSES
    if link.grade == "assumption":
        assert link.strength.high / link.strength.low >= 50


def test_low_back_pain_has_seven_pathways_beside_the_background_and_its_gut_links_vary_together():
    model = MODELS["low_back_pain"]
    pathways = [link.pathway for link in model.links]
    assert len(set(pathways)) == 7
    gut = [link for link in model.links if link.cause == "gastrointestinal_upset"]
    assert {link.shared for link in gut} == {"gut_strain"}
    assert sum(link.strength.median for link in gut) == pytest.approx(0.3)
    assert sum(link.strength.low for link in gut) == pytest.approx(0.03)
    assert sum(link.strength.high for link in gut) == pytest.approx(3.0)


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_everyday_serum_leaves_every_hazard_flat_in_most_and_on_average(symptom):
    read = people()
    usual = rate(symptom, typical(read, plasma_concentration=0.85))
    for serum in (0.70, 0.75, 0.80, 0.90, 0.95):
        change = np.abs(rate(symptom, typical(read, plasma_concentration=serum)) / usual - 1)
        assert change.mean() < 0.25, serum
        assert np.median(change) < 0.05, serum
        center = rate(symptom, typical(plasma_concentration=serum))
        assert abs(center / rate(symptom, typical(plasma_concentration=0.85)) - 1) < 0.25


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_down_to_half_a_millimole_no_hazard_doubles_while_calcium_and_potassium_hold(symptom):
    center = rate(symptom, typical(plasma_concentration=0.5))
    assert center / rate(symptom, typical(plasma_concentration=0.85)) < 2


@pytest.mark.parametrize("symptom", ["muscle_cramps", "tremor", "paresthesia", "tetany", "muscle_weakness"])
def test_lack_is_felt_when_it_takes_calcium_along(symptom):
    usual = rate(symptom, typical())
    held = rate(symptom, typical(plasma_concentration=0.3))
    lost = rate(symptom, typical(plasma_concentration=0.3, ionized_calcium=0.95, serum_potassium=3.0))
    assert lost > 5 * usual
    assert lost > 2 * held


def test_excess_is_felt_above_two_and_earlier_with_age():
    signs = ("flushing", "nausea", "reduced_reflexes", "muscle_weakness", "drowsiness", "low_blood_pressure")
    for symptom in signs:
        at = {
            (serum, age): float(rate(symptom, typical(plasma_concentration=serum, age=age)))
            for serum in (0.85, 1.2, 2.0, 2.5)
            for age in (40.0, 85.0)
        }
        assert at[1.2, 40.0] < 1.25 * at[0.85, 40.0], symptom
        assert at[2.5, 40.0] > 10 * at[0.85, 40.0], symptom
        assert at[2.0, 85.0] > 1.2 * at[2.0, 40.0], symptom


def test_signs_of_excess_come_in_the_published_order():
    middle = ("reduced_reflexes", "muscle_weakness", "drowsiness", "low_blood_pressure")
    half = half_levels(("flushing", "nausea", *middle, "breathing_difficulty"), highest=12.0)
    first = [half["flushing"], half["nausea"]]
    later = [half[symptom] for symptom in middle]
    assert 1.5 <= min(first) <= max(first) <= 3.5
    assert max(first) < min(later) <= max(later) < half["breathing_difficulty"]
    assert all(1.75 <= level <= 5 for level in later)
    assert 4.5 <= half["breathing_difficulty"] <= 8


def test_frail_old_people_at_presentation_levels_have_symptoms():
    """Chance within a week of at least one sign of excess at 75 or more: published cases had 1.5 to 7.7."""
    read = people(age=Normal(80.0, 3.0, 75.0, 95.0))

    def chance(serum: float) -> float:
        given = typical(read, plasma_concentration=serum)
        return float(np.mean(chance_of_any("magnesium_excess", 7.0, given)))

    assert chance(2.5) > 0.6
    assert chance(1.5) > 0.15
    assert chance(0.9) < 0.01


def test_severity_curves_are_wide_overlap_and_keep_their_order():
    levels = np.geomspace(0.1, 12, 300)
    curves = {name: stage.chance(levels) for name, stage in stages().items()}
    high = [curves[name] for name, stage in stages().items() if stage.high]
    low = [curves[name] for name, stage in stages().items() if not stage.high]
    for milder, harder in [*pairwise(high), *pairwise(low)]:
        assert np.all(harder <= milder + 1e-4)
    first, second = high[0], high[1]
    assert ((first > 0.05) & (first < 0.95) & (second > 0.05)).sum() > 10
    for stage in stages().values():
        assert set(stage.half.sources) <= set(sources())
        assert 0.02 < float(stage.chance(stage.half.low)) < 0.03 or not stage.high
    older = stages()["first_signs"].chance(2.0, threshold=0.8)
    assert older > stages()["first_signs"].chance(2.0)
    assert float(stages()["symptoms_common"].chance(0.85)) < 0.001


def center(name: str) -> float:
    return registry()[name].value


def test_back_pain_of_care_seekers_recovers_as_published():
    laws = [center(f"back_pain_care_{x}") for x in ("median", "stretch")]
    for early in (0.0, 0.5, 1.0, 1.2):
        days = np.arange(0, 400.0)
        gone = back_pain.gone_in_care(days, *laws, early)
        assert np.all(np.diff(gone) >= -1e-12)
        assert 45 <= np.argmax(gone >= 0.5) <= 75
        assert 0.62 <= gone[365] <= 0.80
    early_days = [float(back_pain.gone_in_care(2.0, *laws, early)) for early in (0.0, 1.2)]
    assert early_days[0] == pytest.approx(0.024, abs=0.003)
    assert early_days[1] == pytest.approx(0.25, abs=0.03)


def test_back_pain_in_general_goes_sooner_and_gives_the_published_prevalence():
    laws = [center(f"back_pain_{x}") for x in ("fast", "slow", "slow_share")]
    assert back_pain.gone_in_general(30.0, *laws) > 0.5
    point, month = back_pain.prevalence(MODELS["low_back_pain"].definitions["any_ache"].monthly.median, *laws)
    assert 0.08 <= point <= 0.18
    assert 0.17 <= month <= 0.30


def test_mean_pain_follows_the_published_means():
    for persistent, means in ((False, (52, 23, 12, 6)), (True, (51, 33, 26, 23))):
        found = back_pain.mean_pain(np.array([0, 6, 26, 52]), persistent=persistent)
        assert found == pytest.approx(means, abs=6)


def test_definitions_of_an_episode_span_fifty_fold_and_name_the_one_used():
    model = MODELS["low_back_pain"]
    monthly = [other.monthly.median for other in model.definitions.values()]
    assert max(monthly) / min(monthly) > 40
    used = model.definitions["new_general"].monthly.median / back_pain.MONTH
    assert used == pytest.approx(model.background.median, rel=0.02)


def test_a_course_is_called_better_when_its_cause_wanes():
    chances = course_chances(np.log(np.array([0.2, 1.0, 5.0])), np.full(3, 0.5), np.full(3, 0.4))
    assert sum(chances.values()) == pytest.approx(np.ones(3))
    assert chances["better"][0] > 0.9
    assert chances["same"][1] > 0.5
    assert chances["worse"][2] > 0.9


def test_the_data_files_hold_no_unknown_keys():
    tables = tomllib.loads((data_folder() / "symptoms.toml").read_text(encoding="utf-8"))
    for table in tables.values():
        assert set(table) <= {"background", "recovery", "links", "definitions"}
