"""Symptoms as hazards: a background rate of onset, and what magnesium adds to it by named pathways.

A link takes one effect (:mod:`epsom.physiology.effects`), turns it into a driver between 0 and 1 by the
person's threshold, and adds its strength times the driver to the rate; a relative link also multiplies by the
background. Strengths nobody has measured are wide, and say so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit

from epsom.core.evidence import data_table
from epsom.physiology.effects.effect import odds, of_odds
from epsom.physiology.uncertain import Uncertain, uncertain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from epsom.core.names import Cause, Course, Evidence, Pathway, Symptom

#: What scales a person's thresholds, and how steep drivers are, by cause: effects or parameters.
THRESHOLD: Mapping[Cause, str] = MappingProxyType({
    "gastrointestinal_upset": "gut_tolerance", "magnesium_deficiency": "deficiency_tolerance",
    "magnesium_excess": "excess_threshold",
})  # fmt: skip
#: The parameter by which people differ in those thresholds.
TOLERANCE: Mapping[Cause, str] = MappingProxyType({
    "gastrointestinal_upset": "gut_tolerance", "magnesium_deficiency": "deficiency_tolerance",
    "magnesium_excess": "excess_tolerance",
})  # fmt: skip
STEEPNESS: Mapping[Cause, str] = MappingProxyType({
    "gastrointestinal_upset": "gut_upset_steepness", "magnesium_deficiency": "deficiency_steepness",
    "magnesium_excess": "excess_steepness",
})  # fmt: skip
_LINK_KEYS = frozenset({
    "cause", "pathway", "effect", "half", "kind", "strength", "low", "high", "shared", "grade", "status",
    "sources", "how", "mends",
})  # fmt: skip


@dataclass(frozen=True)
class Link:
    """One way magnesium adds to the onset of a symptom.

    Attributes
    ----------
    effect
        Name of the effect or slow state that drives it.
    half
        Value of that effect, in its unit, at which the driver is one half in a usual person.
    relative
        Whether the strength multiplies the background; otherwise it is per day.
    mends
        Median days until the symptom goes once the effect is gone (log-normal between episodes).
    shared
        Links with the same name have the same deviate of their strength; None for one of its own.
    """

    cause: Cause
    pathway: Pathway
    effect: str
    half: float
    relative: bool
    strength: Uncertain
    grade: Evidence
    mends: Uncertain
    shared: str | None = None

    def driver(self, value: Any, threshold: Any, steepness: Any) -> Any:
        """Share of the full hazard at a value of the effect, 0 to 1."""
        return of_odds(self.odds(value, threshold, steepness))

    def odds(self, value: Any, threshold: Any, steepness: Any) -> Any:
        """The driver over what it lacks to 1."""
        return odds(value, self.half * threshold, steepness)


@dataclass(frozen=True)
class Definition:
    """Another way to count new episodes: what counts, and how many per pain-free person-month."""

    meaning: str
    monthly: Uncertain


@dataclass(frozen=True)
class SymptomModel:
    """One symptom: background per day, median days an ordinary episode lasts, links, other definitions."""

    name: Symptom
    background: Uncertain
    recovery: Uncertain
    links: tuple[Link, ...]
    definitions: Mapping[str, Definition] = field(default_factory=dict)

    @property
    def effects(self) -> frozenset[str]:
        """Names of the effects and slow states its links rest on."""
        return frozenset(link.effect for link in self.links)


@cache
def symptom_models() -> Mapping[str, SymptomModel]:
    """Every symptom of the contract, from ``data/symptoms.toml``."""
    tables = data_table("symptoms.toml")
    return {name: _model(name, table) for name, table in tables.items()}


def course_chances(change: Any, threshold: Any, noise: Any) -> Mapping[Course, Any]:
    """Chance that a symptom is called better, the same or worse after its logarithm changed by ``change``."""
    better, worse = expit((-change - threshold) / noise), expit((change - threshold) / noise)
    return {"better": better, "same": np.maximum(1 - better - worse, 0.0), "worse": worse}


def _model(name: Any, table: Mapping[str, Any]) -> SymptomModel:
    definitions = {
        key: Definition(entry["meaning"], uncertain(entry))
        for key, entry in table.get("definitions", {}).items()
    }
    links = tuple(_link(entry) for entry in table.get("links", []))
    return SymptomModel(
        name, uncertain(table["background"]), uncertain(table["recovery"]), links, definitions
    )


def _link(entry: Mapping[str, Any]) -> Link:
    unknown = entry.keys() - _LINK_KEYS
    if unknown:
        raise ValueError(f"symptoms.toml: a link has unknown keys {sorted(unknown)}")
    return Link(
        entry["cause"], entry["pathway"], entry["effect"], float(entry["half"]), entry["kind"] == "relative",
        uncertain(entry, "strength"), entry["grade"], uncertain(entry["mends"]), entry.get("shared"),
    )  # fmt: skip
