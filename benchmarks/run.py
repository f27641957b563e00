"""Measure the engine against other solvers on the real body: ``python benchmarks/run.py [--quick]``.

Every solver has the same equations (checked at random states), the same people and the same measure of error;
runs take turns, and the median counts. Time is that of the processor, so that a busy machine matters less.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

#: One core for everyone, also for libraries that would start threads of their own.
CORES = sorted(os.sched_getaffinity(0))
os.sched_setaffinity(0, CORES[:1])
os.environ |= {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false", "OPENBLAS_NUM_THREADS": "1"}

import numpy as np
from agreement import largest_disagreement
from engines import Contestant, contestants, epsom_engine
from interpolation import speed_at
from peak import share_of_peak
from problem import problem, stiffer

from epsom.simulation.engine import Settings
from epsom.simulation.fast.engine import FastEngine

if TYPE_CHECKING:
    from epsom.simulation.engine import Problem

#: How many people errors are measured on, the same for every solver.
JUDGED = 16
#: The error at which speeds are compared.
EQUAL_ERROR = 3e-6
_OUT = Path(__file__).parent / "out" / "engine.json"
_REFERENCE = Settings(1e-11)


def first(whole: Problem, people: int) -> Problem:
    """The first people of a problem."""
    return replace(
        whole, constants=whole.constants[:people], states=whole.states[:people], inputs=whole.inputs[:people],
        events=whole.events[:people],
    )  # fmt: skip


class Judge:
    """Largest deviation from a far tighter run, relative to the value or the state's usual size if larger."""

    def __init__(self, whole: Problem) -> None:
        judged = replace(first(whole, JUDGED), settings=_REFERENCE)
        self.exact = FastEngine().solve(judged).states
        usual = np.array([state.usual for state in whole.body.states])
        self.scale = np.maximum(np.abs(self.exact), usual)

    def error(self, found: Any) -> float:
        """The deviation of courses of all people or of the first."""
        return float(np.max(np.abs(found[:JUDGED] - self.exact) / self.scale))


def measure(
    whole: Problem, settings: list[tuple[float, float]], rounds: int, quick: bool, variant: str
) -> Any:
    """Rows of every contestant at every setting; within a round everybody takes turns."""
    judge, (racing, missing) = Judge(whole), contestants()
    times: dict[tuple[str, float, float], list[float]] = {}
    rows: dict[tuple[str, float, float], dict[str, Any]] = {}
    compiling: dict[str, float] = {}
    for contestant in racing:
        few = first(whole, JUDGED)
        begin = time.perf_counter()
        contestant.run(few, *settings[0])
        once, begin = time.perf_counter() - begin, time.perf_counter()
        contestant.run(few, *settings[0])
        compiling[contestant.name] = max(0.0, once - (time.perf_counter() - begin))
        print(f"{variant}: {contestant.name} ready", flush=True)
    for number in range(rounds):
        for contestant in racing:
            for setting in settings:
                key = (contestant.name, *setting)
                people = contestant.quick_people if quick else contestant.people
                spent, found = _timed(contestant, first(whole, people), setting)
                times.setdefault(key, []).append(spent / people)
                if number == 0:
                    rows[key] = _row(contestant, setting, people, judge.error(found), variant)
        print(f"{variant}: round {number + 1} of {rounds} done", flush=True)
    for key, row in rows.items():
        row |= {"people_per_second": 1.0 / median(times[key]), "compile_seconds": compiling[key[0]]}
    return [
        *rows.values(),
        *({"engine": name, "variant": variant, "note": why} for name, why in missing.items()),
    ]


def _timed(contestant: Contestant, given: Problem, setting: tuple[float, float]) -> tuple[float, Any]:
    begin = time.process_time()
    found = contestant.run(given, *setting)
    return time.process_time() - begin, found


def _row(
    contestant: Contestant, setting: tuple[float, float], people: int, error: float, variant: str
) -> Any:
    relative, share = setting
    return {
        "engine": contestant.name, "rtol": relative, "atol": f"{share:g} * rtol * usual size", "cores": 1,
        "people_per_second": None, "max_error": error, "compile_seconds": None, "variant": variant,
        "people": people,
    }  # fmt: skip


def two_cores(whole: Problem, rounds: int) -> list[Any]:
    """Wall-clock speed of the engine on one core and on two, in turns."""
    os.sched_setaffinity(0, CORES[:2])
    times: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(rounds):
        for threads, spent in times.items():
            begin = time.perf_counter()
            epsom_engine(threads)(whole, 1e-6, 1.0)
            spent.append(time.perf_counter() - begin)
    os.sched_setaffinity(0, CORES[:1])
    return [
        {"engine": "Epsom", "rtol": 1e-6, "atol": "1 * rtol * usual size", "cores": threads,
         "people_per_second": whole.people / min(spent), "clock": "wall", "variant": "standard"}
        for threads, spent in times.items()
    ]  # fmt: skip


def main() -> None:
    """Run, write ``out/engine.json`` and print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer people, settings and rounds")
    quick = parser.parse_args().quick
    whole = problem(128 if quick else 1024)
    relative = (1e-5, 1e-6, 1e-7, 1e-8) if quick else (1e-5, 1e-6, 3e-7, 1e-7, 1e-8)
    settings = [(tolerance, share) for share in ((1.0,) if quick else (1.0, 0.1)) for tolerance in relative]
    agreement = largest_disagreement(whole)
    print(f"right-hand sides agree within {max(agreement.values()):.1e}", flush=True)
    rows = measure(whole, settings, 1 if quick else 3, quick, "standard")
    stiff = measure(stiffer(whole), settings[: len(relative)], 1, True, "stiff")
    told = {
        "machine": platform.processor() or platform.machine(), "cores": len(CORES), "clock": "cpu",
        "load_average_at_end": os.getloadavg(), "equal_error": EQUAL_ERROR, "judged_people": JUDGED,
        "right_sides_disagree_by": agreement, "share_of_peak": share_of_peak(whole),
        "at_equal_error": {name: _ratios(part) for name, part in (("standard", rows), ("stiff", stiff))},
        "rows": [*rows, *stiff, *(two_cores(whole, 1 if quick else 5) if len(CORES) > 1 else [])],
    }  # fmt: skip
    _OUT.parent.mkdir(exist_ok=True)
    _OUT.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({key: value for key, value in told.items() if key != "rows"}, indent=1))


def _ratios(rows: list[Any]) -> dict[str, Any]:
    ours = speed_at(rows, "Epsom", EQUAL_ERROR)
    speeds = {
        name: speed_at(rows, name, EQUAL_ERROR) for name in dict.fromkeys(row["engine"] for row in rows)
    }
    return {
        name: {"people_per_second": speed, "epsom_is_faster_by": ours / speed if ours and speed else None}
        for name, speed in speeds.items()
    }


if __name__ == "__main__":
    main()
