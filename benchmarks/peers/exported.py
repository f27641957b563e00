"""The body as SBML, for peers that read it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from problem import scenario

from epsom.interfaces.sbml.model import sbml
from epsom.interfaces.sbml.person import Person
from epsom.simulation.balance import Balance
from epsom.simulation.events import event_table

if TYPE_CHECKING:
    from epsom.simulation.engine import Problem


def without_events(problem: Problem, person: int) -> str:
    """The SBML model of one person to whom nothing happens."""
    rows = slice(person, person + 1)
    alone = replace(
        problem, constants=problem.constants[rows], states=problem.states[rows], inputs=problem.inputs[rows],
        events=[event_table(problem.body, [])],
    )  # fmt: skip
    return sbml(Person(scenario(1), 0, person, alone, Balance.FOUND))
