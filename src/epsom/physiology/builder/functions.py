"""Smooth functions an organ may use, each readable as numbers, quantities or symbols.

Raw powers and log-exp have derivatives that fail at empty pools, so each function here brings its own
derivative and code that stays finite there. An organ calls them as plain functions; what comes in decides
the reading: floats and arrays give numbers, Pint quantities give a checked quantity, SymPy symbols give a
symbolic function (see :mod:`epsom.physiology.builder.symbols`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

#: Ratios below this are treated as this: an empty pool, not a logarithm of zero.
TINY = 1e-30
_LOG_TINY = math.log(TINY)
#: Exponents beyond this would overflow a double.
_LARGEST_EXPONENT = 700.0


def _log_ratio(x: float, reference: float) -> float:
    ratio = x / reference
    return math.log(ratio) if ratio > TINY else _LOG_TINY


def _log_1_plus_exp(z: float) -> float:
    return max(z, 0.0) + math.log1p(math.exp(-abs(z)))


def _logistic(z: float) -> float:
    if z >= 0:
        return 1.0 / (1.0 + math.exp(-z))
    grown = math.exp(max(z, -_LARGEST_EXPONENT))
    return grown / (1.0 + grown)


def _hill(x: float, half: float, steepness: float) -> float:
    return _logistic(steepness * _log_ratio(x, half))


def _hill_slope(x: float, half: float, steepness: float) -> float:
    share = _hill(x, half, steepness)
    return steepness * share * (1.0 - share) / max(x, TINY * half)


def _power(x: float, reference: float, exponent: float) -> float:
    return math.exp(min(exponent * _log_ratio(x, reference), _LARGEST_EXPONENT))


def _power_slope(x: float, reference: float, exponent: float) -> float:
    return exponent * _power(x, reference, exponent) / max(x, TINY * reference)


def _excess_share(x: float, threshold: float, sharpness: float) -> float:
    return -math.expm1(-_log_1_plus_exp(sharpness * _log_ratio(x, threshold)) / sharpness)


def _excess_share_slope(x: float, threshold: float, sharpness: float) -> float:
    z = sharpness * _log_ratio(x, threshold)
    return _logistic(z) * math.exp(-_log_1_plus_exp(z) / sharpness) / max(x, TINY * threshold)


def _softplus(x: float, width: float) -> float:
    return max(x, 0.0) + width * math.log1p(math.exp(-abs(x / width)))


def _softplus_slope(x: float, width: float) -> float:
    return _logistic(x / width)


def _saturating(x: float, limit: float) -> float:
    return limit * math.tanh(x / limit)


def _saturating_slope(x: float, limit: float) -> float:
    return 1.0 - math.tanh(x / limit) ** 2


def _hyperbolic(x: float, half: float) -> float:
    return x / (half + abs(x))


def _hyperbolic_slope(x: float, half: float) -> float:
    below = half + abs(x)
    return half / below / below


#: The numbers behind each function, on single floats. Generated code calls exactly these.
SCALAR: dict[str, Callable[..., float]] = {
    "hill": _hill,
    "hill_slope": _hill_slope,
    "power": _power,
    "power_slope": _power_slope,
    "excess_share": _excess_share,
    "excess_share_slope": _excess_share_slope,
    "softplus": _softplus,
    "softplus_slope": _softplus_slope,
    "saturating": _saturating,
    "saturating_slope": _saturating_slope,
    "hyperbolic": _hyperbolic,
    "hyperbolic_slope": _hyperbolic_slope,
}


def _read(name: str, arguments: tuple[Any, ...], same_unit: int, result: Callable[[Any], Any]) -> Any:
    """Evaluate function ``name`` by the kind of its arguments.

    The first ``same_unit`` arguments must share a unit, the rest must be plain numbers; ``result`` gives the
    unit of the value, as a function of that shared unit.
    """
    if any(hasattr(argument, "free_symbols") for argument in arguments):
        from epsom.physiology.builder import symbols

        return symbols.FUNCTIONS[name](*arguments)
    quantity = next((a for a in arguments if hasattr(a, "dimensionality")), None)
    if quantity is not None:
        numbers = [_magnitude(a, arguments[0] if i < same_unit else 1.0) for i, a in enumerate(arguments)]
        unit = getattr(arguments[0], "units", quantity.units / quantity.units)
        return SCALAR[name](*numbers) * result(unit)
    if any(isinstance(argument, np.ndarray) for argument in arguments):
        # The numbers of a failed run are missing, and stay so without a word.
        with np.errstate(invalid="ignore"):
            return np.asarray(np.frompyfunc(SCALAR[name], len(arguments), 1)(*arguments), dtype=float)
    return SCALAR[name](*arguments)


def _magnitude(argument: Any, like: Any) -> float:
    """The number of ``argument`` in the unit of ``like``; Pint refuses if the dimensions differ."""
    unit = getattr(like, "units", None)
    if hasattr(argument, "to"):
        return argument.to(unit if unit is not None else "dimensionless").magnitude
    if unit is not None and not (argument == 0 or like.dimensionless):
        raise TypeError(f"a plain number {argument} stands where a quantity in {unit} belongs")
    return float(argument)


def _dimensionless(unit: Any) -> Any:
    return unit / unit


def hill(x: Any, half: Any, steepness: Any) -> Any:
    """Share of saturation, x^n / (half^n + x^n); 0 at an empty pool, 1/2 at ``half``, 1 far above."""
    return _read("hill", (x, half, steepness), 2, _dimensionless)


def power(x: Any, reference: Any, exponent: Any) -> Any:
    """(x / reference)^exponent for x >= 0 and exponent >= 0, safe at an empty pool."""
    return _read("power", (x, reference, exponent), 2, _dimensionless)


def excess_share(x: Any, threshold: Any, sharpness: Any) -> Any:
    """Share of ``x`` that a saturable uptake with splay lets pass: 1 - (1 + (x/threshold)^n)^(-1/n).

    Far below the threshold nothing passes, far above it all but threshold/x does; ``n`` is the threshold over
    the width of the bend (the splay), so the share at the threshold is about ln(2)/n.
    """
    return _read("excess_share", (x, threshold, sharpness), 2, _dimensionless)


def softplus(x: Any, width: Any) -> Any:
    """``x`` well above zero, bending smoothly to zero below it: width * ln(1 + exp(x / width))."""
    return _read("softplus", (x, width), 2, lambda unit: unit)


def saturating(x: Any, limit: Any) -> Any:
    """``x`` near zero, bending smoothly to plus or minus ``limit``: limit * tanh(x / limit)."""
    return _read("saturating", (x, limit), 2, lambda unit: unit)


def hyperbolic(x: Any, half: Any) -> Any:
    """Share of the largest effect with the sign of ``x``: x / (half + |x|); for readings, not for slopes.

    Its curvature jumps at zero, which would cost a solver its order where a state crosses zero.
    """
    return _read("hyperbolic", (x, half), 2, _dimensionless)
