"""The builder's functions: one meaning for floats, arrays, quantities, symbols; derivatives that hold."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from epsom.physiology.builder import functions, symbols
from epsom.physiology.builder.unit_reading import unit_registry

#: Function, and the shape arguments it is tried with.
SHAPES = {
    "hill": [(0.5, 1.0), (4.0, 3.0), (1.135, 17.0), (0.3, 40.0)],
    "power": [(1.0, 0.3), (2.5, 4.0), (100.0, 15.7), (1.0, 0.0)],
    "excess_share": [(0.82, 14.0), (2.4, 60.0), (0.05, 2.0)],
    "softplus": [(0.05,), (2.0,)],
    "saturating": [(0.12,), (3.0,)],
    "hyperbolic": [(0.75,), (2.0,)],
}
CASES = [(name, shape) for name, shapes in SHAPES.items() for shape in shapes]
EVERY = pytest.mark.parametrize(("name", "shape"), CASES)
#: Functions whose argument may be negative, and those that share a unit with their result.
SIGNED, WITH_UNIT = {"softplus", "saturating", "hyperbolic"}, {"softplus", "saturating"}
POINTS = (1e-3, 0.1, 0.51, 0.82, 1.0, 1.3, 4.0, 55.0)


def call(name, x, shape):
    return getattr(functions, name)(x, *shape)


@EVERY
def test_plain_algebra_is_what_the_numbers_say(name, shape):
    for x in POINTS:
        symbol = symbols.FUNCTIONS[name](sympy.Float(x, 400), *(sympy.Float(s, 400) for s in shape))
        exact = float(sympy.N(symbols.in_plain_algebra(symbol), 30))
        assert math.isclose(call(name, x, shape), exact, rel_tol=1e-12, abs_tol=1e-300)


@EVERY
def test_arrays_agree_with_floats(name, shape):
    points = np.array([POINTS, POINTS])
    found = call(name, points, shape)
    assert found.shape == points.shape
    assert found.dtype == float
    assert np.array_equal(found[0], [call(name, x, shape) for x in POINTS])


@EVERY
def test_quantities_agree_with_floats_and_carry_the_unit(name, shape):
    amount = unit_registry().Quantity
    for x in POINTS:
        half = amount(shape[0] * 1000.0, "micromole/liter")
        found = getattr(functions, name)(amount(x, "millimole/liter"), half, *shape[1:])
        unit = "millimole/liter" if name in WITH_UNIT else "dimensionless"
        assert math.isclose(found.to(unit).magnitude, call(name, x, shape), rel_tol=1e-12)


@pytest.mark.parametrize("name", SHAPES)
def test_quantities_of_other_dimensions_are_refused(name):
    import pint

    amount = unit_registry().Quantity
    rest = SHAPES[name][0][1:]
    with pytest.raises(pint.DimensionalityError):
        getattr(functions, name)(amount(1.0, "millimole"), amount(1.0, "millimole/liter"), *rest)
    with pytest.raises(TypeError, match="plain number"):
        getattr(functions, name)(amount(1.0, "millimole"), 1.0, *rest)


@EVERY
def test_derivative_agrees_with_finite_differences(name, shape):
    points = [*POINTS, *(-x for x in POINTS)] if name in SIGNED else POINTS
    for x in points:
        h = 1e-6 * max(abs(x), 1e-2)
        slope = functions.SCALAR[f"{name}_slope"](x, *shape)
        finite = (call(name, x + h, shape) - call(name, x - h, shape)) / (2 * h)
        assert math.isclose(slope, finite, rel_tol=1e-6, abs_tol=1e-7)


@EVERY
def test_symbolic_derivatives_in_both_arguments_agree_with_finite_differences(name, shape):
    """The second argument too, where a threshold depends on a state."""
    x, reference = sympy.symbols("x reference")
    expression = symbols.FUNCTIONS[name](x, reference, *shape[1:])
    of_ratio = expression.of_ratio
    for variable in (x, reference) if of_ratio else (x,):
        derivative = sympy.lambdify(
            (x, reference), sympy.diff(expression, variable), [functions.SCALAR, "math"]
        )
        for at in (0.3, 0.8, 1.4):
            h = 1e-6
            ends = [
                call(name, at + (variable == x) * d, (shape[0] + (variable == reference) * d, *shape[1:]))
                for d in (-h, h)
            ]
            assert math.isclose(
                derivative(at, shape[0]), (ends[1] - ends[0]) / (2 * h), rel_tol=1e-5, abs_tol=1e-7
            )


@EVERY
@pytest.mark.parametrize("x", [0.0, 1e-300, 5e-324, 1e-30, 1e150, 1e300, 1.7e308])
def test_value_and_slope_are_finite_at_empty_and_huge_pools(name, shape, x):
    assert math.isfinite(call(name, x, shape)) or (name == "softplus")
    assert math.isfinite(functions.SCALAR[f"{name}_slope"](x, *shape))
    if name in SIGNED:
        assert math.isfinite(functions.SCALAR[f"{name}_slope"](-x, *shape))


@EVERY
def test_a_negative_rounding_error_counts_as_an_empty_pool(name, shape):
    if name not in SIGNED:
        assert call(name, -1e-12, shape) == call(name, 0.0, shape)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.sampled_from(CASES), st.floats(0.0, 1e6), st.floats(0.0, 1e6))
def test_all_rise_with_their_argument(case, one, other):
    low, high = sorted((one, other))
    assert call(case[0], low, case[1]) <= call(case[0], high, case[1])


def test_known_points():
    assert functions.hill(0.7, 0.7, 5) == 0.5
    assert functions.hill(0.0, 0.7, 5) < 1e-100
    assert math.isclose(functions.excess_share(0.82, 0.82, 14), 1 - 2 ** (-1 / 14))
    assert math.isclose(functions.excess_share(8.2, 0.82, 14), 1 - 0.1, rel_tol=1e-9)
    assert functions.saturating(100.0, 0.12) == 0.12
    assert math.isclose(functions.softplus(0.82, 0.05), 0.82, rel_tol=1e-7)
    assert 0 < functions.softplus(-0.4, 0.05) < 2e-5
    assert functions.hyperbolic(-0.75, 0.75) == -0.5


def test_a_derivative_by_a_shape_argument_is_left_unevaluated():
    x, n = sympy.symbols("x n")
    assert sympy.diff(symbols.FUNCTIONS["hill"](x, 1, n), n).has(sympy.Derivative)
