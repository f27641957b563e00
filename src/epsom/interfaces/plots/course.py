"""A person's simulated course: serum magnesium and stool, with and without what is taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from epsom.interfaces.numerals import cell, day, interval, number
from epsom.interfaces.plots.design import WIDTH, light
from epsom.interfaces.plots.drawing import Drawing, Table
from epsom.interfaces.plots.export import chart, element
from epsom.interfaces.plots.labels import name_line_ends

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from epsom.core.records.assessment import Cutoffs
    from epsom.inference.findings import Course

    Array = NDArray[np.float64]

_HEIGHT = 300
_BANDS = "Lines are the middle of the simulated people; bands hold nine in ten of them."
#: Rows a table under a figure has at most; more would not be read.
_MOST_ROWS = 12


@dataclass(frozen=True)
class LabPoint:
    """A measured serum magnesium: days from the question, mmol/L, and ``above`` or ``below`` for a bound."""

    day: float
    value: float
    bound: str | None = None


def serum(course: Course, labs: Sequence[LabPoint] = (), cutoffs: Cutoffs | None = None) -> Drawing:
    """Serum magnesium over time with the range of nine in ten simulated people, and measured values."""
    title = "Magnesium in serum over time"
    without = None if np.array_equal(course.serum_with, course.serum_without) else course.serum_without
    alt = _alt("Serum magnesium", "mmol/L", course.days, course.serum_with, without)
    if labs:
        alt += f" Measured: {', '.join(f'{number(lab.value)} mmol/L on day {day(lab.day)}' for lab in labs)}."
    note = _BANDS
    with chart(WIDTH, _HEIGHT) as (figure, axes):
        if cutoffs:
            low, high = cutoffs.deficient_below, cutoffs.mild_excess_above
            axes.axhspan(low, high, color=light("normal-band"), lw=0, zorder=0)
            note += f" The green ground is the usual range, {interval((low, high))} mmol/L."
        _course(axes, course.days, course.serum_with, without)
        _measured(axes, labs)
        axes.set_ylabel("mmol/L")
        _time_axis(axes, course.days, [lab.day for lab in labs])
        svg = element(figure, "serum", title, alt)
    caption = "Serum magnesium, mmol/L: middle of the simulated people and the range of nine in ten"
    return Drawing("serum", title, alt, svg, _table(caption, course.days, course.serum_with, without), note)


def stool(course: Course) -> Drawing:
    """Stool of each day in g."""
    title = "Stool per day"
    taken = not np.array_equal(course.stool_with, course.stool_without)
    without = course.stool_without if taken else None
    alt = _alt("Stool", "g a day", course.stool_days, course.stool_with, without)
    with chart(WIDTH, _HEIGHT) as (figure, axes):
        _course(axes, course.stool_days, course.stool_with, without)
        axes.set_ylim(bottom=0)
        axes.set_ylabel("g per day")
        _time_axis(axes, course.stool_days, [])
        svg = element(figure, "stool", title, alt)
    caption = "Stool, g per day: middle of the simulated people and the range of nine in ten"
    table = _table(caption, course.stool_days, course.stool_with, without)
    return Drawing("stool", title, alt, svg, table, _BANDS)


def _course(axes: Any, days: Array, taken: Array, without: Array | None) -> None:
    """Bands behind lines; each line carries its own name at its end."""
    if without is not None:
        axes.fill_between(days, without[:, 0], without[:, 2], color=light("without-band"), lw=0, zorder=1)
    axes.fill_between(days, taken[:, 0], taken[:, 2], color=light("with-band"), lw=0, alpha=0.85, zorder=1.1)
    names = [("as taken" if without is not None else "simulated", float(taken[-1, 1]), "with")]
    axes.plot(days, taken[:, 1], color=light("with"), zorder=3)
    if without is not None:
        axes.plot(days, without[:, 1], color=light("without"), dashes=(4, 2.5), zorder=2.9)
        names.append(("without it", float(without[-1, 1]), "without"))
    name_line_ends(axes, float(days[-1]), names)


def _measured(axes: Any, labs: Sequence[LabPoint]) -> None:
    marks = {None: "D", "above": "^", "below": "v"}
    for lab in labs:
        axes.plot(
            [lab.day], [lab.value], marks[lab.bound], color=light("lab"), markersize=8.5, zorder=5,
            markeredgecolor=light("surface"), markeredgewidth=1.4,
        )  # fmt: skip
        sign = {"above": "> ", "below": "< "}.get(lab.bound or "", "")
        axes.annotate(
            f"measured {sign}{number(lab.value)}", (lab.day, lab.value), xytext=(-9, 4), ha="right",
            textcoords="offset points", color=light("lab"), fontsize=11.5, fontweight="bold", zorder=5,
        )  # fmt: skip


def _time_axis(axes: Any, days: Array, more: list[float]) -> None:
    ends = [float(days[0]), float(days[-1]), *more]
    margin = 0.02 * (max(ends) - min(ends) or 1.0)
    axes.set_xlim(min(ends) - margin, max(ends) + margin)
    axes.set_xlabel("days before (\N{MINUS SIGN}) and after the question")
    axes.margins(y=0.08)


def _alt(what: str, unit: str, days: Array, taken: Array, without: Array | None) -> str:
    start, end = day(float(days[0])), day(float(days[-1]))
    text = (
        f"{what} from day {start} to day {end}: at the end {number(taken[-1, 1])} {unit} in the middle of "
        f"the simulated people, nine in ten between {interval((taken[-1, 0], taken[-1, 2]))}."
    )
    return text + (
        f" Without what is taken it would be {number(without[-1, 1])}." if without is not None else ""
    )


def _table(caption: str, days: Array, taken: Array, without: Array | None) -> Table:
    rows = np.unique(np.linspace(0, len(days) - 1, min(_MOST_ROWS, len(days))).round().astype(int))
    headers = ["Day", "As taken" if without is not None else "Simulated", "Nine in ten"]
    if without is not None:
        headers += ["Without it", "Nine in ten without it"]
    cells = []
    for row in rows:
        line = [number(float(days[row])), *_pair(taken[row])]
        cells.append(tuple(line + (_pair(without[row]) if without is not None else [])))
    return Table(caption, tuple(headers), tuple(cells))


def _pair(values: Array) -> list[str]:
    low, middle, high = (float(value) for value in values)
    return [cell(middle), interval((low, high))]
