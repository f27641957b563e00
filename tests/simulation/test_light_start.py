"""One person is simulated without loading what only others need: the goal of half a second rests on it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

#: What a start from the cache must not load, and roughly what each costs, in ms on a quiet core.
HEAVY = {"numba": 250, "scipy": 90, "sympy": 200, "xarray": 150, "matplotlib": 150, "multiprocessing": 8,
         "numpy.ma": 8, "pybtex": 40}  # fmt: skip

SCRIPT = """
import json, sys
from epsom.core.documents import scenario_from_tree
from epsom.simulation.study import run
said = json.loads(sys.argv[1])
values = run(scenario_from_tree(said)).values
assert 0.5 < values[0, 0] < 1.5
print(json.dumps(sorted(sys.modules)))
"""
SCENARIO = {
    "schema": "epsom.scenario/1",
    "people": {"count": 1, "seed": 1},
    "supplements": [{"form": "citrate", "dose": "250 mg", "dose_of": "elemental", "times_per_day": 1}],
    "duration": "28 d",
    "measures": [{"name": "serum_magnesium", "days": [28]}],
}


@pytest.fixture(scope="module")
def loaded():
    """Modules of a fresh process that simulates one person once the cache is filled."""
    command = [sys.executable, "-c", SCRIPT, json.dumps(SCENARIO)]
    for _ in range(2):
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("name", HEAVY)
def test_cached_start_leaves_out(loaded, name):
    assert "epsom.simulation.fast.machine" in loaded
    assert name not in loaded
