"""When the symptom goes, with and without what is taken: recovery laws by pathway."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from epsom.core.kinds import HOURS_PER_DAY
from epsom.core.names import IF_STOPPED_DAYS
from epsom.inference.summary import share
from epsom.physiology.back_pain import gone_in_care, gone_in_general
from epsom.physiology.symptoms import SymptomModel, symptom_models

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from epsom.core.names import Cause, Pathway
    from epsom.inference.findings import Share
    from epsom.inference.hazards import Attribution
    from epsom.inference.persona import Persona
    from epsom.simulation.crowd import Crowd

    Array = NDArray[np.float64]

#: Causes that a supplement brings, so that stopping it takes them away.
_STOPPED = ("gastrointestinal_upset", "magnesium_excess")
#: How much of that recovery happens although the supplement goes on: the bowel gets used to it.
_ANYWAY = 0.1


def gone_by(
    persona: Persona, found: Attribution, weight: Array
) -> tuple[Mapping[int, Share], Mapping[int, Share]]:
    """Chance that the symptom is gone by each day if everything is stopped now, and if all goes on."""
    model = symptom_models()[persona.case.question]
    joint, indices = weight[:, None] * found.timing, persona.crowd.indices
    stopped, continued = {}, {}
    for day in IF_STOPPED_DAYS:
        ordinary = ordinary_recovery(model, persona.crowd, float(day), found.timing.shape[1])
        gone, stays = np.zeros_like(found.timing), np.zeros_like(found.timing)
        for row, (cause, pathway) in enumerate(found.pathways):
            if cause in _STOPPED:
                mended = mending(model, cause, pathway, float(day))
                gone = gone + found.shares[row] * mended
                stays = stays + found.shares[row] * _ANYWAY * mended
            else:
                gone = gone + found.shares[row] * ordinary
                stays = stays + found.shares[row] * ordinary
        stopped[day] = share(np.maximum(gone, stays), joint, indices)
        continued[day] = share(stays, joint, indices)
    return stopped, continued


def mended_by(persona: Persona, cause: Cause, pathway: Pathway, days: float, draws: int) -> Array:
    """Chance that the question's symptom has gone ``days`` after magnesium stopped, shape (people, draws).

    Of a cause that stopping does not touch, the chance of ordinary recovery.
    """
    model = symptom_models()[persona.case.question]
    ordinary = ordinary_recovery(model, persona.crowd, days, draws)
    if cause not in _STOPPED:
        return ordinary
    return np.maximum(ordinary, mending(model, cause, pathway, days))


def mending(model: SymptomModel, cause: Cause, pathway: Pathway, days: float) -> float:
    """Share of episodes gone ``days`` after their cause went; log-normal, the slowest link of the pathway."""
    laws = [link.mends for link in model.links if (link.cause, link.pathway) == (cause, pathway)]
    return min(float(ndtr(np.log(days / law.median) / law.spread)) for law in laws)


def ordinary_recovery(model: SymptomModel, crowd: Crowd, days: float, draws: int) -> Array:
    """Share of episodes with another cause gone by ``days``, shape (people, draws).

    Low back pain has two published courses, of people who seek care and of the general population; who is
    asking is not known, so the draws divide between them. Other symptoms recover at a steady rate.
    """
    if model.name != "low_back_pain":
        spread = np.broadcast_to(model.recovery.at(_middles(draws) * 4 - 2)[None, :], (len(crowd), draws))
        return -np.expm1(-np.log(2) * days / spread)
    care = gone_in_care(
        days, crowd.value("back_pain_care_median") / HOURS_PER_DAY, crowd.value("back_pain_care_stretch"),
        crowd.value("back_pain_early"),
    )  # fmt: skip
    general = gone_in_general(
        days, crowd.value("back_pain_fast") / HOURS_PER_DAY, crowd.value("back_pain_slow") / HOURS_PER_DAY,
        crowd.value("back_pain_slow_share"),
    )  # fmt: skip
    return np.where(np.arange(draws)[None, :] % 2 == 0, care[:, None], general[:, None])


def _middles(draws: int) -> Array:
    return (np.arange(draws) + 0.5) / draws
