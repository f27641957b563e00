"""Drugs that are kept apart from magnesium: by name before class, the longer gap where sources disagree."""

from __future__ import annotations

import pytest
from guidance_people import case, magnesium

from epsom.core.drugs import drug_class
from epsom.guidance.facts import facts
from epsom.guidance.interactions import entries, pairs


def apart(drug, form="citrate"):
    person = facts(case(drugs=[drug], mg=magnesium(form)))
    return next((pair.apart for pair in pairs(person.drugs, person.taken_now)), None)


@pytest.mark.parametrize(
    ("drug", "before", "after"),
    [
        ("ciprofloxacin", 2, 6),
        ("Cipro", 2, 6),
        ("ciprofloxacin 500 mg", 2, 6),
        ("moxifloxacin", 4, 8),
        ("avelox", 4, 8),
        ("levofloxacin", 2, 2),
        ("delafloxacin", 2, 6),
        ("doxycycline", 2, 6),
        ("alendronate", 4, 4),
        ("fosamax", 4, 4),
        ("levothyroxine", 4, 4),
        ("synthroid", 4, 4),
        ("gabapentin", 0, 2),
        ("dolutegravir", 2, 6),
        ("mycophenolate mofetil", 2, 3),
        ("ferrous sulfate", 4, 4),
        ("digoxin", 2, 3),
        ("patiromer", 3, 3),
    ],
)
def test_hours(drug, before, after):
    found = apart(drug)
    assert (found.before, found.after) == (before, after)


@pytest.mark.parametrize("drug", ["zoledronic acid", "paracetamol", "ibuprofen", "azathioprine"])
def test_no_gap_where_none_is_needed(drug):
    assert apart(drug) is None


def test_a_drug_that_nobody_knows_gets_the_general_gap():
    found = apart("some herb")
    assert (found.before, found.after, found.severity) == (2, 3, "minor")


@pytest.mark.parametrize("drug", ["raltegravir", "kayexalate"])
def test_hours_do_not_help_everywhere(drug):
    found = apart(drug)
    assert found.before is None
    assert "do not help" in found.sentence(drug, "magnesium citrate")


def test_antacid_effects_hold_for_antacid_forms_only():
    assert apart("fexofenadine", "hydroxide") is not None
    assert apart("fexofenadine", "citrate") is None


def test_every_name_is_known_to_the_lexicon_of_drugs():
    unknown = [name for entry in entries() for name in entry.names if drug_class(name) is None]
    assert unknown == []


def test_severities_and_hours_are_sensible():
    for entry in entries():
        assert entry.severity in ("major", "moderate", "minor")
        assert entry.before is None or 0 <= entry.before <= 12
