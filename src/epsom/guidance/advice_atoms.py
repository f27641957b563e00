"""Atoms for advice only. Advice is no level: it may ask what does not hold, and how pressing the case is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from epsom.core.names import LABS, REASONS, RED_FLAGS, TRIAGE_LEVELS
from epsom.guidance.atoms import TRIAGE_ATOMS
from epsom.guidance.grammar import Grammar, holds, names, negated, on_facts, words
from epsom.guidance.rules import definitions, pressing
from epsom.guidance.tables import window

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from epsom.guidance.facts import Facts
    from epsom.guidance.grammar import Builder, Check, Match
    from epsom.guidance.products import Taken
    from epsom.guidance.scene import Scene

#: Which products still taken are meant.
KINDS_NOW: Mapping[str, Callable[[Taken], bool]] = {
    "any": lambda _: True,
    "chosen": lambda product: not product.ordered,
    "surely_chosen": lambda product: not product.ordered and not product.perhaps_ordered,
    "perhaps_ordered": lambda product: product.perhaps_ordered,
    "ordered": lambda product: product.ordered,
    "by_mouth": lambda product: product.route == "oral",
}


def _level_from(argument: Any) -> Check:
    """The case is at least this pressing."""
    (level,) = names(argument, TRIAGE_LEVELS)
    return lambda scene: holds(_pressing(scene) >= pressing(level))


def _level_up_to(argument: Any) -> Check:
    """The case is at most this pressing."""
    (level,) = names(argument, TRIAGE_LEVELS)
    return lambda scene: holds(_pressing(scene) <= pressing(level))


def _pressing(scene: Scene) -> int:
    return 0 if scene.triage is None else pressing(scene.triage.level)


def _tag(argument: Any) -> Check:
    """A reason of the triage carries one of these tags."""
    tags = (argument,) if isinstance(argument, str) else tuple(argument)

    def check(scene: Scene) -> Match | None:
        return holds(scene.triage is not None and any(scene.triage.tagged(tag) for tag in tags))

    return check


def _taking_now(argument: Any) -> Check:
    """Such a product is still taken."""
    (kind,) = names(argument, KINDS_NOW)
    fits = KINDS_NOW[kind]
    return on_facts(lambda f: words("products", (p.title for p in f.taken_now if fits(p))))


def _fresh_result(argument: Any) -> Check:
    """There is a result of this test from the last days, or one without a date."""
    (test,) = names(argument, LABS)

    def check(facts: Facts) -> Match | None:
        latest = max((r.taken.high for r in facts.results if r.test == test), default=None)
        return holds(latest is not None and latest >= -window("result_fresh"))

    return on_facts(check)


def _kidneys_known(_: Any) -> Check:
    """Something says how well the kidneys work."""
    return on_facts(lambda f: holds(f.kidneys.known))


def _kidneys_fine(_: Any) -> Check:
    """The kidneys were measured, and nothing says that they are not well."""
    return on_facts(lambda f: holds(f.kidneys.known and not f.kidneys.diseased))


def _dose_known(_: Any) -> Check:
    """The dose of everything still taken is known."""
    return on_facts(lambda f: holds(f.milligrams_now is not None))


def _one_intake_above(argument: Any) -> Check:
    """One intake holds more elemental magnesium than this, in mg."""
    limit = float(argument)

    def check(facts: Facts) -> Match | None:
        return holds(any((p.milligrams or 0.0) / (p.times_per_day or 1.0) > limit for p in facts.taken_now))

    return on_facts(check)


def _all_with_food(_: Any) -> Check:
    """Everything is known to be taken with meals."""
    return on_facts(lambda f: holds(all(product.with_food is True for product in f.taken_now)))


def _taken_for(argument: Any) -> Check:
    """Something is taken for one of these reasons."""
    reasons = names(argument, REASONS)
    return on_facts(lambda f: holds(any(product.reason in reasons for product in f.taken_now)))


def _flags_denied(argument: Any) -> Check:
    """All of these red flags were asked about and are not there."""
    flags = names(argument, RED_FLAGS)
    return on_facts(lambda f: holds(all(f.flags.get(name) is False for name in flags)))


_ADVICE_ATOMS: Mapping[str, Builder] = {
    "level_from": _level_from,
    "level_up_to": _level_up_to,
    "tag": _tag,
    "taking_now": _taking_now,
    "fresh_result": _fresh_result,
    "kidneys_known": _kidneys_known,
    "kidneys_fine": _kidneys_fine,
    "dose_known": _dose_known,
    "one_intake_above": _one_intake_above,
    "all_with_food": _all_with_food,
    "taken_for": _taken_for,
    "flags_denied": _flags_denied,
}


def advice_grammar(own: Mapping[str, Any]) -> Grammar:
    """Return the grammar of advice: the atoms of triage, those of this module and ``not``.

    Parameters
    ----------
    own
        Definitions beside those of the triage rules; a later one may name an earlier one.
    """
    found = dict(definitions())
    atoms: dict[str, Builder] = {**TRIAGE_ATOMS, **_ADVICE_ATOMS}
    grammar = Grammar(atoms, found)
    atoms["not"] = lambda condition: negated(grammar.compile(condition))
    for name, condition in own.items():
        found[name] = grammar.compile(condition)
    return grammar
