"""Floor 5: triage rules, actions and wording. `assess` and `compare` are the only entries to an answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from epsom.core.names import Triage
    from epsom.core.records import Assessment, Case
    from epsom.inference.changes import Change
    from epsom.inference.findings import Findings
    from epsom.inference.posterior import Posterior
    from epsom.inference.whatif import Forecast

__all__ = ["Answer", "assess", "compare", "triage_now"]


@dataclass(frozen=True)
class Answer:
    """An answer: the contract's record, and what is behind it for figures and further questions.

    ``posterior`` is the weighted crowd, which `compare` asks again; None where nobody was simulated.
    """

    record: Assessment
    findings: Findings
    posterior: Posterior | None = field(default=None, repr=False)


def triage_now(case: Case) -> Triage:
    """How urgent ``case`` is by the rules alone, at once; what is simulated may only raise it."""
    from epsom.guidance.triage import triage

    return triage(case).level


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
    from epsom.inference import DEFAULT_PEOPLE, inquire

    progress("reading the rules")
    triage_now(case)
    found = inquire(case, people=people or DEFAULT_PEOPLE, seed=seed, engine=engine, progress=progress)
    progress("putting the answer into words")
    record = answer(case, found.findings, seed=seed, version=__version__)
    return Answer(record, found.findings, found.posterior)


def compare(
    answered: Answer,
    changes: Sequence[Change],
    *,
    engine: Any = None,
    days: int = 28,
    people: int | None = None,
) -> list[Forecast]:
    """What becomes of the person of an answer under each change of what is taken now.

    Parameters
    ----------
    answered
        From `assess`; nothing is drawn again.
    changes
        `epsom.inference.whatif` has the usual ones: ``CONTINUE``, ``STOP``, ``HALVE``, ``SPLIT``,
        ``WITH_FOOD``; any other is ``Change("...", form=..., milligrams=..., times_per_day=...)``.
    days
        How far to run, at least 6.
    people
        Size of the even sample of the crowd that is run; the usual size when None.

    Returns
    -------
    list of Forecast
        One per change; empty where the model does not fit the person.
    """
    from epsom.inference.whatif import SAMPLE, forecasts

    if answered.posterior is None or answered.findings.fit == "none":
        return []
    return forecasts(answered.posterior, changes, engine, days=days, people=people or SAMPLE)
