"""What is the same all life long is computed once for each person: constant parts of the equations.

Divisions, logarithms and products of constants alone would otherwise be done again in every stage of every
step. Each becomes a trait, a row of lanes filled when a person enters a lane.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy

from epsom.physiology.builder.symbols import SmoothFunction

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

#: Functions of a ratio whose logarithm is a difference: with a constant reference, half of it is a trait.
_OF_LOGARITHM = frozenset(
    {"hill", "hill_slope", "power", "power_slope", "excess_share", "excess_share_slope"}
)


class Traits:
    """Constant parts found so far.

    Parameters
    ----------
    constants
        Names of the constants.
    """

    def __init__(self, constants: Collection[str]) -> None:
        self._constants = frozenset(sympy.Symbol(name, real=True) for name in constants)
        self._rows: dict[Any, sympy.Symbol] = {}
        self._known: dict[Any, Any] = {}

    @property
    def names(self) -> list[str]:
        """Name of each trait, in order of rows."""
        return [symbol.name for symbol in self._rows.values()]

    @property
    def expressions(self) -> list[sympy.Expr]:
        """What each trait is, in constants."""
        return list(self._rows)

    def taken_out(self, expression: Any) -> Any:
        """``expression`` with its constant parts replaced by traits."""
        if expression not in self._known:
            self._known[expression] = self._taken_out(expression)
        return self._known[expression]

    def _taken_out(self, expression: Any) -> Any:
        if expression.is_Atom or not expression.free_symbols:
            return expression
        if self._constant(expression):
            return self._trait(expression)
        if isinstance(expression, sympy.Add | sympy.Mul):
            return self._grouped(expression)
        arguments = [self.taken_out(part) for part in expression.args]
        if isinstance(expression, SmoothFunction):
            return self._call(type(expression).__name__, expression.args, arguments)
        return expression.func(*arguments)

    def _grouped(self, expression: Any) -> Any:
        """A sum or product with its constant operands as one; a mere sign is left where it is."""
        sign = [part for part in expression.args if part == -1]
        operands = [part for part in expression.args if part != -1]
        moving = [self.taken_out(part) for part in operands if not self._constant(part)]
        constant = expression.func(*(part for part in operands if self._constant(part)))
        if constant != expression.func():
            moving.append(self.taken_out(constant))
        return expression.func(*sign, *moving)

    def _call(self, name: str, before: Sequence[Any], arguments: list[Any]) -> Any:
        if name == "hill" and before[2] == 2:  # a quotient, without any logarithm
            return sympy.Function("hill_of_squares")(*arguments[:2])
        if name in _OF_LOGARITHM and self._constant(before[1]):
            arguments.append(self.taken_out(sympy.log(before[1])))
        return sympy.Function(name)(*arguments)

    def _constant(self, expression: Any) -> bool:
        return expression.free_symbols <= self._constants

    def _trait(self, expression: Any) -> sympy.Symbol:
        if expression not in self._rows:
            self._rows[expression] = sympy.Symbol(f"trait{len(self._rows)}", real=True)
        return self._rows[expression]
