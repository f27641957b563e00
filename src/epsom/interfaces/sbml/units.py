"""Canonical units as SBML unit definitions.

SBML has no osmole. It is defined as that many items, the particles it counts, and so stays a dimension of its
own, as in the body.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from epsom.core.units import UnitError, conversion
from epsom.interfaces.sbml.elements import Element, element

if TYPE_CHECKING:
    from collections.abc import Iterable

#: The canonical units by what SBML builds them of: base unit, power of ten, multiplier.
_BASES = {
    "mmol": ("mole", -3, 1.0),
    "osmol": ("item", 0, 6.02214076e23),
    "kg": ("kilogram", 0, 1.0),
    "L": ("litre", 0, 1.0),
    "m": ("metre", 0, 1.0),
    "mmHg": ("pascal", 0, 133.322387415),
    "years": ("second", 0, 8766 * 3600.0),
    "h": ("second", 0, 3600.0),
}
_ORDER = tuple(_BASES)


def unit_id(unit: str) -> str:
    """The identifier of a canonical unit: ``mmol/L/h`` is ``mmol_per_L_per_h``, and ``1`` is dimensionless.

    Raises
    ------
    UnitError
        If the unit is not canonical.
    """
    powers = _powers(unit)
    above = [_spelled(base, power) for base, power in powers.items() if power > 0]
    below = [f"per_{_spelled(base, -power)}" for base, power in powers.items() if power < 0]
    return "_".join([*above, *below]) or "dimensionless"


def unit_definitions(units: Iterable[str]) -> list[Element]:
    """Definitions of ``units``, each identifier once, in order of identifiers."""
    by_id = {unit_id(unit): unit for unit in units}
    return [_definition(by_id[found]) for found in sorted(by_id) if found != "dimensionless"]


def _definition(unit: str) -> Element:
    parts = []
    for base, power in _powers(unit).items():
        kind, scale, multiplier = _BASES[base]
        parts.append(
            element("unit", {"kind": kind, "exponent": power, "scale": scale, "multiplier": multiplier})
        )
    return element(
        "unitDefinition", {"id": unit_id(unit), "name": unit}, [element("listOfUnits", children=parts)]
    )


def _powers(unit: str) -> dict[str, int]:
    """Exponents of the canonical bases, in one order however the unit is spelled."""
    found = conversion(unit)
    if found.factor != 1:
        raise UnitError(f"unit {unit!r} is not canonical")
    return dict(sorted(found.dimension, key=lambda part: _ORDER.index(part[0])))


def _spelled(base: str, power: int) -> str:
    return base if power == 1 else f"{base}{power}"
