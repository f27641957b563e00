"""Organs join by the names they share, and what does not fit is named, all of it at once."""

from __future__ import annotations

import pytest
import sympy

from epsom.core.evidence import Parameter, registry
from epsom.physiology.builder.body import BodyError, assemble
from epsom.physiology.builder.functions import hill
from epsom.physiology.builder.organ import Organ
from epsom.physiology.builder.symbolic import symbolic
from epsom.physiology.builder.tracer import PREFIX, traced
from epsom.physiology.whole_body import ORGANS, whole_body

RATE = Parameter("jar_rate", "rate", 0.5, "1/day", "recalled", (), "test")


def jar(name: str = "jar") -> Organ:
    """A right organ: a pool that empties into an outlet."""
    organ = Organ(name, "A jar that empties.")
    organ.pool("jar", "a jar", usual=3.0)
    organ.outlet("floor", "what fell", usual=1.0)

    @organ.flux("jar", "floor")
    def falling(jar_rate):
        """It falls."""
        return jar_rate

    return organ


def faults(*organs: Organ) -> list[str]:
    with pytest.raises(BodyError) as caught:
        assemble(organs, registry().with_parameters([RATE]))
    return str(caught.value).split("\n")


def test_right_organ_is_assembled():
    body = assemble([jar()], registry().with_parameters([RATE]))
    assert [state.name for state in body.states] == ["jar", "floor"]
    assert [parameter.name for parameter in body.parameters] == ["jar_rate"]


def test_every_fault_is_named_at_once():
    organ = jar("wrong")
    organ.pool("jar", "again", usual=1.0)
    organ.pool("chalk", "calcium", usual=1.0, substance="calcium")
    organ.pool("pint", "in a unit that is not canonical", usual=1.0, unit="mL", substance="water")
    organ.signal("mood", "has no slope", unit="1", usual=1.0)
    organ.meter("sum", "adds up nothing known", ("fallling",), usual=1.0)
    organ.pool("loose", "rests nowhere", usual=1.0, rest="nowhere")

    @organ.flux("jar", "floor")
    def leaking(jarr_rate):
        return jarr_rate

    @organ.flux("jar", None)
    def vanishing(jar_rate):
        return jar_rate

    @organ.flux("jar", "chalk")
    def transmuting(jar_rate):
        return jar_rate

    @organ.flux("floor", "jar")
    def returning(jar_rate):
        return jar_rate

    @organ.flux("jar", "cellar")
    def sinking(jar_rate):
        return jar_rate

    found = faults(organ)
    expected = [
        "the name 'jar' is declared twice",
        "wrong.leaking needs 'jarr_rate', which nothing declares; did you mean 'jar_rate'?",
        "flux 'vanishing' makes magnesium vanish; give it an outlet to enter",
        "flux 'transmuting' joins different substances",
        "flux 'returning' leaves the outlet 'floor'",
        "flux 'sinking' leaves or enters 'cellar', which nothing declares",
        "meter 'sum' adds up 'fallling', which is neither a flux nor a reading",
        "state 'loose' rests at 'nowhere', which is no constant",
        "state 'pint' is in 'mL', not in a canonical unit",
        "signal 'mood' has no slope",
    ]
    assert sorted(found) == sorted(expected)


def test_circle_of_readings_is_named_when_assembled_not_when_used():
    """Guards a fault: a circle among readings was found only when the body was run."""
    organ = jar()

    @organ.reading("1")
    def hen(egg):
        return egg

    @organ.reading("1")
    def egg(hen):
        return hen

    (found,) = faults(organ)
    assert found.startswith("these need each other in a circle: ")
    assert {"hen", "egg"} == set(found.split(": ")[1].split(" -> "))


def test_circle_of_constants_is_named():
    organ = jar()
    organ.add_constant("one", "1", lambda other: other, ("other",))
    organ.add_constant("other", "1", lambda one: one, ("one",))
    assert any("in a circle" in fault for fault in faults(organ))


def test_constant_that_needs_a_state_is_named():
    organ = jar()
    organ.add_constant("fixed", "mmol", lambda jar: jar, ("jar",))
    assert faults(organ) == ["jar.fixed needs 'jar', which nothing declares"]


def test_slope_of_a_pool_is_refused():
    """A pool that changed by a slope would make or lose its substance."""
    organ = jar()

    @organ.slope("jar", "mmol/h")
    def creation(jar_rate):
        return jar_rate

    assert faults(organ) == ["the slope of 'jar' belongs to no signal; pools change by fluxes alone"]


def test_two_slopes_of_one_signal_are_refused():
    organ = jar()
    organ.signal("mood", "a mood", unit="1", usual=1.0)
    for _ in range(2):
        organ.slope("mood", "1/h")(lambda mood, jar_rate: -mood * jar_rate)
    assert faults(organ) == ["signal 'mood' has two slopes"]


def test_name_of_a_parameter_or_covariate_cannot_be_declared_again():
    """Guards a fault: a state called like a parameter silently took its place."""
    organ = jar()
    organ.pool("colon_transit", "named like a parameter", usual=1.0)
    organ.signal("weight", "named like a covariate", unit="kg", usual=70.0)
    organ.slope("weight", "kg/h")(lambda weight: 0 * weight)
    found = [fault for fault in faults(organ) if "as well" in fault]
    assert [fault.split("'")[1] for fault in found] == ["colon_transit", "weight"]


def test_outlets_and_meters_steer_nothing():
    organ = jar()

    @organ.flux("jar", "floor")
    def splashing(jar_rate, floor):
        return jar_rate * floor

    assert faults(organ) == ["jar.splashing needs 'floor', an outlet or meter: these steer nothing"]


def test_two_fluxes_or_a_flux_and_a_reading_of_one_name_are_refused():
    organ = jar()
    organ.flux("jar", "floor")(organ.fluxes[0].function)
    organ.reading("1/h")(organ.fluxes[0].function)
    assert sorted(faults(organ)) == [
        "a flux and a reading are called 'falling'",
        "two fluxes are called 'falling'",
    ]


def test_unreadable_unit_of_a_state_is_a_fault_like_the_others():
    organ = jar()
    organ.pool("sack", "in an unknown unit", usual=1.0, unit="bushel", substance="grain")
    (found,) = faults(organ)
    assert found.startswith("state 'sack': unit 'bushel': unknown factor 'bushel'")


def test_unknown_derivative_is_refused_by_name():
    """A derivative by a steepness does not exist; the generated code would not have compiled."""
    organ = jar()

    @organ.flux("jar", "floor")
    def bending(jar, jar_rate):
        return jar_rate * hill(2, 1, jar)

    body = assemble([organ], registry().with_parameters([RATE]))
    with pytest.raises(BodyError, match="slope of jar has no known derivative by jar"):
        symbolic(body).jacobian()


def test_whole_body_has_the_organs_and_states_that_were_promised():
    body = whole_body()
    assert len(body.organs) == len(ORGANS) == 19
    assert len(body.states) == 40
    assert {state.kind for state in body.states} == {"pool", "outlet", "signal", "meter"}


def test_every_input_and_steering_state_is_read_by_some_function():
    body = whole_body()
    read = {name for term in body._terms() for name in term.needs} | {flux.leaves for flux in body.fluxes}
    assert {item.name for item in body.inputs} <= read
    assert {state.name for state in body.states if not state.accumulates} <= read


def test_organ_modules_hold_no_numbers_but_zero_one_and_two():
    import ast
    from pathlib import Path

    from epsom.physiology import organs

    for path in sorted(Path(organs.__file__).parent.glob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                body = [node for statement in function.body for node in ast.walk(statement)]
                numbers = {
                    n.value for n in body if isinstance(n, ast.Constant) and isinstance(n.value, int | float)
                }
                assert numbers <= {0, 1, 2}, f"{path.name}: {function.name}: {numbers}"


def test_fingerprint_tells_bodies_apart_by_what_their_functions_close_over():
    """Guards a fault: two functions of the same text shared one cached set of equations."""

    def body_with(factor, given):
        organ = Organ("jar", "A jar.")
        organ.pool("jar", "a jar", usual=3.0)
        organ.outlet("floor", "what fell", usual=1.0)
        organ.add_flux("falling", "jar", "floor", lambda rate: factor * rate, given)
        return assemble([organ], registry().with_parameters([RATE]))

    prints = {body_with(f, g).fingerprint for f in (1, 2) for g in (("jar_rate",), ("colon_transit",))}
    assert len(prints) == 4
    assert body_with(1, ("jar_rate",)).fingerprint == body_with(1, ("jar_rate",)).fingerprint


def test_labeled_copy_moves_by_the_fractions_of_the_whole():
    body = traced(whole_body())
    system = symbolic(body)
    for flux in body.fluxes:
        if flux.name.startswith(PREFIX):
            original = next(f for f in body.fluxes if f.name == flux.name.removeprefix(PREFIX))
            share = system.flows[flux.name] / system.symbols[flux.leaves]
            assert sympy.simplify(share - system.flows[original.name] / system.symbols[original.leaves]) == 0


def test_label_steers_nothing():
    body = traced(whole_body())
    labels = {state.name for state in body.states if state.name.startswith(PREFIX)}
    assert len(labels) == len(whole_body().pools_of("magnesium")) + 2
    for term in body._terms():
        assert not labels & set(term.needs)
