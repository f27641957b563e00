"""How pressing the cases are that the mission speaks of, and that plain back pain is not shouted at."""

from __future__ import annotations

import random

import pytest
from guidance_people import DENIED, case, day, magnesium, plain_back_pain, tree

from epsom.core.documents import case_from_tree
from epsom.core.names import RED_FLAGS
from epsom.guidance.rules import pressing
from epsom.guidance.triage import triage

EGFR45 = {"egfr": "45 mL/min/1.73m2"}
NEW = {"name": "low_back_pain", "onset": day(3), "course": "new"}
LONG_AGO = {"name": "low_back_pain", "onset": day(900), "course": "same"}


def level(*symptoms, **keys):
    return triage(case(*symptoms, **keys)).level


# ---- New or worse back pain after starting magnesium


@pytest.mark.parametrize(
    ("product", "kidney", "expected"),
    [
        (magnesium(ago=10), None, "soon"),
        (magnesium(ago=10), EGFR45, "urgent"),
        (magnesium(ago=10, prescribed=True), None, "urgent"),
        (magnesium(ago=10, prescribed=True), EGFR45, "urgent"),
        (magnesium(ago=10, prescribed=None), None, "soon"),
        (magnesium("sulfate", ago=4, prescribed=None, route="intravenous", duration="1 h"), None, "urgent"),
    ],
)
def test_new_back_pain_after_starting_magnesium(product, kidney, expected):
    keys = {} if kidney is None else {"kidney": kidney}
    assert level(NEW, mg=product, **keys) == expected


@pytest.mark.parametrize(
    "symptom", [NEW, {"name": "low_back_pain"}, {"name": "low_back_pain", "course": "new"}]
)
def test_an_unknown_start_counts(symptom):
    product = magnesium(start=None, prescribed=True)
    assert level(symptom, mg=product) == "urgent"


@pytest.mark.parametrize(
    ("started", "began", "course", "fires"),
    [
        (14, 0, None, True),
        (15, 0, None, False),
        (3, 3, None, True),
        (3, 4, None, False),
        (3, 400, "worse", True),
        (3, 400, "same", False),
        (200, 400, "worse", False),
        (10, 400, "better", False),
    ],
)
def test_the_14_days_count_from_the_start_to_new_or_worse_pain(started, began, course, fires):
    symptom = {"name": "low_back_pain", "onset": day(began)} | ({"course": course} if course else {})
    reasons = triage(case(symptom, mg=magnesium(ago=started))).reasons
    assert ("back_pain_after_start_chosen" in {reason.rule for reason in reasons}) is fires


def test_a_raised_dose_is_a_start():
    products = [magnesium(ago=300, stop=day(6)), magnesium(dose="400 mg", ago=5)]
    assert "back_pain_after_start_chosen" in {r.rule for r in triage(case(NEW, mg=products)).reasons}


def test_food_is_no_product():
    assert triage(case(NEW, mg=magnesium("food", ago=5))).level == triage(case(NEW)).level


def test_magnesium_stopped_weeks_ago_counts_no_more():
    stopped = magnesium(ago=300, stop=day(40))
    assert triage(case(NEW, mg=stopped)).level == triage(case(NEW)).level


# ---- Toxic signs


@pytest.mark.parametrize("kidney", [{"egfr": "100 mL/min/1.73m2"}, {"creatinine": "0.8 mg/dL"}, None])
def test_signs_of_toxicity_are_an_emergency_with_healthy_kidneys_too(kidney):
    keys = {} if kidney is None else {"kidney": kidney}
    for symptoms in (
        ("drowsiness", "muscle_weakness"),
        ("confusion",),
        ("slow_heartbeat", "low_blood_pressure"),
    ):
        assert level(*symptoms, mg=magnesium(dose="200 mg"), **keys) == "emergency"


def test_one_sign_alone_is_the_same_day():
    assert level("muscle_weakness", mg=magnesium()) == "urgent"
    assert level("drowsiness", mg=magnesium()) == "urgent"


def test_weakness_known_long_before_magnesium_is_no_sign_of_it():
    known = {"name": "muscle_weakness", "onset": day(2000), "course": "same"}
    assert pressing(level(known, mg=magnesium(ago=100))) <= pressing("soon")
    assert level(known | {"course": "worse"}, mg=magnesium(ago=100)) == "urgent"


def test_a_seizure_that_is_over_today_still_counts():
    over = {"name": "seizure", "onset": day(1), "resolved": day(1)}
    assert level(over) == "emergency"
    assert level({"name": "seizure", "onset": day(300), "resolved": day(300)}) != "emergency"


# ---- Kidneys


def test_the_worse_of_both_equations_decides():
    """CKD-EPI gives this woman of 82 about 50, Cockcroft-Gault 29.9: below 30 magnesium is forbidden."""
    keys = {"age": 82, "kidney": {"creatinine": "1.1 mg/dL"}, "mg": magnesium()}
    heavy, light = (triage(case(**keys, weight=weight)) for weight in ("90 kg", "48 kg"))
    assert heavy.level == "soon"
    assert light.level == "urgent"
    assert "failing_kidneys_on_magnesium" in {reason.rule for reason in light.reasons}


@pytest.mark.parametrize(("rate", "expected"), [("95", "routine"), ("45", "soon"), ("29", "urgent")])
def test_kidneys_raise_urgency_step_by_step(rate, expected):
    person = case({"name": "low_back_pain"}, mg=magnesium(ago=400),
                  kidney={"egfr": f"{rate} mL/min/1.73m2"})  # fmt: skip
    assert triage(person).level == expected


# ---- Not by shouting


def test_plain_back_pain_is_soon_at_most():
    for symptom in ({"name": "low_back_pain"}, NEW, LONG_AGO, NEW | {"severity": 10, "course": "worse"}):
        for age in (25, 59):
            assert pressing(level(symptom, age=age)) <= pressing("soon")
            assert pressing(level(symptom, age=age, mg=magnesium(ago=400))) <= pressing("soon")


def test_at_most_a_tenth_of_flag_free_back_pain_is_above_soon():
    draw = random.Random(3)
    levels = [triage(case_from_tree(plain_back_pain(draw))).level for _ in range(2000)]
    above = sum(pressing(found) > pressing("soon") for found in levels)
    assert above / len(levels) <= 0.10
    assert levels.count("emergency") == 0
    assert levels.count("routine") + levels.count("self_care") >= 0.2 * len(levels)


def test_self_care_needs_a_symptom_that_goes_and_warning_signs_denied():
    better = {"name": "low_back_pain", "onset": day(9), "course": "better"}
    assert level(better, flags=DENIED) == "self_care"
    assert level(better) == "routine"
    assert level({"name": "low_back_pain", "onset": day(9)}, flags=DENIED) == "routine"
    assert level(better, flags=DENIED | {"night_pain": True}) == "soon"


def test_persistent_pain_is_looked_into():
    answer = triage(case({"name": "low_back_pain", "onset": day(60), "course": "same"}))
    assert answer.level == "soon"
    assert any(reason.rule == "back_pain_persistent" for reason in answer.reasons)


# ---- Flags


@pytest.mark.parametrize("flag", RED_FLAGS)
def test_a_flag_raises_plain_back_pain_and_a_denied_one_does_not_lower_it(flag):
    plain = level({"name": "low_back_pain"})
    assert pressing(level(flags=flag)) >= pressing("soon") > pressing(plain)
    assert level(flags={flag: False}) == plain


def test_common_weak_flags_stay_at_soon():
    assert level(flags=["night_pain", "weight_loss_unexplained"]) == "soon"


# ---- Beside the body model


@pytest.mark.parametrize("age", [2, 12, 17])
def test_children_are_answered_by_rules(age):
    assert pressing(level(age=age)) >= pressing("soon")
    assert pressing(level(age=age, mg=magnesium())) >= pressing("soon")
    assert level("drowsiness", "reduced_reflexes", age=age, mg=magnesium()) == "emergency"


def test_a_reason_names_the_persons_own_fact_and_value():
    answer = triage(case(labs={"serum_magnesium": "6.8 mg/dL"}))
    assert "6.8 mg/dL (2.8 mmol/L) on 2026-06-01" in answer.reasons[0].because
    told = triage(case("drowsiness", age=71, mg=magnesium("oxide"))).told[0].because
    assert "magnesium oxide" in told
    assert "drowsiness" in told
    assert "71" in told


def test_what_is_no_longer_taken_is_told_as_past():
    stopped = magnesium("oxide", ago=60, stop=day(3))
    assert (
        triage(case(question="muscle_weakness", mg=stopped))
        .told[0]
        .because.startswith("You took magnesium oxide")
    )


def test_triage_of_a_person_does_not_depend_on_the_order_of_the_file():
    one = tree(
        "nausea", "drowsiness", flags={"fever": True, "collapse": False}, drugs=["omeprazole", "digoxin"]
    )
    other = one | {"symptoms": one["symptoms"][::-1], "red_flags": {"collapse": False, "fever": True}}
    assert triage(case_from_tree(one)).level == triage(case_from_tree(other)).level
