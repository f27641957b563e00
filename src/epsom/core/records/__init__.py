"""The contract's four documents as records: case and scenario come in, assessment and simulation go out."""

from epsom.core.records.assessment import Assessment
from epsom.core.records.case import Case
from epsom.core.records.scenario import Scenario
from epsom.core.records.simulation import SimulationResult

__all__ = ["Assessment", "Case", "Scenario", "SimulationResult"]
