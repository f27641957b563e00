"""The picture of a muscle fiber's twitch at several levels of magnesium: magnesium lets muscle relax."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epsom.interfaces.numerals import number
from epsom.interfaces.plots.design import WIDTH, light
from epsom.interfaces.plots.drawing import Drawing, Table
from epsom.interfaces.plots.export import chart, element

if TYPE_CHECKING:
    from collections.abc import Mapping

    from epsom.simulation.twitch import Twitch

_HEIGHT, _SHOWN = 300, 200.0
_STYLES = (("without", (4, 2.5)), ("with", (1, 0)), ("signal", (1.5, 1.5)))


def twitch_picture(twitches: Mapping[float, Twitch]) -> Drawing:
    """Force after one impulse, and where half of it is gone.

    Parameters
    ----------
    twitches
        Up to three twitches by free magnesium in mmol/L, low first.
    """
    title = "One twitch of a muscle fiber"
    halves = [
        f"{number(run.half_relaxation)} ms at {number(level)} mmol/L" for level, run in twitches.items()
    ]
    alt = f"Force after one impulse. Half of it is gone after {', '.join(halves)} of free magnesium."
    with chart(WIDTH, _HEIGHT) as (figure, axes):
        for (level, run), (role, dashes) in zip(twitches.items(), _STYLES, strict=False):
            name = f"{number(level)} mmol/L"
            axes.plot(run.times, run.force, color=light(role), dashes=dashes, label=name)
            half = run.times[int(run.force.argmax())] + run.half_relaxation
            axes.plot([half], [run.rest_force + 0.5 * run.peak], "o", color=light(role), markersize=6)
        axes.legend(frameon=False, title="free magnesium", loc="upper right")
        axes.set_xlim(0, _SHOWN)
        axes.set_ylim(bottom=0)
        axes.set_xlabel("ms after the impulse")
        axes.set_ylabel("force, share of the largest")
        svg = element(figure, "twitch", title, alt)
    rows = tuple(
        (number(level), number(run.peak), number(run.half_relaxation)) for level, run in twitches.items()
    )
    table = Table(
        "A twitch by free magnesium in the cell", ("mmol/L", "Peak force", "Half relaxed, ms"), rows
    )
    return Drawing("twitch", title, alt, svg, table, "Dots mark where half of the force is gone.")
