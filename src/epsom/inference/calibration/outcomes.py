"""A target's arms run and read: the simulated value, its spread between parameter sets and between people."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from epsom.core.distributions import Spread
from epsom.core.evidence import registry
from epsom.simulation.draws import PARAMETER_SETS, set_of
from epsom.simulation.engine import Status
from epsom.simulation.fast.engine import FastEngine
from epsom.simulation.streams import uniforms_at
from epsom.simulation.study import Options, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from epsom.core.evidence import Registry
    from epsom.core.records.scenario import Scenario
    from epsom.inference.calibration.targets import Body, Combine, Reading, Target
    from epsom.simulation.engine import Engine
    from epsom.simulation.results import Results

    Array = NDArray[np.float64]

#: Standard normal deviate of a central 90 % interval.
_DEVIATE_90 = 1.6448536269514722
#: The record with the relative error of one measurement, by measure.
_ERRORS = {
    "serum_magnesium": "serum_assay_cv", "serum_calcium": "serum_calcium_error",
    "parathyroid_hormone": "parathyroid_hormone_repeat", "urine_magnesium": "timed_urine_error",
    "tracer_absorbed_fraction": "tracer_absorption_error",
}  # fmt: skip
#: Simulated and published standard deviations agree within this factor.
SD_FACTOR = 1.5


@dataclass(frozen=True)
class Apart:
    """How far people lie apart in one number, simulated and measured as the study did, and as published.

    ``of`` is ``value``, or the place of a reading; of a reading whose level depends on the assay both numbers
    are over the mean.
    """

    of: str
    simulated: float
    observed: float

    @property
    def agrees(self) -> bool:
        """Whether people differ as published, within the factor."""
        return self.observed / SD_FACTOR <= self.simulated <= self.observed * SD_FACTOR


@dataclass(frozen=True)
class Outcome:
    """What the body gave for a target.

    Attributes
    ----------
    value
        Over everyone; NaN where nothing could be read.
    interval
        Central 90 % of what a repetition of the study would show: uncertainty of the parameters and, where
        the number of people studied is known, the chance of who took part.
    sd
        Standard deviation between people of the value as a study would measure it, within parameter sets.
    readings
        The same of readings whose spread was published.
    failed
        Runs without a result.
    """

    target: Target
    value: float
    interval: tuple[float, float]
    sd: float
    failed: int
    readings: tuple[Apart, ...] = ()

    @property
    def passes(self) -> bool:
        """Whether the value lies in the band; of a conflict-set, whether the interval covers the rival."""
        if self.failed or not math.isfinite(self.value):
            return False
        observed = self.target.observed
        if self.target.role == "conflict-set" and observed is not None:
            return self.target.inside(self.value) or self.interval[0] <= observed <= self.interval[1]
        return self.target.inside(self.value)

    @property
    def spreads(self) -> tuple[Apart, ...]:
        """Every published spread between people: of the value, then of readings."""
        observed = self.target.observed_sd
        return self.readings if observed is None else (Apart("value", self.sd, observed), *self.readings)

    @property
    def sd_agrees(self) -> bool | None:
        """Whether people differ in the value as published; None where no spread of it was published."""
        return self.spreads[0].agrees if self.target.observed_sd is not None else None


def people_of(reading: Reading, results: Results, *, measured: bool = False) -> Array:
    """One number per person: the reading's days taken together; NaN where the run failed.

    Parameters
    ----------
    measured
        Whether each value carries the error of its measurement, drawn anew for each day. A reading of the
        same measure and day of the same people has the same error.
    """
    values = _single(reading, results)
    if measured:
        values = _with_error(reading, results, values)
    return {"mean": values.mean, "sum": values.sum, "max": values.max}[reading.over](axis=1)


def measured_of(reading: Reading, results: Results) -> tuple[Array, NDArray[np.int64]]:
    """What the published spread of a reading is of, as measured, and the row of each number's person.

    One number per person, or single samples one day after the other.
    """
    rows = np.arange(len(results.indices))
    if not reading.samples:
        return people_of(reading, results, measured=True), rows
    values = _with_error(reading, results, _single(reading, results))
    return values.T.ravel(), np.tile(rows, len(reading.days))


def _single(reading: Reading, results: Results) -> Array:
    """Values of shape (people, days)."""
    columns = [(m.name, day) for m in results.scenario.measures for day in m.days]
    wanted = [columns.index((reading.measure, day)) for day in reading.days]
    source = results.values if reading.of == "value" else results.control
    assert source is not None, "a control was read of an arm without one"
    return source[:, wanted]


def _with_error(reading: Reading, results: Results, values: Array) -> Array:
    errors = [measurement_error(reading.measure, f"{reading.of}/{day}", results) for day in reading.days]
    return values * np.column_stack(errors)


def measurement_error(measure: str, sample: str, results: Results) -> Array:
    """Factor on each person's true value that one measurement gives, lognormal; 1 where none is known.

    It holds the assay, the collection and the person's own change from day to day. Two arms are two samples
    unless they are one scenario.
    """
    name = _ERRORS.get(measure)
    if name is None:
        return np.ones(len(results.indices))
    arm = hashlib.sha256(results.scenario.model_dump_json().encode()).hexdigest()[:16]
    chances = uniforms_at(results.scenario.people.seed, f"measured/{measure}/{arm}/{sample}", results.indices)
    return Spread("lognormal", cv=registry()[name].canonical_value).quantile(chances, 1.0)


def statistic_of(reading: Reading, values: Array) -> float:
    """The reading's statistic over people, those without a result left out."""
    values = values[np.isfinite(values)]
    if not len(values):
        return math.nan
    if reading.statistic in ("share_above", "share_below"):
        assert reading.limit is not None
        beyond = values >= reading.limit if reading.statistic == "share_above" else values < reading.limit
        return float(beyond.mean())
    if reading.statistic == "mean":
        return float(values.mean())
    level = 50.0 if reading.statistic == "median" else float(reading.statistic[1:].replace("_", "."))
    return float(np.percentile(values, level))


def combined(combine: Combine, readings: Sequence[Any]) -> Any:
    """The target's value of its readings, numbers or arrays of one shape; NaN where it does not exist."""
    first = np.asarray(readings[0], dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        match combine.kind:
            case "sum":
                above = sum(w * q for w, q in zip(combine.weights, readings, strict=True))
                below = np.full_like(first, combine.by)
                if combine.by_weights:
                    below = sum(w * q for w, q in zip(combine.by_weights, readings, strict=True))
                found = combine.plus + above / below
            case "ratio":
                found = first / readings[1]
            case "relative":
                found = first / readings[1] - 1
            case "least_step":
                found = np.diff(readings, axis=0).min(axis=0)
            case "odds_ratio":
                found = first / (1 - first) / (readings[1] / (1 - np.asarray(readings[1])))
            case _:
                raise AssertionError(f"{combine.kind} is not of single numbers")
    return np.where(np.isfinite(found), found, np.nan)


def value_of(target: Target, people: list[Array], chosen: NDArray[np.int64] | None = None) -> float:
    """The value over everyone, or over the ``chosen`` rows of each reading."""
    if target.combine.kind == "correlation":
        return float(np.corrcoef(people[0], people[1])[0, 1])
    readings = []
    for reading, values in zip(target.readings, people, strict=True):
        readings.append(statistic_of(reading, values if chosen is None else values[chosen]))
    return float(combined(target.combine, readings))


def outcome_of(target: Target, results: Mapping[str, Results]) -> Outcome:
    """Read what the target's arms gave."""
    people = [people_of(reading, results[reading.arm]) for reading in target.readings]
    value = value_of(target, people)
    failed = sum(int((part.status != Status.DONE).sum()) for part in results.values())
    sets = set_of(results[target.readings[0].arm].indices)
    measured = [people_of(reading, results[reading.arm], measured=True) for reading in target.readings]
    within = spread_within(individual(target, measured), sets)
    apart = tuple(
        _apart(str(place), reading, results[reading.arm])
        for place, reading in enumerate(target.readings)
        if reading.published
    )
    return Outcome(target, value, _interval(target, people, value, sets), within, failed, apart)


def _apart(place: str, reading: Reading, results: Results) -> Apart:
    assert reading.published, "a reading without a published spread"
    observed, relative = reading.published
    values, rows = measured_of(reading, results)
    found = spread_within(values, set_of(results.indices)[rows])
    return Apart(place, found / float(np.nanmean(values)) if relative else found, observed)


def redone(target: Target) -> Outcome:
    """What the experiment on effects gives; it has no people, so no interval and no spread between them."""
    value = _experiment(target.experiment)[target.place]
    return Outcome(target, value, (math.nan, math.nan), math.nan, 0)


@cache
def _experiment(name: str) -> tuple[float, ...]:
    """All numbers of an experiment, which several targets read."""
    from epsom.simulation.experiments import EFFECT_TARGETS

    return tuple(map(float, EFFECT_TARGETS[name]()))


def individual(target: Target, people: list[Array]) -> Array:
    """The target's value person by person, where it is a plain sum or ratio; else the first reading."""
    combine, same = target.combine, len({len(values) for values in people}) == 1
    plain = all(reading.statistic in ("mean", "median") for reading in target.readings)
    if not (same and plain):
        return people[0]
    if combine.kind == "sum" and not combine.by_weights:
        above = np.sum([w * values for w, values in zip(combine.weights, people, strict=True)], axis=0)
        return combine.plus + above / combine.by
    return people[0] / people[1] if combine.kind == "ratio" else people[0]


def spread_within(values: Array, sets: NDArray[np.int64]) -> float:
    """Standard deviation between people who share a parameter set; NaN where no two do."""
    squares, freedom = 0.0, 0
    for number in np.unique(sets):
        group = values[(sets == number) & np.isfinite(values)]
        if len(group) > 1:
            squares += float(((group - group.mean()) ** 2).sum())
            freedom += len(group) - 1
    return math.sqrt(squares / freedom) if freedom else math.nan


def _interval(
    target: Target, people: list[Array], value: float, sets: NDArray[np.int64]
) -> tuple[float, float]:
    """Central 90 % about ``value``.

    It takes two people in each set; with fewer the interval is the value itself. Values of single sets
    scatter by the few people each has; a jackknife over halves of everyone's people
    tells how much of that scatter is chance, and it is taken off.
    """
    if target.combine.kind == "correlation" or len({len(values) for values in people}) > 1:
        return value, value
    folds = np.arange(len(sets)) // PARAMETER_SETS % 2
    pairs = []
    for number in np.unique(sets):
        halves = [value_of(target, people, np.flatnonzero((sets == number) & (folds == f))) for f in (0, 1)]
        pairs.append(halves)
    pair = np.array(pairs)
    pair = pair[np.isfinite(pair).all(axis=1)]
    if len(pair) < 8:
        return value, value
    # Two halves of one set share its parameters only: their covariance is the variance between sets.
    between = max(float(np.cov(pair.T)[0, 1]), 0.0)
    chance = 0.0
    if target.observed_people and target.observed_people > 1:
        within = spread_within(individual(target, people), sets)
        chance = within**2 / target.observed_people
    half = _DEVIATE_90 * math.sqrt(between + chance)
    return value - half, value + half


def simulated(
    scenario: Scenario,
    bodies: Mapping[str, Body],
    *,
    engine: Engine,
    centers: Mapping[str, Array] | None = None,
    evidence: Registry | None = None,
) -> Results:
    """Run ``scenario`` as a published study was: people were selected by a measured value, with its error.

    Parameters
    ----------
    bodies
        What is known of these people, whatever ``centers`` and ``evidence`` say of these parameters.
    centers, evidence
        As in `Options`.
    """
    evidence = evidence or registry()
    if bodies:
        evidence = evidence.with_parameters([body.told(registry()[name]) for name, body in bodies.items()])
        centers = centers and {name: center for name, center in centers.items() if name not in bodies}
    error = registry()["serum_assay_cv"].canonical_value
    options = Options(centers=centers, evidence=evidence, screening_error=error)
    return run(scenario, options=options, engine=engine)


def results_of(
    target: Target,
    simulate: Callable[[Scenario, Mapping[str, Body]], Results],
    kept: dict[str, Results],
    people: int | None = None,
) -> dict[str, Results]:
    """What each arm of the target gives.

    Parameters
    ----------
    simulate
        Gives the results of a scenario and of what is known of its people's bodies.
    kept
        Results by scenario and bodies, added to here, so that each is run once however many targets read it.
    people
        How many to simulate in each arm; None leaves the arm's own number.
    """

    def given(own: Scenario) -> Results:
        scenario = own if people is None else _resized(own, people)
        key = f"{scenario.model_dump_json()} {sorted(target.bodies.items())}"
        if key not in kept:
            kept[key] = simulate(scenario, target.bodies)
        return kept[key]

    found = {}
    for name, own in target.scenarios.items():
        others = [(share, given(differing)) for share, differing in target.parts[name]]
        found[name] = _some_replaced(given(own), others) if others else given(own)
    return found


def _some_replaced(whole: Results, others: Iterable[tuple[float, Results]]) -> Results:
    """The same people, of whom some drawn by chance, a share for each of ``others``, lived as in it."""
    assert whole.control is None, "an arm with a part has no control"
    chances = uniforms_at(whole.scenario.people.seed, "part", whole.indices)
    values, status, below = whole.values, whole.status, 0.0
    for share, other in others:
        assert (whole.indices == other.indices).all(), "the two are not the same people"
        chosen = (below <= chances) & (chances < below + share)
        values = np.where(chosen[:, None], other.values, values)
        status = np.where(chosen, other.status, status)
        below += share
    return replace(whole, values=values, status=status)


def _resized(scenario: Scenario, people: int) -> Scenario:
    group = scenario.people.model_copy(update={"count": people})
    return scenario.model_copy(update={"people": group})


def evaluate(
    wanted: Iterable[Target],
    engine: Engine | None = None,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> list[Outcome]:
    """Run the arms of the targets, each arm once however many targets read it, and the experiments."""
    wanted = list(wanted)
    simulate = partial(simulated, engine=engine or FastEngine())
    kept: dict[str, Results] = {}
    outcomes = []
    for done, target in enumerate(wanted):
        if target.experiment:
            outcomes.append(redone(target))
        else:
            outcomes.append(outcome_of(target, results_of(target, simulate, kept)))
        progress(done + 1, len(wanted))
    return outcomes
