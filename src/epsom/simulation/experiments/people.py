"""The people of experiments: adults at large, groups, and what groups live through."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from epsom.core.documents import scenario_from_tree
from epsom.physiology.whole_body import whole_body
from epsom.simulation.crowd import Crowd, Description, draw_crowd
from epsom.simulation.fast.engine import FastEngine
from epsom.simulation.protocol import describe
from epsom.simulation.schedule import DAY
from epsom.simulation.study import course_of, start_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from epsom.simulation.measures import Course

    Array = np.ndarray

Numbers = tuple[float, ...]
Experiment = Callable[[], Numbers]
#: People drawn for a population's number, and for a trial's, whose arms are the same people.
PEOPLE, PATIENTS = 4096, 64


@cache
def adults() -> Crowd:
    """Adults at large."""
    return draw_crowd(1, np.arange(PEOPLE), Description())


def reader(crowd: Crowd) -> Callable[[str], Array]:
    """Facts and parameters of each of a crowd, for :func:`epsom.physiology.effects.typical.typical`."""
    return lambda name: crowd.covariates[name] if name in crowd.covariates else crowd.value(name)


def lived(
    protocol: dict[str, Any], hours: Iterable[float], *, people: dict[str, Any] | None = None,
    with_changes: bool = True,
) -> Course:  # fmt: skip
    """What a group lives through, read at ``hours`` since midnight of day 0.

    Parameters
    ----------
    protocol
        Keys of ``epsom.scenario/1`` other than ``schema``, ``people`` and ``measures``.
    people
        Who they are; without a count they are `PATIENTS`.
    with_changes
        Whether supplements are taken; otherwise the same people are left alone.
    """
    tree = {
        "schema": "epsom.scenario/1", "people": {"count": PATIENTS} | (people or {}),
        "measures": [{"name": "serum_magnesium", "days": [0]}],
    }  # fmt: skip
    scenario, engine, body = scenario_from_tree(tree | protocol), FastEngine(), whole_body()
    crowd = draw_crowd(scenario.people.seed, np.arange(scenario.people.count), describe(scenario))
    problem, _, _ = start_of(scenario, engine, body, crowd)
    course, _ = course_of(scenario, engine, problem, crowd, np.array([*hours]), with_changes=with_changes)
    return course


_MIDDLE_AGED = {"mean": 45, "sd": 12, "min": 20, "max": 75}


@cache
def drinkers() -> Course:
    """A day of people with alcohol use disorder, among whom low serum is common.

    They are many: at 0.7 of the usual serum a few of them carry most of the chance of tremor.
    """
    people = {"count": 8192, "age": _MIDDLE_AGED, "conditions": ["alcohol_use_disorder"]}
    return lived({"duration": "1 d"}, (0.0, DAY), people=people)


@cache
def abstainers() -> Course:
    """A day of people of the same age without it."""
    return lived({"duration": "1 d"}, (0.0, DAY), people={"count": 512, "age": _MIDDLE_AGED})
