"""Every function of the body gives the same number in its sources' units and in canonical ones."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from samples import sample

from epsom.core.evidence import Parameter, registry
from epsom.core.units import UnitError, conversion
from epsom.physiology.builder.body import COVARIATES, assemble
from epsom.physiology.builder.functions import hill
from epsom.physiology.builder.organ import Organ
from epsom.physiology.builder.tracer import traced
from epsom.physiology.builder.unit_reading import check_units, pint_unit, unit_registry
from epsom.physiology.whole_body import whole_body


@pytest.mark.parametrize("seed", range(8))
def test_whole_body_passes_at_random_states(seed):
    body = whole_body()
    assert check_units(body, sample(body, np.random.default_rng(seed))) == []


def test_traced_body_passes():
    body = traced(whole_body())
    assert check_units(body, sample(body, np.random.default_rng(1))) == []


def test_every_function_is_read(monkeypatch):
    """The check visits each constant, reading, flux and slope; none is left out."""
    from epsom.physiology.builder import unit_reading

    body, seen = whole_body(), []
    original = unit_reading._check

    def spy(term, numbers, quantities):
        seen.append(term)
        return original(term, numbers, quantities)

    monkeypatch.setattr(unit_reading, "_check", spy)
    check_units(body, sample(body, np.random.default_rng(1)))
    written = [t for o in body.organs for t in (*o.derived, *o.readings, *o.fluxes, *o.slopes)]
    assert {id(term) for term in seen} == {id(term) for term in written}
    assert len(seen) == len(written) > 100


@pytest.mark.parametrize("unit", sorted({parameter.unit for parameter in registry().parameters.values()}))
def test_pint_reads_each_unit_of_the_registry_as_core_does(unit):
    for parameter in registry().parameters.values():
        if parameter.unit == unit:
            quantity = unit_registry().Quantity(1.0, pint_unit(unit, parameter.substance))
            canonical = pint_unit(parameter.canonical_unit)
            assert math.isclose(quantity.to(canonical).magnitude, parameter.factor, rel_tol=1e-12)


def jar(function, *parameters: Parameter, source_unit: str | None = None):
    """A body that is one jar: ``function`` empties it or, with a ``source_unit``, fills it."""
    organ = Organ("toy", "A jar.")
    organ.pool("jar", "a jar", usual=3.0)
    organ.outlet("floor", "what fell", usual=1.0)
    declare = organ.source("jar", source_unit) if source_unit else organ.flux("jar", "floor")
    declare(function)
    return assemble([organ], registry().with_parameters(parameters))


def faults(body) -> list[str]:
    values = dict.fromkeys(COVARIATES, 1.3) | {state.name: 2.7 for state in body.states}
    return [fault.problem for fault in check_units(body, values)]


RATE = Parameter("rate", "rate", 0.5, "1/day", "recalled", (), "test")
MASS = Parameter("mass", "mass", 400.0, "mg", "recalled", (), "test", substance="magnesium")
SPACE = Parameter("space", "space", 3.0, "L", "recalled", (), "test")


class Unconverted(Parameter):
    """A record whose canonical value was forgotten to be converted."""

    @property
    def canonical_value(self) -> float:
        return self.value


def unconverted(parameter: Parameter) -> Parameter:
    return Unconverted(**parameter.__dict__)


def emptying(rate):
    return rate


def filling(rate, mass):
    return rate * mass


def test_right_jars_pass():
    assert faults(jar(emptying, RATE)) == []
    assert faults(jar(filling, RATE, MASS, source_unit="mmol/h")) == []


def test_value_that_was_not_converted_is_caught():
    """1/day standing for 1/h has the right dimension and the wrong number."""
    (fault,) = faults(jar(emptying, unconverted(RATE)))
    assert "quantities in source units give" in fault


def test_unconverted_value_is_caught_in_the_whole_body():
    body = whole_body()
    wrong = unconverted(body.registry["deep_bone_turnover"])
    planted = assemble(body.organs, body.registry.with_parameters([wrong]))
    found = check_units(planted, sample(body, np.random.default_rng(1)))
    assert {fault.function for fault in found} == {"bone_formation", "bone_resorption"}


def test_milligrams_taken_for_millimoles_are_caught():
    (fault,) = faults(jar(filling, RATE, unconverted(MASS), source_unit="mmol/h"))
    assert "quantities in source units give" in fault


def test_milligrams_without_a_substance_stay_a_mass_and_are_caught():
    (fault,) = faults(jar(filling, RATE, replace(MASS, substance=None), source_unit="mmol/h"))
    assert fault.startswith("DimensionalityError")


def test_adding_a_concentration_to_an_amount_is_caught():
    def draining(jar, space, rate):
        return rate * jar / (jar + jar / space)

    (fault,) = faults(jar(draining, RATE, SPACE))
    assert fault.startswith("DimensionalityError")


def test_flux_that_returns_a_flow_and_not_a_share_is_caught():
    def flowing(jar, rate):
        return rate * jar

    (fault,) = faults(jar(flowing, RATE))
    assert fault.startswith("DimensionalityError")


def test_plain_number_where_a_quantity_belongs_is_caught():
    def halved(jar, rate):
        return rate * hill(jar, 2.0, 1)

    (fault,) = faults(jar(halved, RATE))
    assert "plain number" in fault


def test_mole_of_charge_is_not_a_mole():
    assert conversion("mEq/L", "magnesium").factor == 0.5
    quantity = unit_registry().Quantity(1.5, pint_unit("mEq/L", "magnesium"))
    assert math.isclose(quantity.to("millimole/liter").magnitude, 0.75)
    with pytest.raises(UnitError, match="mEq needs a substance"):
        conversion("mEq/L")


@pytest.mark.parametrize("unit", ["furlong", "mg//L", "1/", "mmol/fortnight"])
def test_unknown_units_are_refused(unit):
    with pytest.raises(UnitError):
        conversion(unit)
