"""An answer as the page shows it: the report's words, figures drawn for pages and phones, their tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from epsom.core.kinds import HOURS_PER_DAY
from epsom.core.times import interval_hours
from epsom.interfaces import words
from epsom.interfaces.numerals import cell, day, interval, number, percent, percent_interval
from epsom.interfaces.plots.drawing import Table
from epsom.interfaces.plots.fate import fate
from epsom.interfaces.plots.lines import Event, Line, Mark, Plot, wide_and_narrow
from epsom.interfaces.plots.route import route
from epsom.interfaces.plots.strip import strip
from epsom.interfaces.report import telling
from epsom.interfaces.report.assessment import lab_points, section
from epsom.interfaces.report.page import citations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from epsom.core.records import Assessment, Case
    from epsom.core.records.assessment import CauseShare
    from epsom.guidance import Answer
    from epsom.inference.findings import Course

#: Color of each cause; gut, lack and excess as in the pictures of the body.
CAUSE_ROLES = {
    "gastrointestinal_upset": "gut", "magnesium_deficiency": "signal", "magnesium_excess": "blood",
    "other_cause": "exit",
}  # fmt: skip
#: Rows of a table under a course at most.
_MOST_ROWS = 12
#: Routes that are drawn: the likeliest ones of magnesium, and nothing below this chance.
_MOST_ROUTES, _LEAST_ROUTE = 3, 0.005


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


def rules_view(record: Assessment, case: Case) -> dict[str, Any]:
    """What is shown while the body is still being simulated."""
    told = section(record, case, None)
    return told | {"sources": citations(told["cites"])}


def answer_view(answer: Answer, case: Case) -> dict[str, Any]:
    """Everything that the page of an answer shows.

    Parameters
    ----------
    answer
        What guidance says.
    case
        What was asked.
    """
    record = answer.record
    course = answer.findings.course if answer.findings is not None else None
    told = section(record, case, None)
    cited = citations(told["cites"])
    return told | {
        "strips": [_strip(share) for share in record.causes],
        "routes": list(_routes(record)),
        "courses": list(_courses(record, case, course)) if course is not None else [],
        "fate": fate(course.fate) if course is not None else None,
        "gone": _gone(record), "sources": cited,
        "places": {source["key"]: place for place, source in enumerate(cited, 1)},
        "facts": list(_facts(record)),
    }  # fmt: skip


def _facts(record: Assessment) -> Iterator[tuple[str, str, str]]:
    """The numbers at a glance: what, how much, the interval."""
    serum = record.serum_magnesium
    if serum is not None and serum.median is not None:
        likely = telling.likeliest_status(record)
        more = f"{interval(serum.interval)}; {telling.in_mg_per_dl(serum.median)}"
        title = "Magnesium in blood" + (f", {words.STATUSES[likely[0]]}" if likely else "")
        yield title, f"{number(serum.median)} {serum.unit}", more
    if record.stool is not None and record.stool.diarrhea.with_supplement is not None:
        chance = record.stool.diarrhea.with_supplement
        yield (
            "Chance of loose stools on a day",
            percent(chance.probability),
            percent_interval(chance.interval),
        )
    if record.if_stopped:
        week = next((entry for entry in record.if_stopped if entry.day == 7), record.if_stopped[-1])
        chance = week.gone_if_stopped
        yield (
            f"Chance that it is gone {day(week.day)} days after stopping", percent(chance.probability),
            percent_interval(chance.interval),
        )  # fmt: skip


# ---- Causes and their ways


def _strip(share: CauseShare) -> dict[str, Any]:
    title = words.CAUSES[share.cause]
    return {
        "key": share.cause, "title": title, "chance": percent(share.probability),
        "interval": percent_interval(share.interval),
        "svg": strip(f"strip-{share.cause}".replace("_", "-"), title, share.probability, share.interval,
                     CAUSE_ROLES[share.cause]),
    }  # fmt: skip


def _routes(record: Assessment) -> Iterator[dict[str, Any]]:
    """The likeliest ways by which magnesium may lead to the symptom."""
    ways = [
        (way, share)
        for share in record.causes if share.cause != "other_cause"
        for way in share.pathways if way.probability >= _LEAST_ROUTE and way.steps
    ]  # fmt: skip
    for way, share in sorted(ways, key=lambda pair: -pair[0].probability)[:_MOST_ROUTES]:
        yield {
            "cause": words.CAUSES[share.cause], "title": words.PATHWAYS[way.pathway],
            "chance": percent(way.probability), "interval": percent_interval(way.interval),
            "evidence": words.EVIDENCE[way.evidence], "grade": way.evidence,
            "drawing": route(share.cause, way.pathway, way.steps), "steps": way.steps, "sources": way.sources,
        }  # fmt: skip


# ---- Courses


def _courses(record: Assessment, case: Case, course: Course) -> Iterator[Figure]:
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


def serum_figure(key: str, days: Any, courses: Sequence[Named], record: Assessment, case: Case) -> Figure:
    """Serum magnesium over days; each course has shape (days, 3): low, middle, high."""
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
        _lines(days, courses), marks, events(case, float(days[0]), float(days[-1])),
        ground=(cutoffs.deficient_below, cutoffs.mild_excess_above) if cutoffs else None,
        asked=case.asked_on.earliest.date(),
    )  # fmt: skip
    return figure_of(plot, _table("Magnesium in serum, mmol/L", days, courses), note)


_SIGNS = {"above": "> ", "below": "< "}


def stool_figure(key: str, days: Any, courses: Sequence[Named], case: Case) -> Figure:
    """Stool of each day."""
    plot = Plot(
        key, "Stool", _alt("Stool", "g a day", courses), "g a day", _lines(days, courses), (),
        events(case, float(days[0]), float(days[-1])), asked=case.asked_on.earliest.date(), from_zero=True,
    )  # fmt: skip
    return figure_of(plot, _table("Stool, g a day", days, courses), _BANDS)


def chance_figure(key: str, title: str, days: Any, courses: Sequence[Named], case: Case, note: str) -> Figure:
    """A chance over days."""
    plot = Plot(
        key, title, _alt(title, "", courses, share=True), "chance", _lines(days, courses),
        asked=case.asked_on.earliest.date(), from_zero=True, percent=True,
    )  # fmt: skip
    return figure_of(plot, _table(title, days, courses, share=True), note)


def _gone(record: Assessment) -> Figure | None:
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
