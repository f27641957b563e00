"""Moments between midnights that must be looked at: a rise of minutes after a needle is over by midnight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epsom.inference.timeline import DAY, magnesium_labs

if TYPE_CHECKING:
    from epsom.core.records import Case
    from epsom.inference.timeline import Timeline


def acute_moments(case: Case, clock: Timeline) -> list[float]:
    """Hours at which excess is read beside the midnights, ascending; none without recorded magnesium.

    The question, every magnesium value, and the start and end of what was given by needle.
    """
    if not case.supplements:
        return []
    found = {clock.asked, *(clock.moment(lab.taken) for _, lab in magnesium_labs(case))}
    for supplement in case.supplements:
        start, stop = clock.taken(supplement)
        if supplement.route in ("intravenous", "intramuscular") and start is not None:
            length = 0.0 if supplement.duration is None else supplement.duration.value
            found |= {start, start + length, stop}
    return sorted({round(hour, 6) for hour in found if 0 <= hour <= min(clock.asked, clock.days * DAY)})
