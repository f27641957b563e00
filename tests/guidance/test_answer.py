"""The whole answer: a valid record for everyone, with the crowd's word or without it."""

from __future__ import annotations

import json
import random
from importlib import resources

import pytest
from guidance_findings import fake_findings
from guidance_people import case, day, magnesium, plain_back_pain, random_tree

from epsom.core.documents import case_from_tree
from epsom.core.names import CAUSES
from epsom.core.records import Assessment
from epsom.core.records.output import DEFAULT_INTERVAL_PROBABILITY
from epsom.core.schemas import schemas
from epsom.guidance.answer import RULES_ONLY, answer, evidence_version
from epsom.guidance.triage import triage
from epsom.inference.findings import INTERVAL, Findings

NOTHING = Findings("none", (), {}, None, None, None, 0, 0, 0.0, 0, warnings=("for adults only",))
WHAT_THE_CROWD_SAID = {
    "no crowd": None,
    "good": fake_findings(),
    "strained": fake_findings("strained", causes={"magnesium_excess": 0.9}, severe=0.7),
    "none": fake_findings("none"),
    "nothing": NOTHING,
}


def published():
    folder = resources.files("epsom") / "data" / "published_cases"
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if file.name.endswith(".json"):
            content = json.loads(file.read_text(encoding="utf-8"))
            for version in ("case_with_labs", "case_without_labs"):
                if content[version] is not None:
                    yield content[version]


def answered(person, findings=None):
    return answer(person, findings, seed=3, version="0.0")


@pytest.mark.parametrize("said", WHAT_THE_CROWD_SAID)
def test_every_published_case_has_a_valid_answer(said):
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(schemas()["assessment.schema.json"])
    for tree in published():
        found = answered(case_from_tree(tree), WHAT_THE_CROWD_SAID[said])
        written = found.to_tree()
        assert Assessment.model_validate(written).to_tree() == written
        validator.validate(json.loads(json.dumps(written)))


def test_random_people_have_a_valid_answer():
    draw = random.Random(12)
    for number in range(300):
        tree = random_tree(draw) if number % 2 else plain_back_pain(draw)
        for findings in WHAT_THE_CROWD_SAID.values():
            assert answered(case_from_tree(tree), findings).triage


def test_the_crowd_and_the_rules_are_in_one_record():
    person = case({"name": "low_back_pain", "onset": day(3)}, mg=magnesium(ago=8))
    found = answered(person, fake_findings())
    assert found.triage == triage(person, fake_findings()).level == "soon"
    assert found.causes[0].cause == "other_cause"
    assert {cause.cause for cause in found.causes} == set(CAUSES)
    assert all(pathway.steps for cause in found.causes for pathway in cause.pathways)
    assert found.causes[0].for_ == ("When it began speaks clearly for it.",)
    assert found.causes[0].against == ("That you do not have loose stools speaks clearly against it.",)
    assert [entry.day for entry in found.if_stopped or ()] == [1, 2, 3, 7, 14, 28]
    assert found.model.people == 512
    assert found.model.fit == "good"
    assert found.actions[0].action == "stop_magnesium"
    assert found.scales.naranjo is not None


def test_the_rules_alone_answer_without_a_crowd():
    found = answered(case(mg=magnesium()))
    assert found.causes == ()
    assert found.model.fit == "none"
    assert RULES_ONLY in found.model.warnings
    assert found.magnesium_status is None
    assert found.if_stopped is None
    assert found.if_stopped_reason == "the model gives no answer for this person"
    assert found.next_tests == found.alternatives == ()


def test_where_nothing_fits_status_follows_and_no_cause_is_named():
    found = answered(case(), fake_findings("none"))
    assert found.causes == ()
    assert found.magnesium_status is not None


def test_nothing_taken_nothing_to_stop():
    found = answered(case(), fake_findings())
    assert found.if_stopped is None
    assert found.if_stopped_reason == "no magnesium is taken now"
    assert found.stool is not None
    assert found.stool.mass_per_day.with_supplement is None
    assert found.scales.naranjo is None
    stopped = answered(case(mg=magnesium(stop=day(5))), fake_findings())
    assert stopped.if_stopped_reason == "no magnesium is taken now"


def test_children_get_rules_only():
    found = answered(case(age=9, mg=magnesium()), NOTHING)
    assert found.model.fit == "none"
    assert found.causes == ()
    assert "for adults only" in found.model.warnings
    assert found.triage == "soon"


def test_warnings_gather_what_the_reader_must_know():
    person = case(
        {"name": "nausea", "present": False, "severity": 3},
        mg=magnesium("sulfate", None, route="intravenous"),
        kidney={"egfr": "90 mL/min/1.73m2"},
        labs={"egfr": "40 mL/min/1.73m2"},
    )
    warnings = "\n".join(answered(person, fake_findings()).model.warnings)
    for part in ("made up", "symptoms[0]", "5-minute bolus", "differ by more than 30 %", "no dose is given"):
        assert part in warnings


def test_what_no_rule_looks_at_is_listed():
    person = case(
        {"name": "nausea", "present": False},
        height="170 cm",
        weight="70 kg",
        diet="300 mg/day",
        conditions=["hyperparathyroidism", "cancer"],
        drugs=["some herb", "omeprazole", "paracetamol"],
        labs=[
            {"test": "vitamin_d_25oh", "value": "50 nmol/L"},
            {"test": "serum_magnesium", "value": "0.9 mmol/L", "taken": day(600)},
            {"test": "serum_potassium", "value": "4 mmol/L"},
        ],
        mg=[magnesium("food"), magnesium(stop=day(100))],
    )
    listed = {entry.where: entry.why for entry in answered(person).not_used}
    assert set(listed) == {
        "person.height",
        "person.weight",
        "diet.magnesium",
        "person.conditions[0]",
        "person.drugs[0]",
        "person.drugs[2]",
        "supplements[0]",
        "supplements[1]",
        "symptoms[0]",
        "labs[0]",
        "labs[1]",
    }
    assert "not in the lexicon" in listed["person.drugs[0]"]


def test_what_the_crowd_does_not_use_is_listed_with_what_the_rules_do():
    used = answered(case("drowsiness", mg=magnesium()), fake_findings()).not_used
    assert [(entry.where, "the rules on urgency use it" in entry.why) for entry in used] == [
        ("symptoms[0]", True)
    ]


def test_reasons_are_those_worth_saying():
    found = answered(case(labs={"serum_magnesium": "3 mmol/L"}))
    assert found.triage_reasons[0].rule == "magnesium_very_high"
    assert "magnesium_high" not in {reason.rule for reason in found.triage_reasons}


def test_intervals_are_those_of_the_crowd():
    assert INTERVAL == DEFAULT_INTERVAL_PROBABILITY


def test_the_answer_is_the_same_twice_and_names_its_evidence():
    person = case("nausea", mg=magnesium())
    assert answered(person, fake_findings()) == answered(person, fake_findings())
    assert len(evidence_version()) == 12
    assert answered(person).model.evidence_version == evidence_version()
