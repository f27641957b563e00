"""Parameter sets that the fit targets and the evidence bounds allow together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from epsom.inference.calibration.emulator import Space, TargetEmulator
    from epsom.inference.calibration.targets import Target

    Array = NDArray[np.float64]

#: A band counts as two standard deviations to either side.
_BAND_DEVIATIONS = 2.0
_STEPS = 1500
#: Share of proposals accepted towards which the step is adapted while burning in.
_ACCEPTED = 0.3


def aim(target: Target) -> tuple[float, float]:
    """What the fit draws a target towards, and the standard deviation it is allowed.

    The aim is the published value, or the middle of the band where it is open on neither side.
    """
    assert target.low is not None and target.high is not None, f"{target.id} has an open band"
    middle = 0.5 * (target.low + target.high)
    center = middle if target.observed is None else target.observed
    return center, 0.5 * (target.high - target.low) / _BAND_DEVIATIONS


@dataclass(frozen=True)
class Misfit:
    """Minus twice the logarithm of the likelihood of parameter sets, by emulators."""

    space: Space
    emulators: Sequence[TargetEmulator]

    def __call__(self, points: Array) -> Array:
        """Of each row of ``points``."""
        scaled = self.space.scaled(self.space.centers(points))
        total = np.zeros(len(points))
        for emulator in self.emulators:
            center, deviation = aim(emulator.target)
            variance = deviation**2 + emulator.error**2
            total += (emulator.values(scaled) - center) ** 2 / variance
        return total


def sample(
    misfit: Callable[[Array], Array],
    start: Array,
    generator: np.random.Generator,
    progress: Callable[[int, int], None] = lambda *_: None,
    steps: int = _STEPS,
) -> Array:
    """Draw from prior times likelihood: preconditioned Crank-Nicolson, each row of ``start`` its own chain.

    The proposal keeps the standard normal prior unchanged, so only the likelihood decides; the step is
    adapted in the first half and fixed in the second.
    """
    points, step = start.copy(), 0.2
    current = misfit(points)
    for number in range(steps):
        proposed = np.sqrt(1 - step**2) * points + step * generator.standard_normal(points.shape)
        tried = misfit(proposed)
        chances = np.log(generator.uniform(size=len(points)))
        accepted = chances < 0.5 * (current - tried)
        points[accepted], current[accepted] = proposed[accepted], tried[accepted]
        if number < steps // 2:
            step = float(np.clip(step * np.exp(0.2 * (accepted.mean() - _ACCEPTED)), 1e-3, 0.9))
        if number % 50 == 0:
            progress(number, steps)
    progress(steps, steps)
    return points
