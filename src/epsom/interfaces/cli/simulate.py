"""`epsom simulate`."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING

from epsom.interfaces.cli import screen
from epsom.interfaces.cli.targets import load_with_targets
from epsom.interfaces.cli.waiting import engine_for, stop_requested, watched

if TYPE_CHECKING:
    from pathlib import Path

    from epsom.core.records import Scenario, SimulationResult
    from epsom.simulation.engine import Engine
    from epsom.simulation.results import Results


def command(
    file: Path, *, as_json: bool, out: Path | None, report: Path | None, seed: int | None, people: int | None,
    workers: int | None,
) -> None:  # fmt: skip
    """Read, run, then print and write."""
    from epsom.core.documents import load_scenario

    scenario = load_with_targets(lambda: load_scenario(file), out=out, report=report)
    scenario = overridden(scenario, seed=seed, people=people)
    results = run_watched(scenario, workers)
    record = results.record()
    if out is not None:
        results.save(out)
    if report is not None:
        write_report(report, scenario, results, record)
    if as_json:
        screen.print_json(record.to_tree())
    else:
        print_result(scenario, record, results.without_balance)
        for path in (out, report):
            if path is not None:
                screen.console().print(f"Written: {path}", soft_wrap=True, markup=False)


def overridden(scenario: Scenario, *, seed: int | None, people: int | None) -> Scenario:
    """The scenario with the seed and the number of people of the command line."""
    changes = {name: value for name, value in (("seed", seed), ("count", people)) if value is not None}
    if not changes:
        return scenario
    return scenario.model_copy(update={"people": scenario.people.model_copy(update=changes)})


def run_watched(scenario: Scenario, workers: int | None = None) -> Results:
    """Run with a progress bar. Without ``workers``, one process uses every core."""
    from epsom.simulation import Options, run

    cores = len(os.sched_getaffinity(0))
    many = workers or 1
    chunk = min(Options().chunk, max(1, math.ceil(scenario.people.count / many)))
    with watched("Simulating virtual people") as watch:
        engine = engine_for(watch, max(1, cores // many))
        if many > 1:
            _compile_once(engine, scenario)
        return run(
            scenario,
            options=Options(workers=many, chunk=chunk),
            engine=engine,
            progress=watch,
            canceled=stop_requested,
        )


def _compile_once(engine: Engine, scenario: Scenario) -> None:
    """Run one person here first, so that workers find the engine compiled and the user has heard of it."""
    from epsom.simulation import run

    people = scenario.people.model_copy(update={"count": 1, "select": None})
    run(scenario.model_copy(update={"people": people}), engine=engine)


def print_result(scenario: Scenario, record: SimulationResult, without_balance: int) -> None:
    """The measures as tables, and what went wrong for whom."""
    from epsom.interfaces.report import simulation, telling_input

    to = screen.console()
    for line in telling_input.group(scenario):
        to.print(line, markup=False)
    for data in simulation.tables(scenario, record):
        to.print(f"\n[bold]{data.caption}[/bold]")
        to.print(screen.table(data))
    notes = list(simulation.notes(record, without_balance)) or [
        "Every run has a result, and everyone had a balance."
    ]
    to.print()
    for line in notes:
        to.print(line, markup=False)


def write_report(path: Path, scenario: Scenario, results: Results, record: SimulationResult) -> None:
    """The page of a simulation."""
    from epsom.core.files import write_whole
    from epsom.interfaces.report.page import render
    from epsom.interfaces.report.simulation import section
    from epsom.simulation.results import sources_used

    part = section(scenario, record, results.without_balance, sources_used())
    lead = f"Seed {scenario.people.seed}. Every number comes from simulated people."
    write_whole(path, render("A simulated group", lead, [part]))
