"""Memory and time that many people take, with daily output: ``python benchmarks/memory.py [PEOPLE]``."""

from __future__ import annotations

import json
import resource
import sys
import time

from problem import DAYS, scenario

from epsom.core.documents import scenario_from_tree
from epsom.simulation.study import run


def main() -> None:
    """Run the benchmark's protocol with one measure a day, and print what it took."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    tree = scenario(people).to_tree()
    tree["measures"] = [{"name": "serum_magnesium", "days": list(range(DAYS + 1))}]
    begin = time.perf_counter()
    results = run(scenario_from_tree(tree))
    spent = time.perf_counter() - begin
    told = {
        "people": people, "failed": results.failed, "seconds": round(spent, 1),
        "people_per_second": round(people / spent, 1),
        "peak_memory_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 3),
    }  # fmt: skip
    print(json.dumps(told))


if __name__ == "__main__":
    main()
