"""What magnesium does to muscle, nerve, junction, brain, vessels and gut."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from epsom.physiology.effects import brain, gut, junction, muscle, nerve, thresholds, vessels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from epsom.physiology.effects.effect import Effect

GROUPS = (
    muscle.group, nerve.group, junction.group, brain.group, vessels.group, gut.group, thresholds.group,
)  # fmt: skip
#: Slow states and the effect each of them follows.
SLOW = {"sensitization": "sensitization_target", "lasting_tension": "excitability"}


@cache
def effects() -> Mapping[str, Effect]:
    """Every effect by name."""
    return {name: effect for group in GROUPS for name, effect in group.effects.items()}


def evaluate(names: Iterable[str], given: Callable[[str], Any]) -> dict[str, Any]:
    """Values of the effects called ``names`` and of those they need.

    Parameters
    ----------
    given
        Value of a state, reading, fact or parameter by name, canonical.

    Raises
    ------
    KeyError
        From ``given``, for a name it does not know.
    """
    found: dict[str, Any] = {}

    def value(name: str) -> Any:
        effect = effects().get(name)
        if effect is None:
            return given(name)
        if name not in found:
            found[name] = effect.function(*(value(need) for need in effect.needs))
        return found[name]

    for name in names:
        value(name)
    return found


def in_order(name: str) -> list[Effect]:
    """The effect called ``name`` and all it rests on, deepest first."""
    chain: dict[str, Effect] = {}

    def visit(effect: Effect) -> None:
        for need in effect.needs:
            if need in effects():
                visit(effects()[need])
        chain.setdefault(effect.name, effect)

    visit(effects()[name])
    return list(chain.values())
