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

    The events of person p stand from ``offsets[p]`` to before ``offsets[p + 1]``. States are looked at at
    ``hours``, as in `epsom.simulation.engine.Looks`.
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
    rows: Counts
    stretch: Counts
    weights: Numbers
    watched: Counts
    out: Numbers
    within: Numbers
    status: NDArray[np.int8]


#: Type and number of dimensions of each array of a group.
GROUP_ARRAYS: dict[str, tuple[str, int]] = {
    "constants": ("float64", 2), "states": ("float64", 2), "inputs": ("float64", 2),
    "offsets": ("int64", 1), "event_hours": ("float64", 1), "event_target": ("int32", 1),
    "event_action": ("int8", 1), "event_value": ("float64", 1), "hours": ("float64", 1), "rows": ("int64", 1),
    "stretch": ("int64", 1), "weights": ("float64", 2), "watched": ("int64", 1), "out": ("float64", 3),
    "within": ("float64", 4), "status": ("int8", 1),
}  # fmt: skip


class Limits(NamedTuple):
    """Tolerances as rows of lanes, the most steps of a person, how many people share them, the method."""

    relative: Numbers
    absolute: Numbers
    most_steps: int
    together: int
    explicit: bool


class Lanes(NamedTuple):
    """Where each lane stands: who is on it, time, step, and rows of lanes for the numbers of a step.

    ``row`` is the next hour to look, ``event`` the next to happen, ``until`` when it does, ``ended`` how
    the person's run ended; ``fresh`` marks a lane whose step must be chosen anew, and ``taken`` is 1 where
    the last step was good. ``stiff`` and ``calm`` count steps bound by stability and steps that were not.
    """

    person: Counts
    row: Counts
    event: Counts
    steps: Counts
    ended: Counts
    stiff: Counts
    calm: Counts
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
    share: Numbers
    weights: Numbers
    values: Numbers
    per_hour: Numbers
    inverse_step: Numbers
    constants: Numbers
    traits: Numbers
    inputs: Numbers
    jacobian: Numbers
    factors: Numbers
