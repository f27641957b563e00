"""Laboratory results as the rules read them: which count, and between what the true value lies."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from epsom.guidance.spans import Span, moment
from epsom.guidance.tables import window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from epsom.core.names import Lab
    from epsom.core.records import Case
    from epsom.core.records.case import LabResult


@dataclass(frozen=True, slots=True)
class Result:
    """One laboratory result.

    Attributes
    ----------
    index : int
        Its place in the case's `labs`.
    test : str
        Which test.
    low, high : float
        Between what the value lies: equal unless the laboratory gave a bound; urine magnesium in mmol/day,
        everything else in the canonical unit of its kind.
    unit : str
        That unit.
    text : str
        As it was written.
    date : str
        Date of the sample, empty where it is not known.
    taken : Span
        When the sample was taken.
    """

    index: int
    test: Lab
    low: float
    high: float
    unit: str
    text: str
    date: str
    taken: Span

    @property
    def bound(self) -> float:
        """The value as it was written, whether it is exact or a bound."""
        return self.low if math.isinf(self.high) else self.high

    @property
    def undated(self) -> bool:
        """Whether nobody said when the sample was taken."""
        return not self.taken.known


def results(case: Case, asked: datetime) -> tuple[Result, ...]:
    """Return every laboratory result of a case, in its order."""
    return tuple(_result(index, lab, asked) for index, lab in enumerate(case.labs))


def _result(index: int, lab: LabResult, asked: datetime) -> Result:
    per_day = lab.urine_magnesium_per_day
    value = lab.value.value if per_day is None else per_day
    return Result(
        index=index,
        test=lab.test,
        low=0.0 if lab.bound == "below" else value,
        high=math.inf if lab.bound == "above" else value,
        unit=lab.value.unit if per_day is None else "mmol/day",
        text=lab.value.text,
        date=lab.taken.text[:10] if lab.taken is not None else "",
        taken=moment(lab.taken, asked),
    )


def counting(found: tuple[Result, ...]) -> tuple[Result, ...]:
    """Return the results that count now.

    Those without a date, those of the last days and, of each test, the latest one before them unless it is
    too old to say anything.
    """
    return tuple(result for result in found if _counts(result, found))


def _counts(result: Result, found: tuple[Result, ...]) -> bool:
    if result.undated or result.taken.high >= -window("result_counts"):
        return True
    if result.taken.high < -window("result_expires"):
        return False
    return result.taken.high >= max(other.taken.high for other in _same_test(result, found))


def _same_test(result: Result, found: tuple[Result, ...]) -> Iterator[Result]:
    return (other for other in found if other.test == result.test)
