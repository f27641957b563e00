"""What builds and fades over days: central sensitization and lasting tension, reckoned day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def followed(target: Array, building: Array, fading: Array, start: Array | None = None) -> Array:
    """A state that follows ``target`` with one time constant upward and another downward.

    Parameters
    ----------
    target
        Value it would settle at, by day, shape (people, days).
    building, fading
        Time constants in days, shape (people,).
    start
        Value before the first day; by default settled at the first day's target.

    Returns
    -------
    Array
        The state at the end of each day, shape (people, days).
    """
    state = target[:, 0] if start is None else start
    found = np.empty_like(target)
    for day in range(target.shape[1]):
        gap = target[:, day] - state
        time = np.where(gap > 0, building, fading)
        state = state + gap * -np.expm1(-1.0 / time)
        found[:, day] = state
    return found
