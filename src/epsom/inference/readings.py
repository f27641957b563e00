"""What the weighted crowd's bodies show: magnesium status, serum, stool, courses for figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

from epsom.inference.findings import Course, Estimate, Share, StoolFinding
from epsom.inference.summary import estimate, share, weighted_quantiles
from epsom.inference.timeline import DAY, magnesium_labs
from epsom.simulation.measures import diarrhea, stool_mass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from epsom.core.names import MagnesiumStatus
    from epsom.inference.persona import Persona
    from epsom.simulation.measures import Course as Lived

    Array = NDArray[np.float64]

#: Evenly probable values of a standard normal variable.
_NODES = ndtri((np.arange(15) + 0.5) / 15)
#: Width of a serum magnesium that no value was needed for.
_EXACT = 1e-9
#: How far the interval of a status read from one measured value reaches beyond its probability.
_ALONE = 0.05


def now(persona: Persona, course: Lived | None = None) -> Array:
    """Serum magnesium at the question, mmol/L; in another course than the one lived where that is given."""
    return (course or persona.lived).at("plasma_concentration", round(persona.clock.asked, 6) / DAY)


def cutoffs(persona: Persona) -> list[tuple[MagnesiumStatus, float, float]]:
    """Every status with the serum magnesium between which it lies, mmol/L."""
    names = ("deficient_below", "low_normal_below", "mild_excess_above", "severe_excess_above")
    edges = [persona.crowd.registry[name].canonical_value for name in names]
    low, high = [0.0, *edges], [*edges, np.inf]
    order: tuple[MagnesiumStatus, ...] = ("deficient", "low_normal", "normal", "mild_excess", "severe_excess")
    return list(zip(order, low, high, strict=True))


def status(persona: Persona, weight: Array, left: Array) -> Mapping[MagnesiumStatus, Share]:
    """Chance of each status now; ``left`` is the error a measured value leaves in each person's serum."""
    serum = np.log(now(persona))
    return {
        name: share(between(serum, left, low, high), weight, persona.crowd.indices)
        for name, low, high in cutoffs(persona)
    }


def between(serum: Array, left: Array, low: float, high: float) -> Array:
    """Chance that each serum (logarithm), with the error ``left``, lies between ``low`` and ``high``."""
    with np.errstate(divide="ignore"):
        lower, upper = np.log([low, high])
    width = np.maximum(left, _EXACT)
    return ndtr((upper - serum) / width) - ndtr((lower - serum) / width)


def serum(persona: Persona, weight: Array, left: Array) -> Estimate | None:
    """Serum magnesium now; ``left`` is the error a measured value leaves in each person's serum."""
    return estimate(with_left(now(persona), left), np.repeat(weight, len(_NODES)))


def with_left(values: Array, left: Array) -> Array:
    """Evenly probable values of each person's serum with the error ``left`` in it, person after person."""
    return (np.exp(left[:, None] * _NODES) * values[:, None]).ravel()


def measured_status(persona: Persona, measured: float) -> Mapping[MagnesiumStatus, Share]:
    """Chance of each status from one measured value alone, where the model fits nobody to it."""
    error = persona.crowd.registry["serum_assay_cv"].canonical_value
    result: dict[MagnesiumStatus, Share] = {}
    for name, low, high in cutoffs(persona):
        edges = np.log(np.array([max(low, 1e-9), high]) / measured) / error
        inside = float(np.diff(ndtr(edges))[0])
        result[name] = Share(inside, max(0.0, inside - _ALONE), min(1.0, inside + _ALONE))
    return result


def measured_serum(persona: Persona, measured: float) -> Estimate:
    """Serum magnesium from one measured value alone."""
    width = float(np.exp(1.645 * persona.crowd.registry["serum_assay_cv"].canonical_value))
    return Estimate(measured, measured / width, measured * width)


def latest_measured(persona: Persona) -> float | None:
    """The latest serum magnesium of the laboratory, mmol/L."""
    labs = [lab for _, lab in magnesium_labs(persona.case) if lab.test == "serum_magnesium"]
    return max(labs, key=lambda lab: persona.clock.moment(lab.taken)).value.value if labs else None


def stool(persona: Persona, without: Lived) -> StoolFinding | None:
    """Stool of the last whole day before the question, with and without what is taken, of an even sample."""
    day = float(max(0, min(int(persona.clock.asked // DAY) - 1, persona.clock.days - 1)))
    even = np.full(len(persona.crowd), 1.0 / len(persona.crowd))
    parts = []
    for course in (persona.lived, without):
        mass = estimate(stool_mass(course, day), even)
        if mass is None:
            return None
        parts.append((mass, share(diarrhea(course, day), even, persona.crowd.indices)))
    return StoolFinding(parts[0][0], parts[1][0], parts[0][1], parts[1][1])


def course(persona: Persona, without: Lived, left: Array) -> Course:
    """Courses of an even sample for figures; ``left`` as above."""
    days = np.arange(persona.clock.days + 1, dtype=float)
    bands = {}
    for name, lived in (("with", persona.lived), ("without", without)):
        levels = np.stack([band(with_left(lived.at("plasma_concentration", day), left)) for day in days])
        passed = np.stack([band(stool_mass(lived, day)) for day in days[:-1]])
        bands[name] = (levels, passed)
    levels, passed = zip(bands["with"], bands["without"], strict=True)
    since = days - persona.clock.asked / DAY
    return Course(since, *levels, since[:-1], *passed, _fate(persona))


def band(values: Array) -> Array:
    """5th, 50th and 95th percentile of an even sample; missing where nobody is left."""
    good = values[np.isfinite(values)]
    if len(good) == 0:
        return np.full(3, np.nan)
    return weighted_quantiles(good, np.ones(len(good)), (0.05, 0.5, 0.95))


def _fate(persona: Persona) -> Mapping[str, float]:
    """Where magnesium came from and went over the last week, mmol/day, mean of an even sample."""
    last = persona.clock.days
    first = float(max(0, last - 7))
    span = last - first
    lived = persona.lived

    def change(name: str) -> float:
        return float(np.nanmean(lived.at(name, float(last)) - lived.at(name, first))) / span

    food = float(np.mean(persona.crowd.intake)) * DAY
    kept = float(np.nanmean(lived.magnesium(float(last)) - lived.magnesium(first))) / span
    out = {
        "food": food,
        "absorbed": change("absorbed") - change("secreted"),
        "urine": change("urine"),
        "stool_dissolved": change("stool_soluble"),
        "stool_solid": change("stool_insoluble"),
        "skin": change("sweat"),
        "kept": kept,
    }
    leaving = out["urine"] + out["stool_dissolved"] + out["stool_solid"] + out["skin"] + change("dialysate")
    out["supplements"] = max(0.0, leaving + kept - food)
    return out
