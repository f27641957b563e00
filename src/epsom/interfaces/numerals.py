"""Numbers as people read them: few digits, shares in 100, intervals with a dash."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MISSING = "not known"
#: Beyond these a number is written as a power of ten.
_SMALLEST, _LARGEST = 1e-4, 1e6


def finite(value: float) -> float | None:
    """``value`` for a JSON document, which has no word for what is not finite but null."""
    return value if math.isfinite(value) else None


def number(value: float | None, digits: int = 3) -> str:
    """``value`` to ``digits`` significant digits at most, for a sentence."""
    text = cell(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def cell(value: float | None, digits: int = 3) -> str:
    """``value`` to ``digits`` significant digits, zeros kept, for a column."""
    if value is None or not math.isfinite(value):
        return MISSING
    if value == 0:
        return "0"
    size = abs(value)
    if not _SMALLEST <= size < _LARGEST:
        return f"{value:.{digits - 1}e}"
    decimals = max(0, digits - 1 - math.floor(math.log10(size)))
    rounded = round(value, decimals)
    text = f"{rounded:,.{decimals}f}"
    return text.replace("-", "\N{MINUS SIGN}") if rounded else "0"


def decimals_for(values: Iterable[float | None], digits: int = 3) -> int:
    """Decimals at which the largest of ``values`` shows ``digits`` significant digits, for a whole table."""
    sizes = [abs(value) for value in values if value is not None and math.isfinite(value)]
    largest = max(sizes, default=0.0)
    return max(0, digits - 1 - math.floor(math.log10(largest))) if largest >= _SMALLEST else digits


def fixed(value: float | None, decimals: int, *, sign: bool = False) -> str:
    """``value`` with that many decimals; ``sign`` puts a plus before what is above zero."""
    if value is None or not math.isfinite(value):
        return MISSING
    rounded = round(value, decimals) or 0.0
    return f"{rounded:{'+' if sign and rounded else ''},.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def percent(share: float | None) -> str:
    """A share as whole per cent; small and large ones say so rather than 0 or 100."""
    if share is None or not math.isfinite(share):
        return MISSING
    if 0 < share < 0.005:
        return "<1 %"
    if 0.995 < share < 1:
        return ">99 %"
    return f"{100 * share:.0f} %"


def percent_interval(interval: tuple[float, float] | None) -> str:
    """Two shares as ``41-79 %``."""
    if interval is None:
        return MISSING
    low, high = (f"{100 * end:.0f}" for end in interval)
    return f"{low} %" if low == high else f"{low}\N{EN DASH}{high} %"


def in_hundred(share: float | None) -> str:
    """A share as ``about 3 in 100``."""
    if share is None or not math.isfinite(share):
        return MISSING
    if share < 0.005:
        return "fewer than 1 in 100"
    return "more than 99 in 100" if share > 0.995 else f"about {100 * share:.0f} in 100"


def interval(ends: tuple[float, float] | None, digits: int = 3) -> str:
    """Two numbers as ``0.88-1.03``."""
    if ends is None:
        return MISSING
    low, high = (number(end, digits) for end in ends)
    dash = " to " if ends[0] < 0 else "\N{EN DASH}"
    return low if low == high else f"{low}{dash}{high}"


def day(value: float) -> str:
    """A day without useless zeros."""
    return f"{value:g}"
