"""What must fit together in a scenario, as `epsom.core.checks` finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from epsom.core.checks import dose_findings, entries, mapping, number, quantity
from epsom.core.faults import BadValueError, show
from epsom.core.kinds import HOURS_PER_DAY
from epsom.core.tree import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from epsom.core.tree import KeyPath

_SPREAD_KINDS = {"weight": "body_mass", "height": "height", "egfr": "filtration"}
_HOURS_PER_WEEK = 7.0 * HOURS_PER_DAY


def scenario_findings(tree: dict[str, Any]) -> Iterator[Finding]:
    """Find what does not fit together in a scenario."""
    yield from _people_findings(mapping(tree, "people"))
    for key in ("drug_changes", "condition_changes"):
        for path, entry in entries(tree, key):
            yield from _change_findings(path, entry)
    for path, entry in entries(tree, "supplements"):
        yield from dose_findings(path, entry)
        yield from _schedule_findings(path, entry)
    yield from _duration_findings(tree)


def _people_findings(people: dict[str, Any]) -> Iterator[Finding]:
    yield from _spread_findings(("people", "age"), people.get("age"), None)
    for key, kind in _SPREAD_KINDS.items():
        yield from _spread_findings(("people", key), people.get(key), kind)
    selected = mapping(people, "select", "serum_magnesium")
    yield from _spread_findings(("people", "select", "serum_magnesium"), selected, "magnesium_concentration")
    sex = people.get("sex")
    no_women = sex == "male" or (isinstance(sex, dict) and number(sex.get("female")) == 0.0)
    if no_women and people.get("pregnant") is True:
        yield Finding(("people", "pregnant"), BadValueError("true", "false for a group of men"))
    plan = mapping(people, "dialysis")
    sessions, hours = number(plan.get("per_week")), number(plan.get("hours"))
    if sessions and hours and sessions * hours > _HOURS_PER_WEEK:
        fault = BadValueError(
            f"{sessions * hours:g} h of dialysis in a week", f"at most {_HOURS_PER_WEEK:g} h"
        )
        yield Finding(("people", "dialysis", "hours"), fault)


def _spread_findings(path: KeyPath, spread: object, kind: str | None) -> Iterator[Finding]:
    """Find limits that cross, a mean outside them, and rates of filtration in two kinds of units."""
    if not isinstance(spread, dict):
        return
    values: dict[str, float] = {}
    units: dict[str, str] = {}
    for key in ("mean", "sd", "min", "max"):
        if kind is None and (value := number(spread.get(key))) is not None:
            values[key] = value
        elif kind is not None and (read := quantity(spread.get(key), kind)) is not None:
            values[key], units[key] = read.value, read.unit
    for key, unit in units.items():
        if unit != next(iter(units.values())):
            fault = BadValueError(show(spread[key]), f"{next(iter(units.values()))}, as the mean has")
            yield Finding((*path, key), fault)
            return
    low, mean, high = values.get("min"), values.get("mean"), values.get("max")
    if low is not None and high is not None and low > high:
        yield Finding((*path, "min"), BadValueError(show(spread["min"]), f"at most the max, {spread['max']}"))
    elif mean is not None and low is not None and mean < low:
        yield Finding(
            (*path, "mean"), BadValueError(show(spread["mean"]), f"at least the min, {spread['min']}")
        )
    elif mean is not None and high is not None and mean > high:
        yield Finding(
            (*path, "mean"), BadValueError(show(spread["mean"]), f"at most the max, {spread['max']}")
        )


def _change_findings(path: KeyPath, entry: dict[str, Any]) -> Iterator[Finding]:
    given = [key for key in ("start", "stop") if entry.get(key) is not None]
    if len(given) != 1:
        fault = BadValueError(" and ".join(given) or "neither start nor stop", "one of: start, stop")
        yield Finding(path, fault)


def _schedule_findings(path: KeyPath, entry: dict[str, Any]) -> Iterator[Finding]:
    if entry.get("at_day") is not None:
        for key in ("start_day", "stop_day", "times_per_day"):
            if entry.get(key) is not None:
                fault = BadValueError(f"{key} with at_day", "one intake at_day, or a schedule, not both")
                yield Finding((*path, key), fault)
    start, stop = number(entry.get("start_day")) or 0.0, number(entry.get("stop_day"))
    if stop is not None and 0.0 <= stop <= start:
        fault = BadValueError(
            show(entry["stop_day"]), f"a day after start_day, {start:g}: it is not taken itself"
        )
        yield Finding((*path, "stop_day"), fault)


def _duration_findings(tree: dict[str, Any]) -> Iterator[Finding]:
    """Find days of measures that the protocol does not reach; the 24 h of a rate may begin at its end."""
    duration = quantity(tree.get("duration"), "duration")
    if duration is None:
        return
    last = duration.value / HOURS_PER_DAY
    for path, entry in entries(tree, "measures"):
        days = entry.get("days")
        for index, day in enumerate(days if isinstance(days, list) else ()):
            if (number(day) or 0.0) > last:
                fault = BadValueError(show(day), f"at most {last:g}, the days of duration {duration}")
                yield Finding((*path, "days", index), fault)
