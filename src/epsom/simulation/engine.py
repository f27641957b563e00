"""What every engine takes and gives: people with their constants, events and output times in, courses out."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from epsom.physiology.builder.body import Body
    from epsom.simulation.events import EventTable


class Status(IntEnum):
    """How a run ended. A run that failed has missing numbers, never zeros."""

    DONE = 0
    TOO_MANY_STEPS = 1
    STEP_TOO_SMALL = 2
    NOT_FINITE = 3
    CANCELED = 4

    @property
    def explanation(self) -> str:
        """What happened and what to try."""
        return _EXPLANATIONS[self]


_EXPLANATIONS = {
    Status.DONE: "done",
    Status.TOO_MANY_STEPS: "the solver needed more steps than allowed; look at the doses and parameters",
    Status.STEP_TOO_SMALL: "the solver could not reach the tolerance; try a larger relative tolerance",
    Status.NOT_FINITE: "a number ran out of bounds; look for an extreme parameter or dose",
    Status.CANCELED: "stopped on request before the end",
}


#: Share of the accuracy of a whole run that a single step is held to. Among 250 random lives the largest
#: error was 62 times the tolerance of its steps, in one of a hundred 20 times, and seldom more than 9 times.
_STEP_SHARE = 0.15


@dataclass(frozen=True)
class Settings:
    """How to solve.

    Attributes
    ----------
    relative, absolute_share
        Accuracy asked of a whole run: relative, and absolute as a share of it per state's usual size.
    together
        Of how many people in a row, at most eight, the steps are the same, each as small as the one of them
        with the largest error needs. For copies of one person whose constants differ a little: what differs
        then comes of the constants and not of other steps, and derivatives by small differences are smooth.
        They also fail together. The reference engine ignores it.
    """

    relative: float = 5e-7
    absolute_share: float = 0.1
    together: int = 1

    @property
    def step(self) -> Settings:
        """Accuracy of a single step, tighter because the errors of steps add up."""
        return replace(self, relative=self.relative * _STEP_SHARE)

    def relatives(self, body: Body) -> NDArray[np.float64]:
        """Relative tolerance of every state, each held to its own share of a run's."""
        return self.relative * np.array([state.tolerance for state in body.states])

    def absolute(self, body: Body) -> NDArray[np.float64]:
        """Absolute tolerance of every state."""
        return self.absolute_share * self.relatives(body) * np.array([state.usual for state in body.states])


class Looks(NamedTuple):
    """Hours at which states are looked at, and which reported hour each is, -1 where it is none."""

    hours: NDArray[np.float64]
    rows: NDArray[np.int64]

    @property
    def stretch(self) -> NDArray[np.int64]:
        """Which stretch from one reported hour to the next ends at or holds each look; -1 for the first."""
        return np.cumsum(self.rows >= 0) - 1 - (self.rows >= 0)

    @property
    def weights(self) -> NDArray[np.float64]:
        """Weight of each look in the mean of the stretch before it and of that after it, shape (looks, 2)."""
        ends = self.hours[self.rows >= 0]
        share = np.diff(self.hours) / (2.0 * np.diff(ends)[np.maximum(self.stretch[1:], 0)])
        return np.column_stack([np.append(0.0, share), np.append(share, 0.0)])

    def within(self, states: NDArray[np.float64]) -> NDArray[np.float64]:
        """`Courses.within` of ``states`` at these hours, of shape (looks, watched), without the people."""
        reported = np.flatnonzero(self.rows >= 0)
        found, weights = np.empty((len(reported) - 1, 3, states.shape[1])), self.weights
        for stretch, (first, last) in enumerate(pairwise(reported)):
            part = states[first : last + 1]
            share = weights[first : last + 1].sum(axis=1)
            share[[0, -1]] = weights[first, 1], weights[last, 0]
            found[stretch] = part.min(axis=0), part.max(axis=0), share @ part
        return found


@dataclass(frozen=True)
class Problem:
    """People to run.

    Attributes
    ----------
    constants, states, inputs
        Of each person at ``hours[0]``, shapes (people, constants), (people, states), (people, inputs).
    events
        One table per person.
    hours
        When to report, ascending, shape (times,); the run starts at the first. Reported is the state just
        before the events of that hour.
    watched
        Positions of states whose lowest, highest and mean value between one reported hour and the next are
        wanted, so that nobody need hold a series of hours to find them.
    resolution
        Every how many hours, counted from the first, watched states are looked at.
    """

    body: Body
    constants: NDArray[np.float64]
    states: NDArray[np.float64]
    inputs: NDArray[np.float64]
    events: Sequence[EventTable]
    hours: NDArray[np.float64]
    settings: Settings = field(default_factory=Settings)
    watched: tuple[int, ...] = ()
    resolution: float = 0.25

    @cached_property
    def looks(self) -> Looks:
        """When engines look at the states."""
        if not self.watched:
            return Looks(self.hours, np.arange(len(self.hours)))
        fine = np.arange(self.hours[0], self.hours[-1], self.resolution)
        nearest = self.hours[np.clip(np.searchsorted(self.hours, fine - 1e-9), 0, len(self.hours) - 1)]
        hours = np.union1d(self.hours, fine[np.abs(nearest - fine) > 1e-9])
        return Looks(hours, np.where(np.isin(hours, self.hours), np.searchsorted(self.hours, hours), -1))

    @property
    def people(self) -> int:
        """How many people."""
        return len(self.states)


@dataclass(frozen=True)
class Courses:
    """What became of the people; numbers are missing where a run failed.

    Attributes
    ----------
    states
        At the reported hours, shape (people, times, states).
    within
        Lowest, highest and mean value of the watched states from each reported hour to the next, both
        included, shape (people, times - 1, 3, watched); the mean by the trapezoidal rule. None where none is.
    """

    states: NDArray[np.float64]
    status: NDArray[np.int8]
    within: NDArray[np.float64] | None = None

    @property
    def failed(self) -> int:
        """How many runs did not finish."""
        return int((self.status != Status.DONE).sum())


class Engine(Protocol):
    """Something that solves problems. Which one ran makes no difference above this floor."""

    @property
    def name(self) -> str:
        """What the engine is called."""
        ...

    def solve(self, problem: Problem, canceled: Callable[[], bool] = lambda: False) -> Courses:
        """Run every person of ``problem``; poll ``canceled`` at least every 0.2 s."""
        ...

    def mean_jacobians(
        self, problem: Problem, states: NDArray[np.float64], inputs: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Mean over moments of the Jacobian among the states that steer.

        Parameters
        ----------
        states, inputs
            Of each person at some moments, shapes (people, moments, states) and (people, moments, inputs);
            the number of moments is a multiple of eight.

        Returns
        -------
        ndarray
            Shape (people, steering, steering), the steering states in the body's order.
        """
        ...


def _carry_on() -> None:
    """Nobody has asked for a stop."""


@dataclass(frozen=True)
class StoppableEngine:
    """An engine whose runs end where they are once ``canceled`` says so.

    ``check`` is called after each run and may raise, so that nobody reads half a result. Where the engine is
    to travel to other processes, both must be functions that these know.
    """

    engine: Engine
    canceled: Callable[[], bool]
    check: Callable[[], None] = _carry_on

    @property
    def name(self) -> str:
        """That of the engine within."""
        return self.engine.name

    def solve(self, problem: Problem, canceled: Callable[[], bool] = lambda: False) -> Courses:
        """As the engine does."""
        courses = self.engine.solve(problem, lambda: canceled() or self.canceled())
        self.check()
        return courses

    def mean_jacobians(
        self, problem: Problem, states: NDArray[np.float64], inputs: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """As the engine does."""
        self.check()
        return self.engine.mean_jacobians(problem, states, inputs)


def bounds(people: int, size: int) -> list[tuple[int, int]]:
    """Start and stop of groups of ``size`` people."""
    return [(start, min(start + size, people)) for start in range(0, people, size)]


def groups(people: int, wanted: int) -> list[tuple[int, int]]:
    """Start and stop of about ``wanted`` groups of even size."""
    return bounds(people, max(1, math.ceil(people / max(1, wanted))))
