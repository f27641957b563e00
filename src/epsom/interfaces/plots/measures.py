"""A scenario's measures over its days: the middle person, nine in ten, and the same people without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epsom.interfaces import words
from epsom.interfaces.numerals import cell, day, number, percent
from epsom.interfaces.plots.design import WIDTH, light
from epsom.interfaces.plots.drawing import Drawing, Table
from epsom.interfaces.plots.export import chart, element
from epsom.interfaces.plots.labels import name_line_ends

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from epsom.core.records.simulation import MeasureResult, SimulationResult

_HEIGHT = 250
_BANDS = "Lines are means; the band holds nine in ten people with the protocol."


def measures(result: SimulationResult) -> list[Drawing]:
    """A figure for each measure that has a value on two days or more."""
    found = []
    for number_, name in enumerate(dict.fromkeys(entry.name for entry in result.measures)):
        entries = sorted((e for e in result.measures if e.name == name), key=lambda entry: entry.day)
        if sum(entry.mean is not None for entry in entries) >= 2:
            found.append(_measure(f"measure{number_}", entries))
    return found


def _measure(key: str, entries: Sequence[MeasureResult]) -> Drawing:
    name, known = entries[0].name, [entry for entry in entries if entry.mean is not None]
    share = name in words.SHARES_OF_PEOPLE
    title, unit = words.MEASURES[name], "% of people" if share else unit_text(entries[0].unit)
    alt = _alt(title, unit, known, share)
    with chart(WIDTH, _HEIGHT) as (figure, axes):
        _draw(axes, known, share)
        axes.set_ylabel(unit)
        axes.set_xlabel("day")
        svg = element(figure, key, title, alt)
    note = "" if share or all(e.sd is None for e in known) else _BANDS
    return Drawing(key, title, alt, svg, _table(title, unit, known, share), note)


def unit_text(unit: str) -> str:
    """A unit as people read it."""
    return {"fraction": "share", "mmol/day": "mmol per day", "g/day": "g per day"}.get(unit, unit)


def _draw(axes: Any, entries: Sequence[MeasureResult], share: bool) -> None:
    days, scale = [entry.day for entry in entries], 100.0 if share else 1.0
    if not share:
        axes.fill_between(
            days, [e.p05 for e in entries], [e.p95 for e in entries], color=light("with-band"), lw=0
        )
    means = [scale * (entry.mean or 0.0) for entry in entries]
    axes.plot(days, means, color=light("with"), marker="o", markersize=5.5)
    ends = [("mean", means[-1], "with")]
    if all(entry.control_mean is not None for entry in entries):
        ends = [("with the protocol", means[-1], "with")]
        control = [scale * (entry.control_mean or 0.0) for entry in entries]
        axes.plot(days, control, color=light("without"), marker="s", markersize=4.5, dashes=(4, 2.5))
        ends.append(("without", control[-1], "without"))
    if share:
        axes.set_ylim(bottom=0)
    axes.margins(x=0.03, y=0.1)
    name_line_ends(axes, days[-1], ends)


def _alt(title: str, unit: str, entries: Sequence[MeasureResult], share: bool) -> str:
    first, last = entries[0], entries[-1]
    text = (
        f"{title}, mean: {_value(first.mean, share)} on day {day(first.day)}, "
        f"{_value(last.mean, share)} on day {day(last.day)} ({unit})."
    )
    if last.control_mean is not None:
        text += f" The same people without the protocol: {_value(last.control_mean, share)}."
    return text


def _table(title: str, unit: str, entries: Sequence[MeasureResult], share: bool) -> Table:
    controlled = any(entry.control_mean is not None for entry in entries)
    headers = ["Day", "Mean", *([] if share else ["5 %", "Middle", "95 %"])]
    headers += ["Mean without", "Difference"] if controlled else []
    rows = []
    for entry in entries:
        row = [day(entry.day), _cell(entry.mean, share)]
        row += [] if share else [cell(entry.p05), cell(entry.p50), cell(entry.p95)]
        row += [_cell(entry.control_mean, share), _cell(entry.difference_mean, share)] if controlled else []
        rows.append(tuple(row))
    return Table(f"{title}, {unit}", tuple(headers), tuple(rows))


def _value(value: float | None, share: bool) -> str:
    return percent(value) if share else number(value)


def _cell(value: float | None, share: bool) -> str:
    return percent(value) if share else cell(value)
