"""The functions written as vector instructions give what the scalar ones give."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numba import njit

from epsom.physiology.builder.functions import SCALAR
from epsom.simulation.fast import lane_math
from epsom.simulation.fast.lane_math import LANES, lane_kernel

HUGE = [0.0, 5e-324, 1e-300, 1e-30, 1e-12, 1e12, 1e150, 1e300]
ORDINARY = np.geomspace(1e-4, 1e4, 80).tolist()
SHAPES = {
    "hill": [(0.5, 1.0), (4.0, 3.0), (1.135, 17.0)],
    "power": [(1.0, 0.3), (2.5, 4.0), (100.0, 15.7)],
    "excess_share": [(0.82, 14.0), (2.4, 40.0)],
    "softplus": [(0.05,), (2.0,)],
    "saturating": [(0.12,), (3.0,)],
    "hyperbolic": [(0.75,), (2.0,)],
}
NAMES = [name + tail for name in SHAPES for tail in ("", "_slope")]
SIGNED = ("softplus", "saturating", "hyperbolic")


def compiled(function, count):
    """``function`` of ``count`` numbers as a function of arrays of LANES numbers, compiled."""

    def body(*blocks):
        blocks[-1][0] = function(*(block[0] for block in blocks[:-1]))

    kernel = lane_kernel(body, count + 1)
    arguments = ", ".join(f"a{i}" for i in range(count + 1))
    space = {"kernel": kernel}
    exec(f"def run({arguments}):\n    kernel({arguments})\n", space)
    run = njit(error_model="numpy")(space["run"])

    def call(points, *shape):
        found = []
        for start in range(0, len(points), LANES):
            part = np.resize(np.array(points[start : start + LANES], dtype=float), LANES)
            out = np.zeros(LANES)
            run(part, *(np.full(LANES, s) for s in shape), out)
            found.append(out[: len(points) - start])
        return np.concatenate(found)

    return call


@pytest.mark.parametrize("name", NAMES)
def test_lanes_agree_with_scalars(name):
    kind = name.removesuffix("_slope")
    lanes = compiled(getattr(lane_math, name), 1 + len(SHAPES[kind][0]))
    points = [*ORDINARY, *(-x for x in ORDINARY if kind in SIGNED)]
    for shape in SHAPES[kind]:
        expected = np.array([SCALAR[name](x, *shape) for x in points])
        found = lanes(points, *shape)
        largest = np.abs(expected).max() if kind != "power" else np.abs(expected)
        assert (
            np.abs(found - expected) <= 2e-13 * np.abs(expected) + 1e-15 * np.minimum(largest, 1e30)
        ).all()


@pytest.mark.parametrize("name", NAMES)
def test_lanes_are_finite_at_empty_and_huge_pools(name):
    kind = name.removesuffix("_slope")
    lanes = compiled(getattr(lane_math, name), 1 + len(SHAPES[kind][0]))
    for shape in SHAPES[kind]:
        assert np.isfinite(lanes(HUGE, *shape)).all()


def test_each_function_of_the_organs_has_its_lanes():
    assert all(callable(getattr(lane_math, name)) for name in SCALAR)


@pytest.mark.parametrize(
    ("name", "points", "exact"),
    [
        ("exp", np.linspace(-690, 690, 4001), math.exp),
        ("exp", np.linspace(-1e-3, 1e-3, 801), math.exp),
        ("log", np.geomspace(1e-290, 1e290, 4001), math.log),
        ("log", 1 + np.linspace(-1e-3, 1e-3, 800), math.log),
        ("log1p_small", np.linspace(0, 1, 801), math.log1p),
    ],
)
def test_polynomials_are_accurate_to_a_few_rounding_errors(name, points, exact):
    found = compiled(getattr(lane_math, name), 1)(points.tolist())
    expected = np.array([exact(x) for x in points])
    assert (np.abs(found - expected) <= 2e-15 * np.abs(expected) + 1e-18).all()


def test_out_of_range_arguments_are_clamped_not_garbage():
    found = compiled(lane_math.exp, 1)([-1e9, 1e9, -701.0, 701.0])
    assert np.allclose(found, [math.exp(-700), math.exp(700)] * 2, rtol=1e-12)
    found = compiled(lane_math.log, 1)([0.0, -5.0, 1e308])
    assert np.allclose(found, [math.log(1e-300)] * 2 + [math.log(1e308)], rtol=1e-12)


def test_a_steepness_of_two_needs_no_logarithm():
    lanes = compiled(lane_math.hill_of_squares, 2)
    found, expected = lanes(ORDINARY, 0.7), [SCALAR["hill"](x, 0.7, 2.0) for x in ORDINARY]
    assert np.allclose(found, expected, rtol=1e-13, atol=0.0)
