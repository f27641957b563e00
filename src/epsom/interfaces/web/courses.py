"""Courses over days as figures: what was lived through, and what may come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from epsom.core.kinds import HOURS_PER_DAY
from epsom.core.times import interval_hours
from epsom.interfaces import words
from epsom.interfaces.numerals import cell, day, interval, number, percent, percent_interval
from epsom.interfaces.plots.drawing import Table
from epsom.interfaces.plots.lines import Event, Line, Mark, Plot, wide_and_narrow
from epsom.interfaces.report.assessment import lab_points

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from epsom.core.records import Assessment, Case
    from epsom.inference.findings import Course

#: Rows of a table under a course at most.
_MOST_ROWS = 12


@dataclass(frozen=True)
class Figure:
    """A figure for a page: drawn wide and narrow, with how to read it and its numbers."""

    key: str
    title: str
    alt: str
    wide: str
    narrow: str
    table: Table
    note: str = ""


def figure_of(plot: Plot, table: Table, note: str = "") -> Figure:
    """The figure of a plot."""
    return Figure(plot.key, plot.title, plot.alt, *wide_and_narrow(plot), table, note)


def course_figures(record: Assessment, case: Case, course: Course) -> Iterator[Figure]:
    """The courses up to the question, with what is taken and without it."""
    yield serum_figure(
        "serum", course.days, [("as taken", course.serum_with), ("without it", course.serum_without)],
        record, case,
    )  # fmt: skip
    yield stool_figure(
        "stool",
        course.stool_days,
        [("as taken", course.stool_with), ("without it", course.stool_without)],
        case,
    )


Named = tuple[str, Any]
_ROLES = ("with", "without", "signal")
_BANDS = "The line is the middle of the simulated people; the band holds nine in ten."


def serum_figure(
    key: str, days: Any, courses: Sequence[Named], record: Assessment, case: Case, *, lived: bool = True
) -> Figure:
    """Serum magnesium over days; each course has shape (days, 3): low, middle, high.

    ``lived`` draws what was reported below it; what is ahead has not happened.
    """
    cutoffs = record.magnesium_status and record.magnesium_status.cutoffs
    marks = [
        Mark(lab.day, lab.value, f"measured {_SIGNS.get(lab.bound or '', '')}{number(lab.value)}")
        for lab in lab_points(case, float(days[0]))
        if lab.day <= float(days[-1])
    ]
    note = _BANDS
    if cutoffs:
        usual = (cutoffs.deficient_below, cutoffs.mild_excess_above)
        note += f" The green ground is the usual range, {interval(usual)} mmol/L."
    plot = Plot(
        key, "Magnesium in serum", _alt("Magnesium in serum", "mmol/L", courses), "mmol/L",
        _lines(days, courses), marks, events(case, float(days[0]), float(days[-1])) if lived else (),
        ground=(cutoffs.deficient_below, cutoffs.mild_excess_above) if cutoffs else None,
        asked=case.asked_on.earliest.date(),
    )  # fmt: skip
    return figure_of(plot, _table("Magnesium in serum, mmol/L", days, courses), note)


_SIGNS = {"above": "> ", "below": "< "}


def stool_figure(key: str, days: Any, courses: Sequence[Named], case: Case, *, lived: bool = True) -> Figure:
    """Stool of each day; ``lived`` as in `serum_figure`."""
    plot = Plot(
        key, "Stool", _alt("Stool", "g a day", courses), "g a day", _lines(days, courses), (),
        events(case, float(days[0]), float(days[-1])) if lived else (),
        asked=case.asked_on.earliest.date(), from_zero=True,
    )  # fmt: skip
    return figure_of(plot, _table("Stool, g a day", days, courses), _BANDS)


def chance_figure(key: str, title: str, days: Any, courses: Sequence[Named], case: Case, note: str) -> Figure:
    """A chance over days."""
    plot = Plot(
        key, title, _alt(title, "", courses, share=True), "chance", _lines(days, courses),
        asked=case.asked_on.earliest.date(), from_zero=True, percent=True,
    )  # fmt: skip
    return figure_of(plot, _table(title, days, courses, share=True), note)


def still_figure(record: Assessment) -> Figure | None:
    """The chance that the symptom is still there, by day, if stopped and if continued."""
    entries = record.if_stopped or ()
    known = [
        entry for entry in entries
        if entry.gone_if_stopped.probability is not None and entry.gone_if_continued.probability is not None
    ]  # fmt: skip
    if not known:
        return None
    days = np.array([0.0, *(float(entry.day) for entry in known)])

    def still(name: str) -> np.ndarray:
        rows = [(1.0, 1.0, 1.0)]
        for entry in known:
            chance = getattr(entry, name)
            low, high = chance.interval
            rows.append((1 - high, 1 - chance.probability, 1 - low))
        return np.array(rows)

    courses = [("if stopped", still("gone_if_stopped")), ("if continued", still("gone_if_continued"))]
    title = f"Chance that {words.symptom(record.question)} is still there"
    plot = Plot(
        "still", title, _alt(title, "", courses, share=True), "chance",
        _lines(days, courses), from_zero=True, percent=True,
    )  # fmt: skip
    return figure_of(plot, _table(title, days, courses, share=True), _BANDS_OF_CHANCE)


_BANDS_OF_CHANCE = "The band is the 90 % interval of the chance."


def _lines(days: Any, courses: Sequence[Named]) -> list[Line]:
    found = []
    kept = [courses[0], *(c for c in courses[1:] if not np.array_equal(c[1], courses[0][1]))]
    for place, (name, values) in enumerate(kept):
        title = name if len(kept) > 1 else "simulated"
        low, middle, high = values[:, 0], values[:, 1], values[:, 2]
        found.append(Line(title, _ROLES[place % 3], days, middle, low, high, dashed=place == 1))
    return found


def _alt(what: str, unit: str, courses: Sequence[Named], *, share: bool = False) -> str:
    parts = []
    for name, values in courses:
        low, middle, high = (float(value) for value in values[-1])
        if share:
            parts.append(f"{name} {percent(middle)} ({percent_interval((low, high))})")
        else:
            parts.append(f"{name} {number(middle)} {unit} ({interval((low, high))})")
    return f"{what} at the end: {'; '.join(parts)}."


def _table(caption: str, days: Any, courses: Sequence[Named], *, share: bool = False) -> Table:
    rows = np.unique(np.linspace(0, len(days) - 1, min(_MOST_ROWS, len(days))).round().astype(int))
    headers = ["Day", *(part for name, _ in courses for part in (words.sentence(name), "Nine in ten"))]
    cells = []
    for row in rows:
        line = [day(round(float(days[row]), 1))]
        for _, values in courses:
            low, middle, high = (float(value) for value in values[row])
            line += [percent(middle), percent_interval((low, high))] if share else [
                cell(middle), interval((low, high))]  # fmt: skip
        cells.append(tuple(line))
    return Table(caption, tuple(headers), tuple(cells))


# ---- What the person reported, on the axis of days


def events(case: Case, first: float, last: float) -> list[Event]:
    """Products and symptoms with a known beginning that touch the days from ``first`` to ``last``."""
    asked = case.asked_on.latest
    found: list[Event] = []

    def add(start: Any, stop: Any, text: str, role: str) -> None:
        if start is None:
            return
        begin = interval_hours(start, asked)[0] / HOURS_PER_DAY
        end = last if stop is None else interval_hours(stop, asked)[1] / HOURS_PER_DAY
        if end >= first and begin <= last:
            found.append(Event(max(begin, first), min(end, last), text, role))

    for item in case.supplements:
        dose = f" {item.dose}" if item.dose is not None else ""
        add(item.start, item.stop, f"{words.form(item.form)}{dose}", "with")
    for symptom in case.symptoms:
        if symptom.present:
            add(symptom.onset, symptom.resolved, words.symptom(symptom.name), "signal")
    return sorted(found, key=lambda event: event.start)
