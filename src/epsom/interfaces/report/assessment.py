"""The section of a page that shows an assessment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from epsom.core.kinds import HOURS_PER_DAY
from epsom.core.times import interval_hours
from epsom.interfaces import words
from epsom.interfaces.numerals import cell, number, percent, percent_interval
from epsom.interfaces.plots.causes import causes as causes_figure
from epsom.interfaces.plots.course import LabPoint
from epsom.interfaces.plots.course import serum as serum_figure
from epsom.interfaces.plots.course import stool as stool_figure
from epsom.interfaces.plots.drawing import Drawing, Table
from epsom.interfaces.plots.fate import fate as fate_figure
from epsom.interfaces.report import telling, telling_input

if TYPE_CHECKING:
    from epsom.core.records import Assessment, Case
    from epsom.core.records.assessment import CauseShare
    from epsom.inference.findings import Course

#: A test that tells less is as good as none.
_LEAST_BITS = 0.01


def section(
    record: Assessment, case: Case, course: Course | None, heading: str = "", lead: str = ""
) -> dict[str, Any]:
    """Everything the template says, already in words.

    Parameters
    ----------
    record
        The answer.
    case
        What was asked, for the list of what was entered and for the measured points.
    course
        The simulated course, for the figures; None draws none of them.
    """
    return {
        "template": "assessment.html.j2", "heading": heading, "lead": lead,
        "triage": record.triage, "urgency": telling.urgency(record), "reasons": record.triage_reasons,
        "symptom": words.symptom(record.question), "summary": telling.causes(record),
        "actions": [
            {
                "what": words.ACTIONS[action.action], "when": words.URGENCY[action.urgency],
                "because": action.because, "sources": action.sources,
            }
            for action in record.actions
        ],
        "causes": [_cause(share) for share in record.causes], "figures": figures(record, case, course),
        "serum": list(telling.serum(record)), "status": _status(record), "stool": _stool(record),
        "if_stopped": _if_stopped(record), "if_stopped_reason": record.if_stopped_reason,
        "tests": _tests(record), "alternatives": _alternatives(record), "scales": _scales(record),
        "entered": list(telling_input.entered(case)), "not_used": record.not_used,
        "model": list(telling.model(record)), "warnings": record.model.warnings,
        "cites": list(_cites(record)),
    }  # fmt: skip


def figures(record: Assessment, case: Case, course: Course | None) -> dict[str, list[Drawing]]:
    """Figures by the part of the page they belong to."""
    found: dict[str, list[Drawing]] = {"causes": [], "serum": [], "stool": [], "fate": []}
    if record.causes:
        found["causes"].append(causes_figure(record.causes, record.question))
    if course is not None:
        cutoffs = record.magnesium_status and record.magnesium_status.cutoffs
        found["serum"].append(serum_figure(course, lab_points(case, float(course.days[0])), cutoffs))
        found["stool"].append(stool_figure(course))
        found["fate"].append(fate_figure(course.fate))
    return found


def lab_points(case: Case, earliest: float) -> list[LabPoint]:
    """Measured serum magnesium not before day ``earliest``, a date alone at its noon."""
    asked = case.asked_on.latest
    points = []
    for lab in case.labs:
        if lab.test != "serum_magnesium":
            continue
        # A date alone is some time that day: its noon, but not after the question.
        when = (
            0.0
            if lab.taken is None
            else min(sum(interval_hours(lab.taken, asked)) / (2 * HOURS_PER_DAY), 0.0)
        )
        if when >= earliest:
            points.append(LabPoint(when, lab.value.value, lab.bound))
    return points


def _cause(share: CauseShare) -> dict[str, Any]:
    return {
        "title": words.CAUSES[share.cause], "chance": _chance(share.probability, share.interval),
        "speaks_for": share.for_, "against": share.against,
        "pathways": [
            {
                "title": words.PATHWAYS[p.pathway], "chance": _chance(p.probability, p.interval),
                "evidence": words.EVIDENCE[p.evidence], "steps": p.steps, "sources": p.sources,
            }
            for p in share.pathways
        ],
    }  # fmt: skip


def _chance(share: float, interval: tuple[float, float]) -> str:
    return f"{percent(share)} ({percent_interval(interval)})"


def _status(record: Assessment) -> Table | None:
    shares = record.magnesium_status
    if shares is None:
        return None
    c = shares.cutoffs
    limits = {
        "deficient": f"below {number(c.deficient_below)}",
        "low_normal": f"{number(c.deficient_below)} to {number(c.low_normal_below)}",
        "normal": f"{number(c.low_normal_below)} to {number(c.mild_excess_above)}",
        "mild_excess": f"{number(c.mild_excess_above)} to {number(c.severe_excess_above)}",
        "severe_excess": f"above {number(c.severe_excess_above)}",
    }
    rows = tuple(
        (title, limits[name], telling.chance(getattr(shares, name)))
        for name, title in words.STATUS_TITLES.items()
    )
    return Table("Magnesium in serum now", ("Level", c.unit, "Chance"), rows)


def _stool(record: Assessment) -> Table | None:
    if record.stool is None:
        return None
    mass, loose = record.stool.mass_per_day, record.stool.diarrhea
    rows = (
        ("Stool", telling.estimate(mass.with_supplement), telling.estimate(mass.without_supplement)),
        (
            "Diarrhea on a day",
            telling.chance(loose.with_supplement),
            telling.chance(loose.without_supplement),
        ),
    )
    return Table("With what is taken, and without it", ("", "As taken", "Without it"), rows)


def _if_stopped(record: Assessment) -> Table | None:
    if record.if_stopped is None:
        return None
    rows = tuple(
        (str(entry.day), telling.chance(entry.gone_if_stopped), telling.chance(entry.gone_if_continued))
        for entry in record.if_stopped
    )
    caption = f"Chance that {words.symptom(record.question)} is gone by that day"
    return Table(caption, ("Days from now", "If stopped", "If continued"), rows)


def _bits(value: float | None, unit: str) -> str:
    """Expected information; what is next to nothing is called so."""
    if value is None:
        return number(value)
    return f"{number(value, 2)} {unit}" if value >= _LEAST_BITS else f"under {_LEAST_BITS:g} {unit}"


def _tests(record: Assessment) -> Table | None:
    if not record.next_tests:
        return None
    rows = tuple(
        (words.TESTS[test.test], _bits(test.expected_information, test.unit), test.why)
        for test in record.next_tests
    )
    return Table("What another test would tell, most first", ("Test", "Expected information", "Why"), rows)


def _alternatives(record: Assessment) -> Table | None:
    if not record.alternatives:
        return None
    rows = tuple(
        (
            f"{words.sentence(words.form(other.form))}, {number(other.dose)} {other.dose_unit}, "
            f"{other.times_per_day:g} a day. {other.note}",
            f"{cell(other.absorbed, 2)} {other.absorbed_unit}", telling.chance(other.diarrhea),
            telling.chance(other.excess),
        )
        for other in record.alternatives
    )  # fmt: skip
    return Table(
        "Other ways to take it, simulated for this person", ("What", "Absorbed", "Diarrhea", "Too much"), rows
    )


def _scales(record: Assessment) -> dict[str, Any] | None:
    naranjo, who = record.scales.naranjo, record.scales.who_umc
    if naranjo is None and who is None:
        return None
    tables, lines = [], []
    if naranjo is not None:
        rows = tuple((words.sentence(item.item), item.answer, str(item.score)) for item in naranjo.items)
        caption = f"Naranjo scale: {naranjo.score} points, {naranjo.category}"
        tables.append(Table(caption, ("Question", "Answer", "Points"), rows))
    if who is not None:
        lines.append(f"WHO-UMC category: {who.category}.")
    return {"tables": tables, "lines": lines}


def _cites(record: Assessment):
    for entry in (*record.triage_reasons, *record.actions):
        yield from entry.sources
    for share in record.causes:
        for pathway in share.pathways:
            yield from pathway.sources
