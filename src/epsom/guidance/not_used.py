"""Which entries of a case nothing uses, and why."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from epsom.core.records.assessment import NotUsed
from epsom.guidance.facts import facts
from epsom.guidance.interactions import entries as kept_apart
from epsom.guidance.results import results
from epsom.guidance.rules import RULE_FILES
from epsom.guidance.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from epsom.core.records import Case
    from epsom.guidance.facts import Drug, Facts
    from epsom.inference.findings import Findings

# Read by the kidney facts rather than by a rule that names them.
_KIDNEY_CONDITIONS = frozenset({"chronic_kidney_disease", "acute_kidney_injury"})
_KIDNEY_TESTS = frozenset({"egfr", "serum_creatinine"})
_BY_CREATININE = ("person.weight", "it only matters beside a creatinine, for Cockcroft-Gault")


def not_used(case: Case, findings: Findings | None) -> tuple[NotUsed, ...]:
    """Return the entries that are not used, each with the reason.

    Parameters
    ----------
    case
        The case.
    findings
        What the simulated crowd says. What it does not use is listed with its reason and whether the rules
        use it. Where no crowd was asked, what the rules do not use is listed.
    """
    by_rules = dict(unused_by_rules(facts(case)))
    if findings is None or not findings.people:
        return tuple(NotUsed(where=where, why=why) for where, why in by_rules.items())
    return tuple(
        NotUsed(where=where, why=why if where in by_rules else f"{why}; the rules on urgency use it")
        for where, why in findings.not_used
    )


def unused_by_rules(person: Facts) -> Iterator[tuple[str, str]]:
    """Yield the entries that no rule, action or scale looks at, each with the reason."""
    case = person.case
    if case.person.height is not None:
        yield "person.height", "no rule looks at it"
    if case.person.weight is not None and all(e.how != "Cockcroft-Gault" for e in person.kidneys.estimates):
        yield _BY_CREATININE
    if case.diet is not None and case.diet.magnesium is not None:
        yield "diet.magnesium", "no rule looks at food"
    yield from _conditions(person)
    yield from _drugs(person)
    yield from _products(person)
    yield from _symptoms(person)
    yield from _results(person)


def _conditions(person: Facts) -> Iterator[tuple[str, str]]:
    used = named("condition") | _KIDNEY_CONDITIONS
    for index, entry in enumerate(person.case.person.conditions):
        where = f"person.conditions[{index}]"
        if entry.name in named("condition_ever"):
            continue
        if entry.name not in used:
            yield where, f"no rule looks at {entry.name}"
        elif entry.name not in person.conditions:
            yield where, f"{entry.name} was over before the question"


def _drugs(person: Facts) -> Iterator[tuple[str, str]]:
    for drug in person.drugs:
        where = f"person.drugs[{drug.index}]"
        if drug.drug_class is None and not _kept_apart(drug):
            yield where, f"{drug.name} is not in the lexicon of drugs"
        elif not drug.lately:
            yield where, f"{drug.name} was stopped long before the question"
        elif not (_named_by_rules(drug) or _kept_apart(drug)):
            yield where, f"no rule looks at {drug.name}"


def _named_by_rules(drug: Drug) -> bool:
    known = drug.drug_class
    return known is not None and (
        known.name in named("drug_class")
        or known.direction in named("drug_effect")
        or "symptom" in known.matters
    )


def _kept_apart(drug: Drug) -> bool:
    name, known = drug.name.lower(), drug.drug_class
    return any(name in entry.names or (known and known.name in entry.classes) for entry in kept_apart())


def _products(person: Facts) -> Iterator[tuple[str, str]]:
    lately = {product.index for product in person.products}
    for index, _ in enumerate(person.case.supplements):
        if index not in lately:
            yield f"supplements[{index}]", "ordinary food is no product"
    for product in person.products:
        if not product.lately:
            yield (
                f"supplements[{product.index}]",
                "it was stopped long before the question: only the scales look at it",
            )


def _symptoms(person: Facts) -> Iterator[tuple[str, str]]:
    used = named("symptom", "symptom_fresh", "symptom_worse", "of")
    for index, entry in enumerate(person.case.symptoms):
        where = f"symptoms[{index}]"
        if not entry.present:
            yield where, f"no rule is softened by the absence of {entry.name}"
        elif entry.name not in used and entry.name != person.question:
            yield where, f"no rule looks at {entry.name}"
        elif entry.name not in person.symptoms:
            yield where, f"{entry.name} was over before the question"


def _results(person: Facts) -> Iterator[tuple[str, str]]:
    used = named("test") | _KIDNEY_TESTS
    counting = {result.index for result in person.results}
    for result in results(person.case, person.case.asked_on.latest):
        if result.test not in used:
            yield f"labs[{result.index}]", f"no rule looks at {result.test}"
        elif result.index not in counting:
            yield f"labs[{result.index}]", "a later result counts, or it is too old"


@cache
def named(*keys: str) -> frozenset[str]:
    """Return every name that stands behind some keys in the conditions of the rules and of the advice."""
    found: set[str] = set()
    for name in (*RULE_FILES, "actions", "interactions"):
        _gather(table(name), keys, found)
    return frozenset(found)


def _gather(node: Any, keys: tuple[str, ...], found: set[str]) -> None:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in keys:
                found.update([value] if isinstance(value, str) else (v for v in value if isinstance(v, str)))
            _gather(value, keys, found)
    elif isinstance(node, list):
        for item in node:
            _gather(item, keys, found)
