"""Every rule of triage holds for a person it is meant for and not for a like person it is not meant for."""

from __future__ import annotations

import pytest
from guidance_findings import fake_findings
from guidance_people import case
from rule_examples import EXAMPLES, EXAMPLES_OF_FINDINGS

from epsom.core.documents import case_from_tree
from epsom.guidance.rules import pressing, rules
from epsom.guidance.triage import triage


def test_every_rule_has_an_example_and_every_example_a_rule():
    assert {rule.id for rule in rules()} == set(EXAMPLES) | set(EXAMPLES_OF_FINDINGS)


@pytest.mark.parametrize("rule", EXAMPLES)
def test_a_rule_holds_for_its_example_only(rule):
    fires, does_not = (triage(case_from_tree(example)) for example in EXAMPLES[rule])
    assert rule in {reason.rule for reason in fires.reasons}
    assert rule not in {reason.rule for reason in does_not.reasons}


@pytest.mark.parametrize("rule", EXAMPLES_OF_FINDINGS)
def test_a_rule_on_findings_holds_for_its_example_only(rule):
    person = case("nausea") if rule.endswith("with_signs") else case()
    fires, does_not = (triage(person, fake_findings(**findings)) for findings in EXAMPLES_OF_FINDINGS[rule])
    assert rule in {reason.rule for reason in fires.reasons}
    assert rule not in {reason.rule for reason in does_not.reasons}
    assert rule not in {reason.rule for reason in triage(person).reasons}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_the_level_is_at_least_that_of_any_rule_that_holds(rule):
    if rule.id in EXAMPLES:
        answer = triage(case_from_tree(EXAMPLES[rule.id][0]))
        assert pressing(answer.level) >= pressing(rule.tier)
        assert answer.level == answer.reasons[0].level


def test_every_reason_is_said_or_covered_by_one_that_is_as_pressing():
    for fires, _ in EXAMPLES.values():
        answer = triage(case_from_tree(fires))
        told = {reason.rule for reason in answer.told}
        assert answer.told[0].level == answer.level
        for reason in answer.reasons:
            by = [other for other in answer.reasons if reason.rule in other.covers]
            assert reason.rule in told or reason.level == "routine" or by
            assert all(pressing(other.level) >= pressing(reason.level) for other in by)
