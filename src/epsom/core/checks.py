"""What must fit together in a case: faults between keys, found even where single values are bad.

Each function takes a tree as read and yields findings. It leaves single values to the records and skips what
it cannot read, so that one pass over a file names every fault.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from epsom.core.faults import BadValueError, one_of, show
from epsom.core.forms import check_dose_of, elemental_millimoles, resolve_form
from epsom.core.kinds import KINDS, LAB_KINDS
from epsom.core.names import DEFAULT_QUESTION, DOSES_OF, LABS, ROUTES
from epsom.core.quantities import canonical_unit, parse
from epsom.core.times import CivilTime, offset_of_dates, read_time
from epsom.core.tree import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from epsom.core.names import Form
    from epsom.core.quantities import Quantity
    from epsom.core.tree import KeyPath

# Lists of a case whose entries have times, with the keys that begin and end each entry.
_EPISODES: tuple[tuple[tuple[str, ...], str, str | None], ...] = (
    (("person", "conditions"), "start", "stop"),
    (("person", "drugs"), "start", "stop"),
    (("supplements",), "start", "stop"),
    (("symptoms",), "onset", "resolved"),
    (("labs",), "taken", None),
)
_KIDNEY = ("egfr", "creatinine", "dialysis")
_ONLY_BY_MOUTH = ("mineral_water", "food")
# A planned end may lie ahead; a symptom cannot have resolved tomorrow.
_NEVER_AHEAD = ("start", "onset", "taken", "resolved")


def mapping(tree: object, *keys: str) -> dict[str, Any]:
    """Return the mapping under some keys, empty if it is not there."""
    for key in keys:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree if isinstance(tree, dict) else {}


def entries(tree: object, *keys: str) -> Iterator[tuple[KeyPath, dict[str, Any]]]:
    """Yield the mappings in the list under some keys, each with its path."""
    found = mapping(tree, *keys[:-1]).get(keys[-1])
    for index, entry in enumerate(found if isinstance(found, list) else ()):
        if isinstance(entry, dict):
            yield (*keys, index), entry


def number(value: object) -> float | None:
    """Return a finite number, or None for anything else."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if abs(value) <= sys.float_info.max else None


def quantity(value: object, kind: str) -> Quantity | None:
    """Return a quantity, or None if it cannot be read."""
    try:
        return parse(value, kind)
    except BadValueError:
        return None


def case_findings(tree: dict[str, Any]) -> Iterator[Finding]:
    """Find what does not fit together in a case."""
    yield from _question_findings(tree)
    yield from _person_findings(mapping(tree, "person"))
    for path, entry in entries(tree, "supplements"):
        yield from dose_findings(path, entry)
    for path, entry in entries(tree, "labs"):
        yield from _lab_findings(path, entry)
    yield from _time_findings(tree)


def offset_of_case(tree: dict[str, Any]) -> tzinfo | None:
    """Return the offset at which the dates of a case are days; None for local civil time."""
    return offset_of_dates(time for _, time in _times(tree, None))


def _question_findings(tree: dict[str, Any]) -> Iterator[Finding]:
    question = tree.get("question") or DEFAULT_QUESTION
    for path, entry in entries(tree, "symptoms"):
        if entry.get("name") == question and entry.get("present") is False:
            expected = f"{question} present, since it is the question asked"
            yield Finding((*path, "present"), BadValueError("false", expected))


def _person_findings(person: dict[str, Any]) -> Iterator[Finding]:
    if person.get("sex") == "male" and person.get("pregnant") is True:
        yield Finding(("person", "pregnant"), BadValueError("true", "false for a male person"))
    kidney = person.get("kidney")
    if not isinstance(kidney, dict):
        return
    given = [key for key in _KIDNEY if kidney.get(key) is not None]
    has_others = not kidney.keys() <= set(_KIDNEY)  # unknown keys, faults of their own
    if len(given) > 1 or not (given or has_others):
        hint = "other kidney values are dated labs" if given else "leave out kidney if nothing is known"
        fault = BadValueError(" and ".join(given) or "no value", one_of(_KIDNEY), hint)
        yield Finding(("person", "kidney"), fault)


def dose_findings(path: KeyPath, entry: dict[str, Any]) -> Iterator[Finding]:
    """Find what does not fit together in one supplement of a case or scenario."""
    form, dose_of, route = _form(entry), entry.get("dose_of"), entry.get("route")
    if dose_of in (None, *DOSES_OF):
        try:
            check_dose_of(form, _dose_unit(entry), dose_of)
        except BadValueError as fault:
            yield Finding((*path, "dose_of"), fault)
        else:
            yield from _amount_findings(path, entry, form)
    if form in _ONLY_BY_MOUTH and route in ROUTES and route != "oral":
        yield Finding((*path, "route"), BadValueError(show(route), f"oral, since the form is {form}"))


def _amount_findings(path: KeyPath, entry: dict[str, Any], form: Form | None) -> Iterator[Finding]:
    dose = quantity(entry.get("dose"), "dose")
    if dose is None or form is None:
        return
    amount, most = elemental_millimoles(form, dose, entry.get("dose_of")), KINDS["dose"].most["mmol"]
    if amount > most:
        fault = BadValueError(f"{show(dose.text)}, {amount:.0f} mmol of magnesium", f"at most {most:g} mmol")
        yield Finding((*path, "dose"), fault)


def _form(entry: dict[str, Any]) -> Form | None:
    try:
        return resolve_form(entry.get("form"))
    except BadValueError:
        return None


def _dose_unit(entry: dict[str, Any]) -> str | None:
    try:
        return canonical_unit(entry.get("dose"), "dose")
    except BadValueError:
        return None


def _lab_findings(path: KeyPath, entry: dict[str, Any]) -> Iterator[Finding]:
    """Find hours of collection without urine, and amounts of urine magnesium without hours."""
    test, hours = entry.get("test"), entry.get("urine_hours")
    if test in LABS and test != "urine_magnesium" and hours is not None:
        yield Finding(
            (*path, "urine_hours"), BadValueError(show(hours), "urine_hours with urine_magnesium only")
        )
    if test == "urine_magnesium" and hours is None:
        value = quantity(entry.get("value"), LAB_KINDS[test])
        if value is not None and value.unit != KINDS[LAB_KINDS[test]].unit:
            fault = BadValueError("nothing", "the hours of the collection, or a value per day")
            yield Finding((*path, "urine_hours"), fault)


def _times(tree: dict[str, Any], offset: tzinfo | None) -> Iterator[tuple[KeyPath, CivilTime]]:
    """Yield every time of a case that can be read, `asked_on` first."""
    if (asked_on := _time(tree.get("asked_on"), offset)) is not None:
        yield ("asked_on",), asked_on
    for keys, first, last in _EPISODES:
        for path, entry in entries(tree, *keys):
            for key in (first, last):
                if key is not None and (time := _time(entry.get(key), offset)) is not None:
                    yield (*path, key), time


def _time(value: object, offset: tzinfo | None) -> CivilTime | None:
    try:
        return read_time(value, offset)
    except BadValueError:
        return None


def _time_findings(tree: dict[str, Any]) -> Iterator[Finding]:
    """Find times in the wrong order, times after asking and offsets on some date-times only."""
    offset = offset_of_case(tree)
    times = dict(_times(tree, offset))
    for path, time in times.items():
        if offset is not None and time.moment.tzinfo is None:
            expected = "an offset such as +02:00, since other times of the file carry one"
            yield Finding(path, BadValueError(show(time.text), expected))
    comparable = {
        path: time for path, time in times.items() if (time.moment.tzinfo is None) == (offset is None)
    }
    yield from _order_findings(comparable)


def _order_findings(times: dict[KeyPath, CivilTime]) -> Iterator[Finding]:
    begins = {last: first for _, first, last in _EPISODES if last is not None}
    asked_on = times.get(("asked_on",))
    for path, time in times.items():
        start = times.get((*path[:-1], begins.get(str(path[-1]), "")))
        if start is not None and start.is_after(time):
            expected = f"a time not before {begins[str(path[-1])]}, {start}"
            yield Finding(path, BadValueError(show(time.text), expected))
        if path[-1] in _NEVER_AHEAD and asked_on is not None and time.is_after(asked_on):
            expected = f"a time not after asked_on, {asked_on}"
            yield Finding(path, BadValueError(show(time.text), expected))
