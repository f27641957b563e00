"""What the benchmark hands to other solvers is the same problem, and its comparison is at equal error."""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from protocols import Dose, Life

from epsom.physiology.whole_body import whole_body
from epsom.simulation.fast.compiled import readable_kernels
from epsom.simulation.fast.engine import FastEngine

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from equations import entries, functions, size
from interpolation import speed_at
from stretches import stretches

BODY = whole_body()
LIFE = Life(
    days=2, doses=(Dose("oral", "citrate", 9.0, 10.0), Dose("intravenous", "sulfate", 20.0, 5.0, 2.0))
)


def test_stretches_lead_to_the_same_end():
    problem = LIFE.problem(BODY, people=1, every=48.0)
    cut, engine = stretches(problem, 0), FastEngine(threads=1)
    y = problem.states.copy()
    for stretch, put in enumerate(cut.put):
        part = replace(
            problem, states=y + put, inputs=cut.inputs[stretch : stretch + 1],
            hours=cut.ends[stretch : stretch + 2], events=[replace(problem.events[0], hours=np.empty(0))],
        )  # fmt: skip
        y = engine.solve(part).states[:, -1]
    whole = engine.solve(problem).states[:, -1]
    assert len(cut.put) > 10
    assert np.allclose(y, whole, rtol=1e-12, atol=1e-12)


def test_generated_equations_are_those_of_the_lanes():
    problem, module = LIFE.problem(BODY, people=8), readable_kernels(BODY)
    made = functions({"exp": math.exp, "log": math.log, "larger": max}, body=BODY)
    blocks = [np.ascontiguousarray(b.T).ravel() for b in (problem.states, problem.constants, problem.inputs)]
    traits, slopes = np.zeros(module.TRAITS * 8), np.zeros(module.STATES * 8)
    module.trait_kernel(blocks[1], traits)
    module.slope_kernel(blocks[0], blocks[1], traits, blocks[2], slopes)
    for person in range(8):
        own, found = np.empty(size("TRAITS", BODY)), np.empty(module.STATES)
        made["traits"](problem.constants[person], own)
        made["slope"](problem.states[person], problem.constants[person], own, problem.inputs[person], found)
        assert np.allclose(found, slopes.reshape(-1, 8)[:, person], rtol=1e-9, atol=1e-12)
    assert len(entries(BODY)[0]) == module.ENTRIES


def test_speed_is_read_at_equal_error_between_two_settings_only():
    def row(error, speed):
        return {"engine": "a", "atol": "x", "max_error": error, "people_per_second": speed}

    rows = [row(1e-7, 10.0), row(1e-5, 1000.0)]
    assert speed_at(rows, "a", 1e-6) == pytest.approx(100.0)
    assert speed_at(rows, "a", 1e-8) is None
    assert speed_at(rows, "b", 1e-6) is None
