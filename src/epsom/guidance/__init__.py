"""Floor 5: triage rules, actions and wording. `assess` is the only entry to an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from epsom.core.records import Assessment, Case
    from epsom.inference.findings import Findings

__all__ = ["Answer", "assess"]


@dataclass(frozen=True)
class Answer:
    """An answer: the contract's record, and the findings behind it for figures."""

    record: Assessment
    findings: Findings


def assess(
    case: Case,
    people: int | None = None,
    seed: int = 1,
    *,
    engine: Any = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Answer:
    """Answer ``case``.

    Parameters
    ----------
    people
        Size of the crowd of virtual people; the usual size when None.
    seed
        Of everything drawn; the same seed gives the same bytes.
    engine
        An `epsom.simulation.engine.Engine`; the fast one when None.
    progress
        Told in a few words what is being done.
    """
    from epsom import __version__
    from epsom.guidance.answer import answer
    from epsom.inference import DEFAULT_PEOPLE, infer

    findings = infer(case, people=people or DEFAULT_PEOPLE, seed=seed, engine=engine, progress=progress)
    progress("putting the answer into words")
    return Answer(answer(case, findings, seed=seed, version=__version__), findings)
