"""Weights, and how well magnesium values agree with each person, who may differ from all that was drawn.

Severe real cases lie beyond what any dose, kidney or bowel that was entered can explain. A person may
therefore have an exposure or a loss that nothing drawn holds: its size is not sampled but integrated, and
whoever needs it to meet the measured value has the course of magnesium moved to it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import log_ndtr

from epsom.inference.summary import estimate
from epsom.inference.timeline import DAY, magnesium_labs
from epsom.simulation.measures import Course

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from epsom.core.records.case import LabResult
    from epsom.inference.persona import Persona

    Array = NDArray[np.float64]

_READING = {"serum_magnesium": "plasma_concentration", "ionized_magnesium": "ionized_concentration"}
#: Width in natural logarithms over which a laboratory value that tells nothing is spread.
OUTLIER_WIDTH = 6.0
#: States that follow plasma within the days over which an exposure builds up.
_MOVED = ("plasma_magnesium", "interstitium", "vessel_magnesium", "brain_fluid_magnesium")
#: Factors by which the error of a value is widened until enough people agree with it.
_WIDENINGS = (1.0, 1.5, 2.2, 3.3, 5.0, 7.5, 11.0)
#: Effective sample size up to which the error of the latest value is widened further, and the widest. People
#: are moved to the value all the same, so that the answer hardly changes but hangs on more of them.
EVENED_PEOPLE, _WIDEST_EVEN = 192.0, 3.3


@dataclass(frozen=True)
class Agreement:
    """What the magnesium values say.

    Attributes
    ----------
    persona
        The people, their courses moved to the latest value where they needed it.
    log_likelihood
        Shape (people,); 0 without magnesium values.
    unexplained
        Chance that each person needs an exposure, a loss or a laboratory error that nothing drawn holds.
    nearest
        Standard errors between the least explained value and the person nearest to it.
    allowed
        Whether an exposure or loss that nothing drawn holds may explain the latest value.
    widened
        Factor on the error of the values that was needed for enough people to agree.
    left
        Standard deviation, in natural logarithms, that the error of the latest value leaves in the serum of
        each person who was moved to it.
    """

    persona: Persona
    log_likelihood: Array
    unexplained: Array
    nearest: float
    allowed: bool
    widened: float
    left: Array


def agreement(persona: Persona, enough: float) -> Agreement:
    """Compare every magnesium value with every person at the time it was taken.

    Parameters
    ----------
    enough
        Effective sample size below which the error of the values is widened, or half of what the people
        drawn have by themselves where that is less.
    """
    labs = _within(persona)
    if not labs:
        flat, none = np.where(persona.failed, -np.inf, 0.0), np.zeros(len(persona.crowd))
        return Agreement(persona, flat, none, 0.0, True, 1.0, none)
    drawn = np.where(persona.failed, -np.inf, persona.log_prior)
    most = 0.5 * effective_sample_size(weights(drawn))
    nearest = max(_nearest(persona, lab) for lab in labs)
    allowed = _allowed(persona, labs[-1])

    def at(widened: float, latest: float) -> Agreement:
        moved, likelihood, unexplained, left = _latest(persona, labs[-1], allowed, widened, latest)
        for lab in labs[:-1]:
            likelihood = likelihood + _plain(moved, lab, widened)
        likelihood = np.where(persona.failed, -np.inf, likelihood)
        return Agreement(moved, likelihood, unexplained, nearest, allowed, widened, left)

    def few(found: Agreement, enough: float) -> bool:
        counting = effective_sample_size(weights(drawn + found.log_likelihood))
        return allowed and counting < min(enough, most)

    found = at(_WIDENINGS[0], _WIDENINGS[0])
    for widened in _WIDENINGS[1:]:
        if not few(found, enough):
            break
        found = at(widened, widened)
    strict = found
    for wider in (w for w in _WIDENINGS if strict.widened < w <= _WIDEST_EVEN):
        if not few(found, EVENED_PEOPLE):
            break
        found = at(strict.widened, wider)
    return replace(found, unexplained=strict.unexplained)


def _within(persona: Persona) -> list[LabResult]:
    """Magnesium values of the window, the latest last."""
    labs = [lab for _, lab in magnesium_labs(persona.case) if persona.clock.moment(lab.taken) >= 0]
    return sorted(labs, key=lambda lab: persona.clock.moment(lab.taken))


def _allowed(persona: Persona, lab: LabResult) -> bool:
    """A value too low may always come from a loss; one too high needs recorded magnesium."""
    if any(s.form != "food" for s in persona.case.supplements):
        return True
    drawn = weights(np.where(persona.failed, -np.inf, persona.log_prior))
    usual = estimate(_predicted(persona, persona.drawn, lab), drawn)
    return usual is not None and lab.value.value <= usual.median


def _hour(persona: Persona, lab: LabResult) -> float:
    return round(min(persona.clock.moment(lab.taken), persona.clock.days * DAY), 6)


def _predicted(persona: Persona, course: Course, lab: LabResult) -> Array:
    return course.at(_READING[lab.test], _hour(persona, lab) / DAY)


def _distance(persona: Persona, course: Course, lab: LabResult) -> Array:
    """Logarithm of measured over predicted."""
    return np.log(lab.value.value) - np.log(_predicted(persona, course, lab))


def _nearest(persona: Persona, lab: LabResult) -> float:
    if lab.bound is not None:
        return 0.0
    error = persona.crowd.registry["serum_assay_cv"].canonical_value
    return float(np.nanmin(np.abs(_distance(persona, persona.drawn, lab)))) / error


def density(distance: Array, error: float, bound: str | None) -> Array:
    """Logarithm of the density of a measured value, or of the chance of a bound."""
    if bound == "above":
        return log_ndtr(-distance / error)
    if bound == "below":
        return log_ndtr(distance / error)
    return -0.5 * (distance / error) ** 2 - np.log(error * np.sqrt(2 * np.pi))


def _plain(persona: Persona, lab: LabResult, widened: float) -> Array:
    """Log-likelihood of one value, mixed with a value that tells nothing."""
    registry = persona.crowd.registry
    error = registry["serum_assay_cv"].canonical_value * widened
    outlier = registry["laboratory_outlier_share"].canonical_value
    good = density(_distance(persona, persona.lived, lab), error, lab.bound)
    return np.logaddexp(np.log1p(-outlier) + good, np.log(outlier / OUTLIER_WIDTH))


def _latest(
    persona: Persona, lab: LabResult, allowed: bool, widened: float, evened: float
) -> tuple[Persona, Array, Array, Array]:
    """People moved to the latest value, its log-likelihood, the chance that they needed it, and what is left.

    Left is the standard deviation in natural logarithms that the value's error leaves in a moved person.
    What the widened error leaves between a person and the value counts as a difference of the person: the
    measured value, not the drawn one, stands for what the person went through. What it is widened by beyond
    that, up to ``evened``, counts as far as people differ by more than the value errs.
    """
    registry = persona.crowd.registry
    error = registry["serum_assay_cv"].canonical_value
    if not allowed:
        floor = np.log(registry["laboratory_outlier_share"].canonical_value / OUTLIER_WIDTH)
        likelihood = _plain(persona, lab, widened)
        needed = np.exp(np.minimum(floor - likelihood, 0.0))
        return persona, likelihood, needed, np.zeros_like(likelihood)
    recorded = bool(persona.case.supplements)
    chance = registry[f"unmodeled_{'exposure' if recorded else 'loss'}_chance"].canonical_value
    spread = registry["unmodeled_spread"].canonical_value
    distance = _distance(persona, persona.drawn, lab)
    drawn = np.log1p(-chance) + density(distance, error * evened, lab.bound)
    other = np.log(chance) + density(distance, float(np.hypot(spread, error)), lab.bound)
    likelihood = np.logaddexp(drawn, other)
    needed = np.exp(other - likelihood)
    # A bound is met from its own side; whoever already lies there is left alone.
    gap = _distance(persona, persona.lived, lab)
    if lab.bound is not None:
        gap = np.maximum(gap, 0.0) if lab.bound == "above" else np.minimum(gap, 0.0)
    moves = persona.crowd.uniform("latent/unmodeled") < needed
    # Share of the gap that is the person's, by the variances of both; the rest is the value's error.
    theirs = 1.0 - 1.0 / widened**2 + _differing(persona, distance, error) * (widened**-2 - evened**-2)
    own = np.where(moves, spread**2 / (spread**2 + error**2), theirs)
    shift = np.where(np.isfinite(gap), gap * own, 0.0)
    left = np.zeros_like(own) if lab.bound is not None else error * np.sqrt(own)
    return _moved(persona, shift, _hour(persona, lab)), likelihood, needed, left


def _differing(persona: Persona, distance: Array, error: float) -> float:
    """Variance between people over that plus the value's, in natural logarithms."""
    weight = weights(np.where(np.isfinite(distance), persona.log_prior, -np.inf))
    apart = np.where(weight > 0, distance, 0.0)
    between = float(weight @ (apart - weight @ apart) ** 2)
    return between / (between + error**2)


def _moved(persona: Persona, shift: Array, hour: float) -> Persona:
    """People whose magnesium outside cells rises or falls by ``shift`` (logarithm) up to ``hour``."""
    if not shift.any():
        return persona
    built = persona.crowd.registry["unmodeled_days"].canonical_value
    course = persona.lived
    ramp = np.clip((course.hours - (hour - built)) / built, 0.0, 1.0)
    states = course.states.copy()
    places = [course.body.state_index[name] for name in _MOVED]
    states[:, :, places] *= np.exp(shift[:, None] * ramp[None, :])[:, :, None]
    lived = Course(course.body, course.crowd, course.constants, course.hours, states, course.inputs)
    return replace(persona, lived=lived)


def weights(log_weights: Array) -> Array:
    """Weights that add up to 1; all zero where nobody has any."""
    finite = np.isfinite(log_weights)
    if not finite.any():
        return np.zeros_like(log_weights)
    shifted = np.where(finite, np.exp(log_weights - log_weights[finite].max()), 0.0)
    return shifted / shifted.sum()


def effective_sample_size(weight: Array) -> float:
    """How many evenly weighted people would tell as much."""
    total = float((weight**2).sum())
    return 1.0 / total if total > 0 else 0.0
