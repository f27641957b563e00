"""The Naranjo scale and the WHO-UMC categories, from the same facts as everything else, as cross-reads.

Both ask whether magnesium that was taken caused the symptom; where none was taken they do not apply. An item
that the case does not answer is ``unknown`` and scores nothing.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from epsom.core.records.assessment import Naranjo, NaranjoItem, Scales, WhoUmc
from epsom.guidance import timeline
from epsom.guidance.facts import facts
from epsom.guidance.tables import table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from epsom.core.names import NaranjoAnswer, WhoUmcCategory
    from epsom.core.records import Case
    from epsom.guidance.facts import Facts
    from epsom.guidance.timeline import Answer
    from epsom.inference.findings import Findings

# Chance of another cause from which the crowd calls other causes probable.
_PROBABLE = 0.5


def scales(case: Case, findings: Findings | None = None) -> Scales:
    """Return both scales; None where no magnesium was taken.

    Parameters
    ----------
    case
        The case.
    findings
        What the simulated crowd says; it may answer whether other causes explain the symptom.
    """
    person = facts(case)
    if not person.products:
        return Scales(naranjo=None, who_umc=None)
    return Scales(naranjo=naranjo(person, findings), who_umc=WhoUmc(category=who_umc(person, findings)))


def naranjo(person: Facts, findings: Findings | None = None) -> Naranjo:
    """Return the Naranjo scale with every item."""
    items = [_item(entry, _ITEMS[entry["id"]](person, findings)) for entry in _scale()["item"]]
    score = sum(item.score for item in items)
    category = next(name for name, least in _scale()["categories"] if score >= least)
    return Naranjo(score=score, category=category, items=tuple(items))


def _item(entry: Mapping[str, Any], answer: Answer) -> NaranjoItem:
    said: NaranjoAnswer = "unknown" if answer is None else "yes" if answer else "no"
    return NaranjoItem(item=entry["question"], answer=said, score=entry.get(said, 0))


@cache
def _scale() -> Mapping[str, Any]:
    return table("scales")["naranjo"]


def who_umc(person: Facts, findings: Findings | None = None) -> WhoUmcCategory:
    """Return the WHO-UMC category.

    Unlikely: it began before magnesium and did not get worse, or stopping made no difference and something
    else explains it. Certain: it came after, went without, came back, is a known and measured reaction, and
    nothing else explains it. Probable: it came after and went without, and nothing else is likely. Possible:
    it came after, or it may have and went without. Else more must be known: conditional while it goes on,
    unassessable if it is over and nobody knows when it was.
    """
    after, relief = timeline.began_after(person), timeline.better_without(person)
    other = other_causes(person, findings)
    if after is False or (relief is False and other is True):
        return "unlikely"
    if after and relief and other is not True:
        confirmed = timeline.came_back(person) and toxic_level(person) and confirmed_by_level(person)
        return "certain" if confirmed else "probable"
    if after or relief:
        return "possible"
    return "conditional" if person.question in person.symptoms else "unassessable"


# ---- What the items ask


def earlier_reports(person: Facts) -> Answer:
    """Tell whether the symptom is a known reaction: to any intake, or to a level that is too high."""
    known = table("scales")["reported"]
    if person.question in known["to_intake"]:
        return True
    if person.question in known["to_excess"]:
        return toxic_level(person)
    return False


def other_causes(person: Facts, findings: Findings | None) -> Answer:
    """Tell whether something else could explain the symptom on its own."""
    if any(person.flags.values()) or person.question in table("scales")["common"]["symptoms"]:
        return True
    if any(d.now and d.drug_class and "symptom" in d.drug_class.matters for d in person.drugs):
        return True
    share = None if findings is None else findings.probability("other_cause")
    return True if share is not None and share.probability >= _PROBABLE else None


def toxic_level(person: Facts) -> Answer:
    """Tell whether the blood held a toxic level; not known without a result."""
    measured = person.results_of("serum_magnesium")
    if not measured:
        return None
    return any(result.low >= table("scales")["toxic"]["serum"] for result in measured)


def confirmed_by_level(person: Facts) -> Answer:
    """Tell whether a result confirms it: a toxic level and a symptom that such levels cause."""
    if person.question not in table("scales")["reported"]["to_excess"]:
        return None
    return True if toxic_level(person) else None


_ITEMS: Mapping[str, Callable[[Facts, Findings | None], Answer]] = {
    "earlier_reports": lambda person, _: earlier_reports(person),
    "began_after": lambda person, _: timeline.began_after(person),
    "better_without": lambda person, _: timeline.better_without(person),
    "came_back": lambda person, _: timeline.came_back(person),
    "other_causes": other_causes,
    "placebo": lambda _person, _findings: None,
    "toxic_level": lambda person, _: toxic_level(person),
    "dose_response": lambda person, _: timeline.dose_response(person),
    "before": lambda person, _: timeline.earlier_reaction(person),
    "confirmed": lambda person, _: confirmed_by_level(person),
}
