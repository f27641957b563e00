"""Civil times: a date, or a date-time with or without an offset. The clock of the machine is never read.

Times without an offset are the person's local civil time, counted in civil hours (a change of the clocks in
spring is not seen). Where the date-times of a file carry offsets, its dates alone are days at one of those
offsets (`offset_of_dates`), so that all times of a file can be compared.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from epsom.core.faults import BadValueError, show

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

FIRST_YEAR, LAST_YEAR = 1900, 2100
# East and west of Greenwich, in hours: the widest offset in use is +14:00.
_WIDEST_OFFSET = 14

_DAY = timedelta(days=1)
_EXPECTED = "a date YYYY-MM-DD or a date-time YYYY-MM-DDTHH:MM, with or without an offset such as +02:00"
_TIME = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt ](?P<clock>[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)"
    r"(?P<offset>[Zz]|[+-][0-9]{2}:[0-9]{2})?)?"
)


@dataclass(frozen=True, slots=True)
class CivilTime:
    """A date or a date-time of a file.

    Attributes
    ----------
    moment : datetime.datetime
        The moment, or midnight at the start of the date. It carries an offset if the file's times do.
    is_date : bool
        True for a date alone, which means the whole day.
    text : str
        As it was written.
    """

    moment: datetime
    is_date: bool
    text: str

    @property
    def earliest(self) -> datetime:
        """The first moment it may mean: what a date alone has as `start`, before the first meal is known."""
        return self.moment

    @property
    def latest(self) -> datetime:
        """The last moment it may mean: the midnight that ends a date alone.

        This is the time of asking for `asked_on`, and for `stop` the first moment without an intake.
        """
        return self.moment + _DAY if self.is_date else self.moment

    def is_after(self, other: CivilTime) -> bool:
        """Tell whether this time is after the other one whatever moment each of them means."""
        return self.earliest >= other.latest if other.is_date else self.earliest > other.latest

    def __str__(self) -> str:
        return self.text


def read_time(text: object, offset: tzinfo | None = None) -> CivilTime:
    """Read a civil time.

    Parameters
    ----------
    text : object
        A text such as ``2026-06-01`` or ``2026-06-01T09:30+02:00``; anything else is refused.
    offset : tzinfo, optional
        The offset at which a date alone is a day, for files whose date-times carry offsets.

    Raises
    ------
    BadValueError
        For anything but a date of the calendar between 1900 and 2100.
    """
    match = _TIME.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        raise BadValueError(show(text), _EXPECTED)
    try:
        moment = datetime.fromisoformat(f"{match['date']}T{match['clock'] or '00:00'}")
    except ValueError as error:
        raise BadValueError(show(text), "a date and time of the calendar", str(error)) from None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise BadValueError(show(text), f"a year from {FIRST_YEAR} to {LAST_YEAR}")
    is_date = match["clock"] is None
    zone = offset if is_date else _zone(match["offset"], text)
    return CivilTime(moment.replace(tzinfo=zone), is_date, match.group())


def _zone(text: str | None, whole: object) -> tzinfo | None:
    """Read an offset from UTC."""
    if text is None:
        return None
    if text in "Zz":
        return UTC
    hours, minutes = int(text[1:3]), int(text[4:6])
    if minutes > 59 or hours * 60 + minutes > _WIDEST_OFFSET * 60:
        raise BadValueError(show(whole), f"an offset up to {_WIDEST_OFFSET} hours")
    return timezone((-1 if text[0] == "-" else 1) * timedelta(hours=hours, minutes=minutes))


def offset_of_dates(times: Iterable[CivilTime]) -> tzinfo | None:
    """Return the offset at which the dates of a file are days: the first one that any of its times carries.

    `asked_on` comes first in `times`, so that its offset is the person's where it has one.
    """
    return next((time.moment.tzinfo for time in times if time.moment.tzinfo is not None), None)


def hours_since(origin: datetime, moment: datetime) -> float:
    """Return the hours from an origin to a moment, negative before it.

    Raises
    ------
    TypeError
        If only one of the two carries an offset.
    """
    return (moment - origin) / timedelta(hours=1)


def interval_hours(time: CivilTime, origin: datetime) -> tuple[float, float]:
    """Return the hours since an origin between which `onset`, `resolved` or `taken` lies.

    The two are equal for a date-time; a date alone means some time that day.
    """
    return hours_since(origin, time.earliest), hours_since(origin, time.latest)


def start_hours(time: CivilTime, origin: datetime, first_meal: float) -> float:
    """Return the hours since an origin of a `start`: a date alone begins with that day's first meal.

    Parameters
    ----------
    time : CivilTime
        The start.
    origin : datetime.datetime
        Where counting begins.
    first_meal : float
        Hour of the day's first meal, in h after midnight.
    """
    return hours_since(origin, time.earliest) + (first_meal if time.is_date else 0.0)


def stop_hours(time: CivilTime, origin: datetime) -> float:
    """Return the hours since an origin before which the last intake of a `stop` falls.

    A date alone is the last day taken, so this is the midnight after it; a date-time is exclusive itself.
    """
    return hours_since(origin, time.latest)
