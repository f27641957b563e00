"""The form: a case goes in and out of it whole, and faults find the field they were made in."""

from __future__ import annotations

import json

import pytest

from epsom.core.documents import case_from_tree
from epsom.core.evidence import data_folder
from epsom.core.faults import InputError
from epsom.core.reader import scan_text
from epsom.interfaces.web.fields import draft_of
from epsom.interfaces.web.shown import fields_of

EXAMPLE = (data_folder() / "examples" / "case.yaml").read_text(encoding="utf-8")
PUBLISHED = sorted(
    (item for item in (data_folder() / "published_cases").iterdir() if item.name.endswith(".json")),
    key=lambda item: item.name,
)


def comparable(tree):
    """A case without the order of its symptoms and conditions."""
    record = case_from_tree(tree).to_tree()
    for place, key in ((record, "symptoms"), (record["person"], "conditions")):
        place[key] = sorted(
            (
                json.dumps(e if isinstance(e, dict) else {"name": e}, sort_keys=True)
                for e in place.get(key, [])
            ),
        )
    return record


def test_the_example_goes_in_and_out_of_the_form_whole():
    tree = scan_text(EXAMPLE).document.tree
    back = draft_of(fields_of(tree)).tree
    # What is not ticked is "no" once a person says so; the example says it for one symptom only.
    assert comparable(back) == comparable(tree)


def test_every_published_case_goes_in_and_out_of_the_form_whole():
    tried = 0
    for item in PUBLISHED:
        tree = json.loads(item.read_text(encoding="utf-8")).get("case_with_labs")
        if tree is None:
            continue
        wanted = comparable(tree)
        if wanted["question"] not in {json.loads(entry)["name"] for entry in wanted["symptoms"]}:
            # The form says of the question what the contract reads into its silence.
            wanted["symptoms"] = sorted([*wanted["symptoms"], json.dumps({"name": wanted["question"]})])
        found = comparable(draft_of(fields_of(tree)).tree)
        for record in (wanted, found):
            record["symptoms"] = [entry.replace(', "present": true', "") for entry in record["symptoms"]]
        assert found == wanted, item.name
        tried += 1
    assert tried > 20


def test_what_is_empty_is_not_known():
    tree = draft_of({"age": "50", "sex": "female", "asked_on": "2026-06-01", "weight": " "}).tree
    assert tree == {
        "schema": "epsom.case/1", "question": "low_back_pain", "asked_on": "2026-06-01",
        "person": {"age": 50.0, "sex": "female"}, "symptoms": [{"name": "low_back_pain"}],
    }  # fmt: skip


def test_unticked_flags_are_no_only_when_the_person_says_so():
    base = {"age": "50", "sex": "male", "asked_on": "2026-06-01", "flag-fever": "yes"}
    assert draft_of(base).tree["red_flags"] == {"fever": True}
    said = draft_of(base | {"flags_rest": "none"}).tree["red_flags"]
    assert said["fever"] is True
    assert sum(said.values()) == 1
    assert len(said) > 10


def test_a_day_that_is_not_changed_keeps_its_hour():
    given = {"asked_on": "2026-06-01", "asked_on.exact": "2026-06-01T18:00+02:00"}
    assert draft_of(given).tree["asked_on"] == "2026-06-01T18:00+02:00"
    assert draft_of(given | {"asked_on": "2026-06-02"}).tree["asked_on"] == "2026-06-02"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"age": "old"}, "age"),
        ({"product-1-form": "oxide", "product-1-dose": "400"}, "product-1-dose"),
        ({"product-1-form": "oxide", "product-1-dose": "400 mg"}, "product-1-dose_of"),
        ({"lab-2-test": "serum_magnesium", "lab-2-value": "2.3 mg"}, "lab-2-value"),
        ({"kidney": "egfr", "kidney_value": "55"}, "kidney_value"),
        ({"weight": "70"}, "weight"),
    ],
)
def test_a_fault_finds_the_field_it_was_made_in(changed, field):
    draft = draft_of({"age": "50", "sex": "male", "asked_on": "2026-06-01"} | changed)
    with pytest.raises(InputError) as caught:
        case_from_tree(draft.tree)
    assert field in {draft.field_of(fault.where) for fault in caught.value.faults}
