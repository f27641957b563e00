"""The Rosenbrock method of the fast engine as mathematics: its order, its dense output, its damping."""

from __future__ import annotations

import numpy as np
import pytest

from epsom.simulation.fast.tableau import GAMMA, STAGES, A, C, H


def spiral(y):
    """A spiral into the unit circle."""
    x, z = y
    pull = 1 - x**2 - z**2
    return np.array([-z + x * pull, x + z * pull])


def spiral_jacobian(y):
    x, z = y
    return np.array([[1 - 3 * x**2 - z**2, -1 - 2 * x * z], [1 - 2 * x * z, 1 - x**2 - 3 * z**2]])


def spiral_exactly(t, start=0.3):
    radius = 1 / np.sqrt(1 + (1 / start**2 - 1) * np.exp(-2 * t))
    return radius * np.array([np.cos(t), np.sin(t)])


def step(function, jacobian, y, h):
    """The end of one step, its error estimate, and the stages."""
    matrix = np.eye(len(y)) / (GAMMA * h) - jacobian(y)
    k = []
    for stage in range(STAGES):
        u = y + sum((a * k[j] for j, a in enumerate(A[stage])), np.zeros_like(y))
        side = sum((c / h * k[j] for j, c in enumerate(C[stage])), np.zeros_like(y))
        k.append(np.linalg.solve(matrix, function(u) + side))
    return u + k[-1], k[-1], k


def between(y, end, k, share, bends=H):
    """The dense output at a ``share`` of the step, as the driver has it."""
    first, second, third = (sum(b * stage for b, stage in zip(row, k, strict=True)) for row in bends)
    rest = 1 - share
    return rest * y + share * (end + rest * (first + share * (second + share * third)))


def slope(sizes, errors):
    return np.polyfit(np.log(sizes), np.log(errors), 1)[0]


SIZES = [1 / n for n in (4, 6, 8, 12, 16, 24)]


def test_global_error_falls_with_the_fifth_power_of_the_step():
    errors = []
    for h in SIZES:
        y = spiral_exactly(0.0)
        for _ in range(round(2 / h)):
            y = step(spiral, spiral_jacobian, y, h)[0]
        errors.append(np.abs(y - spiral_exactly(2.0)).max())
    assert 4.7 < slope(SIZES, errors) < 5.7
    assert errors[-1] < 1e-8


def test_error_estimate_is_of_fourth_order_and_covers_the_error():
    estimates, errors = [], []
    for h in SIZES:
        end, estimate, _ = step(spiral, spiral_jacobian, spiral_exactly(0.0), h)
        estimates.append(np.abs(estimate).max())
        errors.append(np.abs(end - spiral_exactly(h)).max())
    assert 4.5 < slope(SIZES, estimates) < 5.6
    assert 5.5 < slope(SIZES, errors) < 6.6
    assert all(error < estimate for error, estimate in zip(errors, estimates, strict=True))


@pytest.mark.parametrize("share", [0.1, 0.37, 0.5, 0.8])
def test_dense_output_is_of_fourth_order(share):
    errors = []
    for h in SIZES:
        start = spiral_exactly(0.0)
        end, _, k = step(spiral, spiral_jacobian, start, h)
        errors.append(np.abs(between(start, end, k, share) - spiral_exactly(share * h)).max())
    assert 4.6 < slope(SIZES, errors) < 5.9


def test_dense_output_meets_both_ends():
    start = spiral_exactly(0.0)
    end, _, k = step(spiral, spiral_jacobian, start, 0.1)
    assert np.allclose(between(start, end, k, 0.0), start, rtol=1e-15)
    assert np.allclose(between(start, end, k, 1.0), end, rtol=1e-15)


@pytest.mark.parametrize("rate", [1e4, 1e8, 1e12])
def test_what_dies_at_once_is_damped_at_once(rate):
    """L-stability: a pool that empties in a millionth of the step is empty after it."""
    end, _, _ = step(lambda y: -rate * y, lambda _: np.array([[-rate]]), np.array([1.0]), 1.0)
    assert abs(end[0]) < 20 / rate


def test_stiff_relaxation_follows_its_goal():
    """A fast state that follows a slow one keeps its order where an explicit method would explode."""

    def function(y):
        return np.array([-0.5 * y[0], 1e6 * (y[0] ** 2 - y[1])])

    def jacobian(y):
        return np.array([[-0.5, 0.0], [2e6 * y[0], -1e6]])

    for h in (0.1, 0.05):
        y = np.array([1.0, 1.0])
        for _ in range(round(1 / h)):
            y = step(function, jacobian, y, h)[0]
        exact = np.exp(-0.5)
        assert abs(y[0] - exact) < 1e-7
        assert abs(y[1] - exact**2) < 1e-5


def test_linear_invariants_are_kept_to_rounding():
    """Why magnesium is conserved: columns of the matrix that add up to nothing keep the sum."""
    rates = np.array([[-2.0, 0.3, 0.0], [1.5, -0.3, 7.0], [0.5, 0.0, -7.0]])
    y = np.array([3.0, 1.0, 0.5])
    for _ in range(200):
        y = step(lambda v: rates @ v, lambda _: rates, y, 0.7)[0]
    assert abs(y.sum() - 4.5) < 1e-12
