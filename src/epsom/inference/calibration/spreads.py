"""How much people differ: spreads between people that the published standard deviations ask for.

People of the calibrated sets live through the arms of every fit target whose spread was published. Within a
set a reading is regressed on each person's own departures, in standard deviations; the squared coefficients
say how much of its variance each parameter brings, and what is left (who the people are, bends and products
of departures, errors of measurement) stays as it is. Spreads are then chosen, all together and in logarithms,
between what was published and the records; people are drawn anew under them, and all is repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize
from scipy.special import ndtri

from epsom.core.evidence import registry
from epsom.inference.calibration.fitting import space
from epsom.inference.calibration.outcomes import individual, measured_of, people_of, results_of, simulated
from epsom.physiology.whole_body import whole_body
from epsom.simulation.draws import calibrated_sets, resized, set_of
from epsom.simulation.streams import uniforms_at

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from epsom.core.evidence import Parameter
    from epsom.inference.calibration.targets import Target
    from epsom.simulation.engine import Engine
    from epsom.simulation.results import Results

    Array = NDArray[np.float64]

#: Drawn for people on dialysis besides what the body and the fit hold.
_BESIDES = ("filtration_hemodialysis",)
#: Standard deviation of the logarithm of a spread before data, by the status of its record.
_WIDTHS = {"read": 0.25, "read_secondary": 0.35}
_WIDTH_OTHERWISE = 0.5
#: How many of these a spread may leave its record by.
_REACH = 1.5
#: People behind a published standard deviation whose number is not known.
_FEW = 20
#: Relative error of a predicted standard deviation: what the regression leaves out.
_MODEL_ERROR = 0.1
#: A coefficient counts if it lies this many standard errors from zero.
_CLEAR = 3.0


@dataclass(frozen=True)
class Sensed:
    """One published spread, and where the simulated one comes from.

    Attributes
    ----------
    of
        ``value``, or the place of a reading.
    parts
        Variance that each parameter brings at the spreads the people were drawn with, shape (parameters,).
    rest
        Variance from everything else, errors of measurement among it.
    scale
        What a standard deviation is divided by: 1, or the mean where the level depends on the assay.
    """

    target: Target
    of: str
    observed: float
    parts: Array
    rest: float
    scale: float

    @property
    def simulated(self) -> float:
        """Standard deviation of the simulated people."""
        return self.predicted(np.ones_like(self.parts))

    def predicted(self, ratios: Array) -> float:
        """Standard deviation if each parameter's spread were ``ratios`` times what it was."""
        return float(np.sqrt((self.parts * ratios**2).sum() + self.rest)) / self.scale

    @property
    def error(self) -> float:
        """Standard deviation of the logarithm of observed over predicted: chance and the model."""
        people = self.target.observed_people or _FEW
        return float(np.hypot(1.0 / np.sqrt(2.0 * (people - 1)), _MODEL_ERROR))


@dataclass(frozen=True)
class Spreads:
    """What the rounds gave: sizes by name, as a record's ``cv`` or ``sd``; ``sensed`` under them."""

    names: tuple[str, ...]
    records: Array
    sizes: Array
    sensed: Sequence[Sensed]


def spread_names() -> tuple[str, ...]:
    """Parameters in which people differ by a fitted size: of the body, and of what else is calibrated."""
    body = [parameter.name for parameter in whole_body().parameters]
    names = dict.fromkeys((*body, *space().names, *_BESIDES))
    return tuple(name for name in names if resized(registry()[name], 1.0))


def record_size(parameter: Parameter) -> float:
    """The record's own ``cv`` or ``sd``."""
    assert parameter.between is not None, f"{parameter.name} does not differ between people"
    size = parameter.between.size
    assert size is not None, f"{parameter.name} has no size"
    return size


def widths(names: Sequence[str]) -> Array:
    """Standard deviation of the logarithm of each spread before data, shape (parameters,)."""
    return np.array([_WIDTHS.get(registry()[name].status, _WIDTH_OTHERWISE) for name in names])


def fit_spreads(
    targets: Sequence[Target],
    engine: Engine,
    *,
    rounds: int = 2,
    people: int = 1024,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Spreads:
    """Spreads between people fitted to the published ones of ``targets``, starting from the records.

    Parameters
    ----------
    people
        Simulated in each arm of each round.
    """
    names = spread_names()
    records = np.array([record_size(registry()[name]) for name in names])
    sizes, told = records.copy(), [t for t in targets if published(t)]
    for done in range(rounds):
        sensed = sense(told, engine, names, sizes, people)
        progress(done + 1, rounds + 1)
        sizes = records * np.exp(choose(sensed, np.log(sizes / records), widths(names)))
    sensed = sense(told, engine, names, sizes, people)
    progress(rounds + 1, rounds + 1)
    return Spreads(names, records, sizes, sensed)


def published(target: Target) -> list[tuple[str, float, bool]]:
    """What has a published spread: ``value`` or a reading's place, its size, whether over the mean."""
    found = [] if target.observed_sd is None else [("value", target.observed_sd, False)]
    readings = enumerate(target.readings)
    return found + [(str(place), *reading.published) for place, reading in readings if reading.published]


def sense(
    targets: Sequence[Target], engine: Engine, names: Sequence[str], sizes: Array, people: int
) -> list[Sensed]:
    """Simulate the arms with people who differ by ``sizes``, and take the variances apart."""
    changed = [resized(registry()[name], float(size)) for name, size in zip(names, sizes, strict=True)]
    evidence = registry().with_parameters([parameter for parameter in changed if parameter])
    simulate = partial(simulated, engine=engine, centers=calibrated_sets(), evidence=evidence)
    kept: dict[str, Results] = {}
    found = []
    for target in targets:
        results = results_of(target, simulate, kept, people)
        measured = [people_of(r, results[r.arm], measured=True) for r in target.readings]
        for of, observed, relative in published(target):
            reading = target.readings[0 if of == "value" else int(of)]
            values, rows = individual(target, measured), np.arange(people)
            if of != "value":
                values, rows = measured_of(reading, results[reading.arm])
            own = departures(names, results[reading.arm])
            parts, rest = taken_apart(values, own[rows], set_of(rows))
            scale = float(np.nanmean(values)) if relative else 1.0
            found.append(Sensed(target, of, observed, parts, rest, scale))
    return found


def departures(names: Sequence[str], results: Results) -> Array:
    """Each person's departure in each parameter, standard normal, shape (people, parameters)."""
    seed = results.scenario.people.seed
    return np.column_stack([ndtri(uniforms_at(seed, f"person/{name}", results.indices)) for name in names])


def taken_apart(values: Array, deviates: Array, sets: NDArray[np.int64]) -> tuple[Array, float]:
    """Variance within parameter ``sets`` that each column of ``deviates`` brings, and the rest of it."""
    known = np.isfinite(values)
    sets = sets[known]
    own, given = _within(values[known][:, None], sets)[:, 0], _within(deviates[known], sets)
    freedom = len(own) - len(np.unique(sets))
    gram = np.linalg.pinv(given.T @ given)
    fitted = gram @ given.T @ own
    noise = ((own - given @ fitted) ** 2).sum() / max(freedom - deviates.shape[1], 1) * np.diag(gram)
    # The square of a coefficient is too large by its own variance.
    parts = np.where(fitted**2 > _CLEAR**2 * noise, fitted**2 - noise, 0.0)
    whole = float((own**2).sum() / freedom)
    return parts, max(whole - float(parts.sum()), 0.0)


def _within(values: Array, sets: NDArray[np.int64]) -> Array:
    """Departures of the rows from the mean of their set."""
    found = values.astype(float)
    for number in np.unique(sets):
        found[sets == number] -= found[sets == number].mean(axis=0)
    return found


def choose(sensed: Sequence[Sensed], current: Array, width: Array) -> Array:
    """Logarithms of spread over record that agree best with what was published and with the records.

    Parameters
    ----------
    current
        Those with which the people of ``sensed`` were drawn.
    """

    def misfit(logarithms: Array) -> float:
        ratios = np.exp(logarithms - current)
        apart = [np.log(one.predicted(ratios) / one.observed) / one.error for one in sensed]
        return float((np.array(apart) ** 2).sum() + ((logarithms / width) ** 2).sum())

    limits = [(-_REACH * w, _REACH * w) for w in width]
    return np.asarray(minimize(misfit, current, method="L-BFGS-B", bounds=limits).x)
