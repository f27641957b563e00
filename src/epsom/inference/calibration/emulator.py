"""Cheap stand-ins for readings: how each moves with the parameters, learned from simulated people.

Every simulated person has numbers of their own: the centers of a parameter set and a departure from them. A
reading is regressed on those own numbers and on who the person is, so that differences between people teach
as much as differences between sets. Groups under other centers are then the same people, each shifted by
what the regression says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from epsom.core.evidence import registry
from epsom.inference.calibration.outcomes import combined, people_of, statistic_of
from epsom.simulation.crowd import draw_crowd
from epsom.simulation.draws import prior_centers
from epsom.simulation.protocol import describe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from epsom.core.evidence import Parameter
    from epsom.inference.calibration.targets import Target
    from epsom.simulation.results import Results

    Array = NDArray[np.float64]

_COVARIATES = ("age", "female", "weight", "height", "filtration")
#: A parameter stays in a regression if its coefficient is this many standard errors from zero.
_CLEAR = 3.0
_LOGARITHMIC = ("lognormal", "loguniform")


@dataclass(frozen=True)
class Space:
    """The uncertain parameters; a set is a point of independent standard normal numbers."""

    names: tuple[str, ...]

    def record(self, name: str) -> Parameter:
        """The registry's record of ``name``."""
        return registry()[name]

    def centers(self, points: Array) -> dict[str, Array]:
        """Canonical centers by name of ``points``, shape (sets, parameters)."""
        chances = np.clip(ndtr(points), 1e-9, 1 - 1e-9)
        return {name: prior_centers(self.record(name), chances[:, k]) for k, name in enumerate(self.names)}

    def scaled(self, values: Mapping[str, Array]) -> Array:
        """Values as regressors: logarithms where the record is lognormal; one column a parameter."""
        columns = []
        for name in self.names:
            uncertainty = self.record(name).uncertainty
            assert uncertainty is not None, f"{name} is certain"
            value = np.asarray(values[name])
            columns.append(np.log(value) if uncertainty.kind in _LOGARITHMIC else value)
        return np.column_stack(columns)


@dataclass(frozen=True)
class Emulator:
    """One reading of one arm.

    Attributes
    ----------
    people
        Values of the simulated people without result left out.
    coefficients
        Shape (parameters,), of scaled regressors; 0 where not clear.
    middle
        Mean of the scaled centers the people had.
    error
        Standard error of a shift, in units of the reading, for a typical step of the parameters.
    """

    people: Array
    coefficients: Array
    middle: Array
    error: float

    def shifts(self, scaled: Array) -> Array:
        """By how much everyone moves under these scaled centers, shape (sets,)."""
        return (scaled - self.middle) @ self.coefficients


def learn(space: Space, values: Array, results: Results, centers: Mapping[str, Array]) -> Emulator:
    """Regress one number per person on the people's own parameters and covariates."""
    scenario = results.scenario
    crowd = draw_crowd(scenario.people.seed, results.indices, describe(scenario), centers=centers)
    own = space.scaled({name: crowd.value(name) for name in space.names})
    who = np.column_stack([*(crowd.covariates[name] for name in _COVARIATES), crowd.intake])
    known = np.isfinite(values)
    size = own[known].std(axis=0) + 1e-300
    who = who[known] - who[known].mean(axis=0)
    others = who[:, who.std(axis=0) > 1e-9] / who.std(axis=0)[who.std(axis=0) > 1e-9]
    given = (own[known] - own[known].mean(axis=0)) / size
    design = np.column_stack([given, others, np.ones(known.sum())])
    kept = _clear(design, values[known], given.shape[1])
    fitted = np.zeros(design.shape[1])
    fitted[kept], *_ = np.linalg.lstsq(design[:, kept], values[known], rcond=None)
    rest = values[known] - design @ fitted
    middle = space.scaled({name: np.asarray(centers[name]) for name in space.names}).mean(axis=0)
    error = float(rest.std() * np.sqrt(len(kept) / known.sum()))
    return Emulator(values[known], fitted[: given.shape[1]] / size, middle, error)


def _clear(design: Array, values: Array, parameters: int) -> NDArray[np.int64]:
    """Columns to keep: those that are no parameters, and parameters with a clear coefficient."""
    gram = np.linalg.pinv(design.T @ design)
    fitted = gram @ design.T @ values
    freedom = max(len(values) - design.shape[1], 1)
    noise = np.sqrt(((values - design @ fitted) ** 2).sum() / freedom * np.clip(np.diag(gram), 0, None))
    clear = np.abs(fitted) > _CLEAR * noise + 1e-15
    clear[parameters:] = True
    return np.flatnonzero(clear)


@dataclass(frozen=True)
class TargetEmulator:
    """All readings of a target, and the value they make."""

    target: Target
    readings: Sequence[Emulator]

    def values(self, scaled: Array) -> Array:
        """The target's value under each row of scaled centers."""
        columns = []
        for reading, emulator in zip(self.target.readings, self.readings, strict=True):
            shifts = emulator.shifts(scaled)
            if reading.limit is None:
                columns.append(statistic_of(reading, emulator.people) + shifts)
            else:
                moved = emulator.people[:, None] + shifts
                columns.append((moved >= reading.limit).mean(axis=0))
                if reading.statistic == "share_below":
                    columns[-1] = 1 - columns[-1]
        return combined(self.target.combine, columns)

    @property
    def error(self) -> float:
        """Standard error of a value, from those of the readings."""
        pairs = list(zip(self.target.readings, self.readings, strict=True))
        base = [statistic_of(reading, emulator.people) for reading, emulator in pairs]
        start, total = float(combined(self.target.combine, base)), 0.0
        for k, (reading, emulator) in enumerate(pairs):
            moved = list(base)
            moved[k] = statistic_of(reading, emulator.people + emulator.error)
            total += (float(combined(self.target.combine, moved)) - start) ** 2
        return float(np.sqrt(total))


def learn_target(
    space: Space, target: Target, results: Mapping[str, Results], centers: Mapping[str, Array]
) -> TargetEmulator:
    """Emulators of every reading of ``target``."""
    return TargetEmulator(
        target,
        [learn(space, people_of(r, results[r.arm]), results[r.arm], centers) for r in target.readings],
    )
