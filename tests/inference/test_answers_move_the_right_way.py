"""First answers: sign, timing and honesty of the inference on small crowds."""

import copy

import pytest

from epsom.core.documents import case_from_tree
from epsom.inference import infer
from epsom.inference.findings import Findings

PEOPLE = 192
PAIN = {
    "schema": "epsom.case/1",
    "question": "low_back_pain",
    "asked_on": "2026-06-01",
    "person": {"age": 48, "sex": "female", "kidney": {"egfr": "92 mL/min/1.73m2"}},
    "symptoms": [{"name": "low_back_pain", "onset": "2026-05-29"}],
}
CITRATE = {
    "form": "citrate", "dose": "500 mg", "dose_of": "elemental", "times_per_day": 2, "with_food": False,
    "start": "2026-05-26",
}  # fmt: skip


def answer(**changes) -> Findings:
    return infer(case_from_tree(copy.deepcopy(PAIN) | changes), people=PEOPLE)


def chance(found: Findings, cause: str) -> float:
    share = found.probability(cause)  # type: ignore[arg-type]
    assert share is not None
    return share.probability


def test_a_strong_new_laxative_dose_raises_the_gut_and_nothing_else_does() -> None:
    with_it, without = answer(supplements=[CITRATE]), answer()
    assert chance(with_it, "gastrointestinal_upset") > chance(without, "gastrointestinal_upset") + 0.05
    assert chance(without, "other_cause") > 0.95
    assert with_it.stool is not None
    assert with_it.stool.mass_with.median > with_it.stool.mass_without.median + 50


def test_pain_that_began_before_the_supplement_is_hardly_moved_by_it() -> None:
    late = CITRATE | {"dose": "150 mg", "times_per_day": 1, "with_food": True, "start": "2026-05-31"}
    assert abs(chance(answer(supplements=[late]), "other_cause") - chance(answer(), "other_cause")) < 0.10


def test_causes_add_up_and_carry_intervals() -> None:
    found = answer(supplements=[CITRATE])
    assert sum(c.share.probability for c in found.causes) == pytest.approx(1.0, abs=1e-9)
    assert [c.share.probability for c in found.causes] == sorted(
        (c.share.probability for c in found.causes), reverse=True
    )
    for cause in found.causes:
        assert 0 <= cause.share.low <= cause.share.probability <= cause.share.high <= 1
        if cause.pathways:
            total = sum(p.probability for p in cause.pathways.values())
            assert total == pytest.approx(cause.share.probability, abs=1e-9)


def test_a_measured_value_moves_serum_and_before_labs_leaves_it_out() -> None:
    low = {"test": "serum_magnesium", "value": "0.58 mmol/L", "taken": "2026-06-01"}
    with_lab, without = answer(labs=[low]), answer()
    assert with_lab.serum is not None and without.serum is not None and with_lab.serum_before_labs is not None
    assert with_lab.serum.median < without.serum.median - 0.1
    assert with_lab.status["deficient"].probability > 0.8
    # Proposals differ with the value, so the two priors agree only within Monte Carlo error.
    assert with_lab.serum_before_labs.median == pytest.approx(without.serum.median, abs=0.04)


def test_impossible_evidence_gives_no_cause_but_follows_the_measured_value() -> None:
    found = answer(labs=[{"test": "serum_magnesium", "value": "9 mmol/L", "taken": "2026-06-01"}])
    assert found.fit == "none"
    assert found.causes == ()
    assert found.status["severe_excess"].probability > 0.99
    assert found.serum is not None
    assert found.serum.median == pytest.approx(9.0)
    assert any("does not fit" in warning for warning in found.warnings)


def test_an_equivalent_is_not_taken_for_a_mole() -> None:
    lab = {"test": "serum_magnesium", "taken": "2026-06-01"}
    equivalents, moles = (answer(labs=[lab | {"value": value}]) for value in ("1.5 mEq/L", "0.75 mmol/L"))
    assert equivalents.serum is not None and moles.serum is not None
    assert equivalents.serum.median == pytest.approx(moles.serum.median, rel=1e-9)
    assert equivalents.serum.median < 0.82


def test_kidney_failure_on_oxide_raises_serum() -> None:
    oxide = {"form": "oxide", "dose": "1 g", "dose_of": "compound", "times_per_day": 2, "start": "2026-03-01"}
    failing = PAIN["person"] | {
        "kidney": {"egfr": "9 mL/min/1.73m2"},
        "conditions": ["chronic_kidney_disease"],
    }
    sick, well = answer(supplements=[oxide], person=failing), answer(supplements=[oxide])
    assert sick.serum is not None and well.serum is not None
    assert sick.serum.median > well.serum.median + 0.08


def test_minors_get_rules_only() -> None:
    found = answer(person={"age": 16, "sex": "female"})
    assert found.fit == "none"
    assert found.people == 0


def test_the_same_seed_gives_the_same_findings() -> None:
    first, second = answer(supplements=[CITRATE]), answer(supplements=[CITRATE])
    assert first.causes == second.causes
    assert first.serum == second.serum


def test_stopping_helps_a_gut_cause_more_than_going_on() -> None:
    found = answer(supplements=[CITRATE])
    for day, stopped in found.gone_if_stopped.items():
        assert stopped.probability >= found.gone_if_continued[day].probability
    chances = [share.probability for share in found.gone_if_stopped.values()]
    assert chances == sorted(chances)
