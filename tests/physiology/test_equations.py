"""The equations read with numbers and with symbols are one, and so are their derivatives."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
from samples import arrays

from epsom.physiology.builder import numbers
from epsom.physiology.builder.functions import SCALAR
from epsom.physiology.builder.symbolic import symbolic
from epsom.physiology.builder.symbols import in_plain_algebra
from epsom.physiology.whole_body import whole_body

BODY = whole_body()


@pytest.fixture(scope="module")
def system():
    return symbolic(BODY)


@pytest.fixture(scope="module")
def people():
    return arrays(BODY, 25)


def slopes_of(states, constants, inputs):
    return numbers.rate_of_change(BODY, numbers.readings(BODY, states, constants, inputs))


def names() -> list[str]:
    return [s.name for s in BODY.states] + list(BODY.constant_names) + [i.name for i in BODY.inputs]


def evaluated(system, expressions, people, modules):
    """Values of ``expressions``, readings written out, for each person."""
    arguments = [system.symbols[name] for name in names()]
    function = sympy.lambdify(arguments, [system.expanded(e) for e in expressions], modules)
    return np.array([function(*row) for row in np.hstack(people)])


def test_symbolic_slopes_agree_with_numbers(system, people):
    found = evaluated(system, system.slopes, people, [SCALAR, "math"])
    expected = slopes_of(*people)
    assert np.allclose(found, expected, rtol=1e-10, atol=1e-12)


def test_plain_algebra_of_every_slope_agrees_with_numbers(system, people):
    """What print and exchange formats show is what runs."""
    plain = [in_plain_algebra(system.expanded(slope)) for slope in system.slopes]
    assert not any(e.has(*map(sympy.Function, SCALAR)) for e in plain)
    found = evaluated(system, plain, people, "math")
    assert np.allclose(found, slopes_of(*people), rtol=1e-9, atol=1e-10)


def test_jacobian_agrees_with_finite_differences(system, people):
    states, constants, inputs = (block[:10] for block in people)
    entries = system.jacobian()
    values = evaluated(system, list(entries.values()), (states, constants, inputs), [SCALAR, "math"])
    jacobian = np.zeros((len(states), len(BODY.states), len(BODY.states)))
    for k, (i, j) in enumerate(entries):
        jacobian[:, i, j] = values[:, k]
    for j in range(len(BODY.states)):
        size = np.zeros_like(states)
        size[:, j] = 1e-5 * np.abs(states[:, j])
        up, down = (slopes_of(states + sign * size, constants, inputs) for sign in (1, -1))
        finite = (up - down) / (2 * size[:, j, None])
        scale = np.abs(jacobian[:, :, j]) + np.abs(up) / np.abs(states[:, j, None]) + 1e-9
        assert (np.abs(jacobian[:, :, j] - finite) / scale).max() < 1e-5, BODY.states[j].name


def test_flows_of_magnesium_add_up_to_nothing_but_what_sources_bring(people):
    slopes = slopes_of(*people)
    held = list(BODY.pools_of("magnesium"))
    supplied = slopes[:, BODY.state_index["supplied"]]
    flows = np.abs(slopes[:, held]).sum(axis=1)
    assert (np.abs(slopes[:, held].sum(axis=1) - supplied) <= 1e-14 * flows + 1e-12).all()


def test_nothing_leaves_an_empty_pool(people):
    states, constants, inputs = (block.copy() for block in people)
    for state in BODY.states:
        if state.kind == "pool":
            emptied = states.copy()
            emptied[:, BODY.state_index[state.name]] = 0.0
            slope = slopes_of(emptied, constants, inputs)[:, BODY.state_index[state.name]]
            assert (slope >= 0).all(), state.name


def test_slopes_are_finite_when_everything_is_empty_or_huge(people):
    states, constants, inputs = people
    pools = np.array([state.kind == "pool" for state in BODY.states])
    for factor in (0.0, 1e-12, 1e6):
        assert np.isfinite(slopes_of(np.where(pools, states * factor, states), constants, inputs)).all()


def test_a_missing_covariate_is_an_error_and_a_missing_parameter_is_not(people):
    given = {
        name: np.ones(2) for name in ("age", "female", "weight", "height", "filtration", "creatinine", "ph")
    }
    with pytest.raises(KeyError, match="albumin"):
        numbers.constants(BODY, given)
    constants = numbers.constants(BODY, given | {"albumin": np.full(2, 0.042)})
    assert constants.shape == (2, len(BODY.constant_names))
    assert np.isfinite(constants).all()
