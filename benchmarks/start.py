"""Time from the first import to one person's result, in fresh processes: ``python benchmarks/start.py``.

The path is the shortest there is: a scenario read from a tree, and `epsom.simulation.study.run`. An argument
says how many processes. On a busy machine the import of NumPy, whose time is known, shows how busy it is.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from statistics import median

_SCRIPT = """
import json, time
begin, marks = time.perf_counter(), {}

def mark(name):
    marks[name] = time.perf_counter() - begin - sum(marks.values())

import numpy
mark("import of NumPy")
import pydantic
from pydantic import BaseModel, TypeAdapter
mark("import of pydantic")
from epsom.core.documents import scenario_from_tree
mark("import of the records")
import llvmlite.binding
mark("import of llvmlite")
from epsom.simulation.study import run
mark("import of the simulation")
said = scenario_from_tree({
    "schema": "epsom.scenario/1", "people": {"count": 1, "seed": 1}, "duration": "28 d",
    "supplements": [{"form": "citrate", "dose": "250 mg", "dose_of": "elemental", "times_per_day": 1}],
    "measures": [{"name": "serum_magnesium", "days": [28]}],
})
mark("reading the scenario")
from epsom.core.evidence import registry
from epsom.simulation.draws import calibrated_sets
registry(), calibrated_sets()
mark("reading the tables")
from epsom.physiology.whole_body import whole_body
from epsom.simulation.fast.compiled import kernels
kernels(whole_body())
mark("loading the machine code")
run(said)
mark("drawing, balance and 28 days")
marks["in all"] = time.perf_counter() - begin
print(json.dumps(marks))
"""


def main() -> None:
    """Fill the cache, then print the median and the least time of each part in ms."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory() as folder:
        # Bytecode is kept as Python does unless it is told not to.
        kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        environment = kept | {"PYTHONPYCACHEPREFIX": folder}
        _marks(environment)
        found = [_marks(environment) for _ in range(runs)]
    print(f"{'part, ms':30}{'median':>8}{'least':>8}")
    for name in found[0]:
        times = [1000.0 * marks[name] for marks in found]
        print(f"{name:30}{median(times):8.0f}{min(times):8.0f}")


def _marks(environment: dict[str, str]) -> dict[str, float]:
    done = subprocess.run([sys.executable, "-c", _SCRIPT], env=environment, capture_output=True, check=True)
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
