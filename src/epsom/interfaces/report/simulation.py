"""The section of a page that shows what a scenario gave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from epsom.interfaces import words
from epsom.interfaces.numerals import day, decimals_for, fixed, number, percent
from epsom.interfaces.plots.drawing import Table
from epsom.interfaces.plots.measures import measures, unit_text
from epsom.interfaces.report import telling_input

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from epsom.core.records import Scenario, SimulationResult
    from epsom.core.records.scenario import MeasureRequest
    from epsom.core.records.simulation import MeasureResult


def section(
    scenario: Scenario, record: SimulationResult, without_balance: int, sources: Sequence[str],
    heading: str = "", lead: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Everything the template says, already in words.

    Parameters
    ----------
    without_balance
        How many people had no lasting balance with their diet.
    sources
        Keys of the sources behind the body's parameters.
    """
    return {
        "template": "simulation.html.j2", "heading": heading, "lead": lead,
        "about": list(telling_input.group(scenario)), "notes": list(notes(record, without_balance)),
        "protocol": list(telling_input.protocol(scenario)), "tables": list(tables(scenario, record)),
        "figures": measures(record), "cites": list(sources),
    }  # fmt: skip


def notes(record: SimulationResult, without_balance: int) -> Iterator[str]:
    """What the reader must know of runs that failed and of people without balance."""
    if record.failed:
        yield (
            f"{words.count(record.failed, 'run')} of {record.people:,} failed; their values are missing "
            "and enter no mean."
        )
    if without_balance:
        yield (
            f"{words.count(without_balance, 'person', 'people')} of {record.people:,} had no lasting balance "
            "with this diet and body; they began after a year of it instead."
        )


def tables(scenario: Scenario, record: SimulationResult) -> Iterator[Table]:
    """One table for each measure asked for, a row for each day."""
    entries = iter(record.measures)
    for request in scenario.measures:
        yield measure_table(request, [next(entries) for _ in request.days])


def measure_table(request: MeasureRequest, entries: Sequence[MeasureResult]) -> Table:
    """The days of one measure. Shares of people have no spread; a single person has none either."""
    share = request.name in words.SHARES_OF_PEOPLE
    decimals = decimals_for(entry.mean for entry in entries)

    def form(value: float | None) -> str:
        return percent(value) if share else fixed(value, decimals)

    spread = not share and any(entry.sd is not None for entry in entries)
    controlled = any("control_mean" in entry.model_fields_set for entry in entries)
    headers = ["Day", "Mean", *(["SD", "5 %", "Middle", "95 %"] if spread else [])]
    headers += ["Without", "Difference"] if controlled else []
    headers += [f"Above {number(limit)}" for limit in request.above]
    rows = []
    for entry in entries:
        row = [day(entry.day), form(entry.mean)]
        row += [form(value) for value in (entry.sd, entry.p05, entry.p50, entry.p95)] if spread else []
        row += [form(entry.control_mean), _difference(entry, decimals, share=share)] if controlled else []
        row += [percent(value) for value in entry.fraction_above or ()]
        rows.append(tuple(row))
    unit = "" if share else f", {unit_text(entries[0].unit)}"
    return Table(f"{words.MEASURES[request.name]}{unit}", tuple(headers), tuple(rows))


def _difference(entry: MeasureResult, decimals: int, *, share: bool) -> str:
    value = entry.difference_mean
    if not share or value is None:
        return fixed(value, decimals, sign=True)
    return f"{'+' if value > 0 else ''}{100 * value:.0f} points".replace("-", "\N{MINUS SIGN}")
