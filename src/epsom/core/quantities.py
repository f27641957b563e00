"""Quantities written as text with a unit, read with magnesium's own rules.

A quantity is a number and a unit, ``"400 mg"`` or ``"1.5 mEq/L"``; `epsom.core.kinds` says which units a kind
of quantity takes. Bare numbers are refused: 2.0 is a normal serum magnesium in mg/dL, a toxic one in mmol/L.

Values are kept in one canonical unit per kind: mmol, mmol/L and mmol/day for magnesium, mmol/L for calcium
and potassium, mg/dL for creatinine, nmol/L for vitamin D, pg/mL for parathyroid hormone, U/L for creatine
kinase, kg, m and h. Two kinds keep two canonical units apart, because no number alone converts one into the
other: a dose in g (of magnesium or of compound: ``dose_of`` tells, `epsom.core.forms` converts) or in mmol of
magnesium; and a filtration rate per 1.73 m2 or absolute.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from epsom.core.faults import BadValueError, nearest, show
from epsom.core.kinds import KINDS, SPELLINGS, Kind

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_LONGEST_TEXT = 80


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit.

    Attributes
    ----------
    value : float
        In the canonical unit of its kind.
    unit : str
        That canonical unit.
    text : str
        As it was written.
    """

    value: float
    unit: str
    text: str

    def __str__(self) -> str:
        return self.text


def parse(text: object, kind: str, least: float | None = None) -> Quantity:
    """Read a quantity of one kind.

    Parameters
    ----------
    text : object
        A text such as ``"400 mg"``; anything else is refused.
    kind : str
        A key of `KINDS`.
    least : float, optional
        Smallest value to allow, in the canonical unit, where it is not the kind's own limit at zero.

    Returns
    -------
    Quantity
        In the kind's canonical unit.

    Raises
    ------
    BadValueError
        For a bare number, an unknown unit, and a value that is not finite or not possible.
    """
    rules = KINDS[kind]
    number, unit_text = _split(text, rules)
    unit = _find_unit(unit_text, rules, text)
    canonical, factor = rules.units[unit]
    value = number * factor
    most = rules.most[canonical]
    low, low_is_possible = (0.0, rules.zero) if least is None else (least, True)
    if not low <= value <= most or (value == low and not low_is_possible):
        start = f"from {low:g}" if low_is_possible else f"above {low:g}"
        raise BadValueError(show(text), f"{rules.what} {start} to {most:g} {canonical}")
    return Quantity(value, canonical, str(text).strip())


def canonical_unit(text: object, kind: str) -> str:
    """Return the canonical unit a quantity would have, whether or not its value is possible.

    Raises
    ------
    BadValueError
        For a bare number or an unknown unit.
    """
    rules = KINDS[kind]
    _, unit = _split(text, rules)
    return rules.units[_find_unit(unit, rules, text)][0]


def express(value: float, kind: str, unit: str) -> float:
    """Convert a value of one kind from its canonical unit into another unit of that kind.

    Raises
    ------
    BadValueError
        If the kind has no such unit.
    """
    rules = KINDS[kind]
    _, factor = rules.units[_find_unit(unit, rules, unit)]
    return value / factor


def _split(text: object, rules: Kind) -> tuple[float, str]:
    """Split a text into its number and its unit."""
    expected = f"{rules.what}: a number with its unit, {_units_of(rules)}"
    stripped = text.strip() if isinstance(text, str) else ""
    match = _NUMBER.match(stripped) if len(stripped) <= _LONGEST_TEXT else None
    unit = stripped[match.end() :].strip() if match else ""
    if match is None or not unit:
        raise BadValueError(show(text), expected, _hint_without_unit(text, rules))
    if unit[0] in ",'0123456789":
        raise BadValueError(show(text), expected, "write 1000.5 with a point, and without commas or spaces")
    number = float(match.group())
    if not math.isfinite(number):
        raise BadValueError(show(text), expected, "the number is too large")
    return number, unit


def _hint_without_unit(text: object, rules: Kind) -> str:
    """Say what a text without a readable number and unit may have meant."""
    if isinstance(text, str) and text.strip().startswith(("<", ">", "≤", "≥")):
        return "in labs a result below or above a limit is written with the key bound"
    is_number = isinstance(text, int | float) and not isinstance(text, bool)
    number = show(text) if is_number else text.strip() if isinstance(text, str) else ""
    if not is_number and not _NUMBER.fullmatch(number):
        return ""
    examples = [f'"{number} {unit}"' for unit in rules.units][:2]
    return f"a bare number has no unit: is it {' or '.join(examples)}?"


def _fold(unit: str) -> str:
    """Bring a unit to one spelling: lower case, no spaces, one word for each part."""
    text = unit.strip().casefold().replace("μ", "u")
    text = re.sub(r"\s+per\s+", "/", text)
    text = re.sub(r"\s", "", text)
    return "/".join(SPELLINGS.get(part, part) for part in text.split("/"))


def _find_unit(unit: str, rules: Kind, text: object) -> str:
    """Return the kind's own spelling of a unit."""
    by_folded = {_fold(known): known for known in rules.units}
    folded = _fold(unit)
    if folded in by_folded:
        return by_folded[folded]
    hint = ""
    if folded == "m" and "month" in rules.units:
        hint = "write min for minutes or month for months"
    elif (close := nearest(folded, by_folded)) is not None:
        hint = f"did you mean {by_folded[close]}?"
    raise BadValueError(show(text), f"{rules.what} in {_units_of(rules)}", hint)


def _units_of(rules: Kind) -> str:
    return " or ".join(rules.units)
