"""When the symptom goes, with and without what is taken: simple recovery laws by cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from epsom.core.names import IF_STOPPED_DAYS
from epsom.inference.summary import share
from epsom.physiology.symptoms import symptom_models

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from epsom.inference.findings import Share
    from epsom.inference.hazards import Attribution
    from epsom.inference.persona import Persona

    Array = NDArray[np.float64]

#: Median days and spread of the logarithm until a symptom mends once its cause is gone. Gut: bfr2017magnesium
#: says one to two days, pain that follows it some days more (recalled); lack and excess:
#: rec_deficiency_serum, rec_excess.
_MENDING = {
    "gastrointestinal_upset": (1.6, 0.6),
    "magnesium_deficiency": (7.0, 0.7),
    "magnesium_excess": (3.0, 0.8),
}


def gone_by(
    persona: Persona, found: Attribution, weight: Array
) -> tuple[Mapping[int, Share], Mapping[int, Share]]:
    """Chance that the symptom is gone by each day if everything is stopped now, and if all goes on."""
    median = symptom_models()[persona.case.question].recovery_days
    joint, indices = weight[:, None] * found.timing, persona.crowd.indices
    early = _early(found.timing.shape[1])
    stopped, continued = {}, {}
    for day in IF_STOPPED_DAYS:
        ordinary = _ordinary(day, median, early)
        gone, stays = np.zeros_like(found.timing), np.zeros_like(found.timing)
        for row, (cause, _) in enumerate(found.pathways):
            mended = ordinary
            if cause in _MENDING:
                center, spread = _MENDING[cause]
                mended = float(ndtr(np.log(day / center) / spread))
            mends_anyway = cause in ("other_cause", "magnesium_deficiency")
            gone = gone + found.shares[row] * (ordinary if cause == "magnesium_deficiency" else mended)
            stays = stays + found.shares[row] * (ordinary if mends_anyway else 0.1 * mended)
        stopped[day] = share(np.maximum(gone, stays), joint, indices)
        continued[day] = share(stays, joint, indices)
    return stopped, continued


def _early(draws: int) -> Array:
    """Where between the two published curves of ordinary recovery each draw lies."""
    return (np.arange(draws) + 0.5) / draws


def _ordinary(day: float, median: float, early: Array) -> Array:
    """Share of ordinary episodes gone by ``day``: between an exponential and a stretched curve.

    Both curves are of henschke2008prognosis. They meet at the median and differ eightfold on the second
    day, and nothing measured tells which is right.
    """
    exponential = 1 - 0.5 ** (day / median)
    stretched = 1 - 0.5 ** ((day / median) ** 0.33)
    return (exponential + early * (stretched - exponential))[None, :]
