"""An answer as the page shows it: the report's words, figures drawn for pages and phones, their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from epsom.interfaces import words
from epsom.interfaces.numerals import day, interval, number, percent, percent_interval
from epsom.interfaces.plots.fate import fate
from epsom.interfaces.plots.route import route
from epsom.interfaces.plots.strip import strip
from epsom.interfaces.report import telling
from epsom.interfaces.report.assessment import section
from epsom.interfaces.report.page import citations
from epsom.interfaces.web.courses import course_figures, still_figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from epsom.core.records import Assessment, Case
    from epsom.core.records.assessment import CauseShare
    from epsom.guidance import Answer

#: Color of each cause; gut, lack and excess as in the pictures of the body.
CAUSE_ROLES = {
    "gastrointestinal_upset": "gut", "magnesium_deficiency": "signal", "magnesium_excess": "blood",
    "other_cause": "exit",
}  # fmt: skip
#: Routes that are drawn: the likeliest ones of magnesium, and nothing below this chance.
_MOST_ROUTES, _LEAST_ROUTE = 3, 0.005


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
        "courses": list(course_figures(record, case, course)) if course is not None else [],
        "fate": fate(course.fate) if course is not None else None,
        "gone": still_figure(record), "sources": cited,
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
            "drawing": route(share.cause, way.pathway, record.question, way.steps), "steps": way.steps,
            "sources": way.sources,
        }  # fmt: skip
