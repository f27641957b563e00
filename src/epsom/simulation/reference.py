"""The reference engine: SciPy's LSODA with the symbolic Jacobian, one person at a time."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from epsom.simulation.engine import Courses, Problem, Status
from epsom.simulation.generated import binder

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_MOST_STEPS = 20_000
_MOMENT = 1e-9


class ReferenceEngine:
    """Solves person after person, restarting after each event."""

    name = "reference"

    def solve(self, problem: Problem, canceled: Callable[[], bool] = lambda: False) -> Courses:
        """Run every person of ``problem``; a person's run is the unit of cancellation."""
        bind = binder(problem.body)
        looks, watched = problem.looks, list(problem.watched)
        shape = (problem.people, len(problem.hours), len(problem.body.states))
        courses = Courses(
            np.full(shape, np.nan), np.full(problem.people, Status.CANCELED, dtype=np.int8),
            np.full((problem.people, len(problem.hours) - 1, 3, len(watched)), np.nan) if watched else None,
        )  # fmt: skip
        for person in range(problem.people):
            if canceled():
                break
            functions = bind(tuple(problem.constants[person].tolist()))
            seen = np.empty((len(looks.hours), shape[2]))
            run = _Run(problem, person, functions, looks.hours, seen)
            courses.status[person] = status = run.finish()
            if status == Status.DONE:
                courses.states[person] = seen[looks.rows >= 0]
                if courses.within is not None:
                    courses.within[person] = looks.within(seen[:, watched])
        return courses

    def mean_jacobians(
        self, problem: Problem, states: NDArray[np.float64], inputs: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """See `epsom.simulation.engine.Engine`."""
        bind = binder(problem.body)
        kept = np.ix_(*2 * [[not state.accumulates for state in problem.body.states]])
        means = []
        for person in range(problem.people):
            _, jacobian = bind(tuple(problem.constants[person].tolist()))
            moments = zip(states[person], inputs[person].tolist(), strict=True)
            means.append(np.mean([jacobian(y, 0.0, u)[kept] for y, u in moments], axis=0))
        return np.array(means)


class _Run:
    """One person from the first output hour to the last."""

    def __init__(
        self, problem: Problem, person: int, functions: tuple[Any, Any], hours: NDArray[np.float64],
        out: NDArray[np.float64],
    ) -> None:  # fmt: skip
        self.rhs, self.jacobian = functions
        self.events, self.hours = problem.events[person], hours
        self.y, self.inputs = problem.states[person].copy(), problem.inputs[person].copy()
        settings = problem.settings.step
        self.relative, self.absolute = settings.relatives(problem.body), settings.absolute(problem.body)
        self.out = out

    def finish(self) -> Status:
        """Integrate stretch by stretch between events."""
        now, last = self.hours[0], self.hours[-1]
        self.out[0] = self.y
        row, event = 1, int(np.searchsorted(self.events.hours, now))
        while now < last:
            while event < len(self.events.hours) and self.events.hours[event] <= now:
                self.events.apply(event, self.y, self.inputs)
                event += 1
            until = min(last, self.events.hours[event]) if event < len(self.events.hours) else last
            rows = row + int(np.searchsorted(self.hours[row:], until, side="right"))
            status = self._stretch(now, until, slice(row, rows))
            if status != Status.DONE:
                return status
            now, row = until, rows
        return Status.DONE

    def _stretch(self, start: float, stop: float, rows: slice) -> Status:
        from scipy.integrate import ODEintWarning, odeint

        if not np.isfinite(self.y).all():
            return Status.NOT_FINITE
        stops = np.unique(np.concatenate(([start], self.hours[rows], [stop])))
        # The solver refuses stretches of a rounding error; nothing happens in them.
        stops = stops[np.append(True, stops[1:] - start > _MOMENT)]
        if len(stops) == 1:
            self.out[rows] = self.y
            return Status.DONE
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ODEintWarning)
            found, report = odeint(
                self.rhs, self.y, stops, args=(self.inputs.tolist(),), Dfun=self.jacobian, full_output=True,
                rtol=self.relative, atol=self.absolute, mxstep=_MOST_STEPS,
            )  # fmt: skip
        if report["message"] != "Integration successful.":
            excess = "Excess work" in report["message"]
            return Status.TOO_MANY_STEPS if excess else Status.STEP_TOO_SMALL
        if not np.isfinite(found).all():
            return Status.NOT_FINITE
        self.out[rows] = found[np.searchsorted(stops, self.hours[rows] - _MOMENT)]
        self.y = found[-1].copy()
        return Status.DONE
