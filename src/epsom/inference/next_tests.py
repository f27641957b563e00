"""Which test would tell most: the expected fall of the uncertainty about the cause, in bits."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from epsom.core.names import CAUSES
from epsom.inference.changes import taken_now
from epsom.inference.dechallenge import log_relief
from epsom.inference.findings import ExpectedTest
from epsom.inference.laboratory import PREDICTED, spread_of
from epsom.inference.others import LINK_DRAWS, deviates, other_rows
from epsom.inference.timeline import DAY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from epsom.core.names import Cause, Lab
    from epsom.inference.posterior import Posterior

    Array = NDArray[np.float64]

#: Tests a person may be sent to; the dear and seldom ones are left out.
_ASKED: tuple[Lab, ...] = (
    "serum_magnesium", "ionized_magnesium", "urine_magnesium", "fractional_excretion_magnesium",
    "serum_creatinine", "serum_calcium", "serum_potassium", "parathyroid_hormone", "creatine_kinase",
)  # fmt: skip
#: Points on the axis of a test's result.
_POINTS = 48
#: Length of the trial without magnesium, days.
_STOPPED_DAYS = 3.0
#: Days within which a result in the case makes the same test say nothing new.
_STILL_NEW = 2.0
#: Draws of the posterior that are looked at: every eighth, to keep this fast.
_EVERY = 8


def next_tests(found: Posterior) -> tuple[ExpectedTest, ...]:
    """Tests by the bits they are expected to tell about the cause, most first."""
    persona = found.persona
    day = round(min(persona.clock.asked, persona.clock.days * DAY), 6) / DAY
    fresh = {
        lab.test
        for lab in persona.case.labs
        if persona.clock.asked - persona.clock.moment(lab.taken) < _STILL_NEW * DAY
    }
    result = []
    for test in _ASKED:
        if test not in fresh:
            table = _causes_by_result(found, test, day)
            result.append(ExpectedTest(test, information(table), _splits(table)))
    if taken_now(persona):
        table = _causes_by_relief(found)
        result.append(ExpectedTest("three_day_stop", information(table), _splits(table)))
    return tuple(sorted(result, key=lambda finding: -finding.bits))


def information(table: Array) -> float:
    """Mutual information in bits of a joint table of probabilities, shape (causes, results)."""
    total = table.sum()
    if total <= 0:
        return 0.0
    joint = table / total
    apart = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(joint > 0, joint * np.log2(joint / apart), 0.0)
    return float(max(terms.sum(), 0.0))


def _causes_by_result(found: Posterior, test: Lab, day: float) -> Array:
    """Joint probability of the cause and of the test's result, shape (causes, points)."""
    persona = found.persona
    predicted = np.log(np.maximum(PREDICTED[test](persona, day), 1e-12))
    error = spread_of(persona, test)
    weight = found.weight[:, :, ::_EVERY]
    rows = [None] * len(found.pathways) + list(other_rows()[1:])
    centers = np.empty(weight.shape)
    for k, state in enumerate(rows):
        moved = np.zeros(LINK_DRAWS)
        if state is not None and test in state.labs:
            moved = np.log(state.labs[test].at(deviates(f"{state.name}/{test}")))
        centers[k] = predicted[:, None] + moved[None, ::_EVERY]
    counted = (weight > 0) & np.isfinite(centers)
    if not counted.any():
        return np.zeros((len(CAUSES), _POINTS))
    low, high = centers[counted].min() - 3 * error, centers[counted].max() + 3 * error
    edges = np.linspace(low, high, _POINTS + 1)
    table = np.zeros((len(CAUSES), _POINTS))
    for c, cause in enumerate(CAUSES):
        own = found.rows_of(cause)
        mask = counted[own]
        histogram = np.histogram(centers[own][mask], edges, weights=weight[own][mask])[0]
        table[c] = _smeared(histogram, error / (edges[1] - edges[0]))
    return table


def _causes_by_relief(found: Posterior) -> Array:
    """Joint probability of the cause and of relief within days of stopping, shape (causes, 2)."""
    better = found.weight * np.exp(log_relief(found.persona, found.ways, (_STOPPED_DAYS, True)))
    rows = [found.rows_of(cause) for cause in CAUSES]
    return np.array([[better[own].sum(), (found.weight[own] - better[own]).sum()] for own in rows])


def _smeared(histogram: Array, width: float) -> Array:
    """Spread each bin by the test's error, ``width`` bins wide."""
    reach = np.arange(-_POINTS, _POINTS + 1)
    kernel = np.exp(-0.5 * (reach / max(width, 0.3)) ** 2)
    smeared: Array = np.convolve(histogram, kernel / kernel.sum()).astype(np.float64)
    return smeared[_POINTS : _POINTS + len(histogram)]


def _splits(table: Array) -> tuple[Cause, Cause]:
    """The two causes that the test tells apart best."""

    def bits(pair: tuple[Cause, Cause]) -> float:
        part = table[[CAUSES.index(cause) for cause in pair]]
        return information(part) * float(part.sum())

    return max(combinations(CAUSES, 2), key=bits)
