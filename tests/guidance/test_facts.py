"""Facts of a case: what is not said stays unknown, and the worst of what is said counts."""

from __future__ import annotations

import math

import pytest
from guidance_people import case, day, magnesium, tree

from epsom.core.documents import case_from_tree
from epsom.guidance.facts import facts


def known(*symptoms, **keys):
    return facts(case(*symptoms, **keys))


# ---- What is taken


def test_doses_are_elemental_milligrams_per_day():
    assert known(mg=magnesium(dose="200 mg", times_per_day=3)).milligrams_now == pytest.approx(600)
    assert known(mg=magnesium(dose="10 mmol")).milligrams_now == pytest.approx(243.05)
    compound = magnesium("oxide", "400 mg", dose_of="compound")
    assert known(mg=compound).milligrams_now == pytest.approx(241.2, abs=0.5)


def test_products_taken_at_one_time_are_added_and_successive_ones_are_not():
    both = [magnesium(dose="200 mg", ago=50), magnesium("oxide", "300 mg", ago=20)]
    assert known(mg=both).peak_milligrams == pytest.approx(500)
    changed = [magnesium(dose="200 mg", ago=50, stop=day(6)), magnesium("oxide", "300 mg", ago=5)]
    assert known(mg=changed).peak_milligrams == pytest.approx(300)
    assert known(mg=changed).milligrams_now == pytest.approx(300)


def test_a_dose_or_number_of_intakes_that_was_not_said_is_not_guessed():
    unknown = known(mg=[magnesium(dose=None), magnesium(dose="100 mg", times_per_day=None)])
    assert unknown.milligrams_now is None
    assert unknown.peak_milligrams == pytest.approx(100)


def test_nobody_knows_who_chose_a_product_until_it_is_said():
    chosen, ordered, unknown = (known(mg=magnesium(prescribed=p)).taken[0] for p in (False, True, None))
    assert (chosen.ordered, chosen.perhaps_ordered) == (False, False)
    assert (ordered.ordered, ordered.perhaps_ordered) == (True, False)
    assert (unknown.ordered, unknown.perhaps_ordered) == (False, True)
    needle = magnesium("sulfate", prescribed=None, route="intramuscular")
    assert known(mg=needle).taken[0].ordered


def test_days_since_the_start_are_an_interval():
    start = known(mg=magnesium(ago=10)).taken[0].start
    assert -11 <= start.low < start.high <= -10
    assert known(mg=magnesium(start=None)).taken[0].start.low == -math.inf


def test_a_product_counts_for_two_weeks_after_it_was_stopped():
    assert [bool(known(mg=magnesium(stop=day(ago))).taken) for ago in (0, 10, 20)] == [True, True, False]
    assert not known(mg=magnesium(stop=day(10))).taken_now


def test_times_with_offsets_are_read_as_moments():
    asked = "2026-06-01T18:00+02:00"
    product = magnesium(start="2026-05-20T08:00+02:00")
    person = facts(case_from_tree(tree(mg=product) | {"asked_on": asked}))
    assert person.taken[0].start.low == person.taken[0].start.high == pytest.approx(-12 - 10 / 24)


def test_one_infusion_counts_once_whatever_the_number_of_intakes():
    once = magnesium("sulfate", "4 g", route="intravenous", start="2026-05-31T10:00", stop="2026-05-31T10:30")
    assert known(mg=once | {"times_per_day": 6}).taken[0].milligrams == pytest.approx(4000)


# ---- Kidneys


@pytest.mark.parametrize(
    ("how", "sex", "age", "weight", "creatinine", "rate"),
    [
        ("CKD-EPI 2021", "female", 55, None, 0.9, 75.4988),
        ("CKD-EPI 2021", "male", 60, None, 1.0, 86.1626),
        ("CKD-EPI 2021", "female", 68, None, 1.8, 30.3104),
        ("CKD-EPI 2021", "female", 30, None, 0.5, 129.3170),
        ("Cockcroft-Gault", "male", 70, 80, 1.5, 51.8519),
        ("Cockcroft-Gault", "female", 82, 48, 1.1, 29.8788),
    ],
)
def test_estimates_agree_with_the_oracles(how, sex, age, weight, creatinine, rate):
    """Values of the evidence's kidney equations, computed there from the same formulas."""
    keys = {"weight": f"{weight} kg"} if weight else {}
    person = known(sex=sex, age=age, kidney={"creatinine": f"{creatinine} mg/dL"}, **keys)
    found = {estimate.how: estimate.rate for estimate in person.kidneys.estimates}
    assert found[how] == pytest.approx(rate, abs=0.001)


def test_the_worst_estimate_counts_and_has_a_category():
    kidneys = known(
        age=82,
        weight="48 kg",
        kidney={"egfr": "55 mL/min/1.73m2"},
        labs={"serum_creatinine": "1.1 mg/dL"},
    ).kidneys
    assert kidneys.worst == pytest.approx(29.88, abs=0.01)
    assert kidneys.category == "G4"
    assert kidneys.diseased


@pytest.mark.parametrize(
    ("rate", "category"),
    [(90, "G1"), (89.9, "G2"), (59, "G3a"), (44.9, "G3b"), (29, "G4"), (14.9, "G5"), (0, "G5")],
)
def test_kdigo_categories(rate, category):
    assert known(kidney={"egfr": f"{rate} mL/min/1.73m2"}).kidneys.category == category


def test_unknown_kidneys_are_neither_healthy_nor_diseased():
    kidneys = known().kidneys
    assert (kidneys.worst, kidneys.category, kidneys.known, kidneys.diseased) == (None, None, False, False)
    assert known(kidney={"dialysis": "hemodialysis"}).kidneys.diseased


def test_the_equations_are_not_used_on_children():
    assert known(age=10, kidney={"creatinine": "0.5 mg/dL"}).kidneys.worst is None


def test_a_conflict_over_30_percent_is_named():
    far = known(kidney={"egfr": "90 mL/min/1.73m2"}, labs={"egfr": "50 mL/min/1.73m2"}).kidneys
    near = known(kidney={"egfr": "90 mL/min/1.73m2"}, labs={"egfr": "70 mL/min/1.73m2"}).kidneys
    assert len(list(far.conflicts())) == 1
    assert not list(near.conflicts())


# ---- Symptoms, flags, results


def test_the_question_is_present_unless_it_is_listed_as_over():
    assert known(question="nausea").symptoms["nausea"].fresh
    over = {"name": "nausea", "onset": day(60), "resolved": day(40)}
    assert "nausea" not in known(over, question="nausea").symptoms


def test_absent_and_not_asked_are_kept_apart():
    person = known({"name": "fatigue", "present": False}, flags={"fever": False})
    assert person.absent == {"fatigue"}
    assert "nausea" not in person.absent
    assert person.flags.get("fever") is False
    assert person.flags.get("collapse") is None


def test_old_and_new_episodes_are_told_apart():
    assert known({"name": "tremor"}).symptoms["tremor"].fresh
    assert known({"name": "tremor", "onset": day(300), "course": "worse"}).symptoms["tremor"].fresh
    assert not known({"name": "tremor", "onset": day(300)}).symptoms["tremor"].fresh
    assert not known({"name": "tremor", "course": "same"}).symptoms["tremor"].fresh


def test_the_latest_results_count_and_a_bound_stays_a_bound():
    labs = [
        {"test": "serum_magnesium", "value": "2.0 mmol/L", "taken": day(300)},
        {"test": "serum_magnesium", "value": "0.9 mmol/L", "taken": day(30)},
        {"test": "serum_magnesium", "value": "0.3 mmol/L", "bound": "below", "taken": day(1)},
        {"test": "serum_potassium", "value": "4 mmol/L", "taken": day(500)},
    ]
    person = known(labs=labs)
    assert [result.index for result in person.results] == [2]
    assert (person.results[0].low, person.results[0].high) == (0.0, 0.3)
    assert person.latest("serum_magnesium") == person.results[0]
    above = known(labs=[{"test": "serum_magnesium", "value": "5 mmol/L", "bound": "above"}]).results[0]
    assert (above.low, above.high, above.undated) == (5.0, math.inf, True)


def test_a_drug_that_nobody_knows_is_kept():
    person = known(drugs=["omeprazole 20 mg", "some herb"])
    assert [drug.drug_class and drug.drug_class.name for drug in person.drugs] == [
        "proton_pump_inhibitor",
        None,
    ]
