"""What drugs and conditions do to the body: a common effect, a rare susceptible class, an onset, an end."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from epsom.core.drugs import drug_class
from epsom.core.evidence import EvidenceError, Parameter, data_table, parameter_from_table

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Modifier:
    """One effect of a drug class or condition on one input of the body.

    Attributes
    ----------
    of
        Drug class, condition or ``pregnancy``.
    input, action
        Which input, and whether it is scaled by the size or the size is added to it.
    size
        The effect in most people, as a parameter record.
    susceptible_share, susceptible_size
        How many people react strongly and how; the latter None where nobody is known to.
    onset_days
        Time over which the effect builds up after the start.
    lasts
        Whether it stays when the drug stops, as damage does.
    """

    of: str
    input: str
    action: str
    size: Parameter
    susceptible_share: float = 0.0
    susceptible_size: float | None = None
    onset_days: float = 0.0
    lasts: bool = False

    @property
    def neutral(self) -> float:
        """The size that changes nothing."""
        return 1.0 if self.action == "scale" else 0.0

    @property
    def costs_magnesium(self) -> bool:
        """Whether most people lose magnesium by it, through the kidneys or by taking up less."""
        if self.input == "threshold_shift":
            return self.size.canonical_value < 0
        return self.input == "uptake_share" and self.size.canonical_value < 1


_EXTRA = {"input", "action", "susceptible", "onset_days", "lasts"}


@cache
def modifiers() -> Mapping[str, tuple[Modifier, ...]]:
    """Effects by drug class or condition, from ``data/modifiers.toml``.

    Raises
    ------
    EvidenceError
        Listing every faulty table.
    """
    faults: list[str] = []
    found: dict[str, tuple[Modifier, ...]] = {}
    for of, tables in data_table("modifiers.toml").items():
        effects = []
        for table in tables.get("effects", []):
            try:
                effects.append(_modifier(of, table))
            except (EvidenceError, KeyError, TypeError, ValueError) as error:
                faults.append(f"modifiers.toml: [{of}]: {error}")
        found[of] = tuple(effects)
    if faults:
        raise EvidenceError("\n".join(faults))
    return found


def _modifier(of: str, table: Mapping[str, Any]) -> Modifier:
    record = {key: value for key, value in table.items() if key not in _EXTRA}
    if table["action"] not in ("scale", "add"):
        raise EvidenceError(f"action {table['action']!r} is neither scale nor add")
    size = parameter_from_table(f"{of}/{table['input']}", record)
    susceptible = table.get("susceptible", {})
    return Modifier(
        of, table["input"], table["action"], size,
        susceptible_share=float(susceptible.get("share", 0.0)),
        susceptible_size=float(susceptible["value"]) * size.factor if susceptible else None,
        onset_days=float(table.get("onset_days", 0.0)),
        lasts=bool(table.get("lasts", False)),
    )  # fmt: skip


def effects_of_condition(name: str) -> tuple[Modifier, ...]:
    """Effects of a condition by its contract name; empty where none is measured."""
    return modifiers().get(name, ())


def effects_of_drug(name: str) -> tuple[Modifier, ...]:
    """Effects of a drug by the name a person typed; empty where its class is unknown or does nothing."""
    found = drug_class(name)
    return modifiers().get(found.name, ()) if found else ()
