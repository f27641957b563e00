"""What happens to a person, as SBML events: each row of the event table at its hour, in the table's order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epsom.interfaces import words
from epsom.interfaces.sbml.elements import Element, element
from epsom.interfaces.sbml.mathml import apply, math, name, quantity, time
from epsom.interfaces.sbml.units import unit_id
from epsom.simulation.events import ACTIONS

if TYPE_CHECKING:
    from epsom.interfaces.sbml.person import Person
    from epsom.physiology.builder.body import Body

_HOUR = unit_id("h")
_SAID = {
    "put": "{value} into {target}", "set": "{target} becomes {value}", "add": "{value} added to {target}",
    "scale": "{target} times {value}",
}  # fmt: skip


def happenings(person: Person) -> list[Element]:
    """The person's events; what the table holds of the time before day 0 is part of the start.

    Events of one hour are told apart by priority: the first of the table has the highest.
    """
    table = person.events
    rows = [row for row in range(len(table.hours)) if table.hours[row] >= person.problem.hours[0]]
    return [_event(person, row, place, len(rows) - place) for place, row in enumerate(rows)]


def _event(person: Person, row: int, place: int, priority: int) -> Element:
    table = person.events
    hour, action = float(table.hours[row]), ACTIONS[table.action[row]]
    target, unit = _target(person.body, action, int(table.target[row]))
    value = float(table.value[row])
    due = apply("geq", time(), quantity(hour, _HOUR))
    change = element("eventAssignment", {"variable": target}, [math(_change(action, target, unit, value))])
    shown = f"{value:.5g}" + ("" if unit == "1" or action == "scale" else f" {unit}")
    said = _SAID[action].format(value=shown, target=words.plain(target))
    identity = {"id": f"event_{place + 1:04d}", "name": f"{said} at {hour:.5g} h"}
    return element("event", {**identity, "useValuesFromTriggerTime": False}, [
        element("trigger", {"initialValue": False, "persistent": True}, [math(due)]),
        element("priority", children=[math(quantity(priority, "dimensionless"))]),
        element("listOfEventAssignments", children=[change]),
    ])  # fmt: skip


def _target(body: Body, action: str, position: int) -> tuple[str, str]:
    """Name and unit of what an event changes."""
    found = body.states[position] if action == "put" else body.inputs[position]
    return found.name, found.unit


def _change(action: str, target: str, unit: str, value: float) -> Element:
    """The new value of the target."""
    if action == "set":
        return quantity(value, unit_id(unit))
    if action == "scale":
        return apply("times", name(target), quantity(value, "dimensionless"))
    return apply("plus", name(target), quantity(value, unit_id(unit)))
