"""The small language in which rules say when they hold.

A condition is a table. Its keys are atoms, and all of them must hold::

    when = { flag = "fever", any = [{ symptom = "confusion" }, { condition = "diabetes" }] }

``all`` and ``any`` take lists of conditions, ``at_least = { count, of }`` counts those that hold, and
``is`` names one of the shared definitions. There is no ``not`` in triage: every atom of a triage rule goes
from false to true as the person gets worse, and so does everything built from such atoms. That is what makes
triage monotone. Advice may use ``not`` and a few more atoms, because an action is no level.

A condition that holds says what it matched, in words for the sentence of its rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from epsom.guidance.tables import GuidanceDataError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from epsom.guidance.facts import Facts
    from epsom.guidance.scene import Scene

#: What was matched: kind of word -> words, such as ``{"symptoms": ("confusion",)}``.
Match = Mapping[str, tuple[str, ...]]
#: Tells whether a condition holds: what it matched, or None.
Check = Callable[["Scene"], "Match | None"]
#: Builds the check of an atom from what stands behind its key; raises GuidanceDataError for nonsense.
Builder = Callable[[Any], Check]

HOLDS: Match = {}

Name = TypeVar("Name", bound=str)


def names(argument: Any, allowed: Collection[Name]) -> tuple[Name, ...]:
    """Read one name or a list of names.

    Raises
    ------
    GuidanceDataError
        If one of them is not allowed.
    """
    found: tuple[Any, ...] = (argument,) if isinstance(argument, str) else tuple(argument)
    unknown = [name for name in found if name not in allowed]
    if unknown or not found:
        raise GuidanceDataError(f"{unknown or argument!r} are none of {sorted(allowed)}")
    return found


def words(kind: str, found: Iterable[str]) -> Match | None:
    """Return a match with some words, or None without any."""
    listed = tuple(found)
    return {kind: listed} if listed else None


def holds(condition: bool) -> Match | None:
    """Return a match without words, or None."""
    return HOLDS if condition else None


def on_facts(test: Callable[[Facts], Match | None]) -> Check:
    """Return a check that looks at the facts alone."""
    return lambda scene: test(scene.facts)


@dataclass(frozen=True)
class Grammar:
    """The atoms a set of rules may use, and the shared conditions it may name.

    Attributes
    ----------
    atoms : mapping of str to Builder
        By their key.
    definitions : mapping of str to Check
        By their name.
    """

    atoms: Mapping[str, Builder]
    definitions: Mapping[str, Check]

    def compile(self, condition: object) -> Check:
        """Return the check of a condition.

        Raises
        ------
        GuidanceDataError
            If it is no table, is empty, or has an unknown key or a wrong argument.
        """
        if not isinstance(condition, dict) or not condition:
            raise GuidanceDataError(f"{condition!r} is no condition")
        return _all([self._one(key, argument) for key, argument in condition.items()])

    def _one(self, key: str, argument: Any) -> Check:
        if key == "all":
            return _all([self.compile(item) for item in argument])
        if key == "any":
            return _at_least(1, [self.compile(item) for item in argument])
        if key == "at_least":
            return _at_least(argument["count"], [self.compile(item) for item in argument["of"]])
        if key == "is":
            return self._named(argument)
        if key not in self.atoms:
            raise GuidanceDataError(f"{key!r} is none of {sorted(self.atoms)}")
        return self.atoms[key](argument)

    def _named(self, name: str) -> Check:
        if name not in self.definitions:
            raise GuidanceDataError(f"{name!r} is none of the definitions {sorted(self.definitions)}")
        return self.definitions[name]


def merged(matches: Iterable[Match]) -> Match:
    """Put what several conditions matched together, each word once, in order."""
    words: dict[str, dict[str, None]] = {}
    for match in matches:
        for kind, found in match.items():
            words.setdefault(kind, {}).update(dict.fromkeys(found))
    return {kind: tuple(found) for kind, found in words.items()}


def _all(checks: list[Check]) -> Check:
    if len(checks) == 1:
        return checks[0]

    def check(scene: Scene) -> Match | None:
        found = []
        for item in checks:
            match = item(scene)
            if match is None:
                return None
            found.append(match)
        return merged(found)

    return check


def _at_least(count: int, checks: list[Check]) -> Check:
    """Every condition is asked, so that the sentence names all that hold."""

    def check(scene: Scene) -> Match | None:
        found = [match for item in checks if (match := item(scene)) is not None]
        return merged(found) if len(found) >= count else None

    return check


def negated(check: Check) -> Check:
    """Return the check that holds when another does not; for advice only."""
    return lambda scene: HOLDS if check(scene) is None else None
