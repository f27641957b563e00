"""How pressing a case is, and why.

The level is the highest of all rules that hold, over what was entered and over what the simulated crowd says.
The levels mean:

``emergency``
    Call the emergency number or go to an emergency room now.
``urgent``
    Speak with a doctor, a nurse line or the prescriber today.
``soon``
    Be seen or speak with a professional within days.
``routine``
    A visit can be planned; sooner if anything changes.
``self_care``
    Nothing calls for a visit: the symptom is going or gone, and the warning signs were asked and denied.

No rule has a "not" in it and none can take another back, so that one more red flag, symptom, condition or
drug, a higher dose, a lower filtration rate, a higher measured excess or a lower measured lack never makes a
case less pressing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from epsom.guidance.facts import facts
from epsom.guidance.rules import most_pressing, pressing, rules
from epsom.guidance.scene import Scene
from epsom.guidance.wording import fill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from epsom.core import names
    from epsom.core.records import Case
    from epsom.guidance.grammar import Match
    from epsom.guidance.rules import Rule
    from epsom.inference.findings import Findings

# A reason of this level is not worth saying beside a more pressing one.
_ONLY_ALONE: names.Triage = "routine"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a case is as pressing as it is.

    Attributes
    ----------
    rule : str
        The rule that holds.
    level : str
        How pressing it is.
    because : str
        Why, in one plain sentence with the person's own facts.
    sources : tuple of str
        Keys of the sources.
    tags, covers : frozenset of str
        What follows from it, and which other reasons it says too (see `epsom.guidance.rules.Rule`).
    """

    rule: str
    level: names.Triage
    because: str
    sources: tuple[str, ...]
    tags: frozenset[str]
    covers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Triage:
    """How pressing a case is.

    Attributes
    ----------
    level : str
        The highest level of all rules that hold.
    reasons : tuple of Reason
        Every rule that holds, most pressing first.
    """

    level: names.Triage
    reasons: tuple[Reason, ...]

    def tagged(self, tag: str) -> tuple[Reason, ...]:
        """Return the reasons with some tag, most pressing first."""
        return tuple(reason for reason in self.reasons if tag in reason.tags)

    @property
    def told(self) -> tuple[Reason, ...]:
        """The reasons worth saying.

        None that another one says too. Routine ones only where there are no others, but open questions are
        said unless the case is urgent.
        """
        said = frozenset[str]().union(*(reason.covers for reason in self.reasons))
        own = tuple(reason for reason in self.reasons if reason.rule not in said)
        least = pressing(_ONLY_ALONE)
        above = tuple(reason for reason in own if pressing(reason.level) > least)
        if not above:
            return own
        asking = pressing(self.level) < pressing("urgent")
        return above + tuple(reason for reason in own if asking and "ask" in reason.tags)


def triage(case: Case, findings: Findings | None = None) -> Triage:
    """Tell how pressing a case is.

    Parameters
    ----------
    case
        The case.
    findings
        What the simulated crowd says; it may only make the answer more pressing.
    """
    return triage_of(Scene(facts(case), findings))


def triage_of(scene: Scene) -> Triage:
    """Tell how pressing a scene is, as `triage` does."""
    reasons = tuple(_reason(rule, match, scene) for rule, match in fired(scene))
    return Triage(most_pressing(reason.level for reason in reasons), reasons)


def fired(scene: Scene) -> Iterator[tuple[Rule, Match]]:
    """Yield the rules that hold, most pressing first, each with what it matched."""
    for rule in rules():
        match = rule.check(scene)
        if match is not None:
            yield rule, match


def _reason(rule: Rule, match: Match, scene: Scene) -> Reason:
    sentence = fill(rule.because, scene.facts, match)
    return Reason(rule.id, rule.tier, sentence, rule.provenance.sources, rule.tags, rule.covers)
