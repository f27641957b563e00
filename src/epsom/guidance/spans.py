"""Times as days relative to the question: negative before it, an interval where they are not known."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from epsom.core.kinds import HOURS_PER_DAY
from epsom.core.times import interval_hours, stop_hours

if TYPE_CHECKING:
    from datetime import datetime

    from epsom.core.times import CivilTime

# A date alone as `start` means from that day's first meal: when that may be, in days after midnight.
_FIRST_MEAL = (0.2, 0.5)


@dataclass(frozen=True, slots=True)
class Span:
    """A moment between two, in days since the question.

    Attributes
    ----------
    low, high : float
        Earliest and latest moment possible; `low` is minus infinity where nothing is known.
    """

    low: float
    high: float

    @property
    def known(self) -> bool:
        """Whether it is bounded on both sides."""
        return math.isfinite(self.low)

    def may_follow(self, other: Span, within: float) -> bool:
        """Tell whether this moment may lie from 0 to `within` days after the other one."""
        return self.high >= other.low and self.low <= other.high + within

    def certainly_before(self, other: Span) -> bool:
        """Tell whether this moment lies before the other one whatever they are."""
        return self.high < other.low


UNKNOWN = Span(-math.inf, 0.0)


def moment(time: CivilTime | None, asked: datetime) -> Span:
    """Return when an `onset`, `resolved` or `taken` was; an unknown time is any time before the question."""
    if time is None:
        return UNKNOWN
    low, high = interval_hours(time, asked)
    return Span(low / HOURS_PER_DAY, min(high / HOURS_PER_DAY, max(0.0, low / HOURS_PER_DAY)))


def first_intake(time: CivilTime | None, asked: datetime) -> Span:
    """Return when the first intake of a `start` was: in the morning where it is a date alone."""
    found = moment(time, asked)
    if time is None or not time.is_date:
        return found
    early, late = (found.low + after for after in _FIRST_MEAL)
    return Span(min(early, found.high), min(late, found.high))


def end(time: CivilTime | None, asked: datetime) -> float:
    """Return when a `stop` took effect, in days since the question; infinity without one."""
    return math.inf if time is None else stop_hours(time, asked) / HOURS_PER_DAY
