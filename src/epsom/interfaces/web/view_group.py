"""A simulated group as the page shows it: each measure over the days, what was published laid over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epsom.interfaces import words
from epsom.interfaces.numerals import cell, day, interval, number, percent
from epsom.interfaces.plots.drawing import Table
from epsom.interfaces.plots.lines import Line, Mark, Plot
from epsom.interfaces.plots.measures import unit_text
from epsom.interfaces.web.courses import Figure, figure_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from epsom.core.records import SimulationResult
    from epsom.core.records.simulation import MeasureResult
    from epsom.interfaces.web.overlays import Study

_NOTE = "Lines are means; the band holds nine in ten people."
_NOTE_PUBLISHED = " The diamond is what was published, with the band within which the simulation agrees."


def group_figures(result: SimulationResult, published: Sequence[Study]) -> list[Figure]:
    """A figure for each measure with a value on two days or more."""
    found = []
    for place, name in enumerate(dict.fromkeys(entry.name for entry in result.measures)):
        entries = sorted((e for e in result.measures if e.name == name), key=lambda entry: entry.day)
        known = [entry for entry in entries if entry.mean is not None]
        if len(known) >= 2:
            found.append(_figure(f"measure-{place}", known, [s for s in published if s.measure == name]))
    return found


def _figure(key: str, entries: Sequence[MeasureResult], published: Sequence[Study]) -> Figure:
    name = entries[0].name
    share, title = name in words.SHARES_OF_PEOPLE, words.MEASURES[name]
    days = [entry.day for entry in entries]
    means = [entry.mean or 0.0 for entry in entries]
    low = [] if share else [_or(entry.p05, entry.mean) for entry in entries]
    high = [] if share else [_or(entry.p95, entry.mean) for entry in entries]
    controlled = all(entry.control_mean is not None for entry in entries)
    lines = [Line("with the protocol" if controlled else "mean", "with", days, means, low, high)]
    if controlled:
        control = [entry.control_mean or 0.0 for entry in entries]
        lines.append(Line("the same people without", "without", days, control, dashed=True))
    marks = [
        Mark(when, study.observed, f"published {_value(study.observed, share=share)}",
             (study.low, study.high))
        for study in published for when in study.days
    ]  # fmt: skip
    unit = "of people" if share else unit_text(entries[0].unit)
    plot = Plot(
        key, title, _alt(title, unit, entries, share=share), unit, lines, marks, zero="day 0", percent=share
    )
    note = ("" if share else _NOTE) + (_NOTE_PUBLISHED if marks else "")
    return figure_of(plot, _table(title, unit, entries, share=share), note.strip())


def _value(value: float, *, share: bool) -> str:
    return percent(value) if share else number(value)


def _or(value: float | None, other: float | None) -> float:
    return value if value is not None else other or 0.0


def _alt(title: str, unit: str, entries: Sequence[MeasureResult], *, share: bool) -> str:
    def told(value: float | None) -> str:
        return percent(value) if share else f"{number(value)} {unit}"

    first, last = entries[0], entries[-1]
    text = f"{title}: {told(first.mean)} on day {day(first.day)}, {told(last.mean)} on day {day(last.day)}."
    return text + ("" if last.control_mean is None else f" Without the protocol {told(last.control_mean)}.")


def _table(title: str, unit: str, entries: Sequence[MeasureResult], *, share: bool) -> Table:
    controlled = any(entry.control_mean is not None for entry in entries)
    headers = ("Day", "Mean", *(() if share else ("Nine in ten",)), *(("Without",) if controlled else ()))
    rows = []
    for entry in entries:
        row = [day(entry.day), percent(entry.mean) if share else cell(entry.mean)]
        if not share:
            ends = (_or(entry.p05, entry.mean), _or(entry.p95, entry.mean))
            row.append(interval(ends))
        if controlled:
            row.append(percent(entry.control_mean) if share else cell(entry.control_mean))
        rows.append(tuple(row))
    return Table(f"{title}, {unit}", headers, tuple(rows))
