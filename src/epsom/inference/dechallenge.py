"""What stopping said: whether the symptom went as fast as each cause would let it go.

Relief is also reported because it is expected; that caps what one stop can say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from epsom.inference.hazards import LINK_DRAWS
from epsom.inference.onsets import episodes
from epsom.inference.recovery import mended_by
from epsom.inference.timeline import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from epsom.core.names import Cause, Pathway
    from epsom.inference.persona import Persona

    Array = NDArray[np.float64]


def relief_after_stop(persona: Persona) -> tuple[float, bool] | None:
    """Days from the stop of all magnesium to relief, or to the question without it; None without a stop.

    Relief is an end or a better course. Only a symptom that had begun before the stop says anything.
    """
    clock = persona.clock
    stops = [t.stop for t in persona.taking]
    entries = episodes(persona)
    if not stops or max(stops) > clock.asked or not entries:
        return None
    stop, entry = max(stops), entries[-1]
    began = -np.inf if entry.onset is None else clock.interval(entry.onset)[0]
    if began >= stop:
        return None
    if entry.resolved is not None:
        ended = clock.moment(entry.resolved)
        # What ended before the stop was not ended by it.
        return (max(ended - stop, 0.5 * DAY) / DAY, True) if ended >= stop - DAY else None
    since = (clock.asked - stop) / DAY
    return None if since < 0.5 else (since, entry.course == "better")


def log_relief(persona: Persona, ways: Sequence[tuple[Cause, Pathway]], seen: tuple[float, bool]) -> Array:
    """Log-likelihood of what stopping said under each cause and pathway, shape (ways, people, draws).

    Parameters
    ----------
    seen
        Days from the stop, and whether there was relief.
    """
    days, relieved = seen
    registry = persona.crowd.registry
    record = registry["relief_expected_share"]
    spread = record.canonical_spread("uncertainty")
    assert spread is not None
    expected = spread.quantile(
        (np.arange(LINK_DRAWS) + 0.5) / LINK_DRAWS, record.canonical_value, record.canonical_bounds
    )
    lingering = registry["relief_lingering_share"].canonical_value
    found = []
    for cause, pathway in ways:
        gone = mended_by(persona, cause, pathway, days, LINK_DRAWS)
        chance = expected + (1 - expected) * (1 - lingering) * gone
        found.append(np.log(chance if relieved else 1 - chance))
    return np.stack(found)
