"""Scenarios of the tests, written as a file would have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from epsom.core.documents import scenario_from_tree

if TYPE_CHECKING:
    from epsom.core.records.scenario import Scenario

#: Kidneys between 90 and 120 mL/min/1.73m2.
HEALTHY = {
    "mean": "105 mL/min/1.73m2",
    "sd": "8 mL/min/1.73m2",
    "min": "90 mL/min/1.73m2",
    "max": "120 mL/min/1.73m2",
}


def scenario(measures: dict[str, list[float]], people: dict[str, Any], **keys: Any) -> Scenario:
    """A scenario of ``measures`` (days by name) in ``people``; diet 310 mg/day unless said otherwise."""
    tree = {
        "schema": "epsom.scenario/1",
        "people": {"count": 64, "seed": 11, "egfr": HEALTHY} | people,
        "diet": {"magnesium": "310 mg/day"},
        "duration": "28 d",
        "measures": [{"name": name, "days": days} for name, days in measures.items()],
    }
    return scenario_from_tree(tree | keys)


def columns(result) -> dict[tuple[str, float], Any]:
    """Values of each person by measure and day."""
    asked = [(request.name, day) for request in result.scenario.measures for day in request.days]
    return {key: result.values[:, i] for i, key in enumerate(asked)}


def differences(result) -> dict[tuple[str, float], Any]:
    """What the protocol changes in each person, by measure and day."""
    asked = [(request.name, day) for request in result.scenario.measures for day in request.days]
    return {key: result.values[:, i] - result.control[:, i] for i, key in enumerate(asked)}
