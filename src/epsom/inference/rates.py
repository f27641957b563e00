"""Rates of every symptom of one person's crowd: by magnesium along a course, and without it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from epsom.inference.hazards import background, hazards, link_odds, tolerances
from epsom.inference.moments import acute_moments
from epsom.inference.others import named_rates, reporting_and_reason
from epsom.inference.timeline import DAY
from epsom.physiology.other_causes import UNKNOWN, OtherCause, shares_of_background
from epsom.simulation.measures import Course

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from epsom.core.names import Cause, Pathway, Symptom
    from epsom.inference.hazards import Hazards, Tolerances
    from epsom.inference.persona import Persona

    Array = NDArray[np.float64]

#: What an unknown cause keeps of a background at least, where the named states take nearly all.
_LEAST_UNKNOWN = 0.02


@dataclass(frozen=True)
class Rates:
    """Rates of symptoms along the course that ``persona`` lives; each is read when first asked for.

    ``acute`` is whether moments of the case between midnights are looked at; a course after the question has
    none.
    """

    persona: Persona
    acute: bool = True
    _magnesium: dict[Symptom, Hazards] = field(default_factory=dict, repr=False)
    _others: dict[Symptom, Mapping[OtherCause, Array]] = field(default_factory=dict, repr=False)

    @cached_property
    def _stood(self) -> Tolerances:
        return tolerances(self.persona.crowd)

    @property
    def _had_back_pain(self) -> bool:
        return any(c.name == "previous_low_back_pain" for c in self.persona.case.person.conditions)

    def magnesium(self, symptom: Symptom) -> Hazards:
        """The hazard by magnesium; its background is that of this person from everything else."""
        if symptom not in self._magnesium:
            found = self._plain(symptom)
            total = np.zeros_like(found.background)
            for rate in self.others(symptom).values():
                total = total + rate
            self._magnesium[symptom] = replace(found, background=total)
        return self._magnesium[symptom]

    def others(self, symptom: Symptom) -> Mapping[OtherCause, Array]:
        """New episodes per day by each other state and by the unknown, shape (people or 1, draws) each."""
        if symptom not in self._others:
            usual = background(self.persona.crowd, symptom, had_back_pain=self._had_back_pain)
            left = max(shares_of_background(symptom)[UNKNOWN], _LEAST_UNKNOWN)
            found = named_rates(self.persona, symptom)
            found[UNKNOWN] = usual * left * reporting_and_reason(self.persona, symptom)
            self._others[symptom] = found
        return self._others[symptom]

    def by_pathway(self, symptom: Symptom, days: Array) -> dict[tuple[Cause, Pathway], Array]:
        """Expected onsets by each pathway of magnesium over ``days``, shape (people, draws) each."""
        found = self.magnesium(symptom)
        return dict(zip(found.pathways[:-1], found.over(days)[:-1], strict=True))

    def total(self, symptom: Symptom, days: Array) -> Array:
        """Expected onsets by magnesium and everything else over ``days``, shape (people, draws)."""
        return self.magnesium(symptom).over(days).sum(axis=0)

    def subset(self, rows: NDArray[np.int64]) -> Rates:
        """The same of the people of these rows."""
        chosen: dict[Symptom, Hazards] = {name: found.subset(rows) for name, found in self._magnesium.items()}
        return Rates(self.persona.subset(rows), self.acute, chosen)

    def _plain(self, symptom: Symptom) -> Hazards:
        persona = self.persona
        days, had = range(persona.clock.days), self._had_back_pain
        found = hazards(persona.lived, symptom, days, had_back_pain=had, stood=self._stood)
        acute = [row for row, link in enumerate(found.links) if link.cause == "magnesium_excess"]
        if not acute or not self.acute:
            return found
        odds = found.odds.copy()
        for hour in acute_moments(persona.case, persona.clock):
            day = min(int(hour // DAY), persona.clock.days - 1)
            then = link_odds(_standing(persona.lived, hour), symptom, range(1))[acute, :, 0]
            odds[acute, :, day] = np.fmax(odds[acute, :, day], then)
        return replace(found, odds=odds)


def _standing(course: Course, hour: float) -> Course:
    """A day in which everything stays as it was at ``hour``."""
    row = course.row(hour / DAY)
    return Course(
        course.body, course.crowd, course.constants, np.array([0.0, DAY]),
        np.repeat(course.states[:, row : row + 1], 2, axis=1),
        np.repeat(course.inputs[:, row : row + 1], 2, axis=1),
    )  # fmt: skip
