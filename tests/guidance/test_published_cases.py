"""The published cases: each is at least as pressing as its file demands, and controls are not shouted at."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

import pytest

from epsom.core.documents import case_from_tree
from epsom.core.names import TRIAGE_LEVELS
from epsom.guidance.rules import pressing
from epsom.guidance.triage import triage

VERSIONS = {"with_labs": "case_with_labs", "without_labs": "case_without_labs"}


@cache
def published() -> dict[str, dict]:
    folder = resources.files("epsom") / "data" / "published_cases"
    return {
        file.name.removesuffix(".json"): json.loads(file.read_text(encoding="utf-8"))
        for file in sorted(folder.iterdir(), key=lambda item: item.name)
        if file.name.endswith(".json")
    }


def versions() -> list[tuple[str, str]]:
    return [
        (name, version)
        for name, content in published().items()
        for version, key in VERSIONS.items()
        if content[key] is not None and content["expected"]["triage_minimum_from_file"][version] is not None
    ]


def level(name: str, version: str) -> str:
    return triage(case_from_tree(published()[name][VERSIONS[version]])).level


@pytest.mark.parametrize(("name", "version"), versions())
def test_triage_is_at_least_what_the_file_demands(name, version):
    minimum = published()[name]["expected"]["triage_minimum_from_file"][version]
    assert pressing(level(name, version)) >= pressing(minimum)


def test_all_published_cases_are_looked_at():
    assert len(published()) == 79
    assert len(versions()) == 111


def test_controls_without_red_flags_are_seldom_above_soon():
    """The share is of persons: a supplement twin counts with its person, at its more pressing level."""
    above, people = set(), set()
    for name, content in published().items():
        flags = content["case_with_labs"].get("red_flags") or {}
        if content["expected"]["direction"] == "not_magnesium" and not any(flags.values()):
            person = name.removesuffix("-supplement")
            people.add(person)
            minimum = content["expected"]["triage_minimum_from_file"]["with_labs"]
            if pressing(level(name, "with_labs")) > pressing("soon") and minimum in TRIAGE_LEVELS[2:]:
                above.add(person)
    assert len(people) == 8
    # One of them: a weak person of 86 on vitamin D, once a supplement is added.
    assert len(above) <= 1


def test_few_cases_are_far_above_what_the_file_demands():
    steps = [
        pressing(level(name, version))
        - pressing(published()[name]["expected"]["triage_minimum_from_file"][version])
        for name, version in versions()
    ]
    assert sum(step >= 2 for step in steps) <= 0.05 * len(steps)
    assert sum(step >= 1 for step in steps) <= 0.35 * len(steps)
