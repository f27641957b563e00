"""From courses to causes: hazards of a symptom by pathway, and competing risks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from epsom.physiology.back_pain import personal_ratio
from epsom.physiology.effects.effect import of_odds
from epsom.physiology.symptoms import STEEPNESS, THRESHOLD, TOLERANCE, Link, SymptomModel, symptom_models
from epsom.simulation.draws import draw_parameter
from epsom.simulation.felt import felt
from epsom.simulation.streams import uniforms, uniforms_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from epsom.core.names import Cause, Pathway
    from epsom.simulation.crowd import Crowd
    from epsom.simulation.measures import Course

    Array = NDArray[np.float64]

#: Draws of link strengths that share each trajectory, and of what a person stands before feeling it.
LINK_DRAWS, TOLERANCE_DRAWS = 64, 8
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
class Tolerances:
    """What people like each stand before feeling it.

    Nothing in the body depends on it, so that it need not be looked for by running more people.

    Attributes
    ----------
    eased
        By cause, how many times the odds of the person's driver theirs are, shape (people, tolerance draws).
    turns
        Which of them goes with each link draw, shape (people, link draws).
    """

    eased: Mapping[Cause, Array]
    turns: NDArray[np.int64]

    def subset(self, rows: NDArray[np.int64]) -> Tolerances:
        """The same of the people of these rows."""
        return Tolerances({cause: values[rows] for cause, values in self.eased.items()}, self.turns[rows])


def tolerances(crowd: Crowd) -> Tolerances:
    """They take turns among the link draws, each person beginning with any."""
    first = (TOLERANCE_DRAWS * uniforms_at(crowd.seed, "stood/first", crowd.indices)).astype(np.int64)
    return Tolerances(
        {c: relative_tolerances(crowd, c) ** -crowd.value(STEEPNESS[c])[:, None] for c in TOLERANCE},
        (first[:, None] + np.arange(LINK_DRAWS)[None, :]) % TOLERANCE_DRAWS,
    )


def relative_tolerances(crowd: Crowd, cause: Cause) -> Array:
    """What people like each stand, evenly spread, over what that one does, (people, tolerance draws)."""
    parameter = crowd.registry[TOLERANCE[cause]]
    offset = uniforms_at(crowd.seed, f"stood/{cause}", crowd.indices)
    chances = (np.arange(TOLERANCE_DRAWS)[:, None] + offset) / TOLERANCE_DRAWS
    drawn = [draw_parameter(parameter, crowd.seed, crowd.indices, crowd.centers, c) for c in chances]
    return np.column_stack(drawn) / crowd.draw(parameter)[:, None]


@dataclass(frozen=True)
class Hazards:
    """The hazard of one symptom, split so that strengths can be drawn without running anyone again.

    Attributes
    ----------
    links
        Of the symptom's model, in its order.
    odds
        Of each link's driver by day, at the person's own threshold, shape (links, people, days).
    strengths
        Drawn strengths of each link, shape (links, link draws).
    background
        New episodes per day without magnesium, shape (people, link draws).
    stood
        What people like each stand before feeling it.
    """

    links: tuple[Link, ...]
    odds: Array
    strengths: Array
    background: Array
    stood: Tolerances

    @property
    def pathways(self) -> tuple[tuple[Cause, Pathway], ...]:
        """Cause and pathway of each row of :meth:`over`; the background is last."""
        return (*dict.fromkeys((link.cause, link.pathway) for link in self.links), _BACKGROUND)

    def drivers(self, link: int, tolerance: int) -> Array:
        """Of one link by day, 0 to 1, with each person's tolerance of this number, shape (people, days)."""
        return of_odds(self.odds[link] * self.stood.eased[self.links[link].cause][:, tolerance, None])

    def over(self, days: Array) -> Array:
        """Expected new episodes over days weighted by ``days``, shape (pathways, people, link draws)."""
        rows = self.pathways
        found = np.zeros((len(rows), *self.background.shape))
        for number, (link, strength) in enumerate(zip(self.links, self.strengths, strict=True)):
            levels = np.column_stack([self.drivers(number, k) @ days for k in range(TOLERANCE_DRAWS)])
            driven = np.take_along_axis(levels, self.stood.turns, axis=1) * strength[None, :]
            found[rows.index((link.cause, link.pathway))] += (
                driven * self.background if link.relative else driven
            )
        found[-1] = self.background * days.sum()
        return found

    def subset(self, rows: NDArray[np.int64]) -> Hazards:
        """The same of the people of these rows."""
        return replace(
            self, odds=self.odds[:, rows], background=self.background[rows], stood=self.stood.subset(rows)
        )


def hazards(
    course: Course,
    symptom: str,
    days: range,
    *,
    had_back_pain: bool = False,
    stood: Tolerances | None = None,
) -> Hazards:
    """The hazard of ``symptom`` along ``course`` on each of ``days``.

    Parameters
    ----------
    had_back_pain
        Whether the people have had back pain before, which raises that background.
    stood
        Of the people, where they are known already.
    """
    model = symptom_models()[symptom]
    deviates = _deviates(model)
    strengths = [link.strength.at(deviates[_key(link)]) for link in model.links]
    return Hazards(
        model.links, link_odds(course, symptom, days), np.reshape(strengths, (len(model.links), LINK_DRAWS)),
        background(course.crowd, symptom, had_back_pain=had_back_pain), stood or tolerances(course.crowd),
    )  # fmt: skip


def background(crowd: Crowd, symptom: str, *, had_back_pain: bool = False) -> Array:
    """New episodes per day without magnesium, shape (people, link draws); see :func:`hazards`."""
    model = symptom_models()[symptom]
    drawn = model.background.at(_deviates(model)["background"])
    return _personal(crowd, model, had_back_pain)[:, None] * drawn


def link_odds(course: Course, symptom: str, days: range) -> Array:
    """Odds of each link's driver on each of ``days``, as :class:`Hazards` has them."""
    model = symptom_models()[symptom]
    values = felt(course, {*model.effects, *STEEPNESS.values(), *THRESHOLD.values()}, days)
    found = np.empty((len(model.links), len(course.crowd), len(days)))
    for row, link in enumerate(model.links):
        found[row] = link.odds(
            values[link.effect], values[THRESHOLD[link.cause]], values[STEEPNESS[link.cause]]
        )
    return found


def _key(link: Link) -> str:
    return link.shared or f"{link.cause}/{link.pathway}/{link.effect}"


def _deviates(model: SymptomModel) -> Mapping[str, Array]:
    """Standard normal draws of each link's strength, the same for every case and seed."""
    names = ["background", *(_key(link) for link in model.links)]
    return {n: ndtri(uniforms(_LINK_SEED, f"{model.name}/{n}", 0, LINK_DRAWS)) for n in names}


def _personal(crowd: Crowd, model: SymptomModel, had_back_pain: bool) -> Array:
    """Background of each person relative to adults on average; known for low back pain alone."""
    if model.name != "low_back_pain":
        return np.ones(len(crowd))
    ratio = personal_ratio(
        crowd.covariates["age"], crowd.covariates["female"], crowd.value("back_pain_women_ratio"),
        crowd.value("back_pain_older_ratio"),
    )  # fmt: skip
    return ratio * crowd.value("previous_back_pain_ratio") if had_back_pain else ratio
