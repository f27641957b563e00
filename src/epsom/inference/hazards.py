"""From courses to causes: hazards of a symptom by pathway, and competing risks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from epsom.physiology.back_pain import personal_ratio
from epsom.physiology.symptoms import STEEPNESS, THRESHOLD, Link, SymptomModel, symptom_models
from epsom.simulation.felt import felt
from epsom.simulation.streams import uniforms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from epsom.core.names import Cause, Pathway
    from epsom.simulation.measures import Course

    Array = NDArray[np.float64]

#: Draws of link strengths that share each trajectory.
LINK_DRAWS = 64
_LINK_SEED = 20_261_123
_BACKGROUND: tuple[Cause, Pathway] = ("other_cause", "background")


@dataclass(frozen=True)
class Attribution:
    """Who could have caused the question's symptom, per person and link draw.

    Attributes
    ----------
    pathways
        Cause and pathway of each row; the last is the background.
    shares
        Share of the hazard at onset, shape (pathways, people, link draws).
    timing
        Weight of each link draw within each person, shape (people, link draws).
    """

    pathways: tuple[tuple[Cause, Pathway], ...]
    shares: Array
    timing: Array


@dataclass(frozen=True)
class Hazards:
    """The hazard of one symptom, split so that strengths can be drawn without running anyone again.

    Attributes
    ----------
    links
        Of the symptom's model, in its order.
    drivers
        Of each link by day, between 0 and 1, shape (links, people, days).
    strengths
        Drawn strengths of each link, shape (links, link draws).
    background
        New episodes per day without magnesium, shape (people, link draws).
    """

    links: tuple[Link, ...]
    drivers: Array
    strengths: Array
    background: Array

    @property
    def pathways(self) -> tuple[tuple[Cause, Pathway], ...]:
        """Cause and pathway of each row of :meth:`over`; the background is last."""
        return (*dict.fromkeys((link.cause, link.pathway) for link in self.links), _BACKGROUND)

    def over(self, days: Array) -> Array:
        """Expected new episodes over days weighted by ``days``, shape (pathways, people, link draws)."""
        rows = self.pathways
        found = np.zeros((len(rows), *self.background.shape))
        for link, driver, strength in zip(self.links, self.drivers, self.strengths, strict=True):
            driven = (driver @ days)[:, None] * strength[None, :]
            found[rows.index((link.cause, link.pathway))] += (
                driven * self.background if link.relative else driven
            )
        found[-1] = self.background * days.sum()
        return found


def hazards(course: Course, symptom: str, days: range, *, had_back_pain: bool = False) -> Hazards:
    """The hazard of ``symptom`` along ``course`` on each of ``days``.

    Parameters
    ----------
    had_back_pain
        Whether the people have had back pain before, which raises that background.
    """
    model = symptom_models()[symptom]
    values = felt(course, {*model.effects, *STEEPNESS.values(), *THRESHOLD.values()}, days)
    people = len(course.crowd)
    drivers = np.empty((len(model.links), people, len(days)))
    for row, link in enumerate(model.links):
        drivers[row] = link.driver(
            values[link.effect], values[THRESHOLD[link.cause]], values[STEEPNESS[link.cause]]
        )
    deviates = _deviates(model)
    strengths = [link.strength.at(deviates[_key(link)]) for link in model.links]
    background = (
        model.background.at(deviates["background"]) * _personal(course, model, had_back_pain)[:, None]
    )
    return Hazards(model.links, drivers, np.reshape(strengths, (len(model.links), LINK_DRAWS)), background)


def _key(link: Link) -> str:
    return link.shared or f"{link.cause}/{link.pathway}/{link.effect}"


def _deviates(model: SymptomModel) -> Mapping[str, Array]:
    """Standard normal draws of each link's strength, the same for every case and seed."""
    names = ["background", *(_key(link) for link in model.links)]
    return {n: ndtri(uniforms(_LINK_SEED, f"{model.name}/{n}", 0, LINK_DRAWS)) for n in names}


def _personal(course: Course, model: SymptomModel, had_back_pain: bool) -> Array:
    """Background of each person relative to adults on average; known for low back pain alone."""
    crowd = course.crowd
    if model.name != "low_back_pain":
        return np.ones(len(crowd))
    ratio = personal_ratio(
        crowd.covariates["age"], crowd.covariates["female"], crowd.value("back_pain_women_ratio"),
        crowd.value("back_pain_older_ratio"),
    )  # fmt: skip
    return ratio * crowd.value("previous_back_pain_ratio") if had_back_pain else ratio
