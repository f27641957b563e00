"""What to do, in the order to do it.

Magnesium a person chose may be stopped by that person; magnesium someone ordered never is: its prescriber is
called. Nobody is told to start again after toxic signs. Dose and form advice is for adults with healthy or
unknown kidneys and for magnesium they chose. The entries are data (``data/guidance/actions.toml``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from epsom.core import names
from epsom.core.records.assessment import ActionAdvice
from epsom.guidance.advice_atoms import KINDS_NOW, advice_grammar
from epsom.guidance.facts import facts
from epsom.guidance.interactions import pairs
from epsom.guidance.rules import most_pressing, pressing
from epsom.guidance.scene import Scene
from epsom.guidance.tables import GuidanceDataError, Provenance, check_keys, provenance, table
from epsom.guidance.wording import fill, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from epsom.core.records import Case
    from epsom.guidance.facts import Facts
    from epsom.guidance.grammar import Check, Grammar, Match
    from epsom.guidance.triage import Reason, Triage
    from epsom.inference.findings import Findings

_KEYS = ("id", "action", "group", "when", "urgency", "because", "why", "status", "sources", "note")
# Its reason is not said again where it is the one that makes the case pressing.
_SAID_ONCE = "other_cause"
# Besides these nothing may be advised where no change is needed.
_NO_CHANGE = ("keep_diary", "see_clinician")


@dataclass(frozen=True)
class Entry:
    """One entry of advice.

    Attributes
    ----------
    action, group : str
        What to do; of one group only the first entry that holds is said.
    check : Check
        Tells whether it holds.
    as_triage : bool
        Whether it is as urgent as the triage.
    tags : tuple of str
        It is as urgent as the most pressing reason with one of these tags.
    least : str
        It is never less urgent than this.
    because : str
        What to say, with blanks.
    why : str
        Tag of the reason whose sentence is said behind it; ``any`` for the first of all, empty for none.
    provenance : Provenance
        Status and sources.
    """

    action: names.Action
    group: str
    check: Check
    as_triage: bool
    tags: tuple[str, ...]
    least: names.Triage
    because: str
    why: str
    provenance: Provenance


@cache
def entries() -> tuple[tuple[Entry, ...], Entry]:
    """Read every entry of advice, and the one for no change.

    Raises
    ------
    GuidanceDataError
        If an entry is wrong.
    """
    data = table("actions")
    grammar = advice_grammar(data["definitions"])
    reviews = [
        {"action": "review_drugs", "group": entry["id"], **entry} for entry in table("interactions")["review"]
    ]
    no_change = {"action": "no_change_needed", "urgency": "self_care", **data["no_change"]}

    listed = tuple(_entry(entry, grammar) for entry in (*data["action"], *reviews))
    return listed, _entry(no_change, grammar)


def _entry(entry: Mapping[str, Any], grammar: Grammar) -> Entry:
    where = f"actions: {entry.get('id', entry['action'])}"
    check_keys(entry, _KEYS, where)
    as_triage, tags, least = _urgency_in(entry["urgency"], where)
    if entry["action"] not in names.ACTIONS:
        raise GuidanceDataError(f"{where}: {entry['action']!r} is no action of the contract")
    return Entry(
        action=entry["action"],
        group=entry.get("group", entry["action"]),
        check=grammar.compile(entry["when"]),
        as_triage=as_triage,
        tags=tags,
        least=least,
        because=entry["because"],
        why=entry.get("why", ""),
        provenance=provenance(entry, where),
    )


def _urgency_in(urgency: Any, where: str) -> tuple[bool, tuple[str, ...], names.Triage]:
    """Read an urgency: as the triage, as the reasons with some tags and no less than a level, or a level."""
    if urgency == "level":
        return True, (), "self_care"
    least = urgency.get("least", "self_care") if isinstance(urgency, dict) else urgency
    if least not in names.TRIAGE_LEVELS:
        raise GuidanceDataError(f"{where}: {least!r} is none of {names.TRIAGE_LEVELS}")
    return False, tuple(urgency["tags"]) if isinstance(urgency, dict) else (), least


def actions(case: Case, triage: Triage, findings: Findings | None = None) -> tuple[ActionAdvice, ...]:
    """Tell what to do, in the order to do it.

    Parameters
    ----------
    case
        The case.
    triage
        How pressing it is, from `epsom.guidance.triage.triage`.
    findings
        What the simulated crowd says.
    """
    scene = Scene(facts(case), findings, triage)
    found = [*_from_entries(scene), *_kept_apart(scene)]
    if triage.level == "emergency":
        found = [advice for advice in found if pressing(advice.urgency) >= pressing("urgent")]
    in_order = sorted(found, key=lambda advice: table("actions")["order"].index(advice.action))
    if all(advice.action in _NO_CHANGE for advice in in_order):
        in_order.extend(_no_change(scene))
    return tuple(in_order)


def _from_entries(scene: Scene) -> Iterator[ActionAdvice]:
    said: set[str] = set()
    for entry in entries()[0]:
        match = None if entry.group in said else entry.check(scene)
        if match is not None:
            said.add(entry.group)
            yield _advice(entry, match, scene)


def _no_change(scene: Scene) -> Iterator[ActionAdvice]:
    entry = entries()[1]
    match = entry.check(scene)
    if match is not None:
        yield _advice(entry, match, scene)


def _advice(entry: Entry, match: Match, scene: Scene) -> ActionAdvice:
    reason = _reason(entry, scene)
    if reason is not None and entry.why == _SAID_ONCE and scene.triage is not None:
        reason = None if reason == scene.triage.told[0] else reason
    sentence = fill(entry.because, scene.facts, match, _products_now(scene.facts))
    sources = entry.provenance.sources if reason is None else (*entry.provenance.sources, *reason.sources)
    return ActionAdvice(
        action=entry.action,
        urgency=_urgency(entry, scene),
        because=sentence if reason is None else f"{sentence} {reason.because}",
        sources=tuple(dict.fromkeys(sources)),
    )


def _reason(entry: Entry, scene: Scene) -> Reason | None:
    """Return the reason whose sentence is said behind an entry's own."""
    if scene.triage is None or not entry.why:
        return None
    reasons = scene.triage.told if entry.why == "any" else scene.triage.tagged(entry.why)
    return next(iter(reasons), None)


def _urgency(entry: Entry, scene: Scene) -> names.Triage:
    if scene.triage is None:
        raise ValueError("advice needs the triage")
    if entry.as_triage:
        return scene.triage.level
    levels: list[names.Triage] = [entry.least]
    levels.extend(reason.level for tag in entry.tags for reason in scene.triage.tagged(tag))
    return most_pressing(levels)


def _products_now(person: Facts) -> Mapping[str, str]:
    """Return the blanks for the products still taken, by who chose them."""
    return {
        f"{kind}_products": listed(product.title for product in person.taken_now if fits(product))
        for kind, fits in KINDS_NOW.items()
    }


def _kept_apart(scene: Scene) -> Iterator[ActionAdvice]:
    """Keep drugs apart from magnesium by mouth that the person is not told to stop."""
    triage = scene.triage
    if triage is None or pressing(triage.level) > pressing("urgent"):
        return
    stopped = bool(triage.tagged("stop"))
    kept = (
        product
        for product in scene.facts.taken_now
        if product.route == "oral" and not (stopped and product.prescribed is False)
    )
    drugs = (drug for drug in scene.facts.drugs if drug.now)
    for pair in pairs(drugs, kept):
        yield ActionAdvice(
            action="separate_from_drug",
            urgency="soon" if pair.apart.severity == "major" else "routine",
            because=pair.apart.sentence(pair.drug.words, pair.product.title),
            sources=pair.apart.provenance.sources,
        )


def most_urgent(advice: Iterable[ActionAdvice]) -> names.Triage:
    """Return the most pressing urgency of some advice."""
    return most_pressing(item.urgency for item in advice)
