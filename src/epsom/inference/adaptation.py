"""Where to look for more people: at those on whom an answer hangs.

A further wave gives more people to the parameter sets, and to the parts of the first proposal, whose people
move a cause's probability. Where laboratory values say what nobody could foresee, or hardly anybody fits what
was told, it also gets a part for each cause and rare explanation, at the chances of the people by whom the
probability moves (cross-entropy with one normal shift for each chance; R. Rubinstein, Methodol. Comput. Appl.
Probab. 1:127, 1999).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from epsom.core.names import CAUSES
from epsom.inference.laboratory import PREDICTED
from epsom.inference.likelihood import effective_sample_size
from epsom.inference.proposals import Proposal, Shift, Visit, wave_of
from epsom.simulation.draws import PARAMETER_SETS, set_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from epsom.core.names import Cause
    from epsom.inference.posterior import Posterior
    from epsom.inference.proposals import Marginal, Wave

    Array = NDArray[np.float64]

#: Share of a further wave that looks everywhere, and share that every parameter set gets alike. How much a
#: set's people move the answer is known from eight of them at first.
_EVERYWHERE, _EVERY_SET = 0.3, 0.5
#: Effective sample size below which the first proposal looked in the wrong places.
_FOUND_NOBODY = 12.0
#: Standard errors from which the mean of a chance counts as shifted; some hundred are looked at.
_CLEAR = 3.5
#: Farthest shift, and the spread around it: wider than a normal deviate's, so that no weight runs away.
_FARTHEST, _SPREAD = 2.5, 1.15
#: People that the former proposal counts for where the chance of something rare is learned.
_FORMER = 4.0
#: A cause or explanation with less of what moves the answer gets no part of its own.
_LEAST_PART = 0.05


def next_wave(found: Posterior, people: int) -> Wave:
    """Where to look for the next ``people``, by those found so far."""
    waves = found.persona.waves
    first, moving = waves[0].proposal, _moving(found)
    if not moving:
        return wave_of(first, np.ones(PARAMETER_SETS), people, waves[-1])
    total = np.sum([part for _, part in moving], axis=0)
    came_by = first.responsible(found.persona.crowd)
    proposal = _reshared(first, came_by @ total / total.sum())
    unforeseen = [part for cause, part in moving if _unforeseen(found, cause)]
    if unforeseen:
        deviates = _deviates(found)
        nearest = [first.parts[int(np.argmax(came_by @ part))] for part in unforeseen]
        parts = [_fitted(found, near, part, deviates) for near, part in zip(nearest, unforeseen, strict=True)]
        own = [(1.0 - _EVERYWHERE) * float(part.sum() / total.sum()) for part in unforeseen]
        shares = (*own, *((1.0 - sum(own)) * share for share in proposal.shares))
        proposal = Proposal(shares, (*parts, *first.parts))
    return wave_of(proposal, _set_shares(found, total), people, waves[-1])


def _unforeseen(found: Posterior, cause: Cause) -> bool:
    """Whether the first proposal could not know where people with this cause would be found.

    A lack that nobody measured has parts of its own from the start, where one is suspected.
    """
    if any(lab.test in PREDICTED for lab in found.persona.case.labs):
        return True
    return cause != "magnesium_deficiency" and found.effective_sample_size < _FOUND_NOBODY


def _reshared(first: Proposal, brought: Array) -> Proposal:
    """The parts of the first proposal, by the share of what moves the answer that each ``brought``."""
    shares = (1.0 - _EVERYWHERE) * brought + _EVERYWHERE * np.array(first.shares)
    return Proposal(tuple(shares.tolist()), first.parts)


def _set_shares(found: Posterior, moving: Array) -> Array:
    """How much of a wave each parameter set gets: in proportion to what its people move the answer by."""
    sets = set_of(found.persona.crowd.indices)
    # The root of the sum of squares, so that one person who moves much asks for more of that set.
    size = np.sqrt(np.bincount(sets, moving**2, PARAMETER_SETS) * np.bincount(sets, minlength=PARAMETER_SETS))
    return _EVERY_SET / PARAMETER_SETS + (1.0 - _EVERY_SET) * size / size.sum()


def _moving(found: Posterior) -> list[tuple[Cause, Array]]:
    """For each cause and rare explanation that matter, how much each person moves the probabilities by it."""
    people = np.where(found.people > 0, found.people, 1.0)
    shares = np.array([found.weight[found.rows_of(cause)].sum(axis=(0, 2)) / people for cause in CAUSES])
    apart = np.abs(shares - (shares @ found.people)[:, None]).max(axis=0)
    by_cause, explained = found.people * apart * shares, _explained(found)
    parts: list[tuple[Cause, Array]] = [
        (cause, np.where(explained == number, moving, 0.0))
        for cause, moving in zip(CAUSES, by_cause, strict=True)
        for number in np.unique(explained)
    ]
    total = by_cause.sum()
    return [(cause, part) for cause, part in parts if total > 0 and part.sum() > _LEAST_PART * total]


def _explained(found: Posterior) -> NDArray[np.int64]:
    """Which of the rare things that are visited each person has, the first by number; none is -1."""
    crowd = found.persona.crowd
    number = np.full(len(crowd), -1)
    for i, (name, visit) in enumerate(_visits(found.persona.waves[0].proposal).items()):
        number[(number < 0) & (crowd.uniform(name) < visit.share)] = i
    return number


def _visits(first: Proposal) -> dict[str, Visit]:
    return {n: m for part in first.parts for n, m in part.items() if isinstance(m, Visit)}


def _deviates(found: Posterior) -> Mapping[str, Array]:
    """Normal deviates of every chance by which the people were drawn."""
    crowd = found.persona.crowd
    return {name: ndtri(crowd.uniform(name)) for name in crowd.asked}


def _fitted(
    found: Posterior, near: Mapping[str, Marginal], moving: Array, deviates: Mapping[str, Array]
) -> Mapping[str, Marginal]:
    """The part ``near``, with each chance where the people who move the answer, by weight, have it."""
    weight = moving / moving.sum()
    enough = effective_sample_size(weight)
    rare = _visits(found.persona.waves[0].proposal)
    marginals: dict[str, Marginal] = {name: m for name, m in near.items() if name not in rare}
    for name, visit in rare.items():
        seen = float(weight @ (found.persona.crowd.uniform(name) < visit.share))
        learned = (enough * seen + _FORMER * max(visit.share, 0.1)) / (enough + _FORMER)
        marginals[name] = Visit(visit.share, float(np.clip(learned, 0.02, 0.98)))
    for name, deviate in deviates.items():
        mean = float(weight @ deviate)
        if name not in rare and abs(mean) * np.sqrt(enough) > _CLEAR:
            shrunk = mean * (1.0 - 1.0 / (enough * mean**2))
            marginals[name] = Shift(float(np.clip(shrunk, -_FARTHEST, _FARTHEST)), _SPREAD)
    return marginals
