"""What else may be the matter with this person: how often each state, and what stays unexplained, comes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from epsom.core.drugs import drug_class
from epsom.inference.hazards import LINK_DRAWS
from epsom.inference.timeline import DAY
from epsom.physiology.other_causes import (
    UNKNOWN,
    OtherCause,
    OtherState,
    flags_otherwise,
    other_states,
)
from epsom.simulation.streams import uniforms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from epsom.core.names import RedFlag, Symptom
    from epsom.inference.persona import Persona

    Array = NDArray[np.float64]

_SEED = 20_261_124
_UNASKED = 1e-4


def other_rows() -> tuple[OtherState | None, ...]:
    """Who may have caused it: magnesium through the body (None), each named state, the unknown (None)."""
    return (None, *other_states().values(), None)


def other_names() -> tuple[OtherCause, ...]:
    """Names of the rows after the first."""
    return (*(state.name for state in other_states().values()), UNKNOWN)


@cache
def deviates(name: str) -> Array:
    """Standard normal draws of one uncertain number, the same for every case and seed, shape (draws,)."""
    return ndtri(uniforms(_SEED, name, 0, LINK_DRAWS))


def reporting(persona: Persona) -> Array:
    """How much more of every symptom this kind of person reports than others, shape (draws,)."""
    return np.exp(persona.crowd.registry["reporting_spread"].canonical_value * deviates("reporting"))


def named_rates(persona: Persona, symptom: Symptom) -> dict[OtherCause, Array]:
    """New episodes of ``symptom`` per day by each named state, shape (1, draws) each."""
    found: dict[OtherCause, Array] = {}
    for state in other_states().values():
        if symptom in state.symptoms:
            chance = state.symptoms[symptom].at(deviates(f"{state.name}/{symptom}"))
            incidence = state.incidence.at(deviates(f"{state.name}/incidence"))
            found[state.name] = (incidence * chance * raised(persona, state))[None, :]
    return found


def reporting_and_reason(persona: Persona, symptom: Symptom) -> Array:
    """Factor on what stays unknown: how much this kind of person reports, and why magnesium is taken."""
    return reporting(persona) * indication(persona, symptom)


def raised(persona: Persona, state: OtherState) -> Array:
    """Factor on the incidence of a state from this person's conditions and drugs, shape (draws,)."""
    person, asked = persona.case.person, persona.clock.asked
    factor = np.ones(LINK_DRAWS)
    conditions = {c.name for c in person.conditions}
    for name in sorted(conditions & set(state.raised_by_conditions)):
        factor = factor * state.raised_by_conditions[name].at(deviates(f"{state.name}/raised/{name}"))
    classes = {
        known.name
        for drug in person.drugs
        if persona.clock.acted(drug)[1] > asked - 30 * DAY and (known := drug_class(drug.name)) is not None
    }
    for name in sorted(classes & set(state.raised_by_drugs)):
        factor = factor * state.raised_by_drugs[name].at(deviates(f"{state.name}/raised/{name}"))
    return factor


def indication(persona: Persona, symptom: Symptom) -> float:
    """Factor on the background of what magnesium was taken for: who takes it for cramps has cramps."""
    reasons = {s.reason for s in persona.case.supplements if s.reason is not None}
    factor = persona.crowd.registry["indication_ratio"].canonical_value
    return factor if any(symptom in _TAKEN_FOR.get(reason, ()) for reason in reasons) else 1.0


#: Which symptoms people take magnesium for, by the reason they give.
_TAKEN_FOR: Mapping[str, tuple[Symptom, ...]] = {
    "constipation": ("constipation", "bloating", "abdominal_pain", "abdominal_cramps"),
    "cramps": ("muscle_cramps", "muscle_spasm", "muscle_tension", "leg_pain", "muscle_pain"),
    "sleep": ("fatigue", "malaise", "headache", "muscle_tension"),
    "heartburn": ("abdominal_pain", "nausea", "bloating"),
    "blood_pressure": ("headache", "dizziness"),
}


def flag_chances(flag: RedFlag) -> Array:
    """Chance that ``flag`` is present under each row of :func:`other_rows`, shape (rows, draws)."""
    otherwise = flags_otherwise().get(flag)
    base = np.full(LINK_DRAWS, _UNASKED) if otherwise is None else otherwise.at(deviates(f"flag/{flag}"))
    rows = []
    for state in other_rows():
        own = state.flags.get(flag) if state is not None else None
        chance = base if own is None else own.at(deviates(f"{state.name if state else ''}/flag/{flag}"))
        rows.append(np.maximum(chance, base))
    return np.stack(rows)


def symptom_chances(symptom: Symptom) -> Array:
    """Chance that each row of :func:`other_rows` brings ``symptom`` along, shape (rows, draws)."""
    rows = []
    for state in other_rows():
        if state is None or symptom not in state.symptoms:
            rows.append(np.zeros(LINK_DRAWS))
        else:
            rows.append(state.symptoms[symptom].at(deviates(f"{state.name}/{symptom}")))
    return np.stack(rows)
