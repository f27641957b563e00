"""Canonical units for everything the body computes with: mmol, L, h, osmol.

Parameter records keep the unit of their source. Each value is converted here once, when the
registry is read; nothing further up converts again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

#: Grams per mole (IUPAC standard atomic weights; creatinine C4H7N3O).
MOLAR_MASS = {
    "magnesium": 24.305,
    "calcium": 40.078,
    "potassium": 39.0983,
    "sulfate": 96.06,
    "creatinine": 113.12,
}
#: Charges per ion: an equivalent is a mole of charge, never a mole of substance.
VALENCE = {"magnesium": 2, "calcium": 2, "potassium": 1, "sulfate": 2}

# factor to the canonical unit, and the exponents of (amount, volume, time, mass, length, osmoles, pressure)
_BASE: dict[str, tuple[float, str]] = {
    "mol": (1e3, "mmol"), "mmol": (1.0, "mmol"), "umol": (1e-3, "mmol"), "pmol": (1e-9, "mmol"),
    "L": (1.0, "L"), "dL": (0.1, "L"), "mL": (1e-3, "L"),
    "h": (1.0, "h"), "min": (1 / 60, "h"), "s": (1 / 3600, "h"),
    "ms": (1 / 3.6e6, "h"), "day": (24.0, "h"), "d": (24.0, "h"),
    "week": (168.0, "h"), "year": (8766.0, "h"),
    "kg": (1.0, "kg"), "g": (1e-3, "kg"), "mg": (1e-6, "kg"), "ug": (1e-9, "kg"),
    "ng": (1e-12, "kg"), "pg": (1e-15, "kg"),
    "m": (1.0, "m"), "cm": (1e-2, "m"),
    "osmol": (1.0, "osmol"), "mosmol": (1e-3, "osmol"),
    "mmHg": (1.0, "mmHg"), "mV": (1.0, "mV"),
    "percent": (1e-2, "1"), "1": (1.0, "1"),
    "years": (1.0, "years"),
}  # fmt: skip
_FACTOR = re.compile(r"^(?P<unit>[A-Za-z0-9]*[A-Za-z]|1)(?:\^(?P<power>-?\d+))?$")


class UnitError(ValueError):
    """A unit of a data file that cannot be read; the text says which and where."""


@dataclass(frozen=True)
class UnitConversion:
    """How one unit becomes canonical: multiply by ``factor``; ``dimension`` names what is left."""

    factor: float
    dimension: tuple[tuple[str, int], ...]

    @property
    def canonical(self) -> str:
        """The canonical unit spelled out, for example ``mmol/h``."""
        above = [_spell(name, power) for name, power in self.dimension if power > 0]
        below = [_spell(name, -power) for name, power in self.dimension if power < 0]
        return "/".join(["*".join(above) or "1", *below])


def _spell(name: str, power: int) -> str:
    return name if power == 1 else f"{name}^{power}"


@cache
def conversion(unit: str, substance: str | None = None) -> UnitConversion:
    """Conversion of ``unit`` to canonical units.

    Parameters
    ----------
    unit
        Factors joined by ``*`` and ``/``, left to right: ``mmol/L``, ``mL/min``, ``1/day``, ``mg/kg/day``.
    substance
        What ``mg`` and ``mEq`` are milligrams and milliequivalents *of*. Given, masses of the substance
        become mmol; not given, ``mg`` stays a mass and ``mEq`` is refused. Body mass is always ``kg``.

    Raises
    ------
    UnitError
        If a factor is unknown, or ``mEq`` stands without a substance.
    """
    factor, powers = 1.0, dict[str, int]()
    for sign, text in factors(unit):
        match = _FACTOR.match(text)
        if match is None:
            raise UnitError(f"unit {unit!r}: cannot read the factor {text!r}")
        power = sign * int(match["power"] or 1)
        scale, base = _base(match["unit"], substance, unit)
        factor *= scale**power
        if base != "1":
            powers[base] = powers.get(base, 0) + power
    return UnitConversion(factor, tuple((base, power) for base, power in powers.items() if power))


def factors(unit: str) -> list[tuple[int, str]]:
    """Split ``unit`` into its factors, each with 1 above or -1 below the line."""
    pieces = re.split(r"([*/])", unit.replace(" ", ""))
    signs = [1] + [1 if operator == "*" else -1 for operator in pieces[1::2]]
    return list(zip(signs, pieces[::2], strict=True))


def _base(name: str, substance: str | None, unit: str) -> tuple[float, str]:
    if name == "mEq":
        if substance not in VALENCE:
            raise UnitError(f"unit {unit!r}: mEq needs a substance with a charge, got {substance!r}")
        return 1.0 / VALENCE[substance], "mmol"
    if substance in MOLAR_MASS and name in ("g", "mg", "ug"):
        return _BASE[name][0] * 1e6 / MOLAR_MASS[substance], "mmol"
    if name not in _BASE:
        raise UnitError(f"unit {unit!r}: unknown factor {name!r}; known: {', '.join(sorted(_BASE))}")
    return _BASE[name]
