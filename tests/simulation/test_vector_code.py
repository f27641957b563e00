"""The kernels' machine code does its arithmetic in vector registers: losing that costs a factor of four."""

from __future__ import annotations

import re

import llvmlite.binding as llvm
import numpy as np
import pytest
from numba import njit

from epsom.physiology.whole_body import whole_body
from epsom.simulation.fast.records import LANES
from epsom.simulation.fast.source import eliminate, kernel_source
from epsom.simulation.fast.translation import python_module

pytestmark = pytest.mark.skipif(
    not llvm.get_host_cpu_features().get("avx2", False), reason="the guard reads AVX instructions"
)
ARITHMETIC = re.compile(
    r"^\s*v(?:f?n?m?(?:add|sub)|mul|div|sqrt)\w*?(?P<kind>pd|sd)\s.*?%(?P<register>[xyz])mm", re.M
)


def arithmetic(function) -> tuple[int, int]:
    """Wide and scalar floating-point instructions in the machine code of all versions of ``function``."""
    text = "\n".join(function.inspect_asm().values())
    found = [(match["kind"], match["register"]) for match in ARITHMETIC.finditer(text)]
    wide = sum(kind == "pd" and register in "yz" for kind, register in found)
    return wide, sum(kind == "sd" for kind, _ in found)


@pytest.fixture(scope="module")
def module():
    """The kernels of the whole body, compiled afresh and kept nowhere."""
    return python_module(kernel_source(whole_body()), "uncached_kernels")


def rows(count: int) -> np.ndarray:
    return np.ones(count * LANES)


@pytest.mark.parametrize(
    ("name", "blocks"),
    [
        ("trait_kernel", ("CONSTANTS", "TRAITS")),
        ("slope_kernel", ("STATES", "CONSTANTS", "TRAITS", "INPUTS", "STATES")),
        ("jacobian_kernel", ("STATES", "CONSTANTS", "TRAITS", "INPUTS", "ENTRIES")),
        ("factor_kernel", ("ENTRIES", 1, "FACTORS")),
        ("solve_kernel", ("FACTORS", "ENTRIES", 1, "STATES", "STATES")),
        ("error_kernel", ("STATES", "STATES", "STAGES", 1, "STATES", 2)),
        ("dense_kernel", ("STATES", "STATES", "STAGES", 1, 8, "STATES")),
        ("explicit_error_kernel", ("STATES", "STATES", "STATES", "STAGES", 1, 1, "STATES", 3)),
        ("explicit_point_4", ("STATES", "STAGES", 1, "STATES")),
        ("explicit_point_6", ("STATES", "STAGES", 1, "STATES")),
    ],
)
def test_kernel_computes_in_vectors(module, name, blocks):
    """Unrolled code has no scalar arithmetic at all, save a handful of instructions around it."""
    sizes = {key: getattr(module, key, 8 * module.STATES) for key in blocks if isinstance(key, str)}
    function = getattr(module, name)
    function(*(rows(sizes.get(block, block)) for block in blocks))
    wide, scalar = arithmetic(function)
    assert wide > 80
    assert scalar < 0.02 * wide


@pytest.mark.parametrize("stage", range(1, 8))
def test_stage_computes_in_vectors(module, stage):
    """Loops: a vector body, and a scalar one for what is left or overlaps."""
    n = module.STATES
    point, side = getattr(module, f"point_{stage}"), getattr(module, f"side_{stage}")
    point(rows(n), rows(8 * n), rows(n))
    side(rows(n), rows(8 * n), rows(n), rows(n))
    for function in (point, side):
        wide, scalar = arithmetic(function)
        assert wide >= 0.6 * scalar > 0, (wide, scalar)


def test_guard_tells_a_scalar_kernel():
    """The same arithmetic with a branch in the loop stays scalar, and is found out."""

    @njit(error_model="numpy", fastmath={"contract", "nsz"})
    def branching(x, y):
        for i in range(len(x)):
            if x[i] > 0.5:
                y[i] = x[i] * y[i - 1] + 3.0
            else:
                break

    branching(rows(3), rows(3))
    wide, scalar = arithmetic(branching)
    assert scalar > 0
    assert wide == 0


def test_elimination_keeps_the_matrix_sparse_and_finds_all_fill():
    generator = np.random.default_rng(1)
    size = 14
    pattern = {(i, i) for i in range(size)} | {
        (int(i), int(j)) for i, j in generator.integers(0, size, (30, 2))
    }  # fmt: skip
    plan = eliminate(pattern, size)
    assert sorted(plan.order) == list(range(size))
    assert pattern <= plan.places.keys()
    matrix = np.zeros((size, size))
    for place in pattern:
        matrix[place] = generator.normal() + 10 * (place[0] == place[1])
    lower = matrix[np.ix_(plan.order, plan.order)].copy()
    for k in range(size):
        lower[k + 1 :, k] /= lower[k, k]
        lower[k + 1 :, k + 1 :] -= np.outer(lower[k + 1 :, k], lower[k, k + 1 :])
    nonzero = {(plan.order[i], plan.order[j]) for i, j in zip(*np.nonzero(lower), strict=True)}
    assert nonzero <= plan.places.keys()


def test_sparse_factors_of_the_body_are_far_fewer_than_all():
    from epsom.simulation.fast.compiled import readable_kernels

    module = readable_kernels(whole_body())
    assert 0.3 * len(module.STEERING) ** 2 > module.FACTORS
