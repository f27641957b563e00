"""Random protocols for the tests of this folder, and what is needed to run one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from epsom.core.units import MOLAR_MASS
from epsom.physiology.modifiers import modifiers
from epsom.simulation.crowd import Crowd, Description, Normal, draw_crowd
from epsom.simulation.engine import Problem, Settings
from epsom.simulation.protocol import eat_on
from epsom.simulation.schedule import DAY, Schedule, starting_inputs
from epsom.simulation.start import at_rest

FORMS = (
    "oxide", "hydroxide", "carbonate", "citrate", "bisglycinate", "malate", "lactate", "gluconate",
    "aspartate", "taurate", "threonate", "chloride", "sulfate", "orotate", "pidolate", "acetate",
    "mineral_water", "food",
)  # fmt: skip
GRAM = 1000.0 / MOLAR_MASS["magnesium"]
FILTRATION = 0.06  # L/h in 1 mL/min


def examples(count: int) -> settings:
    """As many examples, the same in every run, however long each takes."""
    return settings(max_examples=count, deadline=None, derandomize=True)


@dataclass(frozen=True)
class Dose:
    """One intake, oral, rectal, intravenous or intramuscular; ``duration`` is that of an infusion."""

    route: str
    form: str
    hour: float
    amount: float
    duration: float = 1.0
    labeled: bool = False


@dataclass(frozen=True)
class Life:
    """What a few people go through in some days; hours count from midnight of the first."""

    seed: int = 1
    days: int = 3
    diet: float = 13.0  # mmol/day
    egfr: float = 100.0
    transit: float = 1.0
    doses: tuple[Dose, ...] = ()
    dialysis: tuple[tuple[float, float, float, float], ...] = ()  # begin, hours, clearance, dialysate
    switches: tuple[tuple[str, float, float], ...] = ()  # drug class or condition, start and stop hour

    def crowd(self, people: int) -> Crowd:
        said = Description(filtration=Normal(self.egfr * FILTRATION))
        return draw_crowd(self.seed, np.arange(people), said)

    def schedule(self, crowd: Crowd, later: float = 0.0) -> Schedule:
        """Everything that happens, ``later`` hours later."""
        schedule = Schedule(crowd)
        eat_on(
            schedule,
            range(round(later / DAY), round(later / DAY) + self.days),
            np.full(len(crowd), self.diet),
        )
        for dose in self.doses:
            _give(schedule, replace(dose, hour=dose.hour + later))
        for begin, hours, clearance, magnesium in self.dialysis:
            schedule.block("set", "dialysate_magnesium", [begin + later], magnesium)
            schedule.block("set", "dialysis_clearance", [begin + later], clearance)
            schedule.block("set", "dialysis_clearance", [begin + later + hours], 0.0)
        for name, start, stop in self.switches:
            for modifier in modifiers()[name]:
                schedule.modify(modifier, start + later, stop + later)
        return schedule

    def problem(
        self, body, people: int = 3, relative: float = 1e-7, every: float = 6.0, later: float = 0.0
    ) -> Problem:
        """The life as a problem, from the people's own usual amounts, reported ``every`` so many hours."""
        crowd = self.crowd(people)
        constants = crowd.constants(body)
        inputs = starting_inputs(body, crowd, [])
        inputs[:, body.input_index["transit"]] = self.transit
        hours = later + np.arange(0.0, self.days * DAY + 1e-9, every)
        tables = self.schedule(crowd, later).tables(body)
        return Problem(body, constants, at_rest(body, constants), inputs, tables, hours, Settings(relative))


def _give(schedule: Schedule, dose: Dose) -> None:
    amount = np.full((len(schedule.crowd), 1), dose.amount)
    if dose.route == "intravenous":
        schedule.infuse([dose.hour], amount, dose.duration)
    elif dose.route == "intramuscular":
        schedule.inject([dose.hour], amount)
    else:
        schedule.swallow(dose.form, [dose.hour], amount, dose.route, dose.labeled)


def _hours(days: int) -> st.SearchStrategy[float]:
    return st.floats(0.0, days * DAY - 0.5, allow_nan=False).map(lambda hour: round(hour, 2))


@st.composite
def doses(draw: st.DrawFn, days: int) -> Dose:
    """A dose up to 40 g, more often of an ordinary size; infusions and injections up to 5 g."""
    route = draw(st.sampled_from(["oral", "oral", "rectal", "intravenous", "intramuscular"]))
    most = 40.0 if route in ("oral", "rectal") else 5.0
    grams = draw(st.one_of(st.floats(0.01, min(1.0, most)), st.floats(0.01, most)))
    return Dose(
        route, draw(st.sampled_from(FORMS)), draw(_hours(days)), grams * GRAM,
        draw(st.sampled_from([5 / 60, 0.5, 1.0, 4.0, 24.0])),
    )  # fmt: skip


@st.composite
def lives(draw: st.DrawFn, most_days: int = 5) -> Life:
    """Any life: diet 0 to 1500 mg/day, any form and route, kidneys 4 to 150, stalled bowels, drugs."""
    days = draw(st.integers(1, most_days))
    sessions = st.tuples(
        _hours(days), st.floats(0.5, 8.0), st.floats(0.2, 15.0), st.floats(0.0, 1.25),
    )  # fmt: skip
    changes = st.tuples(st.sampled_from(sorted(modifiers())), _hours(days), st.floats(1.0, 72.0)).map(
        lambda change: (change[0], change[1], change[1] + change[2])
    )
    return Life(
        seed=draw(st.integers(0, 500)),
        days=days,
        diet=draw(st.one_of(st.just(0.0), st.floats(0.0, 1.5 * GRAM))),
        egfr=draw(st.one_of(st.floats(4.0, 15.0), st.floats(4.0, 150.0))),
        transit=draw(st.one_of(st.just(1.0), st.floats(0.01, 1.0))),
        doses=tuple(draw(st.lists(doses(days), max_size=5))),
        dialysis=tuple(draw(st.lists(sessions, max_size=1))),
        switches=tuple(draw(st.lists(changes, max_size=4))),
    )
