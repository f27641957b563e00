"""What magnesium a person takes or took lately: elemental amounts, times, who ordered it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from epsom.core.units import MOLAR_MASS
from epsom.guidance.spans import UNKNOWN, Span, end, first_intake
from epsom.guidance.tables import window

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from epsom.core.names import Form, Reason, Route
    from epsom.core.records import Case
    from epsom.core.records.case import Supplement

# Ordinary food is no product: nobody is told to stop it and no limit counts it.
_FOOD = "food"
_BY_NEEDLE: tuple[Route, ...] = ("intravenous", "intramuscular")


@dataclass(frozen=True, slots=True)
class Taken:
    """One magnesium product as reported.

    Attributes
    ----------
    index : int
        Its place in the case's `supplements`.
    form : str
        Contract name of the form.
    title : str
        In words, such as "magnesium citrate".
    route : str
        How it is given.
    milligrams : float or None
        Elemental magnesium per day as reported, in mg; one intake a day where no number of intakes is given,
        the whole dose of a single infusion; None where the dose is not known.
    prescribed : bool or None
        Whether a clinician ordered it; None where it was not said.
    reason : str or None
        Why it is taken.
    with_food : bool or None
        Whether it is taken with meals.
    times_per_day : float or None
        Intakes a day.
    start : Span
        Of the first intake.
    stop : float
        When it stopped, in days since the question; infinity where it goes on.
    """

    index: int
    form: Form
    title: str
    route: Route
    milligrams: float | None
    prescribed: bool | None
    reason: Reason | None
    with_food: bool | None
    times_per_day: float | None
    start: Span
    stop: float

    @property
    def by_needle(self) -> bool:
        """Whether it is infused or injected."""
        return self.route in _BY_NEEDLE

    @property
    def ordered(self) -> bool:
        """Whether someone ordered it: prescribed, or given by needle."""
        return self.prescribed is True or self.by_needle

    @property
    def perhaps_ordered(self) -> bool:
        """Whether nobody said who chose it."""
        return not self.ordered and self.prescribed is None

    @property
    def now(self) -> bool:
        """Whether it is still taken."""
        return self.stop >= 0.0

    @property
    def lately(self) -> bool:
        """Whether it is taken now or was a short while ago."""
        return self.stop >= -window("exposure")

    @property
    def longest_use(self) -> float:
        """Days of use at most; infinity where the start is not known."""
        return min(self.stop, 0.0) - self.start.low


def products(case: Case, asked: datetime) -> tuple[Taken, ...]:
    """Return every product of a case but ordinary food."""
    listed = enumerate(case.supplements)
    return tuple(_taken(index, entry, asked) for index, entry in listed if entry.form != _FOOD)


def _taken(index: int, entry: Supplement, asked: datetime) -> Taken:
    stop = end(entry.stop, asked)
    start = first_intake(entry.start, asked)
    return Taken(
        index=index,
        form=entry.form,
        title=_title(entry.form),
        route=entry.route,
        milligrams=_milligrams_per_day(entry),
        prescribed=entry.prescribed,
        reason=entry.reason,
        with_food=entry.with_food,
        times_per_day=entry.times_per_day,
        start=start if start.known else Span(UNKNOWN.low, min(stop, 0.0)),
        stop=stop,
    )


def _milligrams_per_day(entry: Supplement) -> float | None:
    per_intake = entry.magnesium_per_intake
    if per_intake is None:
        return None
    times = 1.0 if entry.is_one_infusion else entry.times_per_day or 1.0
    return per_intake * MOLAR_MASS["magnesium"] * times


def _title(form: Form) -> str:
    return "mineral water" if form == "mineral_water" else f"magnesium {form}"


def peak_milligrams(taken: Iterable[Taken], since: float) -> float:
    """Return the most elemental magnesium per day reported at one time since some day before the question.

    Products that follow each other are not added up. An unknown dose adds nothing, so that a dose that
    becomes known or higher can only raise the answer.
    """
    entries = [entry for entry in taken if entry.stop >= since]
    moments = {max(entry.start.low, since) for entry in entries}
    return max((_at(moment, entries) for moment in moments), default=0.0)


def _at(moment: float, entries: list[Taken]) -> float:
    active = (
        entry for entry in entries if entry.start.low <= moment < max(entry.stop, entry.start.low + 0.5)
    )
    return math.fsum(entry.milligrams or 0.0 for entry in active)
