"""`epsom assess`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import typer

from epsom.interfaces import words
from epsom.interfaces.cli import screen
from epsom.interfaces.cli.targets import load_with_targets
from epsom.interfaces.cli.waiting import engine_for, watched
from epsom.interfaces.numerals import percent, percent_interval
from epsom.interfaces.report import telling

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rich.console import Console

    from epsom.core.records import Assessment, Case

DEFAULT_SEED = 1
_INDENT = "  "
#: Reasons on the screen; the report has them all.
_MOST_REASONS = 4
#: Day after stopping that is shown on the screen; the report has all.
_SHOWN_DAY = 7


def command(
    file: Path, *, as_json: bool, report: Path | None, seed: int | None, people: int | None, timing: bool
) -> None:
    """Read, assess, then print and write."""
    from epsom.core.documents import load_case

    case = load_with_targets(lambda: load_case(file), report=report)
    parts = Parts()
    answer = assess_watched(
        case, people=people, seed=DEFAULT_SEED if seed is None else seed, told=parts.begin
    )
    parts.end()
    if report is not None:
        write_report(report, answer, case)
    if as_json:
        screen.print_json(answer.record.to_tree())
    else:
        print_answer(answer.record)
        if report is not None:
            screen.console().print(f"Written: {report}", soft_wrap=True, markup=False)
    if timing:
        for what, seconds in parts.took:
            typer.echo(f"{seconds:7.2f} s  {what}", err=True)


class Parts:
    """How long each part of an answer took, by the clock of this process."""

    def __init__(self) -> None:
        self.took: list[tuple[str, float]] = []
        self._since, self._what = time.perf_counter(), ""

    def begin(self, what: str) -> None:
        """A part begins; the one before it is over."""
        self.end()
        self._what = what

    def end(self) -> None:
        """The part is over."""
        now = time.perf_counter()
        if self._what:
            self.took.append((self._what, now - self._since))
        self._since, self._what = now, ""


def assess_watched(
    case: Case, *, people: int | None, seed: int, told: Callable[[str], None] = lambda _: None
) -> Any:
    """Assess with a progress bar; returns guidance's answer. ``told`` hears what is being done."""
    from epsom.guidance import assess

    with watched("Comparing virtual people with this person", counted=False) as watch:

        def progress(what: str) -> None:
            told(what)
            watch(what)

        return assess(case, people=people, seed=seed, progress=progress, engine=engine_for(watch))


def write_report(path: Path, answer: Any, case: Case) -> None:
    """The page of an answer."""
    from epsom.core.files import write_whole
    from epsom.interfaces.report.page import render

    record = answer.record
    title = f"Magnesium and {words.symptom(record.question)}"
    lead = f"Asked on {str(record.asked_on).replace('T', ' ')}."
    write_whole(path, render(title, lead, [report_section(answer, case)]))


def report_section(answer: Any, case: Case, heading: str = "", lead: str = "") -> dict[str, Any]:
    """The section of a page with this answer."""
    from epsom.interfaces.report.assessment import section

    course = answer.findings.course if answer.findings is not None else None
    return section(answer.record, case, course, heading, lead)


def print_answer(record: Assessment) -> None:
    """The answer on one screen: urgency, reasons, causes, serum, what to do, what was not used."""
    to = screen.console()
    to.print(f"[bold]{telling.urgency(record).upper()}[/bold]" if record.triage == "emergency" else
             f"[bold]{telling.urgency(record)}[/bold]")  # fmt: skip
    reasons = [reason.because for reason in record.triage_reasons]
    more = len(reasons) - _MOST_REASONS
    _bullets(to, [*reasons[:_MOST_REASONS], *([f"And {more} more; --report shows all."] if more > 0 else [])])
    if record.causes:
        _causes(to, record)
    _block(to, "Magnesium in serum", list(telling.serum(record)))
    _stool(to, record)
    _block(to, "If you stop, and which test", [*_stopping(record), *_testing(record)])
    to.print("\n[bold]What to do[/bold]")
    for number, action in enumerate(record.actions, 1):
        text = f"{number}. {words.ACTIONS[action.action]} ({words.URGENCY[action.urgency]}). {action.because}"
        screen.hanging(to, [text], indent=2, hang=3)
    _block(to, "Not used", [f"{item.why} ({item.where})" for item in record.not_used])
    _block(to, "Note", list(record.model.warnings))
    to.print()
    to.print(words.INTENDED_USE, markup=False)


def _causes(to: Console, record: Assessment) -> None:
    plain = screen.only_ascii()
    percent_inside = f"{100 * record.causes[0].interval_probability:g} %"
    to.print(f"\n[bold]What may explain {words.symptom(record.question)}[/bold] ({percent_inside} interval)")
    width = max(len(words.CAUSES[share.cause]) for share in record.causes)
    for share in record.causes:
        bar = screen.bar(share.probability, share.interval, plain=plain)
        interval = percent_interval(share.interval).rjust(8)
        line = f"{words.CAUSES[share.cause]:<{width}}  {percent(share.probability):>5}  {bar}  {interval}"
        to.print(_INDENT + line, markup=False, no_wrap=True)


def _stopping(record: Assessment) -> list[str]:
    """The chance that the symptom is gone a week after stopping, beside going on."""
    week = next((entry for entry in record.if_stopped or () if entry.day == _SHOWN_DAY), None)
    if week is None:
        return []
    return [
        f"Gone by day {week.day}: {telling.chance(week.gone_if_stopped)} if all magnesium stops, "
        f"{telling.chance(week.gone_if_continued)} if it goes on."
    ]


def _testing(record: Assessment) -> list[str]:
    """The test that would tell most."""
    return [record.next_tests[0].why] if record.next_tests else []


def _stool(to: Console, record: Assessment) -> None:
    if record.stool is None:
        return
    mass, loose = record.stool.mass_per_day, record.stool.diarrhea
    lines = []
    if loose.with_supplement is not None:
        lines.append(f"Diarrhea on a day: {telling.chance(loose.with_supplement)} as taken, "
                     f"{telling.chance(loose.without_supplement)} without.")  # fmt: skip
    if mass.with_supplement is not None:
        lines.append(f"Stool: {telling.estimate(mass.with_supplement)} as taken.")
    _block(to, "Bowel", lines)


def _block(to: Console, title: str, lines: list[str]) -> None:
    if lines:
        to.print(f"\n[bold]{title}[/bold]")
        _bullets(to, lines)


def _bullets(to: Console, lines: list[str]) -> None:
    screen.hanging(to, (f"- {line}" for line in lines), indent=2, hang=2)
