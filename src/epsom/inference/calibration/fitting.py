"""Waves of simulation and sampling that end in a sample of plausible parameter sets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from epsom.core.evidence import registry
from epsom.inference.calibration.emulator import Space, TargetEmulator, learn_target
from epsom.inference.calibration.outcomes import results_of, simulated
from epsom.inference.calibration.posterior import Misfit, sample
from epsom.inference.calibration.targets import targets as all_targets
from epsom.physiology.whole_body import whole_body
from epsom.simulation.draws import PARAMETER_SETS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from epsom.inference.calibration.targets import Target
    from epsom.simulation.engine import Engine
    from epsom.simulation.results import Results

    Array = NDArray[np.float64]
    Progress = Callable[[int, int], None]

#: Parameters outside the body proper that the targets speak of: products, stool habit, dialysis.
_BESIDES = (
    "inert_share_oxide", "inert_share_hydroxide", "inert_share_citrate", "inert_share_bisglycinate",
    "inert_share_aspartate", "inert_share_chloride", "inert_share_mineral_water", "inert_share_food",
    "lasting_anion_mineral_water", "lasting_anion_citrate", "loose_water_capacity",
    "loose_stool_background", "hemodialysis_clearance", "fed_duration",
)  # fmt: skip
#: How much wider than the sample the next wave looks.
_WIDER = 1.3


def space() -> Space:
    """The parameters that are calibrated: every uncertain one of the body, and a few besides.

    Left out is what targets say of their people's bodies, which no target can tell.
    """
    said = {name for target in all_targets() for name in target.bodies}
    uncertain = [p.name for p in whole_body().parameters if p.uncertainty and p.name not in said]
    more = [name for name in _BESIDES if registry()[name].uncertainty and name not in uncertain]
    return Space((*uncertain, *more))


@dataclass(frozen=True)
class Fit:
    """What the waves gave.

    Attributes
    ----------
    points
        Sample of the posterior, shape (chains, parameters), standard normal under the prior.
    emulators
        Of the last wave.
    """

    space: Space
    points: Array
    emulators: Sequence[TargetEmulator]


def fit(
    targets: Sequence[Target],
    engine: Engine,
    *,
    waves: int = 2,
    people: int = 512,
    seed: int = 1,
    progress: Callable[[str], Progress] = lambda _: lambda *_: None,
) -> Fit:
    """Calibrate to ``targets``, all of them together.

    Parameters
    ----------
    people
        Simulated in each arm of each wave, everyone under a parameter set of their own.
    progress
        Given a task's name, what to tell of its progress.
    """
    within, generator = space(), np.random.default_rng(seed)
    points = generator.standard_normal((people, len(within.names)))
    emulators: list[TargetEmulator] = []
    for wave in range(1, waves + 1):
        emulators = _wave(within, targets, engine, points, progress(f"Wave {wave}: simulating"))
        start = generator.permutation(points) if wave == 1 else points
        points = sample(Misfit(within, emulators), start, generator, progress(f"Wave {wave}: sampling"))
        if wave < waves:
            middle = points.mean(axis=0)
            points = middle + _WIDER * (points - middle)
    return Fit(within, points, emulators)


def _wave(
    within: Space, targets: Sequence[Target], engine: Engine, points: Array, progress: Progress
) -> list[TargetEmulator]:
    """Simulate every arm with one person for each point, and learn."""
    centers = within.centers(points)
    simulate = partial(simulated, engine=engine, centers=centers)
    kept: dict[str, Results] = {}
    emulators = []
    for done, target in enumerate(targets):
        results = results_of(target, simulate, kept, len(points))
        emulators.append(learn_target(within, target, results, centers))
        progress(done + 1, len(targets))
    return emulators


def chosen(fitted: Fit, seed: int = 1, count: int = PARAMETER_SETS) -> Array:
    """``count`` points of the sample, by chance."""
    rows = np.random.default_rng(seed).choice(len(fitted.points), count, replace=False)
    return fitted.points[np.sort(rows)]


@dataclass(frozen=True)
class LeftOut:
    """What the other studies predict of one that was left out."""

    study: str
    target: Target
    predicted: float
    interval: tuple[float, float]

    @property
    def inside(self) -> bool:
        """Whether the prediction lies in the target's band."""
        return self.target.inside(self.predicted)


def leave_out(fitted: Fit, study: str, seed: int = 1, progress: Progress = lambda *_: None) -> list[LeftOut]:
    """Sample again without the targets of the source ``study``, and predict them."""
    rest = [emulator for emulator in fitted.emulators if emulator.target.source != study]
    points = sample(Misfit(fitted.space, rest), fitted.points, np.random.default_rng(seed), progress)
    scaled = fitted.space.scaled(fitted.space.centers(points))
    found = []
    for emulator in fitted.emulators:
        if emulator.target.source == study:
            values = emulator.values(scaled)
            low, high = np.percentile(values, [5, 95])
            found.append(LeftOut(study, emulator.target, float(values.mean()), (float(low), float(high))))
    return found
