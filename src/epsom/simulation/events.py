"""What happens to a person and when: amounts put into pools, and inputs set to new values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from epsom.physiology.builder.body import Body


class Event(NamedTuple):
    """At ``hour``, put ``value`` into the state ``name``, or set or change the input ``name``.

    ``action``: ``put`` adds to a pool, ``set`` replaces an input, ``add`` and ``scale`` change it.
    """

    hour: float
    action: str
    name: str
    value: float


@dataclass(frozen=True)
class EventTable:
    """The events of one person in order of time.

    Attributes
    ----------
    hours
        Time of each event, ascending, shape (events,).
    target
        Position of the state (``put``) or input, shape (events,).
    action
        0 put, 1 set, 2 add, 3 scale.
    value
        Amount or new value, canonical units.
    """

    hours: NDArray[np.float64]
    target: NDArray[np.int32]
    action: NDArray[np.int8]
    value: NDArray[np.float64]

    def apply(self, index: int, states: NDArray[np.float64], inputs: NDArray[np.float64]) -> None:
        """Change ``states`` and ``inputs`` in place by event ``index``."""
        target, value = self.target[index], self.value[index]
        match self.action[index]:
            case 0:
                states[target] += value
            case 1:
                inputs[target] = value
            case 2:
                inputs[target] += value
            case _:
                inputs[target] *= value


#: What an event does, by the number tables hold.
ACTIONS = ("put", "set", "add", "scale")


def event_table(body: Body, events: Iterable[Event]) -> EventTable:
    """Order ``events`` and replace their names by positions.

    Events of the same hour keep the order given.

    Raises
    ------
    KeyError
        If an event names a state or input the body lacks.
    """
    ordered = sorted(events, key=lambda event: event.hour)
    places = [(body.state_index if e.action == "put" else body.input_index)[e.name] for e in ordered]
    return EventTable(
        np.array([event.hour for event in ordered], dtype=np.float64),
        np.array(places, dtype=np.int32),
        np.array([ACTIONS.index(event.action) for event in ordered], dtype=np.int8),
        np.array([event.value for event in ordered], dtype=np.float64),
    )


def put_before(
    table: EventTable, positions: Iterable[int], hours: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Sum of what was put into the states at ``positions`` before each of ``hours``, shape (hours,)."""
    chosen = (table.action == 0) & np.isin(table.target, list(positions))
    totals = np.concatenate([[0.0], np.cumsum(table.value[chosen])])
    return totals[np.searchsorted(table.hours[chosen], hours, side="left")]


def inputs_at(
    table: EventTable, start: NDArray[np.float64], hours: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Inputs just before each of ``hours``, shape (hours, inputs); events at that very hour come after."""
    changing = np.flatnonzero(table.action != ACTIONS.index("put"))
    nothing, current = np.empty(0), start.copy()
    result, first = np.empty((len(hours), len(start))), 0
    for row, last in enumerate(np.searchsorted(table.hours[changing], hours).tolist()):
        for index in changing[first:last].tolist():
            table.apply(index, nothing, current)
        result[row], first = current, last
    return result


def all_inputs_at(
    tables: Iterable[EventTable], starts: NDArray[np.float64], hours: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The same of each person, shape (people, hours, inputs)."""
    return np.stack([inputs_at(table, start, hours) for table, start in zip(tables, starts, strict=True)])
