"""Scores of published cases: persons count once, intervals are Wilson's, simple rules stand beside."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from epsom.core.documents import case_from_tree
from epsom.interfaces.evaluation import cases
from epsom.interfaces.evaluation.primary_care import tiers


def file(person: str, direction: str, probabilities: dict, **other) -> cases.Scored:
    even = dict.fromkeys(cases.CAUSES, 0.0) | probabilities
    given = {
        "person": person, "version": "with_labs", "direction": direction, "cause": None, "role": "cause",
        "judged": ("cause_first", "direction", "triage"), "measured": True, "telling": True, "fit": "good",
        "probabilities": even, "named": dict.fromkeys(cases.SIMPLE_RULES, "other_cause"),
        "first_test": "serum_magnesium", "triage": "soon", "least_triage": "soon",
    }  # fmt: skip
    return cases.Scored(**(given | other))


EXCESS = {"magnesium_excess": 0.8, "other_cause": 0.2}
OTHER = {"magnesium_excess": 0.1, "other_cause": 0.9}


def test_a_person_and_the_twin_count_once_and_must_both_be_right() -> None:
    files = [file("a", "excess", EXCESS), file("a", "excess", OTHER), file("b", "excess", EXCESS)]
    row = cases.document(files)["cause_first"]["excess"]
    assert (row["right"], row["persons"]) == (1, 2)


def test_directions_are_counted_apart_where_exposure_and_kidneys_tell() -> None:
    told, untold = (file(p, "excess", EXCESS, measured=False, telling=p == "a") for p in ("a", "b"))
    files = [file("c", "excess", EXCESS), told, untold]
    found = cases.document(files)
    assert found["direction_without_magnesium_test"]["excess"]["persons"] == 2
    assert found["direction_where_exposure_and_kidneys_tell"]["excess"]["persons"] == 1


def test_a_measured_case_is_right_where_all_that_may_be_asked_holds() -> None:
    """Where the report leaves the cause open the direction is enough; where it names it, it must lead."""
    opposite = {"magnesium_deficiency": 0.2, "magnesium_excess": 0.1, "other_cause": 0.7}
    open_ones = ("direction", "triage")
    files = [
        file("a", "excess", OTHER, judged=open_ones), file("b", "excess", opposite, judged=open_ones),
        file("c", "excess", OTHER), file("d", "excess", EXCESS), file("e", "excess", EXCESS, measured=False),
        file("f", "excess", EXCESS, judged=("triage",)),
    ]  # fmt: skip
    row = cases.document(files)["all_that_is_judged"]["excess"]
    assert (row["right"], row["persons"]) == (2, 4)


def test_wilson_intervals_are_those_of_the_textbook() -> None:
    assert cases.wilson(9, 10) == pytest.approx((0.5958, 0.9821), abs=2e-4)
    assert cases.wilson(0, 0) == (0.0, 1.0)


def test_scores_are_better_for_the_surer_and_right() -> None:
    good, poor = [file("a", "excess", EXCESS)], [file("a", "excess", OTHER)]
    assert cases.brier_and_log(good) < cases.brier_and_log(poor)
    assert cases.brier_and_log(good)[0] == pytest.approx(0.2**2 + 0.2**2)


def test_nothing_named_is_not_right_and_triage_below_the_minimum_is_listed() -> None:
    unfit = file("a", "excess", EXCESS, fit="none", triage="routine", least_triage="urgent")
    found = cases.document([unfit])
    assert found["cause_first"]["excess"]["right"] == 0
    assert found["triage_below_minimum"] == ["a with_labs"]


def test_simple_rules_read_the_case_alone() -> None:
    case = case_from_tree({
        "schema": "epsom.case/1", "asked_on": "2026-06-01", "person": {"age": 50, "sex": "male"},
        "supplements": [{"form": "oxide"}],
        "labs": [{"test": "serum_magnesium", "value": "0.5 mmol/L", "taken": "2026-06-01"}],
    })  # fmt: skip
    named = {rule: names(case) for rule, names in cases.SIMPLE_RULES.items()}
    assert list(named.values()) == ["other_cause", "magnesium_deficiency", "magnesium_excess"]


def test_every_adult_file_of_a_scored_class_is_answered() -> None:
    asked = []

    def answer(case):
        asked.append(case)
        return SimpleNamespace(
            model=SimpleNamespace(fit="none"), causes=(), next_tests=(), triage="emergency"
        )

    files = cases.score_all(answer)
    assert len(files) == len(asked) > 100
    assert not cases.document(files)["triage_below_minimum"]


def test_common_flags_do_not_cry_wolf() -> None:
    """At most a tenth of people without a flag are sent above soon."""
    found = tiers(1000, seed=4)
    assert sum(found["shares"].values()) == pytest.approx(1.0)
    assert found["without_flag_above_soon"] <= 0.1 * found["without_flag"]
    assert found["without_flag"] > 300
