"""Figures of the evaluation: bands with what was observed and what was simulated, and bars of indices."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from epsom.interfaces.numerals import cell
from epsom.interfaces.plots.canvas import Canvas
from epsom.interfaces.plots.design import WIDTH
from epsom.interfaces.plots.drawing import Drawing, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from epsom.inference.calibration.outcomes import Outcome

_LEFT, _RIGHT, _TOP, _STEP = 250.0, 120.0, 30.0, 26.0
#: Half widths of the band that fit to either side of its middle; what lies further sits on the edge.
_REACH = 3.0
_HEADERS = ("Target", "Observed", "Band", "Simulated", "90 % interval", "In band")


def bands(key: str, title: str, outcomes: Sequence[Outcome]) -> Drawing:
    """One row a target, each on the scale of its own band."""
    alt = (
        f"{sum(o.passes for o in outcomes)} of {len(outcomes)} simulated values pass. Each row shows the "
        "band as a box, the published value as a ring, the simulated value as a filled dot with its interval."
    )
    height = _TOP + _STEP * len(outcomes) + 26
    canvas = Canvas(WIDTH, height, key, title, alt)
    for name, x in (("below", _x(-2.2)), ("band", _x(0)), ("above", _x(2.2))):
        canvas.text(x, 16, name, role="muted", size=11, anchor="middle")
    for position, outcome in enumerate(outcomes):
        _row(canvas, _TOP + _STEP * (position + 0.5), outcome)
    note = "Each row has a scale of its own: the box is the band. Ring: published; dot and line: simulated."
    return Drawing(key, title, alt, canvas.svg(), table(title, outcomes), note)


def table(caption: str, outcomes: Sequence[Outcome]) -> Table:
    """The numbers behind such a figure."""
    rows = []
    for outcome in outcomes:
        target = outcome.target
        rows.append((
            f"{target.title}, {target.unit} ({target.role})", shown(target.observed),
            f"{_end(target.low)} to {_end(target.high)}", shown(outcome.value),
            _interval(outcome), "yes" if outcome.passes else "no",
        ))  # fmt: skip
    return Table(caption, _HEADERS, tuple(rows))


def shown(value: float | None) -> str:
    """A number of three digits, or a dash where nothing was published."""
    return "\N{EN DASH}" if value is None else cell(value)


def _interval(outcome: Outcome) -> str:
    """Both ends, or a dash: an experiment without people has none."""
    known = all(map(math.isfinite, outcome.interval))
    return " to ".join(map(shown, outcome.interval)) if known else shown(None)


def _end(value: float | None) -> str:
    return "open" if value is None else cell(value)


def _x(place: float) -> float:
    width = WIDTH - _LEFT - _RIGHT
    return _LEFT + width * (min(max(place, -_REACH), _REACH) + _REACH) / (2 * _REACH)


def _row(canvas: Canvas, y: float, outcome: Outcome) -> None:
    target = outcome.target
    middle, half = _scale(outcome)
    low = -_REACH if target.low is None else (target.low - middle) / half
    high = _REACH if target.high is None else (target.high - middle) / half
    canvas.box(_x(low), y - 8, _x(high) - _x(low), 16, fill="normal-band", stroke="line", radius=3)
    canvas.text(_LEFT - 12, y + 4, _short(target.title), anchor="end", size=11)
    if math.isfinite(outcome.value):
        role = "with" if outcome.passes else "blood"
        if all(map(math.isfinite, outcome.interval)):
            left, right = (_x((end - middle) / half) for end in outcome.interval)
            canvas.path(f"M{left:.1f},{y:.1f} H{right:.1f}", stroke=role, width=2)
        _dot(canvas, _x((outcome.value - middle) / half), y, role, 4.0)
    if target.observed is not None:
        x = _x((target.observed - middle) / half)
        if target.observed_sd is not None:
            ends = [_x((target.observed + side * target.observed_sd - middle) / half) for side in (-1, 1)]
            canvas.path(f"M{ends[0]:.1f},{y + 6:.1f} H{ends[1]:.1f}", stroke="without", width=1, dashed=True)
        canvas.path(
            f"M{x - 4.5:.1f},{y:.1f} a4.5,4.5 0 1 0 9,0 a4.5,4.5 0 1 0 -9,0", stroke="without", width=1.6
        )
    verdict = "in band" if outcome.passes else "miss"
    canvas.text(WIDTH - _RIGHT + 14, y + 4, f"{cell(outcome.value)} {verdict}", size=11,
                bold=not outcome.passes)  # fmt: skip


def _dot(canvas: Canvas, x: float, y: float, role: str, size: float) -> None:
    arc = f"a{size},{size} 0 1 0"
    canvas.area(f"M{x - size:.1f},{y:.1f} {arc} {2 * size},0 {arc} {-2 * size},0", fill=role)


def _scale(outcome: Outcome) -> tuple[float, float]:
    """Middle and half width of the band; of an open one, of what it takes to show both."""
    low, high = outcome.target.low, outcome.target.high
    if low is not None and high is not None:
        return 0.5 * (low + high), 0.5 * (high - low)
    edge = low if low is not None else high
    assert edge is not None
    away = outcome.value - edge if math.isfinite(outcome.value) else 0.0
    half = max(abs(away), abs(edge) * 0.1, 1e-6)
    return edge + (half if low is not None else -half), half


def _short(title: str, most: int = 37) -> str:
    return title if len(title) <= most else title[: most - 1].rstrip() + "…"


def bars(key: str, title: str, headers: tuple[str, str], values: Sequence[tuple[str, float]]) -> Drawing:
    """Bars of indices, the largest first."""
    largest = max((value for _, value in values), default=1.0) or 1.0
    alt = f"{title}: " + "; ".join(f"{name} {cell(value)}" for name, value in values[:5])
    canvas = Canvas(WIDTH, 12 + 22 * len(values), key, title, alt)
    for position, (name, value) in enumerate(values):
        y = 16 + 22 * position
        canvas.text(_LEFT - 12, y + 4, name.replace("_", " "), anchor="end", size=11)
        width = (WIDTH - _LEFT - _RIGHT) * max(value, 0.0) / largest
        canvas.box(_LEFT, y - 6, max(width, 1.0), 12, fill="with", radius=2)
        canvas.text(_LEFT + width + 8, y + 4, cell(value), size=11, role="muted")
    rows = tuple((name.replace("_", " "), cell(value)) for name, value in values)
    return Drawing(key, title, alt, canvas.svg(), Table(title, headers, rows))
