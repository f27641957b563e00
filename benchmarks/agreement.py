"""Every solver solves the same equations: right-hand sides at random states, compared with the engine's."""

from __future__ import annotations

import importlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
from equations import size

from epsom.simulation.fast.compiled import readable_kernels
from epsom.simulation.fast.records import LANES

if TYPE_CHECKING:
    from epsom.simulation.engine import Problem

    Array = Any

_POINTS = 100


def largest_disagreement(problem: Problem) -> dict[str, float]:
    """For each way to compute it, the largest difference relative to the largest slope of that state."""
    generator = np.random.default_rng(1)
    usual = np.array([state.usual for state in problem.body.states])
    people = generator.integers(0, problem.people, _POINTS)
    y = usual * generator.uniform(0.05, 3.0, (_POINTS, len(usual)))
    given = y, problem.constants[people], problem.inputs[people]
    ours = _lanes(problem.body, *given)
    scale = np.abs(ours).max(axis=0) + 1e-12 * usual
    found: dict[str, float] = {}
    for name, way in (("numba", _compiled), ("diffrax", _jax), ("libRoadRunner", _roadrunner)):
        with suppress(ImportError):
            theirs = way(problem, *given)
            found[name] = float((np.abs(theirs - ours) / scale).max())
    if max(found.values()) > 1e-10:
        raise RuntimeError(f"the right-hand sides differ: {found}")
    return found


def _lanes(body: Any, y: Array, constants: Array, inputs: Array) -> Array:
    module, rows = readable_kernels(body), []
    for start in range(0, len(y), LANES):
        part = np.resize(np.arange(start, min(start + LANES, len(y))), LANES)
        blocks = [np.ascontiguousarray(block[part].T).ravel() for block in (y, constants, inputs)]
        traits, slope = np.zeros(module.TRAITS * LANES), np.zeros(module.STATES * LANES)
        module.trait_kernel(blocks[1], traits)
        module.slope_kernel(blocks[0], blocks[1], traits, blocks[2], slope)
        rows.append(slope.reshape(-1, LANES).T)
    return np.concatenate(rows)[: len(y)]


def _compiled(problem: Problem, y: Array, constants: Array, inputs: Array) -> Array:
    slope, _, traits_of = importlib.import_module("peers.compiled").compiled(problem.body)
    out, traits = np.empty_like(y), np.empty(size("TRAITS", problem.body))
    for row in range(len(y)):
        traits_of(constants[row], traits)
        slope(y[row], constants[row], traits, inputs[row], out[row])
    return out


def _jax(problem: Problem, y: Array, constants: Array, inputs: Array) -> Array:
    slope, traits = importlib.import_module("peers.diffrax_peer").slope_function(problem.body)
    import jax

    return np.asarray(jax.jit(jax.vmap(lambda a, b, c: slope(a, b, traits(b), c)))(y, constants, inputs))


def _roadrunner(problem: Problem, y: Array, constants: Array, inputs: Array) -> Array:
    return importlib.import_module("peers.roadrunner_peer").slopes(problem, y, constants, inputs)
