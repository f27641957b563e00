"""The one person who is exported: constants, start and events, as a study of the scenario would have them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from epsom.core.faults import Fault, InputError
from epsom.core.records.scenario import MeasureRequest
from epsom.simulation.balance import Balance
from epsom.simulation.crowd import draw_crowd
from epsom.simulation.protocol import Protocol, describe
from epsom.simulation.schedule import DAY
from epsom.simulation.study import body_of, run, start_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from epsom.core.records.scenario import Scenario
    from epsom.physiology.builder.body import Body
    from epsom.simulation.engine import Engine, Problem
    from epsom.simulation.events import EventTable

#: Share of the usual amount below which a pool holds nothing.
_NOTHING = 1e-12


@dataclass(frozen=True)
class Person:
    """One virtual person of a scenario.

    Attributes
    ----------
    scenario
        What the person lives through.
    number
        Which person of the scenario, counted from 0.
    index
        Which person of the seed's crowd; another number only where the scenario selects people.
    problem
        Constants, states and inputs at midnight of day 0, each with one row, and the events.
    balance
        How the start was found.
    """

    scenario: Scenario
    number: int
    index: int
    problem: Problem
    balance: Balance

    @property
    def body(self) -> Body:
        """The body, with its labeled copy where the scenario labels something."""
        return self.problem.body

    @property
    def events(self) -> EventTable:
        """What happens to the person."""
        return self.problem.events[0]

    @property
    def start(self) -> NDArray[np.float64]:
        """The states at midnight of day 0, shape (states,); a pool as good as empty is empty.

        What is left of a dose after months of balance is some 1e-150 mmol. libRoadRunner scales its absolute
        tolerance by such a number and then takes no step.
        """
        usual = np.array([state.usual for state in self.body.states])
        states = self.problem.states[0]
        return np.where(np.abs(states) < _NOTHING * usual, 0.0, states)

    @property
    def end(self) -> float:
        """When all is measured, in hours."""
        return self.scenario.last_day * DAY


def draw_person(scenario: Scenario, number: int, engine: Engine) -> Person:
    """Draw person ``number`` of ``scenario``, find the start and write down the events.

    Raises
    ------
    InputError
        If there is no such person, or no start for this one.
    """
    from dataclasses import replace

    index = _index(scenario, number, engine)
    body = body_of(scenario)
    crowd = draw_crowd(scenario.people.seed, np.array([index]), describe(scenario))
    problem, balance, failed = start_of(scenario, engine, body, crowd)
    if failed[0]:
        raise InputError(
            [_fault(number, "a person whose start on day 0 can be found", "take another person")]
        )
    events = Protocol(scenario).schedule(crowd).tables(body)
    hours = np.array([0.0, scenario.last_day * DAY])
    return Person(
        scenario, number, index, replace(problem, events=events, hours=hours), Balance(int(balance[0]))
    )


def _index(scenario: Scenario, number: int, engine: Engine) -> int:
    """Which person of the seed's crowd the scenario's person ``number`` is."""
    people = scenario.people
    if not 0 <= number < people.count:
        raise InputError([_fault(number, f"a number from 0 to {people.count - 1}", "people count from 0")])
    if people.select is None:
        return number
    just_so_many = people.model_copy(update={"count": number + 1})
    first_day = (MeasureRequest(name="serum_magnesium", days=(0.0,)),)
    short = scenario.model_copy(update={"people": just_so_many, "measures": first_day, "control": False})
    return int(run(short, engine=engine).indices[number])


def _fault(number: int, expected: str, hint: str) -> Fault:
    return Fault("--person", str(number), expected, hint)
