"""Where to look for more people: at those on whom an answer hangs.

The proposal of a further wave has one part for each cause, at the chances of the people by whom that cause's
probability moves (cross-entropy with one normal shift for each chance; R. Rubinstein, Methodol. Comput. Appl.
Probab. 1:127, 1999), and one that looks everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from epsom.core.names import CAUSES
from epsom.inference.likelihood import effective_sample_size
from epsom.inference.proposals import Proposal, Shift, Visit, wave_of
from epsom.simulation.draws import PARAMETER_SETS, set_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from epsom.inference.posterior import Posterior
    from epsom.inference.proposals import Marginal, Wave

    Array = NDArray[np.float64]

#: Share of a further wave that looks everywhere.
_EVERYWHERE = 0.2
#: Standard errors from which the mean of a chance counts as shifted; some hundred are looked at.
_CLEAR = 3.5
#: Farthest shift, and the spread around it: wider than a normal deviate's, so that no weight runs away.
_FARTHEST, _SPREAD = 2.5, 1.15
#: People that the former proposal counts for where the chance of something rare is learned.
_FORMER = 4.0
#: A cause with less of what moves the answer gets no part of its own.
_LEAST_PART = 0.05


def next_wave(found: Posterior, people: int) -> Wave:
    """Where to look for the next ``people``, by those found so far."""
    waves = found.persona.waves
    first, moving = waves[0].proposal, _moving(found)
    if not moving:
        return wave_of(first, np.ones(PARAMETER_SETS), people, waves[-1])
    deviates = _deviates(found)
    parts = [_fitted(found, first, part / part.sum(), deviates) for part in moving]
    own = np.array([part.sum() for part in moving])
    own *= (1.0 - _EVERYWHERE) / own.sum()
    everywhere = tuple(_EVERYWHERE * share for share in first.shares)
    proposal = Proposal((*own.tolist(), *everywhere), (*parts, *first.parts))
    return wave_of(proposal, _set_shares(found, np.sum(moving, axis=0)), people, waves[-1])


def _set_shares(found: Posterior, moving: Array) -> Array:
    """How much of a wave each parameter set gets: in proportion to what its people move the answer by."""
    sets = set_of(found.persona.crowd.indices)
    # The root of the sum of squares, so that one person who moves much asks for more of that set.
    size = np.sqrt(np.bincount(sets, moving**2, PARAMETER_SETS) * np.bincount(sets, minlength=PARAMETER_SETS))
    return _EVERYWHERE / PARAMETER_SETS + (1.0 - _EVERYWHERE) * size / size.sum()


def _moving(found: Posterior) -> list[Array]:
    """For each cause that matters, how much each person moves the probabilities by what it did to them."""
    people = np.where(found.people > 0, found.people, 1.0)
    shares = np.array([found.weight[found.rows_of(cause)].sum(axis=(0, 2)) / people for cause in CAUSES])
    apart = np.abs(shares - (shares @ found.people)[:, None]).max(axis=0)
    by_cause = found.people * apart * shares
    total = by_cause.sum()
    return [moving for moving in by_cause if total > 0 and moving.sum() > _LEAST_PART * total]


def _deviates(found: Posterior) -> Mapping[str, Array]:
    """Normal deviates of every chance by which the people were drawn."""
    crowd = found.persona.crowd
    return {name: ndtri(crowd.uniform(name)) for name in crowd.asked}


def _fitted(
    found: Posterior, first: Proposal, weight: Array, deviates: Mapping[str, Array]
) -> Mapping[str, Marginal]:
    """Each chance where the people of this weight have it."""
    enough = effective_sample_size(weight)
    rare = {name: m for part in first.parts for name, m in part.items() if isinstance(m, Visit)}
    marginals: dict[str, Marginal] = {}
    for name, marginal in rare.items():
        seen = float(weight @ (found.persona.crowd.uniform(name) < marginal.share))
        learned = (enough * seen + _FORMER * max(marginal.share, 0.1)) / (enough + _FORMER)
        marginals[name] = Visit(marginal.share, float(np.clip(learned, 0.02, 0.98)))
    for name, deviate in deviates.items():
        mean = float(weight @ deviate)
        if name not in rare and abs(mean) * np.sqrt(enough) > _CLEAR:
            shrunk = mean * (1.0 - 1.0 / (enough * mean**2))
            marginals[name] = Shift(float(np.clip(shrunk, -_FARTHEST, _FARTHEST)), _SPREAD)
    return marginals
