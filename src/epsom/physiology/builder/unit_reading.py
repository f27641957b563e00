"""The body read with quantities: every function evaluated with Pint in the units of its sources.

A dimension check alone would let 1/day stand for 1/h. Here each function runs twice, once with quantities in
the sources' own units and once with the registry's canonical numbers; the converted quantity must give the
same number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from epsom.core.units import MOLAR_MASS, VALENCE, conversion, factors
from epsom.physiology.builder.body import COVARIATES, Body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from epsom.physiology.builder.organ import Term

#: Largest relative difference between the two evaluations.
TOLERANCE = 1e-12


@dataclass(frozen=True)
class UnitFault:
    """A function whose quantity and number disagree, or that mixes dimensions."""

    function: str
    problem: str


@cache
def unit_registry() -> Any:
    """Pint's registry with what it lacks: osmoles as their own dimension, and substances by mass."""
    import pint

    registry: Any = pint.UnitRegistry(autoconvert_offset_to_baseunit=True)
    registry.define("osmol_own = [osmoles]")
    registry.define("years_of_age = [age]")
    for substance, molar_mass in MOLAR_MASS.items():
        registry.define(f"gram_{substance} = {1000 / molar_mass!r} * millimole")
        if substance in VALENCE:
            registry.define(f"milliequivalent_{substance} = {1 / VALENCE[substance]!r} * millimole")
    return registry


def pint_unit(unit: str, substance: str | None = None) -> Any:
    """``unit`` of a parameter record as a Pint unit; masses of a substance are amounts of it."""
    registry = unit_registry()
    result = registry.dimensionless
    for sign, factor in factors(unit):
        result = result * _pint_factor(registry, factor, substance) ** sign
    return result


#: What Pint calls differently, or would take for something else.
_PINT_NAMES = {
    "osmol": "osmol_own", "mosmol": "milliosmol_own", "L": "liter", "dL": "deciliter", "mL": "milliliter",
    "h": "hour", "min": "minute", "years": "years_of_age",
}  # fmt: skip


def _pint_factor(registry: Any, factor: str, substance: str | None) -> Any:
    base, _, power = factor.partition("^")
    if base == "1":
        return registry.dimensionless
    if substance in MOLAR_MASS and base in ("g", "mg", "ug"):
        prefix = {"g": "", "mg": "milli", "ug": "micro"}[base]
        name = f"{prefix}gram_{substance}"
    elif base == "mEq":
        name = f"milliequivalent_{substance}"
    else:
        name = _PINT_NAMES.get(base, base)
    return registry.Unit(name) ** int(power or 1)


def check_units(body: Body, samples: Mapping[str, float]) -> list[UnitFault]:
    """Every fault of every function of ``body``.

    Parameters
    ----------
    samples
        Canonical numbers for states, inputs and covariates at which to evaluate, by name.
    """
    numbers: dict[str, Any] = {name: float(value) for name, value in samples.items()}
    quantities: dict[str, Any] = _sample_quantities(body, numbers)
    for parameter in body.parameters:
        numbers[parameter.name] = parameter.canonical_value
        unit = pint_unit(parameter.unit, parameter.substance)
        quantities[parameter.name] = unit_registry().Quantity(parameter.value, unit)
    faults: list[UnitFault] = []
    for term in (*body.derived, *body.readings, *body.fluxes, *body.slopes.values()):
        fault = _check(term, numbers, quantities)
        if fault:
            faults.append(UnitFault(term.name, fault))
    return faults


def _sample_quantities(body: Body, numbers: Mapping[str, float]) -> dict[str, Any]:
    registry = unit_registry()
    units = {state.name: (state.unit, None) for state in body.states}
    units |= {item.name: (item.unit, None) for item in body.inputs}
    units |= {name: (unit, None) for name, unit in COVARIATES.items()}
    return {
        name: registry.Quantity(numbers[name], pint_unit(unit, substance))
        for name, (unit, substance) in units.items()
    }


def _check(term: Term, numbers: dict[str, Any], quantities: dict[str, Any]) -> str | None:
    """Evaluate both ways, keep the results for later terms, and say what is wrong."""
    number = float(term.function(*(numbers[name] for name in term.needs)))
    canonical = pint_unit(conversion(term.unit).canonical)
    numbers[term.name], quantities_value = number, unit_registry().Quantity(number, canonical)
    try:
        result = term.function(*(quantities[name] for name in term.needs))
        converted = unit_registry().Quantity(result).to(canonical).magnitude
    except Exception as error:
        # Pint's errors share no base with TypeError; whatever fails here is a fault of the function.
        quantities[term.name] = quantities_value
        return f"{type(error).__name__}: {error}"
    quantities[term.name] = unit_registry().Quantity(result)
    if abs(converted - number) > TOLERANCE * max(abs(number), abs(converted)):
        return f"quantities in source units give {converted!r} {canonical}, canonical numbers give {number!r}"
    return None
