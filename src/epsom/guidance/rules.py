"""Rules as data: each says when it holds, how pressing that is, why in plain words, and by which sources."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from epsom.core.names import TRIAGE_LEVELS, Triage
from epsom.guidance.atoms import TRIAGE_ATOMS
from epsom.guidance.grammar import Check, Grammar
from epsom.guidance.tables import GuidanceDataError, Provenance, check_keys, provenance, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# In this order within one level of urgency.
RULE_FILES = ("rules_red_flags", "rules_magnesium", "rules_measured", "rules_symptoms", "rules_findings")
_KEYS = ("id", "tier", "when", "because", "tags", "covers", "status", "sources", "note")


@dataclass(frozen=True)
class Rule:
    """One rule of triage.

    Attributes
    ----------
    id : str
        Its name.
    tier : str
        How pressing it is when the rule holds.
    check : Check
        Tells whether it holds, and what it matched.
    because : str
        Why, one plain sentence with blanks.
    tags : frozenset of str
        What the advice should know: ``stop`` (magnesium the person chose is stopped), ``no_restart``,
        ``pause``, ``treat`` (magnesium is low), ``recheck``, ``check_level``, ``above_limit``,
        ``suspect_lack``, ``calcium_potassium``, ``other_cause``, ``ask`` (a question is open).
    covers : frozenset of str
        Rules that need no sentence of their own beside this one, because it says the same and more.
    provenance : Provenance
        Status, sources, and what they disagree about.
    """

    id: str
    tier: Triage
    check: Check
    because: str
    tags: frozenset[str]
    covers: frozenset[str]
    provenance: Provenance


def pressing(level: Triage) -> int:
    """Return how pressing a level is: 0 for self-care, more for more."""
    return len(TRIAGE_LEVELS) - 1 - TRIAGE_LEVELS.index(level)


def most_pressing(levels: Iterable[Triage]) -> Triage:
    """Return the most pressing of some levels; self-care of none."""
    found = tuple(levels)
    return max(found, key=pressing) if found else "self_care"


@cache
def definitions() -> Mapping[str, Check]:
    """Return the shared conditions of all rule files, by name."""
    plain = Grammar(TRIAGE_ATOMS, {})
    found: dict[str, Check] = {}
    for name in RULE_FILES:
        for defined, condition in table(name).get("definitions", {}).items():
            if defined in found:
                raise GuidanceDataError(f"{name}: {defined!r} is defined twice")
            found[defined] = plain.compile(condition)
    return found


@cache
def rules() -> tuple[Rule, ...]:
    """Read every rule of triage, most pressing first.

    Raises
    ------
    GuidanceDataError
        If a rule is wrong: the message names it.
    """
    grammar = Grammar(TRIAGE_ATOMS, definitions())
    found = [_rule(entry, grammar, name) for name in RULE_FILES for entry in table(name)["rule"]]
    names = [rule.id for rule in found]
    if len(set(names)) < len(names):
        raise GuidanceDataError(f"rules with one name: {sorted({n for n in names if names.count(n) > 1})}")
    return tuple(sorted(found, key=lambda rule: -pressing(rule.tier)))


def _rule(entry: Mapping[str, Any], grammar: Grammar, file: str) -> Rule:
    where = f"{file}: {entry.get('id')}"
    check_keys(entry, _KEYS, where)
    if entry["tier"] not in TRIAGE_LEVELS:
        raise GuidanceDataError(f"{where}: tier {entry['tier']!r} is none of {TRIAGE_LEVELS}")
    try:
        check = grammar.compile(entry["when"])
    except GuidanceDataError as fault:
        raise GuidanceDataError(f"{where}: {fault}") from None
    return Rule(
        id=entry["id"],
        tier=entry["tier"],
        check=check,
        because=entry["because"],
        tags=frozenset(entry.get("tags", ())),
        covers=frozenset(entry.get("covers", ())),
        provenance=provenance(entry, where),
    )
