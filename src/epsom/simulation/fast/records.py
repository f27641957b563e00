"""What the driver works on, bundled so that compiled code can take it: people, settings, and the lanes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Counts = NDArray[np.int64]


#: Lanes of the widest vector unit in doubles; narrower units take them in turns.
LANES = 8


class Group(NamedTuple):
    """People to run, as in `epsom.simulation.engine.Problem`, their events end to end, and their results.

    The events of person p stand from ``offsets[p]`` to before ``offsets[p + 1]``.
    """

    constants: Numbers
    states: Numbers
    inputs: Numbers
    offsets: Counts
    event_hours: Numbers
    event_target: NDArray[np.int32]
    event_action: NDArray[np.int8]
    event_value: Numbers
    hours: Numbers
    out: Numbers
    status: NDArray[np.int8]


#: Type and number of dimensions of each array of a group.
GROUP_ARRAYS: dict[str, tuple[str, int]] = {
    "constants": ("float64", 2), "states": ("float64", 2), "inputs": ("float64", 2),
    "offsets": ("int64", 1), "event_hours": ("float64", 1), "event_target": ("int32", 1),
    "event_action": ("int8", 1), "event_value": ("float64", 1), "hours": ("float64", 1),
    "out": ("float64", 3), "status": ("int8", 1),
}  # fmt: skip


class Limits(NamedTuple):
    """Relative and absolute tolerance as rows of lanes, and how many steps a person may take."""

    relative: Numbers
    absolute: Numbers
    most_steps: int


class Lanes(NamedTuple):
    """Where each lane stands: who is on it, time, step, and rows of lanes for the numbers of a step.

    ``row`` is the next hour to report, ``event`` the next to happen, ``until`` when it does, ``ended`` how
    the person's run ended; ``fresh`` marks a lane whose step must be chosen anew, and ``taken`` is 1 where
    the last step was good.
    """

    person: Counts
    row: Counts
    event: Counts
    steps: Counts
    ended: Counts
    now: Numbers
    until: Numbers
    step: Numbers
    fresh: NDArray[np.bool_]
    taken: Numbers
    error: Numbers
    y: Numbers
    u: Numbers
    slope: Numbers
    b: Numbers
    k: Numbers
    bends: Numbers
    per_hour: Numbers
    inverse_step: Numbers
    constants: Numbers
    traits: Numbers
    inputs: Numbers
    jacobian: Numbers
    factors: Numbers
