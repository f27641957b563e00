"""The data of the guidance: known names and sources, a status everywhere, no rule that takes another back."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any

import pytest

from epsom.core.evidence import STATUSES, sources
from epsom.core.names import FORMS, SYMPTOMS
from epsom.guidance.actions import entries as action_entries
from epsom.guidance.advice_atoms import advice_grammar
from epsom.guidance.atoms import TRIAGE_ATOMS
from epsom.guidance.grammar import Grammar
from epsom.guidance.limits import limits, lowest_limit
from epsom.guidance.not_used import named
from epsom.guidance.pathways import routes
from epsom.guidance.rules import RULE_FILES, pressing, rules
from epsom.guidance.tables import GuidanceDataError, check_keys, provenance, table, window

FOLDER = resources.files("epsom") / "data" / "guidance"
FILES = sorted(file.name for file in FOLDER.iterdir() if file.name.endswith(".toml"))


def text(file: str) -> str:
    return (FOLDER / file).read_text(encoding="utf-8")


def with_status(node: Any) -> list[dict[str, Any]]:
    """Every table below a node that has a status or sources."""
    if isinstance(node, list):
        return [found for item in node for found in with_status(item)]
    if not isinstance(node, dict):
        return []
    below = [found for value in node.values() for found in with_status(value)]
    return [*below, node] if "status" in node or "sources" in node else below


@pytest.mark.parametrize("file", FILES)
def test_every_source_exists_and_every_status_is_known(file):
    for entry in with_status(tomllib.loads(text(file))):
        assert set(entry["sources"]) <= set(sources()), entry
        if "evidence" not in entry:
            assert entry["status"] in STATUSES, entry
            assert entry["sources"] or entry["status"] in ("recalled", "derived"), entry


@pytest.mark.parametrize("file", FILES)
def test_no_file_names_a_path_of_the_machine(file):
    assert "/work/" not in text(file)


def test_there_are_enough_rules_of_each_level():
    counted = {
        level: sum(rule.tier == level for rule in rules()) for level in ("emergency", "urgent", "soon")
    }
    assert counted["emergency"] >= 25
    assert counted["urgent"] >= 35
    assert counted["soon"] >= 35


def test_rules_of_triage_have_no_word_for_not():
    """Monotone by construction: no atom of triage is the opposite of anything."""
    assert not {"not", "level_from", "level_up_to", "tag"} & set(TRIAGE_ATOMS)
    grammar = Grammar(TRIAGE_ATOMS, {})
    with pytest.raises(GuidanceDataError, match="'not' is none of"):
        grammar.compile({"not": {"flag": "fever"}})
    advice_grammar({}).compile({"not": {"flag": "fever"}})


@pytest.mark.parametrize(
    "condition",
    [
        {"flag": "fevre"},
        {"symptom": "backache"},
        {"condition": ["diabetes", "gout"]},
        {"drug_class": "aspirin"},
        {"taking": "some"},
        {"result_from": {"test": "sodium", "value": 1}},
        {"cause_chance": {"of": "bad_luck", "from": 0.5}},
        {"status_chance": {"of": ["low"], "from": 0.5}},
        {"is": "nothing"},
        {"unknown_atom": True},
        {"flag": []},
        {},
        "fever",
    ],
)
def test_a_wrong_condition_is_refused(condition):
    with pytest.raises(GuidanceDataError):
        Grammar(TRIAGE_ATOMS, {}).compile(condition)


@pytest.mark.parametrize(
    "entry",
    [{"status": "guessed", "sources": []}, {"status": "read", "sources": []}, {"sources": ["niceNG59"]}],
)
def test_a_wrong_provenance_is_refused(entry):
    with pytest.raises(GuidanceDataError):
        provenance(entry, "here")


def test_unknown_keys_are_refused():
    with pytest.raises(GuidanceDataError, match="unknown keys"):
        check_keys({"idd": 1}, ("id",), "here")


def test_what_a_rule_covers_exists_is_no_more_pressing_and_never_covers_it_back():
    tiers = {rule.id: rule.tier for rule in rules()}
    covers = {rule.id: rule.covers for rule in rules()}
    for name, covered in covers.items():
        for other in covered:
            assert pressing(tiers[other]) <= pressing(tiers[name]), (name, other)
            assert not covers[other] & {name}
    for name, covered in covers.items():
        below, todo = set(), set(covered)
        while todo:
            below |= todo
            todo = {deeper for other in todo for deeper in covers[other]} - below
        assert name not in below


def test_symptoms_and_forms_in_the_data_are_contract_names():
    assert named("symptom", "symptom_fresh", "symptom_worse") <= set(SYMPTOMS)
    assert named("only_forms") <= set(FORMS)
    known = table("scales")
    for group in (
        known["reported"]["to_intake"],
        known["reported"]["to_excess"],
        known["common"]["symptoms"],
    ):
        assert set(group) <= set(SYMPTOMS)


def test_definitions_are_used():
    named_ones = named("is")
    for name in (*RULE_FILES, "actions"):
        for definition in table(name).get("definitions", {}):
            assert definition in named_ones, definition


def test_limits_are_in_step_with_the_sentences_that_name_them():
    assert lowest_limit() == 250
    sentence = next(rule for rule in rules() if rule.id == "dose_above_lowest_limit").because
    for country in ("EU", "US", "UK"):
        assert f"{limits()[country].milligrams:.0f} mg ({country})" in sentence
    assert "dose_above = 250" in text("rules_magnesium.toml")


def test_links_that_nobody_measured_say_so():
    """Pathways to back pain: none of them is established."""
    for (cause, pathway), route in routes().items():
        if cause != "other_cause":
            assert route.evidence("low_back_pain") != "established"
        if pathway in ("referred_pain", "cramping_strain", "malaise_posture", "chronic_tension"):
            assert route.evidence("low_back_pain") == "assumption"
    assert routes()["gastrointestinal_upset", "direct_effect"].evidence("diarrhea") == "established"
    assert routes()["magnesium_excess", "weakness_gait_strain"].grade == "assumption"


def test_windows_are_positive_and_the_fixed_ones_are_as_fixed():
    assert all(window(name) > 0 for name in table("windows"))
    assert window("after_start") == 14


def test_a_disagreement_of_sources_is_kept_and_the_rule_says_so():
    conflicts = [rule for rule in rules() if "CONFLICT" in rule.provenance.note]
    assert len(conflicts) >= 6
    assert all(len(rule.provenance.sources) >= 2 for rule in conflicts)


def test_advice_is_readable_as_data():
    listed, no_change = action_entries()
    assert len(listed) >= 30
    assert no_change.action == "no_change_needed"
