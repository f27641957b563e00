"""What to do: in order, never against the prescriber, never back to what was toxic."""

from __future__ import annotations

import random

import pytest
from guidance_findings import fake_findings
from guidance_people import DENIED, case, day, magnesium, plain_back_pain, random_tree, tree
from rule_examples import EXAMPLES

from epsom.core.documents import case_from_tree
from epsom.core.evidence import sources
from epsom.core.names import ACTIONS
from epsom.guidance.actions import actions, entries, most_urgent
from epsom.guidance.rules import pressing
from epsom.guidance.tables import table
from epsom.guidance.triage import triage

NEW = {"name": "low_back_pain", "onset": day(2), "course": "new"}
HEALTHY = {"kidney": {"egfr": "95 mL/min/1.73m2"}}


def advice(*symptoms, **keys):
    person = case(*symptoms, **keys)
    return actions(person, triage(person))


def named(found, action):
    return [item for item in found if item.action == action]


def random_people(count, seed):
    draw = random.Random(seed)
    for number in range(count):
        yield case_from_tree(random_tree(draw) if number % 2 else plain_back_pain(draw))


# ---- The fixed rule


def test_self_chosen_magnesium_is_stopped_and_a_professional_seen():
    found = advice(NEW, mg=magnesium(ago=8), **HEALTHY)
    assert [item.action for item in found][:2] == ["stop_magnesium", "see_clinician"]
    assert {item.urgency for item in found[:2]} == {"soon"}


def test_kidney_disease_makes_it_the_same_day():
    found = advice(NEW, mg=magnesium(ago=8), kidney={"egfr": "45 mL/min/1.73m2"})
    assert {item.urgency for item in found[:2]} == {"urgent"}
    assert named(found, "blood_test_magnesium")


@pytest.mark.parametrize(
    "product", [magnesium(ago=8, prescribed=True), magnesium("sulfate", route="intramuscular")]
)
def test_the_prescriber_is_called_and_nothing_is_stopped_alone(product):
    found = advice(NEW, mg=product | {"start": day(5)}, **HEALTHY)
    assert not named(found, "stop_magnesium")
    (call,) = named(found, "call_prescriber")
    assert call.urgency == "urgent"
    assert "Do not stop alone" in call.because


def test_where_nobody_said_who_chose_it_both_are_told():
    (stop,) = named(advice(NEW, mg=magnesium(ago=8, prescribed=None)), "stop_magnesium")
    assert stop.because.startswith("If you chose magnesium citrate yourself, stop")
    assert "If someone ordered it, do not stop alone" in stop.because


def test_of_two_products_each_is_handled_by_who_chose_it():
    products = [magnesium("oxide", ago=8), magnesium("citrate", ago=9, prescribed=True)]
    found = advice(NEW, mg=products)
    assert "magnesium oxide" in named(found, "stop_magnesium")[0].because.partition(".")[0]
    assert "magnesium citrate" not in named(found, "stop_magnesium")[0].because.partition(".")[0]
    assert "magnesium citrate" in named(found, "call_prescriber")[0].because.partition(".")[0]


def test_nobody_is_ever_told_to_stop_what_was_ordered():
    stopped = 0
    for person in random_people(3000, seed=5):
        found = actions(person, triage(person))
        ordered = [p for p in person.supplements if p.prescribed is True or p.route != "oral"]
        if ordered and len(ordered) == len(person.supplements):
            assert not named(found, "stop_magnesium")
        for item in named(found, "stop_magnesium"):
            stopped += 1
            first = item.because.partition(".")[0]
            only_ordered = {p.form for p in ordered} - {
                p.form for p in person.supplements if p not in ordered
            }
            assert not any(f"magnesium {form}" in first for form in only_ordered)
    assert stopped > 200


def test_magnesium_that_is_no_longer_taken_is_not_stopped_again():
    assert not named(advice(NEW, mg=magnesium(ago=9, stop=day(2))), "stop_magnesium")


# ---- Toxic signs and what forbids magnesium


@pytest.mark.parametrize(
    "keys",
    [
        {"mg": magnesium(ago=200), "kidney": {"egfr": "20 mL/min/1.73m2"}},
        {"mg": magnesium(ago=200), "conditions": ["ileus"]},
        {"mg": magnesium(ago=200), "conditions": ["heart_block"]},
        {"mg": magnesium(ago=200), "conditions": ["myasthenia_gravis"]},
        {"mg": magnesium(ago=200), "labs": {"serum_magnesium": "2.0 mmol/L"}},
    ],
)
def test_nobody_is_told_to_start_again(keys):
    found = advice("diarrhea", **keys)
    (stop,) = named(found, "stop_magnesium")
    assert "do not start again unless a doctor agrees" in stop.because
    for action in ("reduce_dose", "split_dose", "take_with_food", "switch_form", "no_change_needed"):
        assert not named(found, action)


def test_no_restart_is_hinted_at_after_toxic_signs_in_anyone():
    checked = 0
    for person in random_people(2000, seed=8):
        pressed = triage(person)
        if pressed.tagged("no_restart"):
            checked += 1
            told = {item.action for item in actions(person, pressed)}
            assert not told & {"reduce_dose", "split_dose", "take_with_food", "switch_form"}
    assert checked > 150


def test_an_emergency_is_called_first_and_keeps_to_what_helps_now():
    found = advice("drowsiness", "muscle_weakness", mg=magnesium(), drugs=["levothyroxine"])
    assert found[0].action == "call_emergency"
    assert "magnesium citrate" in found[0].because
    assert all(pressing(item.urgency) >= pressing("urgent") for item in found)


def test_ordered_magnesium_in_an_emergency_is_asked_about_before_the_next_dose():
    (call,) = named(advice("confusion", mg=magnesium(prescribed=True)), "call_prescriber")
    assert call.urgency == "emergency"
    assert "before the next dose" in call.because


# ---- Tests and treatment


def test_low_magnesium_is_treated_by_a_doctor_and_its_cause_sought():
    labs = {"serum_magnesium": "0.38 mmol/L"}
    found = advice("muscle_cramps", labs=labs, drugs=["omeprazole"])
    for action in ("treat_deficiency", "urine_magnesium", "blood_test_calcium_potassium", "review_drugs"):
        assert named(found, action), action
    assert named(found, "treat_deficiency")[0].urgency == "urgent"
    assert not named(found, "blood_test_magnesium")
    weak = advice(labs=labs, kidney={"egfr": "20 mL/min/1.73m2"})
    assert "kidney doctor" in named(weak, "treat_deficiency")[0].because


def test_a_sign_of_lack_with_a_risk_is_tested():
    found = advice("muscle_cramps", drugs=["furosemide", "omeprazole"])
    assert named(found, "blood_test_magnesium")
    assert "omeprazole" in named(found, "review_drugs")[0].because
    assert all("Do not stop them on your own" in item.because for item in named(found, "review_drugs"))


def test_weak_kidneys_on_magnesium_are_tested():
    found = advice(age=70, mg=magnesium(), kidney={"egfr": "45 mL/min/1.73m2"})
    assert named(found, "blood_test_magnesium")
    assert named(found, "blood_test_kidney")
    assert not named(found, "reduce_dose")


# ---- Dose, form, other drugs


def test_gut_trouble_on_self_chosen_magnesium_gets_dose_advice():
    found = advice("diarrhea", question="diarrhea", mg=magnesium("oxide", "300 mg"), **HEALTHY)
    for action in ("reduce_dose", "split_dose", "take_with_food", "switch_form"):
        assert named(found, action), action
    assert "pause" in named(found, "reduce_dose")[0].because
    assert not named(found, "stop_magnesium")
    for_stool = magnesium("oxide", "300 mg", reason="constipation")
    assert not named(advice("diarrhea", question="diarrhea", mg=for_stool), "switch_form")


@pytest.mark.parametrize(
    "keys",
    [
        {"mg": magnesium("oxide", "300 mg", prescribed=True)},
        {"mg": magnesium("oxide", "300 mg"), "kidney": {"egfr": "45 mL/min/1.73m2"}},
        {"mg": magnesium("oxide", "300 mg"), "age": 15},
        {"mg": magnesium("oxide", "300 mg"), "pregnant": True},
    ],
)
def test_dose_advice_is_not_for_ordered_magnesium_weak_kidneys_children_or_pregnancy(keys):
    found = advice("diarrhea", question="diarrhea", **keys)
    for action in ("reduce_dose", "split_dose", "take_with_food", "switch_form"):
        assert not named(found, action), action


def test_gut_trouble_on_ordered_magnesium_goes_to_the_prescriber():
    found = advice("diarrhea", question="diarrhea", mg=magnesium("oxide", prescribed=True), **HEALTHY)
    assert named(found, "call_prescriber")


def test_a_dose_over_the_lowest_limit_is_told_with_all_three_limits():
    (reduce,) = named(advice(mg=magnesium(dose="500 mg"), **HEALTHY), "reduce_dose")
    assert all(limit in reduce.because for limit in ("500 mg", "250 mg (EU)", "350 mg (US)", "400 mg (UK)"))


def test_drugs_are_kept_apart_by_hours():
    found = named(
        advice(mg=magnesium(), drugs=["levothyroxine", "doxycycline", "paracetamol"]), "separate_from_drug"
    )
    assert [item.because.split()[1] for item in found] == ["levothyroxine", "doxycycline"]
    assert "4 hours before or 4 hours after magnesium citrate" in found[0].because
    assert found[1].urgency == "soon"
    assert not named(advice(drugs=["levothyroxine"]), "separate_from_drug")


def test_a_product_to_be_stopped_needs_no_gap():
    assert not named(advice(NEW, mg=magnesium(ago=5), drugs=["levothyroxine"]), "separate_from_drug")
    ordered = magnesium(ago=5, prescribed=True)
    assert named(advice(NEW, mg=ordered, drugs=["levothyroxine"]), "separate_from_drug")


# ---- No change


def test_no_change_is_said_only_when_it_is_true():
    better = {"name": "low_back_pain", "onset": day(20), "course": "better"}
    keys = {"mg": magnesium(dose="150 mg", ago=400), "flags": DENIED} | HEALTHY
    (calm,) = named(advice(better, **keys), "no_change_needed")
    assert calm.urgency == "self_care"
    for other in (
        {"flags": None},
        {"kidney": None},
        {"mg": magnesium(dose="300 mg")},
        {"mg": magnesium(dose=None)},
        {"mg": None},
        {"drugs": ["levothyroxine"]},
        {"pregnant": True},
        {"age": 15},
        {"flags": DENIED | {"night_pain": True}},
    ):
        assert not named(advice(better, **keys | other), "no_change_needed"), other
    assert not named(advice(better, "nausea", **keys), "no_change_needed")


# ---- All of it


def test_advice_is_in_order_and_says_something_as_urgent_as_the_triage():
    order = table("actions")["order"]
    assert sorted(order) == sorted(ACTIONS)
    for person in [*random_people(1500, seed=21), *(case_from_tree(fires) for fires, _ in EXAMPLES.values())]:
        pressed = triage(person)
        found = actions(person, pressed)
        assert [order.index(item.action) for item in found] == sorted(
            order.index(item.action) for item in found
        )
        if pressing(pressed.level) >= pressing("routine"):
            assert pressing(most_urgent(found)) >= pressing(pressed.level)
        assert all(set(item.sources) <= set(sources()) for item in found)
        assert (found[0].action == "call_emergency") is (pressed.level == "emergency") if found else True


def test_every_action_of_the_contract_is_said_to_someone():
    said = {item.action for person in random_people(3000, seed=2) for item in actions(person, triage(person))}
    calm = tree({"name": "low_back_pain", "course": "better"}, mg=magnesium(), flags=DENIED, **HEALTHY)
    said |= {item.action for item in actions(case_from_tree(calm), triage(case_from_tree(calm)))}
    assert said == set(ACTIONS)


def test_a_chance_is_never_said_without_its_interval():
    person = case(NEW, mg=magnesium())
    findings = fake_findings(causes={"other_cause": 0.8})
    (other,) = named(actions(person, triage(person, findings), findings), "investigate_other_causes") or [
        None
    ]
    assert other is None or "(" in other.because


def test_entries_have_known_tags():
    from epsom.guidance.rules import rules

    known = {tag for rule in rules() for tag in rule.tags} | {"any", ""}
    used = {tag for entry in entries()[0] for tag in (*entry.tags, entry.why)}
    assert used <= known
