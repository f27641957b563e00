"""How well each person's course agrees with the magnesium laboratory values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import log_ndtr

from epsom.inference.timeline import DAY, magnesium_labs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from epsom.inference.persona import Persona

    Array = NDArray[np.float64]

_READING = {"serum_magnesium": "plasma_concentration", "ionized_magnesium": "ionized_concentration"}
#: Width in natural logarithms over which a laboratory value that tells nothing is spread.
_OUTLIER_WIDTH = 6.0


@dataclass(frozen=True)
class Agreement:
    """Log-likelihood of each person, and how far the nearest person is from the worst-fitting value.

    Attributes
    ----------
    log_likelihood
        Shape (people,); 0 without magnesium values.
    log_outlier
        The same if every value told nothing: the floor of the likelihood.
    nearest
        Standard errors between the least explained value and the person nearest to it.
    """

    log_likelihood: Array
    log_outlier: float
    nearest: float


def agreement(persona: Persona) -> Agreement:
    """Compare every magnesium value with every person at the time it was taken."""
    crowd, clock = persona.crowd, persona.clock
    error = crowd.registry["serum_assay_cv"].canonical_value
    outlier = crowd.registry["laboratory_outlier_share"].canonical_value
    floor = np.log(outlier / _OUTLIER_WIDTH)
    total, floors, nearest = np.zeros(len(crowd)), 0.0, 0.0
    for _, lab in magnesium_labs(persona.case):
        hour = min(clock.moment(lab.taken), clock.days * DAY)
        if hour < 0:
            continue
        predicted = persona.lived.at(_READING[lab.test], round(hour, 6) / DAY)
        distance = (np.log(lab.value.value) - np.log(predicted)) / error
        if lab.bound == "above":
            good = log_ndtr(-distance)
        elif lab.bound == "below":
            good = log_ndtr(distance)
        else:
            good = -0.5 * distance**2 - np.log(error * np.sqrt(2 * np.pi))
        total += np.logaddexp(np.log1p(-outlier) + good, floor)
        floors += floor
        reach = np.nanmin(np.abs(distance)) if lab.bound is None else 0.0
        nearest = max(nearest, float(reach))
    return Agreement(np.where(persona.failed, -np.inf, total), floors, nearest)


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
