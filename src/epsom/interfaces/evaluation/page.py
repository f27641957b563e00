"""The page of the evaluation: a summary, a section for each study, what the data say of the parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from epsom.core.evidence import data_table
from epsom.inference.calibration.knowledge import (
    CLEAR_CORRELATION,
    INFORMED,
    UNCONSTRAINED,
    learned,
    trade_offs,
)
from epsom.interfaces.evaluation.document import TALLIES, cited, kind_of, reason, tally
from epsom.interfaces.evaluation.plots import bands, bars, shown
from epsom.interfaces.numerals import cell, fixed
from epsom.interfaces.plots.drawing import Table
from epsom.interfaces.report.page import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from epsom.inference.calibration.outcomes import Apart, Outcome

_MOST_BARS = 12
LEAD = (
    "Published groups, simulated under their protocols with the calibrated parameter sets. "
    "The roles were given before fitting; values to check were never used in it."
)


def page(outcomes: Sequence[Outcome]) -> str:
    """The whole page as text."""
    return render(
        "The body held against published studies", LEAD, [summary(outcomes), studies(outcomes), parameters()]
    )


def tally_table(outcomes: Sequence[Outcome]) -> Table:
    """How many pass, by kind."""
    rows = tuple(
        (TALLIES[key], str(passed), str(of), f"{100 * passed / of:.0f} %")
        for key, (passed, of) in tally(outcomes).items()
    )
    return Table("What passes", ("Kind", "In band", "Of", "Share"), rows)


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """All targets in one figure for each kind, and why misses are misses."""
    figures = []
    for key, title in TALLIES.items():
        chosen = [outcome for outcome in outcomes if kind_of(outcome) == key]
        if chosen:
            figures.append(bands(f"all-{key}", title, chosen))
    misses = [
        f"{outcome.target.title}: {shown(outcome.value)} {outcome.target.unit}. {reason(outcome)}"
        for outcome in outcomes
        if not outcome.passes
    ]
    return {
        "template": "evaluation.html.j2", "heading": "Summary", "lead": "Every target, by kind.",
        "tables": [tally_table(outcomes)], "figures": figures, "lines": misses, "studies": [], "cites": [],
        "lines_heading": "Why a miss is a miss",
    }  # fmt: skip


def studies(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """A figure for each study with what its scenarios assume."""
    by_source: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_source.setdefault(outcome.target.source, []).append(outcome)
    found = []
    for key, group in by_source.items():
        cautions = [
            f"{outcome.target.title}: {outcome.target.caution}" for outcome in group if outcome.target.caution
        ]
        found.append({
            "name": cited(key), "key": key, "lines": cautions,
            "figure": bands(f"study-{key}", "Observed and simulated", group), "spreads": _spreads(group),
        })  # fmt: skip
    return {
        "template": "evaluation.html.j2", "heading": "Study by study",
        "lead": "What each study found, what the body gives, and what the scenario had to assume.",
        "tables": [], "figures": [], "lines": [], "lines_heading": "", "studies": found,
        "cites": list(by_source),
    }  # fmt: skip


def _spreads(group: Sequence[Outcome]) -> list[str]:
    return [
        f"{outcome.target.title}{_read(outcome, apart)}: standard deviation "
        f"{cell(apart.simulated)} simulated, {cell(apart.observed)} published."
        for outcome in group
        for apart in outcome.spreads
    ]


def _read(outcome: Outcome, apart: Apart) -> str:
    """Which number lies apart, where it is not the target's value."""
    if apart.of == "value":
        return ""
    reading = outcome.target.readings[int(apart.of)]
    over = "" if reading.observed_cv is None else ", over its mean"
    days = "single samples" if reading.samples else f"day {cell(reading.days[0])}"
    return f", {reading.measure.replace('_', ' ')} of {days} ({reading.arm}){over}"


def parameters() -> dict[str, Any]:
    """Identifiability, trade-offs, sensitivity and what studies predict of one left out."""
    known = learned()
    made = data_table("calibration", "summary.toml")
    figures = [bars("informed", "Spread after over spread before, the best informed", ("Parameter", "Ratio"),
                    [(item.name, item.ratio) for item in known[:_MOST_BARS]])]  # fmt: skip
    for number, question in enumerate(made["sensitivity"]):
        values = [(entry["parameter"], entry["mean_absolute"]) for entry in question["effects"][:_MOST_BARS]]
        title = f"Morris screening: {question['question']}"
        figures.append(bars(f"morris-{number}", title, ("Parameter", "Mean absolute effect"), values))
    rows = tuple(
        (item.name.replace("_", " "), item.unit, *(_range(part) for part in (item.before, item.after)),
         fixed(item.ratio, 2), fixed(item.shift, 2, sign=True))
        for item in known
    )  # fmt: skip
    headers = ("Parameter", "Unit", "Before: median (90 %)", "After: median (90 %)", "Spread ratio", "Shift")
    return {
        "template": "evaluation.html.j2", "heading": "What the data say of the parameters",
        "lead": "Calibrated sets beside what was known before. Shifts are in standard deviations before.",
        "tables": [Table("Before and after", headers, rows), *_made_tables(made)], "figures": figures,
        "lines": sentences(), "lines_heading": "What the data do not tell", "studies": [], "cites": [],
    }  # fmt: skip


def _range(three: tuple[float, float, float]) -> str:
    return f"{cell(three[0])} ({cell(three[1])} to {cell(three[2])})"


def _made_tables(made: dict[str, Any]) -> list[Table]:
    """Trade-offs, and predictions of studies left out."""
    pairs = tuple((f"{a} and {b}".replace("_", " "), fixed(r, 2, sign=True)) for a, b, r in trade_offs())
    left = tuple(
        (entry["target"], entry["study"], cell(entry["predicted"]),
         f"{cell(entry['low'])} to {cell(entry['high'])}", "yes" if entry["inside"] else "no")
        for entry in made["left_out"]
    )  # fmt: skip
    return [
        Table("Parameters that trade off", ("Pair", "Rank correlation"), pairs),
        Table(
            "Studies left out of the fit", ("Target", "Study", "Predicted", "90 % interval", "In band"), left
        ),
    ]


def sentences() -> list[str]:
    """A plain sentence on each parameter that the data do not constrain, and on the traded pairs."""
    found = [
        f"{item.name.replace('_', ' ').capitalize()} is not constrained by any target: its spread stays at "
        f"{fixed(item.ratio, 2)} of what it was."
        for item in learned()
        if item.ratio >= UNCONSTRAINED and abs(item.shift) < 1 - INFORMED
    ]
    tied = [
        f"{a.replace('_', ' ').capitalize()} and {b.replace('_', ' ')} can replace each other "
        f"(rank correlation {fixed(r, 2, sign=True)}): only together are they constrained."
        for a, b, r in trade_offs()
        if abs(r) >= CLEAR_CORRELATION
    ]
    return tied + found
