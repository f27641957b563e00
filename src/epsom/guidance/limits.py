"""Upper levels of magnesium from supplements and medicines, by country."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from epsom.guidance.tables import Provenance, check_keys, provenance, table

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Limit:
    """An upper level for adults.

    Attributes
    ----------
    country : str
        ``US``, ``EU``, ``DE``, ``NO``, ``UK`` or ``JP``.
    milligrams : float
        Elemental magnesium in mg/day from supplements and medicines; food does not count.
    applies_to : str
        What it is a limit on.
    provenance : Provenance
        Status and sources.
    """

    country: str
    milligrams: float
    applies_to: str
    provenance: Provenance


@cache
def limits() -> Mapping[str, Limit]:
    """Return the upper level of each country; all are about loose stools, none about toxicity."""
    found = {}
    for country, entry in table("upper_levels").items():
        check_keys(entry, ("limit", "applies_to", "status", "sources", "note"), f"upper_levels: {country}")
        known = provenance(entry, f"upper_levels: {country}")
        found[country] = Limit(country, float(entry["limit"]), entry["applies_to"], known)
    return found


def lowest_limit() -> float:
    """Return the lowest upper level of all countries, in mg/day; the rules act on it."""
    return min(limit.milligrams for limit in limits().values())
