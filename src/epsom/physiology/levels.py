"""What is felt at a level: hazards of symptoms where serum and the rest of the body hold still."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from epsom.physiology.effects import SLOW, effects, evaluate
from epsom.physiology.effects.typical import typical
from epsom.physiology.symptoms import STEEPNESS, THRESHOLD, Link, symptom_models

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from epsom.core.names import Cause

    Array = NDArray[np.float64]
    Read = Callable[[str], Any]


def added_by(link: Link, symptom: str, read: Read) -> Any:
    """New episodes per day by one link at median strength; slow states are settled.

    Parameters
    ----------
    read
        Values of states, facts and parameters, as :func:`epsom.physiology.effects.typical.typical` gives.
    """
    effect, threshold = SLOW.get(link.effect, link.effect), THRESHOLD[link.cause]
    found = evaluate([name for name in (effect, threshold) if name in effects()], read)
    scale = found[threshold] if threshold in found else read(threshold)
    driver = link.driver(found[effect], scale, read(STEEPNESS[link.cause]))
    background = symptom_models()[symptom].background.median if link.relative else 1.0
    return driver * link.strength.median * background


def rate(symptom: str, read: Read) -> Any:
    """New episodes of ``symptom`` per day, all links and the background, at median strengths."""
    model = symptom_models()[symptom]
    return model.background.median + sum(added_by(link, symptom, read) for link in model.links)


def chance_of_any(cause: Cause, days: float, read: Read) -> Any:
    """Chance that within ``days`` at least one symptom begins by a direct effect of ``cause``."""
    total = sum(
        added_by(link, symptom, read)
        for symptom, model in symptom_models().items()
        for link in model.links
        if link.cause == cause and not link.relative
    )
    return -np.expm1(-days * total)


def change_in_everyday_life(serum: float, usual: float = 0.85) -> Mapping[str, float]:
    """Relative change of each symptom's hazard in a typical adult between ``usual`` and ``serum``, mmol/L."""
    here, there = typical(plasma_concentration=serum), typical(plasma_concentration=usual)
    return {symptom: float(rate(symptom, here) / rate(symptom, there) - 1) for symptom in symptom_models()}


def half_levels(symptoms: tuple[str, ...], highest: float = 9.0) -> Mapping[str, float]:
    """Serum in mmol/L at which each symptom's hazard reaches half of that at ``highest``, from below."""
    levels = np.geomspace(0.85, highest, 400)
    found = {}
    for symptom in symptoms:
        rates = rate(symptom, typical(plasma_concentration=levels))
        found[symptom] = float(levels[np.argmax(rates > 0.5 * rates[-1])])
    return found
