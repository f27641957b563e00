"""A case on the clock: hours since the midnight at which full simulation begins.

Full simulation covers a window of whole days that ends with the question; what went on before it is history.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from epsom.core.kinds import HOURS_PER_DAY
from epsom.core.times import hours_since, interval_hours, start_hours, stop_hours

if TYPE_CHECKING:
    from collections.abc import Iterator

    from epsom.core.records import Case
    from epsom.core.records.case import ConditionEntry, DrugEntry, LabResult, Supplement
    from epsom.core.times import CivilTime

DAY = HOURS_PER_DAY
_SHORTEST_WINDOW, _LONGEST_WINDOW = 14, 60
#: Days simulated where a lack must build up.
_WINDOW_OF_LACK = 42
#: Serum magnesium below which it must, mmol/L; ionized magnesium counts by its usual share.
LOW = 0.62
_IONIZED_SHARE = 0.62
#: Days simulated before the earliest thing that is dated.
_MARGIN = 4


@dataclass(frozen=True)
class Timeline:
    """Where the times of a case lie.

    Attributes
    ----------
    origin
        Midnight at which full simulation begins.
    days
        Length of the window; it ends at the midnight after the question.
    asked
        Hour of the question.
    first_meal
        Hour of the day's first meal.
    low
        Whether a magnesium value is so low that a loss of weeks must be simulated.
    """

    origin: datetime
    days: int
    asked: float
    first_meal: float
    low: bool = False

    def interval(self, time: CivilTime) -> tuple[float, float]:
        """Hours between which an event lies."""
        return interval_hours(time, self.origin)

    def moment(self, time: CivilTime | None) -> float:
        """Best single hour of an event, not after the question; the question's own where it has no time."""
        if time is None:
            return self.asked
        low, high = self.interval(time)
        return min(0.5 * (low + high), self.asked)

    def taken(self, supplement: Supplement) -> tuple[float | None, float]:
        """Hour of the first intake, None if not known, and the hour before which the last one falls."""
        start = start_hours(supplement.start, self.origin, self.first_meal) if supplement.start else None
        stop = stop_hours(supplement.stop, self.origin) if supplement.stop else np.inf
        return start, stop

    def acted(self, entry: DrugEntry | ConditionEntry) -> tuple[float, float]:
        """Hours between which a drug or condition was at work; minus infinity where it has no start."""
        start = self.interval(entry.start)[0] if entry.start else -np.inf
        stop = self.interval(entry.stop)[1] if entry.stop else np.inf
        return start, stop


def timeline(case: Case, first_meal: float) -> Timeline:
    """Lay the case on the clock, with a window that holds what is dated as far as sixty days allow."""
    end = case.asked_on.latest
    midnight = datetime.combine(case.asked_on.earliest.date(), datetime.min.time(), tzinfo=end.tzinfo)
    oldest = min((hours_since(midnight, time.earliest) for time in _dated(case)), default=0.0)
    low = any(total_serum(lab) < LOW for _, lab in magnesium_labs(case))
    shortest = _WINDOW_OF_LACK if low else _SHORTEST_WINDOW
    days = int(np.clip(np.ceil(-oldest / DAY) + _MARGIN, shortest, _LONGEST_WINDOW))
    origin = midnight - timedelta(days=days - 1)
    return Timeline(origin, days, hours_since(origin, end), first_meal, low)


def _dated(case: Case) -> Iterator[CivilTime]:
    entries = [*case.supplements, *case.person.drugs, *case.person.conditions]
    for entry in entries:
        yield from (time for time in (entry.start, entry.stop) if time is not None)
    yield from (symptom.onset for symptom in case.symptoms if symptom.onset is not None)
    yield from (lab.taken for lab in case.labs if lab.taken is not None)


def magnesium_labs(case: Case) -> list[tuple[int, LabResult]]:
    """Serum and ionized magnesium values with their places in the case."""
    return [
        (i, lab) for i, lab in enumerate(case.labs) if lab.test in ("serum_magnesium", "ionized_magnesium")
    ]


def total_serum(lab: LabResult) -> float:
    """A magnesium value as total serum magnesium, mmol/L."""
    return lab.value.value / (1.0 if lab.test == "serum_magnesium" else _IONIZED_SHARE)


def tells_filtration(case: Case) -> LabResult | None:
    """The latest creatinine or filtration rate that stands for the usual one, where no other is stated."""
    acute = any(c.name == "acute_kidney_injury" for c in case.person.conditions)
    if acute or case.person.kidney is not None:
        return None
    labs = [lab for lab in case.labs if lab.test in ("serum_creatinine", "egfr") and lab.bound is None]
    return max(labs, key=lambda lab: (lab.taken or case.asked_on).latest) if labs else None
