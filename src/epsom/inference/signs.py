"""How likely each entered fact is, under the body and under each other state: symptoms, flags, courses.

Given the body and the state, symptoms are independent; what makes people report many of them at once without
any of these is how much this kind of person reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from epsom.inference.laboratory import lab_likelihood, other_labs
from epsom.inference.onsets import onset_days, recent_days
from epsom.inference.others import flag_chances, symptom_chances
from epsom.physiology.symptoms import symptom_models

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from epsom.core.names import Symptom
    from epsom.core.records.case import SymptomEntry
    from epsom.inference.persona import Persona
    from epsom.inference.rates import Rates

    Array = NDArray[np.float64]

#: Mean over median of an exponential duration.
_MEAN_OVER_MEDIAN = 1.0 / np.log(2.0)
_LONGEST_RECENT = 60.0


@dataclass(frozen=True)
class Evidence:
    """One entered fact.

    Attributes
    ----------
    where
        Its place in the case.
    kind
        ``lab``, ``symptom`` or ``flag``.
    name
        Of the test, symptom or flag.
    present
        Whether it was affirmed; None for laboratory values.
    log_likelihood
        Shape (rows, people or 1, draws), rows as in `epsom.inference.others.other_rows`.
    expected
        Mean chance of being affirmed, same shape; None for laboratory values.
    """

    where: str
    kind: str
    name: str
    present: bool | None
    log_likelihood: Array
    expected: Array | None = None


def evidence(persona: Persona, rates: Rates) -> list[Evidence]:
    """Every entered fact but magnesium values and the question itself."""
    found = [
        Evidence(f"labs[{i}]", "lab", lab.test, None, lab_likelihood(persona, lab))
        for i, lab in other_labs(persona)
    ]
    found += _symptoms(persona, rates)
    for flag, present in persona.case.red_flags.items():
        chance = flag_chances(flag)[:, None, :]
        found.append(
            Evidence(f"red_flags.{flag}", "flag", flag, present, np.log(chance if present else 1 - chance))
        )
    return found


def _symptoms(persona: Persona, rates: Rates) -> Iterator[Evidence]:
    """Each symptom but the question's, once: present if any entry says so."""
    entries: dict[Symptom, tuple[int, SymptomEntry]] = {}
    for i, entry in enumerate(persona.case.symptoms):
        if entry.name != persona.case.question and (entry.present or entry.name not in entries):
            entries[entry.name] = (i, entry)
    for name, (i, entry) in entries.items():
        chance = affirmed(persona, rates, name)
        likely = np.log(chance if entry.present else 1 - chance)
        if entry.present and entry.onset is not None:
            likely = likely + _timing(persona, rates, entry)
        yield Evidence(f"symptoms[{i}]", "symptom", name, entry.present, likely, chance)


def affirmed(persona: Persona, rates: Rates, symptom: Symptom) -> Array:
    """Chance that the symptom is affirmed when asked, shape (rows, people, draws)."""
    days = recent_days(persona.clock, lasts(symptom))
    body = rates.total(symptom, days)
    own = symptom_chances(symptom)[:, None, :]
    there = 1 - np.exp(-body)[None] * (1 - own)
    registry = persona.crowd.registry
    missed = registry["symptom_missed_share"].canonical_value
    invented = registry["symptom_invented_share"].canonical_value
    return invented + (1 - invented - missed) * there


def lasts(symptom: Symptom) -> float:
    """Mean days an ordinary episode lasts: present now are those that began within them."""
    return min(symptom_models()[symptom].recovery.median * _MEAN_OVER_MEDIAN, _LONGEST_RECENT)


def _timing(persona: Persona, rates: Rates, entry: SymptomEntry) -> Array:
    """Logarithm of how much of the chance of an onset lies on the reported days, against even days."""
    recent = np.maximum(recent_days(persona.clock, lasts(entry.name)), 0.0)
    began = onset_days(persona, entry, lasts(entry.name))
    whole = np.maximum(recent, began)
    even = began.sum() / whole.sum()
    on = rates.total(entry.name, began)
    ever = rates.total(entry.name, whole)
    own = -np.log1p(-np.minimum(symptom_chances(entry.name), 0.999))[:, None, :]
    return np.log((on[None] + own * even) / (ever[None] + own)) - np.log(even)
