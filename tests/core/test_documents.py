"""Documents load from files, texts and trees into records with defaults only where the contract has them."""

import json
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from epsom.core.cautions import cautions
from epsom.core.documents import (
    MOST_FAULTS,
    case_from_tree,
    load,
    load_case,
    load_scenario,
    scenario_from_tree,
)
from epsom.core.evidence import data_folder
from epsom.core.faults import InputError
from epsom.core.names import CAUSES
from epsom.core.reader import read_file
from epsom.core.records import Assessment, Case, SimulationResult
from epsom.core.records.assessment import CauseShare, ModelReport, Scales
from epsom.core.records.output import Probability
from epsom.core.records.simulation import MeasureResult
from epsom.core.times import offset_of_dates

EXAMPLES = data_folder() / "examples"
LEAST_CASE = {"schema": "epsom.case/1", "asked_on": "2026-06-01", "person": {"age": 60, "sex": "female"}}
LEAST_SCENARIO = {
    **{"schema": "epsom.scenario/1", "people": {"count": 10}, "duration": "1 d"},
    "measures": [{"name": "serum_magnesium", "days": [0]}],
}


def case_with(**keys):
    return case_from_tree(LEAST_CASE | keys)


def scenario_with(**keys):
    return scenario_from_tree(LEAST_SCENARIO | keys)


def test_the_least_case_knows_nothing_more_than_it_says():
    case = case_from_tree(LEAST_CASE)
    assert case.question == "low_back_pain"
    assert case.diet is None
    assert case.person.weight is None
    assert case.person.kidney is None
    assert case.person.pregnant is None
    assert (case.supplements, case.symptoms, case.labs, case.red_flags) == ((), (), (), {})
    assert case.is_adult


def test_only_the_form_of_a_supplement_is_required():
    supplement = case_with(supplements=[{"form": "MgO"}]).supplements[0]
    assert (supplement.form, supplement.route) == ("oxide", "oral")
    assert supplement.dose is supplement.times_per_day is supplement.with_food is supplement.start is None
    assert supplement.magnesium_per_intake is None


def test_bare_names_and_entries_become_one_record():
    person = case_with(
        person={
            **LEAST_CASE["person"],
            "conditions": ["diabetes", {"name": "ileus", "start": "2026-05-01"}],
            "drugs": ["no such drug", {"name": "omeprazole", "dose": "20 mg", "stop": "2026-05-01"}],
        }
    ).person
    assert [condition.name for condition in person.conditions] == ["diabetes", "ileus"]
    assert person.conditions[0].start is None
    assert [drug.dose for drug in person.drugs] == [None, "20 mg"]


def test_a_symptom_is_present_unless_it_is_said_to_be_absent():
    symptoms = case_with(symptoms=[{"name": "nausea"}, {"name": "tremor", "present": False}]).symptoms
    assert [symptom.present for symptom in symptoms] == [True, False]


def test_quantities_come_in_canonical_units_with_their_text():
    case = case_with(
        person={**LEAST_CASE["person"], "weight": "154 lb", "kidney": {"creatinine": "88.42 umol/L"}},
        labs=[{"test": "serum_magnesium", "value": "1.5 mEq/L"}],
    )
    assert case.person.weight.unit == "kg"
    assert case.person.kidney.creatinine.value == 1.0
    assert (case.labs[0].value.value, case.labs[0].value.text) == (0.75, "1.5 mEq/L")


@pytest.mark.parametrize(("value", "hours", "per_day"), [("4 mmol/day", None, 4.0), ("2 mmol", 12, 4.0)])
def test_urine_magnesium_is_given_per_day_or_per_collection(value, hours, per_day):
    lab = {"test": "urine_magnesium", "value": value} | ({"urine_hours": hours} if hours else {})
    assert case_with(labs=[lab]).labs[0].urine_magnesium_per_day == per_day


def test_an_empty_key_is_a_missing_key():
    text = "schema: epsom.case/1\nasked_on: 2026-06-01\nperson: {age: 60, sex: female, weight: , drugs: }\n"
    assert load_case(text + "supplements:\nred_flags: {fever: }\n") == case_from_tree(
        LEAST_CASE | {"person": {"age": 60, "sex": "female"}}
    ).model_copy(update={"red_flags": {}})


def test_dates_of_a_case_with_offsets_are_days_where_the_question_is_asked():
    case = case_with(
        asked_on="2026-06-01T12:00-07:00",
        symptoms=[{"name": "low_back_pain", "onset": "2026-05-30"}],
        labs=[{"test": "egfr", "value": "60 mL/min", "taken": "2026-05-31T12:00Z"}],
    )
    west = timezone(timedelta(hours=-7))
    assert case.symptoms[0].onset.moment == datetime(2026, 5, 30, tzinfo=west)
    assert offset_of_dates([case.asked_on]) == west


def test_children_are_accepted_for_the_rules_alone():
    assert not case_with(person={"age": 1.67, "sex": "male"}).is_adult


def test_an_infusion_runs_from_start_to_stop_within_a_day():
    def infusion(**keys):
        return case_with(supplements=[{"form": "sulfate", "route": "intravenous", **keys}]).supplements[0]

    within = {"start": "2026-06-01T09:00", "stop": "2026-06-01T17:00"}
    assert infusion(**within).is_one_infusion
    assert not infusion(**within, duration="20 min").is_one_infusion
    assert not infusion(start="2026-05-01", stop="2026-05-09").is_one_infusion
    assert not infusion(start="2026-05-01").is_one_infusion


def test_the_least_scenario_has_the_defaults_of_the_contract():
    scenario = scenario_with(
        supplements=[{"form": "oxide"}],
        people={"count": 10, "dialysis": {"kind": "hemodialysis"}},
    )
    assert (scenario.people.seed, scenario.control, scenario.supplements[0].times_per_day) == (1, False, 1.0)
    plan = scenario.people.dialysis
    assert (plan.per_week, plan.hours, plan.dialysate_magnesium.value) == (3.0, 4.0, 0.5)
    assert (
        scenario.people.age is scenario.people.sex is scenario.people.egfr is scenario.people.select is None
    )
    assert not scenario.supplements[0].labeled


def test_bare_values_are_spreads_without_a_spread():
    people = scenario_with(people={"count": 1, "age": 40, "egfr": "90 mL/min/1.73m2", "sex": "male"}).people
    assert (people.age.mean, people.age.sd, people.age.min) == (40.0, None, None)
    assert people.egfr.mean.value == 90.0
    assert people.sex.female == 0.0
    mixed = scenario_with(
        people={"count": 1, "sex": {"female": 0.55}, "weight": {"mean": "70 kg", "sd": "0 kg"}}
    )
    assert mixed.people.sex.female == 0.55
    assert mixed.people.weight.sd.value == 0.0


def test_thresholds_are_numbers_in_the_measure_s_unit_or_quantities():
    request = {"name": "serum_magnesium", "days": [0, 0.5], "above": [1.05, "2.4305 mg/dL"]}
    scenario = scenario_with(measures=[request, {"name": "retained_magnesium", "days": [1], "above": [-3]}])
    assert scenario.measures[0].above == pytest.approx((1.05, 1.0))
    assert scenario.measures[1].above == (-3.0,)


def test_a_rate_may_be_asked_on_the_last_day_and_the_run_then_goes_on():
    rate = [{"name": "urine_magnesium", "days": [28]}]
    assert scenario_with(duration="28 d", measures=rate).last_day == 29.0
    moment = [{"name": "serum_magnesium", "days": [28]}]
    assert scenario_with(duration="4 weeks", measures=moment).last_day == 28.0


def test_documents_load_by_their_schema_from_files_and_text(tmp_path):
    for tree in (LEAST_CASE, LEAST_SCENARIO):
        path = tmp_path / "document.json"
        path.write_text(json.dumps(tree), encoding="utf-8")
        assert load(path) == load(str(path)) == load(json.dumps(tree, indent=1))
        assert load(path).schema_name == tree["schema"]
    assert load_scenario(path) == scenario_from_tree(LEAST_SCENARIO)
    with pytest.raises(InputError) as caught:
        load_case(path)
    assert [(fault.where, fault.expected) for fault in caught.value.faults] == [
        ("schema (line 1)", "epsom.case/1")
    ]


def test_records_write_the_keys_they_were_given():
    assert case_from_tree(LEAST_CASE).to_tree() == LEAST_CASE | {"person": {"age": 60.0, "sex": "female"}}


def test_records_cannot_be_changed():
    case = case_from_tree(LEAST_CASE)
    with pytest.raises(ValidationError):
        case.question = "nausea"


def test_a_tree_that_is_no_mapping_is_refused():
    for tree in (None, [], "text", 3):
        with pytest.raises(InputError):
            case_from_tree(tree)


def test_a_flood_of_faults_is_cut_off():
    with pytest.raises(InputError) as caught:
        case_with(symptoms=[1] * 5000)
    assert len(caught.value.faults) == MOST_FAULTS + 1


def assessment(**keys):
    share = {"interval": (0.1, 0.5), "monte_carlo_error": 0.01}
    causes = [CauseShare(cause=cause, probability=0.25, **share) for cause in CAUSES]
    model = ModelReport(
        **{"version": "0", "evidence_version": "0", "seed": 1, "people": 1, "parameter_sets": 1},
        **{"effective_sample_size": None, "failed_runs": 0, "fit": "good"},
    )
    return Assessment(
        **{
            **{"question": "nausea", "asked_on": "2026-06-01", "triage": "soon", "triage_reasons": ()},
            **{"causes": causes, "magnesium_status": None, "serum_magnesium": None, "stool": None},
            **{
                "if_stopped": None,
                "if_stopped_reason": "nothing is taken",
                "next_tests": (),
                "alternatives": (),
            },
            **{"actions": (), "scales": Scales(naranjo=None, who_umc=None), "not_used": (), "model": model},
            **keys,
        }
    )


def test_an_assessment_names_all_causes_and_sums_to_one():
    answer = assessment()
    assert answer.to_tree()["causes"][0]["for"] == []
    assert assessment(causes=(), model=answer.model.model_copy(update={"fit": "none"})).causes == ()
    more = answer.causes[3].model_copy(update={"probability": 0.3})
    for causes in ((), answer.causes[:3], (*answer.causes[:3], more), (answer.causes[0],) * 4):
        with pytest.raises(ValidationError):
            assessment(causes=causes)


def test_an_assessment_says_why_there_is_nothing_to_stop():
    with pytest.raises(ValidationError):
        assessment(if_stopped_reason=None)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -0.1, 1.1, "0.5", True])
def test_no_probability_is_out_of_range_or_not_a_number(number):
    with pytest.raises(ValidationError):
        Probability(probability=number, interval=(0.0, 1.0))
    with pytest.raises(ValidationError):
        Probability(probability=0.5, interval=(0.0, number) if number != -0.1 else (0.6, 0.4))


def test_what_was_not_asked_for_is_left_out_and_what_failed_is_null():
    numbers = dict.fromkeys(("mean", "sd", "p05", "p50", "p95"))
    plain = MeasureResult(name="stool_mass", unit="g/day", day=3, **numbers)
    asked = MeasureResult(
        name="stool_mass", unit="g/day", day=3, **numbers, control_mean=None, fraction_above=[None]
    )
    assert list(plain.to_tree()) == ["name", "unit", "day", "mean", "sd", "p05", "p50", "p95"]
    assert asked.to_tree()["control_mean"] is None
    assert asked.to_tree()["fraction_above"] == [None]
    result = SimulationResult(people=3, failed=1, measures=[plain])
    assert result.to_tree()["measures"] == [plain.to_tree()]
    with pytest.raises(ValidationError):
        MeasureResult(name="stool_mass", unit="kg", day=3, **numbers)


def test_a_case_built_in_python_is_as_strict():
    with pytest.raises(ValidationError):
        Case.model_validate(LEAST_CASE | {"person": {"age": "60", "sex": "female"}})


def replaced(tree, path, value):
    """Copy a tree with the value at a path, given by numbers that choose a branch, replaced."""
    if not path or not isinstance(tree, dict | list) or not tree:
        return value
    keys = list(tree) if isinstance(tree, dict) else range(len(tree))
    chosen = keys[path[0] % len(keys)]
    inner = replaced(tree[chosen], path[1:], value)
    if isinstance(tree, dict):
        return {**tree, chosen: inner}
    return [inner if index == chosen else entry for index, entry in enumerate(tree)]


paths = st.lists(st.integers(0, 30), min_size=1, max_size=5)
scalars = st.one_of(
    st.sampled_from([None, True, False, 0, -1, 1e308, 10**400, float("nan"), float("inf"), "", "no", "oral"]),
    st.sampled_from(
        ["2026-06-01", "2026-06-01T10:00Z", "-3 mg", "3 mmol", "1 d", "oxide", "compound", "male"]
    ),
    st.text(max_size=5),
)
values = (
    scalars | st.lists(scalars, max_size=2) | st.dictionaries(st.sampled_from(["name", "min", "x"]), scalars)
)


@pytest.mark.parametrize("name", ["case.yaml", "scenario.yaml"])
@settings(max_examples=300, deadline=None)
@given(changes=st.lists(st.tuples(paths, values), min_size=1, max_size=3))
def test_any_tree_is_a_record_or_an_input_error(name, changes):
    tree = read_file(str(EXAMPLES / name)).tree
    for path, value in changes:
        tree = replaced(tree, path, value)
    from_tree = case_from_tree if name == "case.yaml" else scenario_from_tree
    try:
        record = from_tree(tree)
    except InputError as error:
        assert all(fault.where and fault.got and fault.expected for fault in error.faults)
    else:
        assert from_tree(record.to_tree()) == record
        assert isinstance(cautions(record), tuple)
