"""What speaks for and against each cause: how much likelier it makes each fact than the others do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from epsom.inference.dechallenge import log_relief, relief_after_stop
from epsom.inference.findings import Reason
from epsom.inference.onsets import episodes, onset_days, window_days
from epsom.inference.posterior import expand, rows_over

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from epsom.core.names import Cause
    from epsom.inference.posterior import Posterior

    Array = NDArray[np.float64]

#: Ratios of likelihoods nearer to one than this say too little to be told.
_TOLD = 1.25


def reasons(found: Posterior, cause: Cause) -> tuple[Reason, ...]:
    """Facts by how much they speak for ``cause`` against all others, strongest first."""
    own = found.rows_of(cause)
    rest = [row for row in range(len(found.weight)) if row not in own]
    result = []
    for kind, name, where, present, likelihood in _facts(found):
        ratio = _mean_likelihood(found, likelihood, own) / _mean_likelihood(found, likelihood, rest)
        if np.isfinite(ratio) and max(ratio, 1 / ratio) > _TOLD:
            result.append(Reason(kind, name, where, present, float(ratio)))
    return tuple(sorted(result, key=lambda reason: -abs(np.log(reason.ratio))))


def _mean_likelihood(found: Posterior, log_likelihood: Array, rows: list[int]) -> float:
    """Likelihood of one fact under some rows, given every other fact: a harmonic mean of the posterior."""
    part = np.broadcast_to(log_likelihood, found.weight.shape)[rows]
    weight = found.weight[rows]
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        without = np.where(weight > 0, weight * np.exp(-part), 0.0).sum()
    return float(weight.sum() / without) if without > 0 else np.nan


def _facts(found: Posterior) -> Iterator[tuple[str, str, str, bool | None, Array]]:
    """Every fact with its log-likelihood, shape (rows, people or 1, draws or 1)."""
    persona = found.persona
    for fact in found.found:
        yield fact.kind, fact.name, fact.where, fact.present, expand(fact.log_likelihood, len(found.pathways))
    if np.ptp(found.agreement.log_likelihood[found.people > 0]) > 0:
        yield "level", "serum_magnesium", "labs", None, found.agreement.log_likelihood[None, :, None]
    stopped = relief_after_stop(persona)
    if stopped is not None:
        relief = log_relief(persona, found.ways, stopped)
        yield "stop", "relief", "supplements", stopped[1], relief
    entries = episodes(persona)
    if entries and entries[-1].onset is not None:
        began, whole = onset_days(persona, entries[-1], np.inf), window_days(persona)
        on, ever = (rows_over(persona, found.rates, days) for days in (began, whole))
        even = began.sum() / whole.sum()
        timing = np.log(np.maximum(on / np.maximum(ever, 1e-300), 1e-12) / even)
        yield "onset", persona.case.question, "symptoms", None, timing
