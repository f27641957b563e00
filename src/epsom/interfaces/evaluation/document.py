"""The evaluation as a JSON document, and its tallies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from epsom import __version__
from epsom.core.evidence import sources
from epsom.interfaces import numerals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from epsom.inference.calibration.outcomes import Outcome

#: Key of a tally -> what it counts.
TALLIES = {
    "fit": "Values the body was fitted to",
    "check": "Values never used in fitting",
    "conflict-set": "Studies that contradict each other, covered",
    "direction": "Directions",
    "effect": "Effects, symptoms and back pain",
    "report-only": "Reported only",
    "spread": "Spreads between people, within a factor of 1.5",
}


def tally(outcomes: Sequence[Outcome]) -> dict[str, tuple[int, int]]:
    """How many of how many pass, by the keys of `TALLIES`; absent where there are none."""
    found: dict[str, list[bool]] = {}
    for outcome in outcomes:
        found.setdefault(kind_of(outcome), []).append(outcome.passes)
        if outcome.spreads:
            found.setdefault("spread", []).extend(apart.agrees for apart in outcome.spreads)
    return {key: (sum(found[key]), len(found[key])) for key in TALLIES if key in found}


def kind_of(outcome: Outcome) -> str:
    """Which tally an outcome counts in."""
    if outcome.target.experiment:
        return "report-only" if outcome.target.role == "report-only" else "effect"
    return "direction" if outcome.target.direction_only else outcome.target.role


def document(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Everything as plain values; what is missing is null."""
    return {
        "schema": "epsom.evaluation/1",
        "version": __version__,
        "passed": {key: {"passed": a, "of": b} for key, (a, b) in tally(outcomes).items()},
        "targets": [_entry(outcome) for outcome in outcomes],
    }


def _entry(outcome: Outcome) -> dict[str, Any]:
    target = outcome.target
    return {
        "id": target.id, "title": target.title, "topic": target.topic, "role": target.role,
        "direction_only": target.direction_only, "unit": target.unit, "observed": target.observed,
        "low": target.low, "high": target.high, "simulated": numerals.finite(outcome.value),
        "interval": [numerals.finite(end) for end in outcome.interval], "interval_probability": 0.9,
        "sd": numerals.finite(outcome.sd), "observed_sd": target.observed_sd, "sd_agrees": outcome.sd_agrees,
        "reading_spreads": [
            {"reading": apart.of, "sd": numerals.finite(apart.simulated), "observed_sd": apart.observed,
             "agrees": apart.agrees}
            for apart in outcome.readings
        ],
        "passes": outcome.passes, "failed": outcome.failed, "source": target.source,
        "citation": cited(target.source), "caution": target.caution,
        "why_missed": reason(outcome),
    }  # fmt: skip


def cited(key: str) -> str:
    """The source in words."""
    return sources()[key].cite()


def reason(outcome: Outcome) -> str | None:
    """Why a miss is a miss; None of a value that passes."""
    if outcome.passes:
        return None
    if outcome.failed:
        return f"{outcome.failed} runs failed"
    return outcome.target.why_missed or "not explained"
