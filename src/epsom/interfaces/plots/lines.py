"""Courses over days, drawn without a plotting library: quick enough to be redrawn while a slider moves.

Each chart is drawn twice, wide and narrow, because type that shrinks with the picture is not read on a phone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from epsom.interfaces.numerals import number
from epsom.interfaces.plots.canvas import Canvas, text_width
from epsom.interfaces.plots.design import WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

#: Width of the drawing for phones, in px.
NARROW = 344.0
_LANE = 22.0
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Line:
    """A course: the middle, and the range of nine in ten where there is one."""

    name: str
    role: str
    days: Sequence[float]
    middle: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    dashed: bool = False


@dataclass(frozen=True)
class Mark:
    """A measured value; ``range`` is where it may lie."""

    day: float
    value: float
    text: str
    range: tuple[float, float] | None = None


@dataclass(frozen=True)
class Event:
    """What was reported: something taken, or a symptom, from one day until another."""

    start: float
    stop: float
    text: str
    role: str


@dataclass(frozen=True)
class Plot:
    """All that a chart shows.

    Attributes
    ----------
    key, title, alt
        As a `Drawing` has them.
    unit
        Above the axis.
    ground
        A usual range, drawn behind everything.
    asked
        The date of day 0, for the axis; without it days are numbered.
    zero
        What day 0 is called.
    from_zero, percent
        The axis begins at 0; its values are shares.
    """

    key: str
    title: str
    alt: str
    unit: str
    lines: Sequence[Line]
    marks: Sequence[Mark] = ()
    events: Sequence[Event] = ()
    ground: tuple[float, float] | None = None
    asked: date | None = None
    zero: str = "today"
    from_zero: bool = False
    percent: bool = False


@dataclass
class _Frame:
    """Where days and values lie on the sheet."""

    left: float
    right: float
    top: float
    bottom: float
    days: tuple[float, float]
    values: tuple[float, float]
    taken: list[tuple[float, float]] = field(default_factory=list)

    def x(self, day: float) -> float:
        first, last = self.days
        return self.left + (day - first) / ((last - first) or 1.0) * (self.right - self.left)

    def y(self, value: float) -> float:
        low, high = self.values
        return self.bottom - (value - low) / ((high - low) or 1.0) * (self.bottom - self.top)


def wide_and_narrow(plot: Plot) -> tuple[str, str]:
    """The chart for a page and for a phone, as SVG."""
    return _draw(plot, float(WIDTH), plot.key), _draw(plot, NARROW, f"{plot.key}-narrow")


def _draw(plot: Plot, width: float, key: str) -> str:
    narrow = width < WIDTH
    lanes = len(plot.events)
    legend = 18.0 * _legend_rows(plot, width)
    top = 14.0 + legend + 16.0
    bottom = top + (190.0 if narrow else 210.0)
    canvas = Canvas(width, bottom + 26.0 + _LANE * lanes + (8.0 if lanes else 0.0), key, plot.title, plot.alt)
    frame = _Frame(44.0 if narrow else 52.0, width - 12.0, top, bottom, _days(plot), _values(plot))
    _legend(canvas, plot, width)
    _grid(canvas, plot, frame, narrow)
    for line in plot.lines:
        _band(canvas, line, frame)
    for line in plot.lines:
        _line(canvas, line, frame)
    _today(canvas, frame, lanes)
    for mark in plot.marks:
        _mark(canvas, mark, frame)
    for place, event in enumerate(plot.events):
        _event(canvas, event, frame, bottom + 30.0 + _LANE * place)
    return canvas.svg()


def _days(plot: Plot) -> tuple[float, float]:
    days = [day for line in plot.lines for day in (line.days[0], line.days[-1])]
    days += [mark.day for mark in plot.marks]
    return min(days), max(days)


def _values(plot: Plot) -> tuple[float, float]:
    found = [v for line in plot.lines for part in (line.middle, line.low, line.high) for v in part]
    found += [value for mark in plot.marks for value in (mark.value, *(mark.range or ()))]
    found = [value for value in found if math.isfinite(value)] or [0.0, 1.0]
    low, high = min(found), max(found)
    if plot.percent:
        return 0.0, max(0.1, min(1.0, math.ceil(high * 10 + 0.01) / 10))
    margin = 0.06 * ((high - low) or abs(high) or 1.0)
    return (0.0 if plot.from_zero else max(low - margin, 0.0)), high + margin


def _legend_rows(plot: Plot, width: float) -> int:
    rows, x = 1, 0.0
    for line in plot.lines:
        size = 34.0 + text_width(line.name, 12.5)
        if x and x + size > width:
            rows, x = rows + 1, 0.0
        x += size + 14.0
    return rows


def _legend(canvas: Canvas, plot: Plot, width: float) -> None:
    x, y = 0.0, 14.0
    for line in plot.lines:
        size = 34.0 + text_width(line.name, 12.5)
        if x and x + size > width:
            x, y = 0.0, y + 18.0
        canvas.path(f"M{x + 2:.1f},{y - 4:.1f} h22", stroke=line.role, width=2.6, dashed=line.dashed)
        canvas.text(x + 30, y, line.name, size=12.5, role="ink")
        x += size + 14.0


def _grid(canvas: Canvas, plot: Plot, frame: _Frame, narrow: bool) -> None:
    if plot.ground:
        low, high = (min(max(v, frame.values[0]), frame.values[1]) for v in plot.ground)
        canvas.box(
            frame.left, frame.y(high), frame.right - frame.left, max(frame.y(low) - frame.y(high), 0.0),
            fill="normal-band", radius=0,
        )  # fmt: skip
    canvas.text(0, frame.top - 8, plot.unit, size=11.5, role="muted")
    for value in _ticks(*frame.values):
        y = frame.y(value)
        canvas.path(f"M{frame.left:.1f},{y:.1f} H{frame.right:.1f}", stroke="line", width=0.8)
        text = f"{100 * value:.0f} %" if plot.percent else number(value)
        canvas.text(frame.left - 8, y + 4, text, size=11.5, role="muted", anchor="end")
    for day in _day_ticks(*frame.days, most=4 if narrow else 8):
        x = frame.x(day)
        anchor = "end" if x > frame.right - 20 else "start" if x < frame.left + 14 else "middle"
        canvas.text(x, frame.bottom + 17, _day_text(day, plot), size=11.5, role="muted", anchor=anchor)


def _ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Round values between ``low`` and ``high``."""
    step = _round_step((high - low) / about)
    first = math.ceil(low / step - 1e-9)
    return [place * step for place in range(first, math.floor(high / step + 1e-9) + 1)]


def _round_step(least: float) -> float:
    size = 10.0 ** math.floor(math.log10(max(least, 1e-12)))
    return next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= least * 0.999)


def _day_ticks(first: float, last: float, most: int) -> list[float]:
    """Days counted from today, whole weeks apart where they are many."""
    span = last - first
    step = next((s for s in (1, 2, 7, 14, 28, 56) if span / s <= most), 112)
    return [float(day) for day in range(math.ceil(first), math.floor(last) + 1) if day % step == 0]


def _day_text(day: float, plot: Plot) -> str:
    if day == 0:
        return plot.zero
    if plot.asked is None:
        return f"day {day:.0f}".replace("-", "\N{MINUS SIGN}")
    then = plot.asked + timedelta(days=day)
    return f"{_MONTHS[then.month - 1]} {then.day}"


def _band(canvas: Canvas, line: Line, frame: _Frame) -> None:
    if not len(line.low):
        return
    upper = [f"{frame.x(d):.1f},{frame.y(v):.1f}" for d, v in zip(line.days, line.high, strict=True)]
    lower = [f"{frame.x(d):.1f},{frame.y(v):.1f}" for d, v in zip(line.days, line.low, strict=True)]
    canvas.area(f"M{' L'.join([*upper, *reversed(lower)])}", fill=line.role, opacity=0.16)


def _line(canvas: Canvas, line: Line, frame: _Frame) -> None:
    points = (f"{frame.x(d):.1f},{frame.y(v):.1f}" for d, v in zip(line.days, line.middle, strict=True))
    canvas.path(f"M{' L'.join(points)}", stroke=line.role, width=2.4, dashed=line.dashed)


def _today(canvas: Canvas, frame: _Frame, lanes: int) -> None:
    if frame.days[0] <= 0.0 <= frame.days[1]:
        end = frame.bottom + (30.0 + _LANE * lanes - 6.0 if lanes else 0.0)
        for first, last in ((frame.top - 4, frame.bottom), (frame.bottom + 22, end)):
            if last > first:
                canvas.path(f"M{frame.x(0):.1f},{first:.1f} V{last:.1f}", stroke="muted", width=1.0)


def _mark(canvas: Canvas, mark: Mark, frame: _Frame) -> None:
    x, y = frame.x(mark.day), frame.y(mark.value)
    if mark.range:
        low, high = (frame.y(end) for end in mark.range)
        canvas.path(f"M{x - 4:.1f},{low:.1f} h8 M{x:.1f},{low:.1f} V{high:.1f} M{x - 4:.1f},{high:.1f} h8",
                    stroke="lab", width=1.6)  # fmt: skip
    canvas.area(f"M{x:.1f},{y - 7:.1f} l7,7 l-7,7 l-7,-7", fill="surface")
    canvas.area(f"M{x:.1f},{y - 5:.1f} l5,5 l-5,5 l-5,-5", fill="lab")
    left = x - text_width(mark.text, 12) - 12 > frame.left
    canvas.text(
        x - 10 if left else x + 10, y - 6, mark.text, size=12, role="lab", bold=True, halo="surface",
        anchor="end" if left else "start",
    )  # fmt: skip


def _event(canvas: Canvas, event: Event, frame: _Frame, top: float) -> None:
    """A bar with its words in it, or beside it where it is too short for them."""
    first, last = (min(max(day, frame.days[0]), frame.days[1]) for day in (event.start, event.stop))
    x, wide = frame.x(first), max(frame.x(last) - frame.x(first), 5.0)
    canvas.box(x, top, wide, 15.0, fill=event.role, radius=4)
    size = text_width(event.text, 12)
    if size + 12 < wide:
        canvas.text(x + 6, top + 11.5, event.text, size=12, role="surface")
    elif x - size - 8 > 0:
        canvas.text(x - 6, top + 11.5, event.text, size=12, anchor="end")
    else:
        canvas.text(
            min(x + wide + 6, max(frame.right - size, 0.0)), top + 11.5, event.text, size=12, halo="surface"
        )
