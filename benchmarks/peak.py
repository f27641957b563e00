"""The share of the core's floating-point peak that a step uses; DGEMM of the same run is the peak."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

from epsom.simulation.engine import Settings
from epsom.simulation.fast import tableau
from epsom.simulation.fast.engine import _group, _limits
from epsom.simulation.fast.records import LANES
from epsom.simulation.fast.source import kernel_source
from epsom.simulation.fast.translation import python_module

if TYPE_CHECKING:
    from epsom.simulation.engine import Problem

#: Small enough to be over before a busy machine gives the core to somebody else.
_SIZE, _REPEATS = 384, 300
_ARITHMETIC = re.compile(r"^\s*v(f?n?m)?(?:add|sub|mul|div|max|min|sqrt)\w*pd\s.*?%([xyz])mm", re.M)
_WIDTH = {"x": 2, "y": 4, "z": 8}


def share_of_peak(problem: Problem) -> dict[str, float]:
    """Operations per second of a step and of DGEMM, in billions, and their ratio."""
    part = replace(
        problem, constants=problem.constants[:LANES], states=problem.states[:LANES],
        inputs=problem.inputs[:LANES], events=problem.events[:LANES], settings=Settings(1e-6),
    )  # fmt: skip
    module = python_module(kernel_source(problem.body), "benchmark_kernels")
    group, limits, lanes = _group(part), _limits(part), module._empty_lanes()
    for lane in range(LANES):
        module._load(lane, lane, group, lanes)
        module._begin(lane, lane, group, lanes)
    module._explicit_step(lanes, limits)
    step = module._explicit_step

    @njit(nogil=True)
    def steps(count: int, lanes: Any, limits: Any) -> None:
        for _ in range(count):
            step(lanes, limits)

    steps(1, lanes, limits)
    spent = _best(lambda: steps(200, lanes, limits)) / 200
    matrix = np.random.default_rng(1).normal(size=(_SIZE, _SIZE))
    peak = 2.0 * _SIZE**3 / _best(lambda: matrix @ matrix)
    rate = operations_of_a_step(module) / spent
    return {"step_gflops": rate / 1e9, "dgemm_gflops": peak / 1e9, "share": rate / peak}


def operations_of_a_step(module: Any) -> float:
    """Floating-point operations of one step of all lanes: read off the machine code."""
    kernels = {"slope_kernel": tableau.EXPLICIT_STAGES - 1, "explicit_error_kernel": 1}
    points = {f"explicit_point_{stage}": 1 for stage in range(1, tableau.EXPLICIT_STAGES)}
    return sum(times * _operations(getattr(module, name)) for name, times in (kernels | points).items())


def _operations(kernel: Any) -> int:
    text = max(kernel.inspect_asm().values(), key=len)
    return sum((2 if fused else 1) * _WIDTH[width] for fused, width in _ARITHMETIC.findall(text))


def _best(work: Any) -> float:
    times = []
    for _ in range(_REPEATS):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)
