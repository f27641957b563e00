"""Twitches and tetani of the fiber model: let it rest, send impulses, read force and relaxation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.integrate import solve_ivp

from epsom.physiology.fiber import STATES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from epsom.physiology.fiber import Fiber

    Array = NDArray[np.float64]

#: Rest before the first impulse, ms: parvalbumin needs seconds.
_REST = 20_000.0
_STEP = 0.5


@dataclass(frozen=True)
class Twitch:
    """What a fiber did after one or more impulses.

    Attributes
    ----------
    times
        ms since the first impulse.
    calcium
        Free calcium, umol/L.
    force
        Relative to the largest possible.
    rest_calcium, rest_force
        Before the first impulse.
    """

    times: Array
    calcium: Array
    force: Array
    rest_calcium: float
    rest_force: float

    @property
    def peak(self) -> float:
        """Largest force above rest."""
        return float(self.force.max() - self.rest_force)

    @property
    def peak_calcium(self) -> float:
        """Largest free calcium above rest, umol/L."""
        return float(self.calcium.max() - self.rest_calcium)

    @property
    def half_relaxation(self) -> float:
        """Ms from the peak of force until half of it is gone; missing if it never is."""
        return _half_fall(self.times, self.force - self.rest_force)

    @property
    def calcium_decay(self) -> float:
        """Rate at which free calcium falls from 50 to 20 % of its peak, 1/ms; missing if it does not."""
        above = (self.calcium - self.rest_calcium) / self.peak_calcium
        return np.log(0.5 / 0.2) / (_fall_to(self.times, above, 0.2) - _fall_to(self.times, above, 0.5))


def twitch(fiber: Fiber, impulses: Sequence[float] = (0.0,), lasting: float = 600.0) -> Twitch:
    """Run ``fiber`` through ``impulses`` (ms) after a rest, for ``lasting`` ms.

    Raises
    ------
    RuntimeError
        If the solver gives up.
    """
    rest = _solve(fiber, fiber.start(), (-_REST, 0.0), ())
    times = np.arange(0.0, lasting, _STEP)
    states = _solve(fiber, rest[:, -1], (0.0, lasting), tuple(impulses), times)
    calcium, force = STATES.index("calcium"), STATES.index("force")
    return Twitch(times, states[calcium], states[force], float(rest[calcium, -1]), float(rest[force, -1]))


def _solve(
    fiber: Fiber, start: Array, span: tuple[float, float], impulses: Sequence[float],
    times: Array | None = None,
) -> Array:  # fmt: skip
    found = solve_ivp(
        fiber.slopes, span, start, method="LSODA", args=(impulses,), t_eval=times, rtol=1e-7, atol=1e-9,
        max_step=2.0 if impulses else np.inf,
    )  # fmt: skip
    if not found.success:
        raise RuntimeError(f"the fiber model failed: {found.message}")
    return found.y


def _half_fall(times: Array, values: Array) -> float:
    return _fall_to(times, values / values.max(), 0.5) - float(times[values.argmax()])


def _fall_to(times: Array, values: Array, level: float) -> float:
    """Time after the peak at which ``values`` first fall below ``level``; missing if they do not."""
    peak = int(values.argmax())
    below = np.flatnonzero(values[peak:] < level)
    if not len(below):
        return float("nan")
    after = peak + int(below[0])
    return float(np.interp(level, [values[after], values[after - 1]], [times[after], times[after - 1]]))
