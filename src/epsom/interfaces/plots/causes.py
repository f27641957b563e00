"""What may explain the symptom: each cause's probability with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epsom.interfaces import words
from epsom.interfaces.numerals import percent, percent_interval
from epsom.interfaces.plots.canvas import Canvas
from epsom.interfaces.plots.design import WIDTH
from epsom.interfaces.plots.drawing import Drawing, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from epsom.core.records.assessment import CauseShare

_LEFT, _RIGHT, _TOP, _STEP, _BAR = 220.0, 130.0, 16.0, 44.0, 18.0


def causes(shares: Sequence[CauseShare], question: str) -> Drawing:
    """Bars of the causes, the interval as a line with ends, most probable first."""
    title = "The chance of each cause"
    alt = f"What may explain {words.symptom(question)}: " + "; ".join(
        f"{words.CAUSES[share.cause]} {percent(share.probability)} ({percent_interval(share.interval)})"
        for share in shares
    )
    height = _TOP + _STEP * len(shares) + 34
    canvas = Canvas(WIDTH, height, "causes", title, alt)
    _scale(canvas, len(shares))
    for position, share in enumerate(shares):
        _bar(canvas, _TOP + _STEP * position, share)
    rows = tuple(
        (words.CAUSES[share.cause], percent(share.probability), percent_interval(share.interval))
        for share in shares
    )
    chance = round(100 * shares[0].interval_probability) if shares else 90
    table = Table("Chance of each cause", ("Cause", "Chance", f"{chance} % interval"), rows)
    note = f"The line on each bar is the {chance} % interval."
    return Drawing("causes", title, alt, canvas.svg(), table, note)


def _x(share: float) -> float:
    return _LEFT + share * (WIDTH - _LEFT - _RIGHT)


def _scale(canvas: Canvas, count: int) -> None:
    bottom = _TOP + _STEP * count
    for tenth in range(0, 11, 2):
        x = _x(tenth / 10)
        canvas.path(f"M{x:.1f},{_TOP - 6} V{bottom}", stroke="line", width=0.8)
        canvas.text(x, bottom + 16, f"{10 * tenth} %", role="muted", size=11, anchor="middle")


def _bar(canvas: Canvas, top: float, share: CauseShare) -> None:
    role = "without" if share.cause == "other_cause" else "with"
    middle = top + _STEP / 2 - 4
    canvas.text(_LEFT - 14, middle + 4, words.CAUSES[share.cause], anchor="end", size=13)
    canvas.box(_LEFT, middle - _BAR / 2, max(_x(share.probability) - _LEFT, 1.5), _BAR, fill=role, radius=2)
    low, high = (_x(end) for end in share.interval)
    for width, color in ((4.5, "surface"), (1.8, "ink")):
        canvas.path(
            f"M{low:.1f},{middle - 5:.1f} v10 M{low:.1f},{middle:.1f} H{high:.1f} "
            f"M{high:.1f},{middle - 5:.1f} v10",
            stroke=color, width=width,
        )  # fmt: skip
    canvas.text(WIDTH - _RIGHT + 16, middle + 4, percent(share.probability), bold=True, size=13)
    canvas.text(WIDTH - 8, middle + 4, percent_interval(share.interval), role="muted", anchor="end")
