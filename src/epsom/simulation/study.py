"""Run a scenario: draw the group, find its start, live through the protocol, read the measures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from epsom.core.distributions import Spread
from epsom.core.faults import Fault, InputError
from epsom.physiology.builder.tracer import traced
from epsom.physiology.whole_body import whole_body
from epsom.simulation.crowd import Crowd, draw_crowd
from epsom.simulation.engine import Engine, Problem, Settings, Status, StoppableEngine, bounds
from epsom.simulation.events import all_inputs_at, put_before
from epsom.simulation.fast.engine import FastEngine
from epsom.simulation.measures import MEASURES, WITHIN_A_DAY, Course, hours_needed
from epsom.simulation.protocol import (
    Protocol,
    add_dialysis,
    describe,
    dialysis_clearance,
    eat_on,
    habitual_day,
    share_of_week,
    standing_modifiers,
)
from epsom.simulation.results import Results
from epsom.simulation.schedule import DAY, Schedule, starting_inputs
from epsom.simulation.start import day_zero, run_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from epsom.core.evidence import Registry
    from epsom.core.records.scenario import DialysisPlan, Scenario
    from epsom.physiology.builder.body import Body
    from epsom.simulation.events import EventTable

    Array = NDArray[np.float64]

#: People handled at once; results do not depend on it.
CHUNK = 512
#: How many candidates are drawn for each person wanted before a selection is given up.
_MOST_CANDIDATES = 200
_RUN_IN = 28 * DAY
_POLL = 0.2

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Options:
    """How to run, as opposed to what: only the last four change a number.

    ``centers`` are parameter sets that replace the calibrated ones, ``evidence`` replaces the registry when
    people are drawn, as calibration itself needs them. ``screening_error`` is the relative error of the value
    that people are selected by, lognormal: a study knows a measured one. With 0 it is their true value.
    """

    workers: int = 1
    chunk: int = CHUNK
    settings: Settings = Settings()  # noqa: RUF009  (frozen)
    centers: Mapping[str, Array] | None = None
    evidence: Registry | None = None
    screening_error: float = 0.0


def run(
    scenario: Scenario,
    *,
    options: Options | None = None,
    engine: Engine | None = None,
    progress: Progress = lambda *_: None,
    canceled: Callable[[], bool] = lambda: False,
) -> Results:
    """Run ``scenario``.

    Parameters
    ----------
    progress
        Called with the people done and the people in all.
    canceled
        Polled all the time, with several workers between chunks; once true, the people not yet done are
        counted as failed.

    Returns
    -------
    Results
        One number per person, measure and day; missing where a run failed.

    Raises
    ------
    InputError
        If fewer people than wanted pass the selection.
    """
    options, engine = options or Options(), engine or FastEngine()
    indices = _selected(scenario, engine, options)
    parts: list[Results | None] = [None] * len(bounds(len(indices), options.chunk))
    done = 0
    for position, part in _chunks(scenario, engine, options, indices, canceled):
        parts[position] = part
        done += part.people
        progress(done, len(indices))
    return Results.joined(scenario, [part for part in parts if part is not None])


def _chunks(
    scenario: Scenario, engine: Engine, options: Options, indices: NDArray[np.int64],
    canceled: Callable[[], bool],
) -> Iterator[tuple[int, Results]]:  # fmt: skip
    """Position and results of each chunk, as they are done."""
    chunks = [indices[a:b] for a, b in bounds(len(indices), options.chunk)]
    if options.workers > 1 and len(chunks) > 1:
        yield from _in_processes(scenario, engine, options, chunks, canceled)
        return
    stoppable = StoppableEngine(engine, canceled)
    for position, chunk in enumerate(chunks):
        results = None if canceled() else run_chunk(scenario, stoppable, options, chunk)
        yield position, _abandoned(scenario, chunk) if results is None or canceled() else results


def _in_processes(
    scenario: Scenario, engine: Engine, options: Options, chunks: list[NDArray[np.int64]],
    canceled: Callable[[], bool],
) -> Iterator[tuple[int, Results]]:  # fmt: skip
    from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait

    with ProcessPoolExecutor(options.workers) as pool:
        waiting: dict[Future[Results], int] = {
            pool.submit(run_chunk, scenario, engine, options, chunk): position
            for position, chunk in enumerate(chunks)
        }
        while waiting:
            finished, _ = wait(waiting, timeout=_POLL, return_when=FIRST_COMPLETED)
            for future in finished:
                yield waiting.pop(future), future.result()
            if canceled():
                for future, position in list(waiting.items()):
                    if future.cancel():
                        del waiting[future]
                        yield position, _abandoned(scenario, chunks[position])


def _abandoned(scenario: Scenario, indices: NDArray[np.int64]) -> Results:
    return Results.missing(scenario, indices, Status.CANCELED)


def run_chunk(scenario: Scenario, engine: Engine, options: Options, indices: NDArray[np.int64]) -> Results:
    """Results of the people at ``indices``."""
    crowd = _crowd(scenario, indices, options)
    return run_crowd(scenario, engine, options, crowd)


def _crowd(scenario: Scenario, indices: NDArray[np.int64], options: Options) -> Crowd:
    seed, evidence, centers = scenario.people.seed, options.evidence, options.centers
    return draw_crowd(seed, indices, describe(scenario), evidence=evidence, centers=centers)


def run_crowd(scenario: Scenario, engine: Engine, options: Options, crowd: Crowd) -> Results:
    """Results of people already drawn."""
    problem, balance, failed = start_of(scenario, engine, whole_body(), crowd)
    problem = replace(_in_body(problem, body_of(scenario), crowd), settings=options.settings)
    values, status = _course(scenario, engine, problem, crowd, failed, with_changes=True)
    control = None
    if scenario.control:
        control, control_status = _course(scenario, engine, problem, crowd, failed, with_changes=False)
        status = np.where(status == Status.DONE, control_status, status)
        values[status != Status.DONE] = control[status != Status.DONE] = np.nan
    return Results(scenario, crowd.indices, values, control, status, balance, dict(crowd.covariates))


def _in_body(problem: Problem, body: Body, crowd: Crowd) -> Problem:
    """The problem in ``body``; a labeled copy holds nothing yet, so the search for the start is spared it."""
    places = [body.state_index[state.name] for state in problem.body.states]
    states = np.zeros((problem.people, len(body.states)))
    states[:, places] = problem.states
    return replace(problem, body=body, constants=crowd.constants(body), states=states)


def body_of(scenario: Scenario) -> Body:
    """The body, with its labeled copy where the scenario labels something."""
    labeled = any(item.labeled for item in (*scenario.supplements, *scenario.meals))
    return traced_body() if labeled else whole_body()


@cache
def traced_body() -> Body:
    """The whole body with its labeled copy, assembled once."""
    return traced(whole_body())


def start_of(
    scenario: Scenario, engine: Engine, body: Body, crowd: Crowd
) -> tuple[Problem, NDArray[np.int8], NDArray[np.bool_]]:
    """The problem at midnight of day 0, without events yet; how balance was found; whose start failed."""
    inputs = starting_inputs(body, crowd, standing_modifiers(scenario))
    plan = scenario.people.dialysis
    if plan:
        mean = dialysis_clearance(crowd, plan) * share_of_week(plan)
        inputs[:, body.input_index["dialysis_clearance"]] = mean
        inputs[:, body.input_index["dialysate_magnesium"]] = plan.dialysate_magnesium.value
    start = day_zero(engine, body, crowd, inputs, habitual_day(crowd))
    problem = Problem(body, crowd.constants(body), start.states, inputs, [], np.array([0.0]))
    failed = start.failed
    if plan and share_of_week(plan) < 1:
        inputs[:, body.input_index["dialysis_clearance"]] = 0.0
        states, stopped = run_in(engine, problem, _rhythm(body, crowd, plan), _RUN_IN)
        problem, failed = replace(problem, states=states), failed | stopped
    return problem, start.balance, failed


def _rhythm(body: Body, crowd: Crowd, plan: DialysisPlan) -> list[EventTable]:
    """Habitual meals and dialysis before day 0."""
    schedule = Schedule(crowd)
    eat_on(schedule, range(-round(_RUN_IN / DAY), 0), crowd.intake * DAY)
    add_dialysis(schedule, plan, -_RUN_IN, 0.0)
    return schedule.tables(body)


def _course(
    scenario: Scenario, engine: Engine, problem: Problem, crowd: Crowd, failed: NDArray[np.bool_], *,
    with_changes: bool,
) -> tuple[Array, NDArray[np.int8]]:  # fmt: skip
    """Values of shape (people, measures and days), and how each run ended."""
    asked = [(m.name, day) for m in scenario.measures for day in m.days]
    # Rounded, lest one moment reached by two sums be two a rounding error apart.
    needed = np.round([0.0, *(hour for name, day in asked for hour in hours_needed(name, day))], 9)
    hours = np.array(sorted(set(needed.tolist())))
    names = dict.fromkeys(WITHIN_A_DAY[name] for name, _ in asked if name in WITHIN_A_DAY)
    watched = tuple(problem.body.state_index[name] for name in names)
    problem = replace(problem, watched=watched)
    course, status = course_of(scenario, engine, problem, crowd, hours, with_changes=with_changes)
    status = np.where(failed, Status.NOT_FINITE, status).astype(np.int8)
    course = course.without(status != Status.DONE)
    values = [MEASURES[name](course, day) for name, day in asked]
    return np.column_stack(values), status


def course_of(
    scenario: Scenario, engine: Engine, problem: Problem, crowd: Crowd, hours: Array, *,
    with_changes: bool = True,
) -> tuple[Course, NDArray[np.int8]]:  # fmt: skip
    """The course through the scenario's protocol at ``hours``, and how each run ended."""
    return course_through(Protocol(scenario, with_changes).schedule(crowd), engine, problem, crowd, hours)


def course_through(
    schedule: Schedule, engine: Engine, problem: Problem, crowd: Crowd, hours: Array
) -> tuple[Course, NDArray[np.int8]]:
    """The course through a schedule at ``hours``, and how each run ended."""
    events = schedule.tables(problem.body)
    courses = engine.solve(replace(problem, events=events, hours=hours))
    inputs = all_inputs_at(events, problem.inputs, hours)
    label = _label(problem.body, events, hours)
    course = Course(
        problem.body, crowd, problem.constants, hours, courses.states, inputs, label, problem.watched,
        courses.within,
    )  # fmt: skip
    return course, courses.status


def _label(body: Body, events: list[EventTable], hours: Array) -> Array | None:
    """Labeled magnesium put into the gut before each of ``hours``, mmol, shape (people, hours)."""
    pools = [i for i, state in enumerate(body.states) if state.substance == "label" and state.kind == "pool"]
    return np.stack([put_before(table, pools, hours) for table in events]) if pools else None


def _selected(scenario: Scenario, engine: Engine, options: Options) -> NDArray[np.int64]:
    """Indices of the people who take part, from the start of the seed's crowd."""
    wanted = scenario.people.count
    limits = scenario.people.select and scenario.people.select.serum_magnesium
    if not limits:
        return np.arange(wanted)
    low = limits.min.value if limits.min else -np.inf
    high = limits.max.value if limits.max else np.inf
    body, found, first = whole_body(), np.empty(0, dtype=np.int64), 0
    while len(found) < wanted:
        if first >= _MOST_CANDIDATES * wanted + 1000:
            raise InputError([_too_few(len(found), wanted, first)])
        candidates = np.arange(first, first + options.chunk)
        crowd = _crowd(scenario, candidates, options)
        problem, _, failed = start_of(scenario, engine, body, crowd)
        volume = problem.constants[:, body.constant_index["plasma_volume"]]
        serum = problem.states[:, body.state_index["plasma_magnesium"]] / volume
        if options.screening_error:
            chances = crowd.uniform("screened/serum_magnesium")
            serum = serum * Spread("lognormal", cv=options.screening_error).quantile(chances, 1.0)
        found = np.concatenate([found, candidates[~failed & (serum >= low) & (serum <= high)]])
        first += options.chunk
    return found[:wanted]


def _too_few(found: int, wanted: int, candidates: int) -> Fault:
    return Fault(
        "people.select.serum_magnesium",
        f"{found} of {wanted} people after {candidates} candidates",
        "limits that enough people meet",
        "widen the limits, or describe people who are likelier to meet them",
    )
