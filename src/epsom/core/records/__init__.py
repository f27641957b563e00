"""The contract's four documents as records: case and scenario come in, assessment and simulation go out.

Each is made when first asked for, because making one takes longer than reading many documents.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from epsom.core.records.assessment import Assessment
    from epsom.core.records.case import Case
    from epsom.core.records.scenario import Scenario
    from epsom.core.records.simulation import SimulationResult

__all__ = ["Assessment", "Case", "Scenario", "SimulationResult"]

_MODULES = {
    "Assessment": "assessment",
    "Case": "case",
    "Scenario": "scenario",
    "SimulationResult": "simulation",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
