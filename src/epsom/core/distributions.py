"""Spreads of parameters, drawn by inverse cumulative distribution from a uniform number."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Python's own normal distribution: importing SciPy's takes as long as drawing several thousand people.
_STANDARD = NormalDist()
_LEAST_CHANCE, _MOST_CHANCE = math.nextafter(0.0, 1.0), math.nextafter(1.0, 0.0)

Kind = Literal["lognormal", "normal", "uniform", "loguniform"]


@dataclass(frozen=True)
class Spread:
    """How a value varies around its center.

    ``lognormal`` has a coefficient of variation ``cv`` and keeps the center as its median; ``normal`` has a
    standard deviation ``sd`` in the unit of the value; ``uniform`` and ``loguniform`` run from ``low`` to
    ``high`` and ignore the center.
    """

    kind: Kind
    cv: float | None = None
    sd: float | None = None
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        """Refuse a spread whose numbers do not fit its kind."""
        needed = {"lognormal": ("cv",), "normal": ("sd",)}.get(self.kind, ("low", "high"))
        given = tuple(key for key in ("cv", "sd", "low", "high") if getattr(self, key) is not None)
        if given != needed:
            raise ValueError(f"a {self.kind} spread needs {needed}, got {given}")

    @property
    def size(self) -> float | None:
        """The ``cv`` or ``sd``, whichever there is; None of a range."""
        return self.sd if self.cv is None else self.cv

    def scaled(self, factor: float) -> Spread:
        """The same spread in a unit ``factor`` times as fine."""
        if self.kind == "lognormal":
            return self
        if self.kind == "normal":
            assert self.sd is not None
            return Spread("normal", sd=self.sd * factor)
        assert self.low is not None and self.high is not None
        return Spread(self.kind, low=self.low * factor, high=self.high * factor)

    def quantile(
        self,
        uniform: NDArray[np.float64],
        center: NDArray[np.float64] | float,
        bounds: tuple[float, float] = (-math.inf, math.inf),
    ) -> NDArray[np.float64]:
        """Values at cumulative probability ``uniform`` (shape kept), truncated to ``bounds``.

        Truncation rescales the probability, so nobody piles up on a bound.
        """
        import numpy as np

        uniform = np.asarray(uniform, dtype=float)
        if self.kind in ("uniform", "loguniform"):
            assert self.low is not None and self.high is not None
            low, high = max(self.low, bounds[0]), min(self.high, bounds[1])
            if self.kind == "uniform":
                return low + uniform * (high - low)
            return low * np.exp(uniform * math.log(high / low))
        center = np.asarray(center, dtype=float)
        if self.kind == "normal":
            assert self.sd is not None
            edges = [(edge - center) / self.sd for edge in bounds]
            return center + self.sd * _truncated(uniform, edges)
        assert self.cv is not None
        sigma = math.sqrt(math.log1p(self.cv**2))
        with np.errstate(divide="ignore"):
            edges = [np.log(np.maximum(edge, 0.0) / center) / sigma for edge in bounds]
        return center * np.exp(sigma * _truncated(uniform, edges))


def _truncated(uniform: NDArray[np.float64], edges: list[Any]) -> NDArray[np.float64]:
    """Standard normal deviates at ``uniform``, cut off at the two ``edges``."""
    import numpy as np

    low, high = (_normal_cdf(np.asarray(edge)) for edge in edges)
    # A probability rounded to 0 or 1 has no deviate; its neighbor has.
    chances = np.clip(low + uniform * (high - low), _LEAST_CHANCE, _MOST_CHANCE)
    return np.fromiter(map(_STANDARD.inv_cdf, chances.ravel().tolist()), float, chances.size).reshape(
        chances.shape
    )


def _normal_cdf(deviates: NDArray[np.float64]) -> NDArray[np.float64] | float:
    """Cumulative probability of standard normal deviates."""
    import numpy as np

    if deviates.size and np.isinf(deviates).all() and (deviates == deviates.flat[0]).all():
        return float(deviates.flat[0] > 0)
    falls = (deviates * -math.sqrt(0.5)).ravel().tolist()
    return np.fromiter((0.5 * math.erfc(fall) for fall in falls), float, deviates.size).reshape(
        deviates.shape
    )
