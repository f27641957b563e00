"""Each drug, disease, form and route moves what its sources name, the right way and by the right size."""

from __future__ import annotations

from dataclasses import replace

import pytest

from epsom.core.names import CONDITIONS, FORMS, ROUTES
from epsom.physiology.modifiers import modifiers
from epsom.simulation.effects import expected_effects, run_effects

#: Forms that stand for others, or for no single salt.
_NOT_ONE_SALT = {"food", "other", "unknown", "mixed"}


def test_every_condition_drug_form_and_route_is_checked():
    checked = {check["of"] for check in expected_effects()}
    assert {name for name in modifiers() if name in CONDITIONS} <= checked
    assert set(ROUTES) - {"oral"} <= checked
    assert set(FORMS) - _NOT_ONE_SALT <= checked


@pytest.mark.parametrize("of", ["omeprazole", "gitelman_syndrome", "citrate", "intravenous"])
def test_some_effects_agree(of):
    found = run_effects(32, only=of)
    assert found
    for effect in found:
        assert effect.agrees, effect


@pytest.mark.long
def test_all_effects_agree():
    disagreeing = [effect for effect in run_effects(64) if not effect.agrees]
    assert disagreeing == []


def test_a_wrong_direction_a_wrong_size_and_a_failed_run_disagree():
    effect = run_effects(8, only="gitelman_syndrome")[0]
    assert effect.agrees
    assert not replace(effect, direction="higher").agrees
    assert not replace(effect, low=effect.change + 0.1, high=None).agrees
    assert not replace(effect, low=None, high=effect.change - 0.1).agrees
    assert not replace(effect, failed=1).agrees
    assert not replace(effect, change=float("nan"), direction="either").agrees
