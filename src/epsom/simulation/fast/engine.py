"""The fast engine: compiled once per body and kept, then thousands of people on every core."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from epsom.core.kinds import HOURS_PER_DAY
from epsom.simulation.engine import Courses, Problem, Status, groups
from epsom.simulation.fast.compiled import kernels
from epsom.simulation.fast.records import LANES, Group, Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

#: Steps after which a run is given up: at least so many, and so many for each day of a long one.
_MOST_STEPS, _MOST_STEPS_PER_DAY = 200_000, 5_000
_POLL = 0.1


class FastEngine:
    """Solves people in vector lanes, on as many threads as asked for.

    Parameters
    ----------
    threads
        None for every core.
    notice
        Told once what is happening before a compilation, which takes many seconds.
    """

    name = "fast"

    def __init__(self, threads: int | None = None, notice: Callable[[str], None] = lambda _: None) -> None:
        self.threads = threads or len(os.sched_getaffinity(0))
        self.notice = notice

    def __reduce__(self) -> tuple[Any, ...]:
        """Engines travel to other processes without their notice."""
        return FastEngine, (self.threads,)

    def solve(self, problem: Problem, canceled: Callable[[], bool] = lambda: False) -> Courses:
        """Run every person of ``problem``; ``canceled`` is polled every 0.1 s."""
        compiled = kernels(problem.body, self.notice)
        group = _group(problem)
        within = group.within if problem.watched else None
        if problem.people == 0:
            return Courses(group.out, group.status, within)
        if len(problem.hours) == 1:
            return Courses(problem.states[:, None, :].copy(), np.zeros(problem.people, dtype=np.int8), within)
        limits = _limits(problem)
        stop = np.zeros(1, dtype=np.uint8)
        parts = _parts(problem, self.threads)

        def run(first: int, last: int) -> None:
            """Everyone by the explicit method, whom it does not suit by the implicit one from the start."""
            queue = np.arange(first, last)
            for explicit in (True, False):
                compiled.run_people(queue, group, limits._replace(explicit=explicit), stop)
                queue = queue[~np.isin(group.status[queue], (Status.DONE, Status.CANCELED))]
                if len(queue) == 0:
                    break

        started = {self._pool.submit(run, *part) for part in parts}
        waiting = started
        try:
            while waiting:
                done, waiting = wait(waiting, timeout=_POLL)
                for future in done:
                    future.result()
                if canceled():
                    stop[0] = 1
        finally:
            # An interruption must not wait for everyone, but for the threads to let go of what they write to.
            stop[0] = 1
            wait(started)
        return Courses(group.out, group.status, within)

    def mean_jacobians(self, problem: Problem, states: Array, inputs: Array) -> Array:
        """See `epsom.simulation.engine.Engine`."""
        compiled = kernels(problem.body, self.notice)
        size = sum(not state.accumulates for state in problem.body.states)
        out = np.zeros((problem.people, size, size))
        given = (np.ascontiguousarray(a, dtype=float) for a in (problem.constants, states, inputs))
        constants, states, inputs = given
        parts = groups(problem.people, self.threads)
        pool = self._pool
        list(pool.map(lambda p: compiled.mean_jacobians(p[0], p[1], constants, states, inputs, out), parts))
        return out

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        """Kept, because starting threads takes longer than a day of a few people."""
        return ThreadPoolExecutor(self.threads, "epsom")


def _parts(problem: Problem, threads: int) -> list[tuple[int, int]]:
    """Start and stop of the people of each thread; those who take their steps together stay together.

    Raises
    ------
    ValueError
        If they cannot.
    """
    together = problem.settings.together
    if not 1 <= together <= LANES or problem.people % together:
        raise ValueError(f"{problem.people} people cannot take steps together in groups of {together}")
    return [(a * together, b * together) for a, b in groups(problem.people // together, threads)]


def _limits(problem: Problem) -> Limits:
    settings = problem.settings.step
    days = (problem.hours[-1] - problem.hours[0]) / HOURS_PER_DAY
    most = max(_MOST_STEPS, int(days * _MOST_STEPS_PER_DAY))
    relative = np.repeat(settings.relatives(problem.body), LANES)
    absolute = np.repeat(settings.absolute(problem.body), LANES)
    return Limits(relative, absolute, most, settings.together, True)


def _group(problem: Problem) -> Group:
    """The people of ``problem`` with room for their results."""
    people, tables, looks, times = problem.people, problem.events, problem.looks, len(problem.hours)
    return Group(
        np.ascontiguousarray(problem.constants),
        np.ascontiguousarray(problem.states),
        np.ascontiguousarray(problem.inputs),
        np.concatenate([[0], np.cumsum([len(table.hours) for table in tables])]).astype(np.int64),
        np.concatenate([np.empty(0), *(table.hours for table in tables)]),
        np.concatenate([np.empty(0, dtype=np.int32), *(table.target for table in tables)]),
        np.concatenate([np.empty(0, dtype=np.int8), *(table.action for table in tables)]),
        np.concatenate([np.empty(0), *(table.value for table in tables)]),
        np.asarray(looks.hours, dtype=float),
        looks.rows,
        looks.stretch,
        looks.weights,
        np.array(problem.watched, dtype=np.int64),
        np.full((people, times, len(problem.body.states)), np.nan),
        np.full((people, times - 1, 3, len(problem.watched)), np.nan),
        np.full(people, Status.CANCELED, dtype=np.int8),
    )
