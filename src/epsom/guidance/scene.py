"""What rules look at: the facts of a case and, where there are any, the findings of the simulated crowd."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from epsom.guidance.facts import Facts
    from epsom.guidance.triage import Triage
    from epsom.inference.findings import Findings


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a rule may ask.

    Attributes
    ----------
    facts : Facts
        What was entered.
    findings : Findings or None
        What the crowd says; None when it was not asked.
    triage : Triage or None
        How pressing the case is; known to the rules of advice only.
    """

    facts: Facts
    findings: Findings | None = None
    triage: Triage | None = None
