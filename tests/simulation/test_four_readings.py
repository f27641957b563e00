"""The same equations four ways: plain numbers, symbols, generated Python, and vector instructions."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
from protocols import Life

from epsom.physiology.builder import numbers
from epsom.physiology.builder.functions import SCALAR
from epsom.physiology.builder.symbolic import symbolic
from epsom.physiology.whole_body import whole_body
from epsom.simulation.fast.compiled import readable_kernels
from epsom.simulation.fast.records import LANES
from epsom.simulation.generated import binder
from epsom.simulation.schedule import starting_inputs
from epsom.simulation.start import at_rest
from epsom.simulation.study import traced_body

PEOPLE = 104


@pytest.fixture(scope="module", params=["whole", "traced"])
def body(request):
    return whole_body() if request.param == "whole" else traced_body()


@pytest.fixture(scope="module")
def people(body):
    """States, constants and inputs of people, states spread about each person's own, some pools empty."""
    crowd = Life(seed=3).crowd(PEOPLE)
    generator = np.random.default_rng(5)
    constants = crowd.constants(body)
    sigma = [0.2 if state.rest else 1.0 for state in body.states]
    states = at_rest(body, constants) * generator.lognormal(sigma=sigma, size=(PEOPLE, len(body.states)))
    empty = [body.state_index[name] for name in ("stomach_solid", "small_bowel_anion", "colon_anion")]
    states[:10, empty] = 0.0
    inputs = starting_inputs(body, crowd, []) * generator.uniform(0.3, 1.0, (PEOPLE, len(body.inputs)))
    for name, low, high in (("fed", 0, 1), ("infusion", 0, 10), ("threshold_shift", -0.9, 0.2)):
        inputs[:, body.input_index[name]] = generator.uniform(low, high, PEOPLE)
    return states, constants, inputs


def by_numbers(body, people):
    return numbers.rate_of_change(body, numbers.readings(body, *people))


def by_symbols(body, people, expressions, system):
    names = [s.name for s in body.states] + list(body.constant_names) + [i.name for i in body.inputs]
    function = sympy.lambdify(
        [system.symbols[name] for name in names], [system.expanded(e) for e in expressions], [SCALAR, "math"]
    )
    return np.array([function(*row) for row in np.hstack(people)])


def by_reference(body, people):
    states, constants, inputs = people
    bind = binder(body)
    pairs = [bind(tuple(row)) for row in constants.tolist()]
    rows = zip(pairs, states, inputs.tolist(), strict=True)
    found = [(rhs(y, 0.0, u), jacobian(y, 0.0, u)) for (rhs, jacobian), y, u in rows]
    return np.array([slope for slope, _ in found]), np.array([matrix for _, matrix in found])


def by_lanes(body, people, kernel, rows):
    """What ``kernel`` writes, ``rows`` rows of lanes, for each person."""
    module, found = readable_kernels(body), []
    for start in range(0, PEOPLE, LANES):
        y, constants, inputs = (
            np.ascontiguousarray(block[start : start + LANES].T).ravel() for block in people
        )
        traits = np.zeros(module.TRAITS * LANES)
        module.trait_kernel(constants, traits)
        out = np.zeros(rows * LANES)
        getattr(module, kernel)(y, constants, traits, inputs, out)
        found.append(out.reshape(rows, LANES).T)
    return np.concatenate(found)


def close(ours, theirs, scale):
    return np.abs(ours - theirs).max(axis=0) <= 1e-10 * scale


def test_slopes_agree_four_ways(body, people):
    expected = by_numbers(body, people)
    scale = np.abs(expected).max(axis=0) + np.array([1e-3 * state.usual for state in body.states])
    system = symbolic(body)
    assert close(by_symbols(body, people, system.slopes, system), expected, scale).all()
    assert close(by_reference(body, people)[0], expected, scale).all()
    assert close(by_lanes(body, people, "slope_kernel", len(body.states)), expected, scale).all()


def test_jacobians_agree_three_ways(body, people):
    system = symbolic(body)
    entries = system.jacobian()
    expected = by_symbols(body, people, list(entries.values()), system)
    scale = np.abs(expected).max(axis=0) + 1e-12
    reference = by_reference(body, people)[1]
    assert close(np.array([reference[:, i, j] for i, j in entries]).T, expected, scale).all()
    module = readable_kernels(body)
    square = by_lanes(body, people, "jacobian_kernel", module.ENTRIES)[:, : len(module.ROWS)]
    steering = module.STEERING.tolist()
    places = list(zip(module.ROWS.tolist(), module.COLUMNS.tolist(), strict=True))
    column = [list(entries).index((steering[i], steering[j])) for i, j in places]
    assert close(square, expected[:, column], scale[column]).all()
    assert len(places) == sum(i in steering and j in steering for i, j in entries)


def test_factors_and_solution_undo_the_matrix(body, people):
    """The unrolled LU without pivoting solves (I / (gamma h) - J) x = b for small and large steps."""
    module, generator = readable_kernels(body), np.random.default_rng(2)
    jacobian = by_lanes(body, people, "jacobian_kernel", module.ENTRIES)
    full = by_reference(body, people)[1]
    count = len(body.states)
    for step in (1e-6, 1e-2, 1.0, 24.0):
        rows = np.ascontiguousarray(jacobian[:LANES].T).ravel()
        inverse, factors = np.full(LANES, 1.0 / step), np.zeros(module.FACTORS * LANES)
        module.factor_kernel(rows, inverse, factors)
        b = generator.normal(size=count * LANES)
        x = np.zeros(count * LANES)
        module.solve_kernel(factors, rows, inverse, b, x)
        for lane in range(LANES):
            matrix = np.eye(count) / step - full[lane]
            right = b.reshape(count, LANES)[:, lane]
            left = matrix @ x.reshape(count, LANES)[:, lane]
            size = np.abs(matrix) @ np.abs(x.reshape(count, LANES)[:, lane]) + np.abs(right)
            assert (np.abs(left - right) <= 1e-10 * size).all()
