"""Symptoms as hazards: a background rate of onset, and what magnesium adds to it by named pathways.

A link's hazard is its strength times a driver between 0 and 1 that the body supplies; a relative link also
multiplies by the background. Strengths nobody has measured are wide, and say so.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from epsom.core.evidence import data_folder
from epsom.physiology.uncertain import Uncertain, uncertain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from epsom.core.names import Cause, Evidence, Pathway, Symptom


@dataclass(frozen=True)
class Link:
    """One way magnesium adds to the onset of a symptom.

    ``driver`` is ``gut_upset``, ``deficiency`` or ``excess``; ``half`` is the serum magnesium in mmol/L at
    which the driver of excess is one half. ``relative`` links multiply the background, others are per day.
    """

    cause: Cause
    pathway: Pathway
    driver: str
    relative: bool
    strength: Uncertain
    grade: Evidence
    half: float | None = None


@dataclass(frozen=True)
class SymptomModel:
    """One symptom: background per day, median days an ordinary episode lasts, and links."""

    name: Symptom
    background: Uncertain
    recovery_days: float
    links: tuple[Link, ...]


@cache
def symptom_models() -> Mapping[str, SymptomModel]:
    """Every symptom of the contract, from ``data/symptoms.toml``."""
    tables = tomllib.loads((data_folder() / "symptoms.toml").read_text(encoding="utf-8"))
    return {name: _model(name, table) for name, table in tables.items()}


def _model(name: Any, table: Mapping[str, Any]) -> SymptomModel:
    links = tuple(_link(entry) for entry in table.get("links", []))
    return SymptomModel(name, uncertain(table["background"]), table["recovery"]["value"], links)


def _link(entry: Mapping[str, Any]) -> Link:
    return Link(
        entry["cause"], entry["pathway"], entry["driver"], entry["kind"] == "relative",
        uncertain(entry, "strength"), entry["grade"], entry.get("half"),
    )  # fmt: skip
