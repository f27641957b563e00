"""When symptoms may have begun: days of the window, with the time before it and errors of memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from epsom.inference.timeline import DAY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from epsom.core.records.case import SymptomEntry
    from epsom.inference.persona import Persona
    from epsom.inference.timeline import Timeline

    Array = NDArray[np.float64]

#: Error of a remembered date as a share of the time since (recalled); below a day it is not modeled.
_MEMORY = 0.08


def window_days(persona: Persona) -> Array:
    """Days of the window in which the question's symptom may have begun, shape (days,).

    The look-back is fixed before anything is known of the symptom: half a year, or shorter where something
    changed. Its part before the simulated days counts on the first of them.
    """
    clock, registry = persona.clock, persona.crowd.registry
    changes = [hour for hour in _changes(persona) if np.isfinite(hour)]
    if changes:
        begins = min(changes) - registry["look_back_before_change_days"].canonical_value
    else:
        begins = clock.asked - registry["look_back_days"].canonical_value
    onsets = [
        clock.interval(s.onset)[0]
        for s in persona.case.symptoms
        if s.name == persona.case.question and s.onset is not None
    ]
    return _spread(clock, min([begins, *onsets]), clock.asked)


def _changes(persona: Persona) -> list[float]:
    """Hours at which something dated began or stopped, not after the question."""
    case, clock = persona.case, persona.clock
    found: list[float] = []
    for supplement in case.supplements:
        start, stop = clock.taken(supplement)
        found += [stop] if start is None else [start, stop]
    for entry in (*case.person.drugs, *case.person.conditions):
        found += clock.acted(entry)
    return [hour for hour in found if hour <= clock.asked]


def onset_days(persona: Persona, episode: SymptomEntry | None, lasts: float) -> Array:
    """How much of each day the episode may have begun on, shape (days,).

    Parameters
    ----------
    lasts
        Mean days an episode lasts: one that is here now without a date began so recently that it is not over.
    """
    clock = persona.clock
    if episode is None or episode.onset is None:
        return np.minimum(window_days(persona), _still_here(clock, lasts))
    low, high = clock.interval(episode.onset)
    high = max(min(high, clock.asked), low + 1e-3)
    sd = _MEMORY * (clock.asked - 0.5 * (low + high))
    if sd < DAY:
        return _spread(clock, low, high)
    edges = np.arange(clock.days + 1) * DAY
    edges[0] = -np.inf
    inside = np.diff(ndtr((np.minimum(edges, clock.asked) - 0.5 * (low + high)) / sd))
    return inside / inside.sum() * (high - low) / DAY


def _still_here(clock: Timeline, lasts: float) -> Array:
    """Chance that what began on each day is still here, the first with all that lies before it, in days."""
    edges = np.arange(clock.days + 1) * DAY
    edges[0] = -np.inf
    still = np.exp(np.minimum(edges - clock.asked, 0.0) / (lasts * DAY))
    return np.diff(still) * lasts


def recent_days(clock: Timeline, days: float) -> Array:
    """The last ``days`` before the question."""
    return _spread(clock, clock.asked - days * DAY, clock.asked)


def _spread(clock: Timeline, low: float, high: float) -> Array:
    """Days between two hours; what lies before the simulated days counts on the first."""
    edges = np.arange(clock.days + 1) * DAY
    inside = np.clip(np.minimum(high, edges[1:]) - np.maximum(low, edges[:-1]), 0.0, DAY) / DAY
    inside[0] += max(0.0, min(high, 0.0) - low) / DAY
    return inside


def episodes(persona: Persona) -> list[SymptomEntry]:
    """Episodes of the question's symptom, the one asked about last."""
    clock, case = persona.clock, persona.case
    found = [s for s in case.symptoms if s.name == case.question and s.present]
    return sorted(found, key=lambda s: clock.asked if s.onset is None else clock.interval(s.onset)[1])
