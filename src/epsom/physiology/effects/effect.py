"""What an effect is: a small plain function from the body's state to something that can be felt.

An effect names what it needs by its arguments: states and readings of the body, totals of a day, facts about
the person, parameters of the registry, or other effects. It has no state of its own, so the body stays as it
is; what builds up over days is reckoned from day to day in :mod:`epsom.physiology.effects.slow`.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Effect:
    """One effect.

    Attributes
    ----------
    unit
        Canonical unit of its value.
    function
        Plain function of numbers, arrays or quantities.
    """

    name: str
    unit: str
    function: Callable[..., Any]

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """Names of what it is computed from."""
        return tuple(inspect.signature(self.function).parameters)

    @cached_property
    def meaning(self) -> str:
        """What it is, in one sentence."""
        return (inspect.getdoc(self.function) or "").split("\n\n", maxsplit=1)[0].replace("\n", " ")

    @cached_property
    def equation(self) -> str:
        """The body of its function without the documentation, one statement a line."""
        tree = ast.parse(textwrap.dedent(inspect.getsource(self.function)))
        statements = tree.body[0].body[1:]  # type: ignore[attr-defined]
        return "\n".join(self._written(statement) for statement in statements)

    def _written(self, statement: ast.stmt) -> str:
        if isinstance(statement, ast.Return) and statement.value is not None:
            return f"{self.name} = {ast.unparse(statement.value)}"
        return ast.unparse(statement)


@dataclass
class Group:
    """The effects of one module, in the order written."""

    name: str
    effects: dict[str, Effect] = field(default_factory=dict)

    def effect(self, unit: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare the function below as an effect with values in ``unit``."""

        def declare(function: Callable[..., Any]) -> Callable[..., Any]:
            self.effects[function.__name__] = Effect(function.__name__, unit, function)
            return function

        return declare


def saturation(x: Any, half: Any, steepness: Any) -> Any:
    """Share of the full effect, x^n / (half^n + x^n), for ``x`` >= 0 in the unit of ``half``."""
    return of_odds(odds(x, half, steepness))


def odds(x: Any, half: Any, steepness: Any) -> Any:
    """What there is of the full effect over what is missing, (x / half)^n; see :func:`saturation`."""
    return (x / half) ** steepness


def of_odds(grown: Any) -> Any:
    """The share that has these odds."""
    return grown / (1 + grown)


def rise(x: Any) -> Any:
    """``x`` where it is above zero and zero elsewhere; plain numbers only."""
    return np.maximum(x, 0.0)
