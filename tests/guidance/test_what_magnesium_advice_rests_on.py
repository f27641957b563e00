"""Mechanism rows 13 to 15 on whole answers: when to stop, what to test and change, which cause."""

from __future__ import annotations

import copy
from functools import cache
from typing import TYPE_CHECKING

import pytest

from epsom.core.documents import case_from_tree
from epsom.guidance import assess

if TYPE_CHECKING:
    from epsom.core.records import Assessment

PAIN = {
    "schema": "epsom.case/1",
    "question": "low_back_pain",
    "asked_on": "2026-06-01",
    "person": {"age": 48, "sex": "female"},
    "symptoms": [{"name": "low_back_pain", "onset": "2026-05-29"}],
}
FAILING = {"age": 48, "sex": "female", "kidney": {"egfr": "25 mL/min/1.73m2"}}


@cache
def answer(start: str | None = None, failing: bool = False, flag: str | None = None) -> Assessment:
    tree = copy.deepcopy(PAIN)
    if start is not None:
        tree["supplements"] = [
            {"form": "citrate", "dose": "500 mg", "dose_of": "elemental", "times_per_day": 2, "start": start}
        ]
    if failing:
        tree["person"] = FAILING
    if flag is not None:
        tree["red_flags"] = {flag: True}
    return assess(case_from_tree(tree), people=32).record


def advised(record: Assessment) -> set[str]:
    return {action.action for action in record.actions}


def other(record: Assessment) -> float:
    return next(cause.probability for cause in record.causes if cause.cause == "other_cause")


def test_new_pain_soon_after_starting_means_stop_and_pain_long_after_does_not():
    """Row 13."""
    assert "stop_magnesium" in advised(answer("2026-05-24"))
    assert answer("2026-05-24").triage == "soon"
    assert "stop_magnesium" not in advised(answer("2026-02-01"))
    assert "stop_magnesium" not in advised(answer())


def test_kidney_disease_raises_urgency_and_asks_for_blood_tests():
    """Rows 13 and 14."""
    failing, well = answer("2026-02-01", failing=True), answer("2026-02-01")
    assert failing.triage == "urgent"
    assert {"blood_test_magnesium", "blood_test_kidney"} <= advised(failing)
    assert well.triage in ("routine", "soon")
    assert not {"blood_test_magnesium", "blood_test_kidney"} & advised(well)


def test_a_large_dose_is_advised_down_and_none_is_not():
    """Row 14: dose and form."""
    assert {"reduce_dose", "split_dose"} & advised(answer("2026-02-01"))
    assert not {"reduce_dose", "split_dose", "switch_form"} & advised(answer())


def test_without_a_magnesium_cause_something_else_explains_the_pain():
    """Row 15: the gut's share comes with the supplement alone."""
    assert other(answer()) > 0.98
    assert other(answer("2026-05-24")) < other(answer()) - 0.05


@pytest.mark.parametrize("flag", ["saddle_numbness", "sudden_tearing_pain"])
def test_a_sign_of_serious_disease_outranks_any_explanation_by_magnesium(flag):
    """Row 15."""
    assert answer("2026-05-24", flag=flag).triage == "emergency"
