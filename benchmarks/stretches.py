"""A problem cut at its events: what a peer that knows no events of its own is given, stretch by stretch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from epsom.simulation.engine import Problem


class Stretches(NamedTuple):
    """One person's life between events.

    Attributes
    ----------
    ends
        Bounds of the stretches in hours, shape (stretches + 1,).
    put
        What enters the states at the start of each, shape (stretches, states).
    inputs
        The inputs during each, shape (stretches, inputs).
    """

    ends: NDArray[np.float64]
    put: NDArray[np.float64]
    inputs: NDArray[np.float64]


def stretches(problem: Problem, person: int) -> Stretches:
    """Cut the life of ``person`` at the hours of events; events of one hour are one cut."""
    table, first, last = problem.events[person], problem.hours[0], problem.hours[-1]
    inside = np.unique(table.hours[(table.hours > first) & (table.hours < last)])
    ends = np.concatenate([[first], inside, [last]])
    put = np.zeros((len(ends) - 1, len(problem.body.states)))
    inputs = np.empty((len(ends) - 1, len(problem.body.inputs)))
    now, row = problem.inputs[person].copy(), int(np.searchsorted(table.hours, first))
    for stretch, begin in enumerate(ends[:-1]):
        while row < len(table.hours) and table.hours[row] <= begin:
            table.apply(row, put[stretch], now)
            row += 1
        inputs[stretch] = now
    return Stretches(ends, put, inputs)
