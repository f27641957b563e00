"""Findings of a crowd that was never simulated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epsom.core.names import CAUSES, IF_STOPPED_DAYS, MAGNESIUM_STATUSES, PATHWAYS_OF_CAUSE
from epsom.inference.findings import CauseFinding, Estimate, Findings, Reason, Share, StoolFinding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from epsom.core.names import Cause


def share(probability: float) -> Share:
    """A chance with a plausible interval."""
    return Share(probability, 0.5 * probability, 0.5 + 0.5 * probability, 0.01)


def fake_findings(
    fit: str = "good",
    causes: Mapping[Cause, float] | None = None,
    status: Sequence[float] = (0.1, 0.2, 0.6, 0.1, 0.0),
    severe: float | None = None,
) -> Findings:
    """Findings with given chances: of some causes (the rest goes to the others), and of the states."""
    given = dict(causes or {"other_cause": 0.7})
    others = [cause for cause in CAUSES if cause not in given]
    given |= {cause: (1.0 - sum(given.values())) / len(others) for cause in others}
    states = [value / sum(status) for value in status] if sum(status) else [0.2] * 5
    if severe is not None:
        states = [value * (1.0 - severe) for value in states[:-1]] + [severe]
    gone = {day: share(0.02 * day) for day in IF_STOPPED_DAYS}
    return Findings(
        fit=fit,  # type: ignore[arg-type]
        causes=tuple(
            CauseFinding(
                cause,
                share(probability),
                {pathway: share(probability / 4) for pathway in PATHWAYS_OF_CAUSE[cause]},
                (
                    Reason("onset", "low_back_pain", "symptoms", None, 4.0),
                    Reason("symptom", "diarrhea", "symptoms[1]", False, 0.3),
                ),
            )
            for cause, probability in sorted(given.items(), key=lambda item: -item[1])
        )
        if fit != "none"
        else (),
        status=dict(zip(MAGNESIUM_STATUSES, map(share, states), strict=True)),
        serum=Estimate(0.86, 0.78, 0.95),
        serum_before_labs=Estimate(0.85, 0.74, 0.97),
        stool=StoolFinding(Estimate(180, 90, 320), Estimate(140, 80, 240), share(0.2), share(0.03)),
        people=512,
        parameter_sets=64,
        effective_sample_size=210.0,
        failed_runs=1,
        gone_if_stopped=gone,
        gone_if_continued={day: share(0.01 * day) for day in IF_STOPPED_DAYS},
        warnings=("The findings of this test are made up.",),
        not_used=(("symptoms[0]", "it does not move the probabilities"),),
    )
