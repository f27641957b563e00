"""From courses to causes: drivers of symptoms, hazards by pathway, and competing risks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from epsom.inference.timeline import DAY
from epsom.physiology.builder.functions import hill
from epsom.physiology.symptoms import Link, SymptomModel, symptom_models
from epsom.simulation.measures import water_held
from epsom.simulation.streams import uniforms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from epsom.core.names import Cause, Pathway
    from epsom.inference.persona import Persona

    Array = NDArray[np.float64]

#: Draws of link strengths that share each trajectory.
LINK_DRAWS = 64
_LINK_SEED = 20_261_123


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
        Probability of the onset's time given that it fell within the window, shape (people, link draws).
    """

    pathways: tuple[tuple[Cause, Pathway], ...]
    shares: Array
    timing: Array


def drivers(persona: Persona) -> Mapping[str, Array]:
    """Daily drivers of each person, shape (people, days), between 0 and 1."""
    crowd, course = persona.crowd, persona.lived
    days = range(persona.clock.days)
    grams = 1e3 * DAY
    capacity = crowd.value("loose_water_capacity") * grams
    upset, serum, calcium = [], [], []
    for day in days:
        extra = np.maximum(water_held(course, day) - course.at("habituation", day) * grams, 0.0)
        upset.append(hill(extra, capacity, crowd.value("gut_upset_steepness")))
        serum.append(
            0.5 * (course.at("plasma_concentration", day) + course.at("plasma_concentration", day + 1))
        )
        calcium.append(course.at("ionized_calcium", day))
    level = np.column_stack(serum)
    # Low magnesium excites by itself, and more through the calcium it takes along.
    calm = hill(level, *(crowd.value(f"deficiency_{shape}")[:, None] for shape in ("half", "steepness")))
    calm = calm * hill(
        np.column_stack(calcium),
        *(crowd.value(f"low_calcium_{shape}")[:, None] for shape in ("half", "steepness")),
    )
    lack = 1.0 - calm
    return {"gut_upset": np.column_stack(upset), "deficiency": lack, "serum": level}


def attribution(persona: Persona) -> Attribution:
    """Shares of each pathway in the hazard of the question's symptom over the time of its onset."""
    case, clock = persona.case, persona.clock
    model = symptom_models()[case.question]
    daily = drivers(persona)
    deviates = _deviates(model)
    background = model.background.at(deviates["background"]) * _personal_rate(persona, model)[:, None]
    window = np.full(clock.days, 1.0)
    at_onset = _onset_days(persona)
    rows = [
        _integrated(link, deviates[_key(link)], daily, background, persona, at_onset) for link in model.links
    ]
    whole = [
        _integrated(link, deviates[_key(link)], daily, background, persona, window) for link in model.links
    ]
    rows.append(background * at_onset.sum())
    whole.append(background * window.sum())
    hazards, total = np.stack(rows), np.sum(whole, axis=0)
    pathways: tuple[tuple[Cause, Pathway], ...] = (
        *((link.cause, link.pathway) for link in model.links),
        ("other_cause", "background"),
    )
    at_onset_total = hazards.sum(axis=0)
    return Attribution(pathways, hazards / at_onset_total, at_onset_total / total)


def _key(link: Link) -> str:
    return f"{link.cause}/{link.pathway}"


def _deviates(model: SymptomModel) -> Mapping[str, Array]:
    """Standard normal draws of each link's strength, the same for every case and seed."""
    names = ["background", *(_key(link) for link in model.links)]
    return {n: ndtri(uniforms(_LINK_SEED, f"{model.name}/{n}", 0, LINK_DRAWS)) for n in names}


def _personal_rate(persona: Persona, model: SymptomModel) -> Array:
    """Background of this person relative to people without a history."""
    had = any(c.name == "previous_low_back_pain" for c in persona.case.person.conditions)
    if model.name == "low_back_pain" and had:
        return persona.crowd.value("previous_back_pain_ratio")
    return np.ones(len(persona.crowd))


def _onset_days(persona: Persona) -> Array:
    """Share of each day of the window on which the symptom may have begun."""
    case, clock = persona.case, persona.clock
    episode = next((s for s in case.symptoms if s.name == case.question and s.present), None)
    edges = np.arange(clock.days + 1) * DAY
    if episode is None or episode.onset is None:
        low, high = 0.0, clock.asked
    else:
        low, high = clock.interval(episode.onset)
        high = max(min(high, clock.asked), low + 1e-3)
    if high <= 0:
        # It began before the window: the first day stands for that time.
        low, high = 0.0, DAY
    return np.clip(np.minimum(high, edges[1:]) - np.maximum(low, edges[:-1]), 0.0, DAY) / DAY


def _integrated(
    link: Link, deviates: Array, daily: Mapping[str, Array], background: Array, persona: Persona, days: Array
) -> Array:
    """Hazard of one link over the chosen days, shape (people, link draws)."""
    if link.driver == "excess":
        assert link.half is not None
        half = link.half * persona.crowd.value("excess_tolerance")[:, None]
        driver = hill(daily["serum"], half, persona.crowd.value("excess_steepness")[:, None])
    else:
        driver = daily[link.driver]
    driven = (driver @ days)[:, None] * link.strength.at(deviates)[None, :]
    return driven * background if link.relative else driven
