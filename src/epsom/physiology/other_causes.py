"""What else may be the matter: latent states that raise several symptoms, values and flags together.

Independent backgrounds would let any cluster of symptoms look like magnesium; a state that explains the
whole cluster at once competes with it. What the named states leave of a background belongs to the state
called unknown, which raises each symptom on its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, get_args

from epsom.core.evidence import data_table
from epsom.physiology.symptoms import symptom_models
from epsom.physiology.uncertain import Uncertain, UncertainChance, uncertain, uncertain_chance

if TYPE_CHECKING:
    from collections.abc import Mapping

OtherCause = Literal[
    "mechanical_pain",
    "gut_illness",
    "systemic_or_spinal",
    "uremia_or_acute_kidney_injury",
    "drug_myopathy",
    "primary_hypocalcemia",
    "hypokalemia",
    "hyperventilation",
    "unknown",
]
OTHER_CAUSES: tuple[OtherCause, ...] = get_args(OtherCause)
#: The state without an entry of its own.
UNKNOWN: OtherCause = "unknown"


@dataclass(frozen=True)
class OtherState:
    """One latent state.

    Attributes
    ----------
    incidence
        New cases per day among adults free of it.
    lasts
        Median duration, days.
    symptoms
        Chance that each symptom occurs during the state, by the contract's name.
    labs
        Factor on a usual laboratory value, by the contract's name.
    flags
        Chance that each red flag is present.
    raised_by_conditions, raised_by_drugs
        Factors on the incidence, by condition and by class of drugs (``data/drugs.toml``).
    """

    name: OtherCause
    meaning: str
    incidence: Uncertain
    lasts: Uncertain
    symptoms: Mapping[str, UncertainChance]
    labs: Mapping[str, Uncertain]
    flags: Mapping[str, UncertainChance]
    raised_by_conditions: Mapping[str, Uncertain]
    raised_by_drugs: Mapping[str, Uncertain]

    @property
    def prevalence(self) -> float:
        """Share of adults in the state on a day, at the medians."""
        odds = self.incidence.median * self.lasts.median
        return odds / (1 + odds)

    def rate_of(self, symptom: str) -> float:
        """New episodes of ``symptom`` per day that the state brings, at the medians."""
        chance = self.symptoms.get(symptom)
        return self.incidence.median * chance.median if chance else 0.0


@cache
def other_states() -> Mapping[str, OtherState]:
    """Every named state; ``unknown`` is what they leave, see :func:`shares_of_background`."""
    return {name: _state(name, entry) for name, entry in _tables()["states"].items()}


@cache
def flags_otherwise() -> Mapping[str, UncertainChance]:
    """Chance of each red flag in people with none of the states."""
    return {name: uncertain_chance(entry) for name, entry in _tables()["flags_otherwise"].items()}


def shares_of_background(symptom: str) -> Mapping[OtherCause, float]:
    """How the background rate of ``symptom`` divides among the states, at the medians; adds up to 1."""
    background = symptom_models()[symptom].background.median
    shares: dict[OtherCause, float] = {
        state.name: state.rate_of(symptom) / background
        for state in other_states().values()
        if symptom in state.symptoms
    }
    shares[UNKNOWN] = 1.0 - sum(shares.values())
    return shares


@cache
def _tables() -> Mapping[str, Any]:
    return data_table("other_causes.toml")


def _state(name: Any, entry: Mapping[str, Any]) -> OtherState:
    raised = entry.get("raised_by", {})
    return OtherState(
        name, entry["meaning"], uncertain(entry["incidence"]), uncertain(entry["lasts"]),
        {key: uncertain_chance(value) for key, value in entry.get("symptoms", {}).items()},
        {key: uncertain(value) for key, value in entry.get("labs", {}).items()},
        {key: uncertain_chance(value) for key, value in entry.get("flags", {}).items()},
        {key: uncertain(value) for key, value in raised.items() if value["kind"] == "condition"},
        {key: uncertain(value) for key, value in raised.items() if value["kind"] == "drug"},
    )  # fmt: skip
