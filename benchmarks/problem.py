"""The problem of the benchmark: the real body, many people, four weeks, three doses a day, hourly output."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from epsom.core.documents import scenario_from_tree
from epsom.physiology.whole_body import whole_body
from epsom.simulation.crowd import draw_crowd
from epsom.simulation.engine import Problem
from epsom.simulation.fast.engine import FastEngine
from epsom.simulation.protocol import Protocol, describe
from epsom.simulation.schedule import DAY
from epsom.simulation.study import start_of

if TYPE_CHECKING:
    from epsom.core.records.scenario import Scenario

DAYS = 28


def scenario(people: int) -> Scenario:
    """Adults who take 250 mg of magnesium as citrate three times a day."""
    tree: dict[str, Any] = {
        "schema": "epsom.scenario/1",
        "people": {"count": people, "seed": 1},
        "supplements": [{"form": "citrate", "dose": "250 mg", "dose_of": "elemental", "times_per_day": 3}],
        "duration": f"{DAYS} d",
        "measures": [{"name": "serum_magnesium", "days": [DAYS]}],
    }
    return scenario_from_tree(tree)


def problem(people: int, hours_apart: float = 1.0) -> Problem:
    """Everyone's constants, start in balance and events."""
    said, body = scenario(people), whole_body()
    crowd = draw_crowd(said.people.seed, np.arange(people), describe(said))
    start, _, failed = start_of(said, FastEngine(), body, crowd)
    if failed.any():
        raise RuntimeError(f"{int(failed.sum())} people have no start")
    hours = np.arange(0.0, DAYS * DAY + hours_apart / 2, hours_apart)
    events = Protocol(said).schedule(crowd).tables(body)
    return Problem(body, start.constants, start.states, start.inputs, events, hours)


def stiffer(whole: Problem) -> Problem:
    """The same people with a hormone loop ten times faster: calcitriol, and bone's exchange of calcium."""
    constants, place = whole.constants.copy(), whole.body.constant_index
    constants[:, place["calcitriol_time"]] /= 10.0
    constants[:, place["calcium_exchange"]] *= 10.0
    return replace(whole, constants=constants)
