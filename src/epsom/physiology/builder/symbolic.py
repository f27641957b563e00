"""The body read with symbols: equations for the generated engine, for print, and for exchange formats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import sympy

from epsom.physiology.builder.body import BodyError

if TYPE_CHECKING:
    from epsom.physiology.builder.body import Body


@dataclass(frozen=True)
class SymbolicBody:
    """Equations of a body.

    Attributes
    ----------
    symbols
        Symbol of every state, constant, input and reading.
    readings
        Each reading as an expression in states, constants, inputs and earlier readings.
    flows
        Flow of each flux per hour, in those same symbols.
    slopes
        Derivative of each state, in those same symbols, in the order of ``body.states``.
    """

    body: Body
    symbols: dict[str, sympy.Symbol]
    readings: dict[str, sympy.Expr]
    flows: dict[str, sympy.Expr]
    slopes: tuple[sympy.Expr, ...]

    def expanded(self, expression: sympy.Expr) -> sympy.Expr:
        """``expression`` with every reading replaced until only states, constants and inputs remain."""
        for name in reversed(self.readings):
            symbol = self.symbols[name]
            if expression.has(symbol):
                expression = cast("sympy.Expr", expression.xreplace({symbol: self.readings[name]}))
        return expression

    def jacobian(self) -> dict[tuple[int, int], sympy.Expr]:
        """Non-zero derivatives of the slopes by the states, as (row, column) -> expression.

        Raises
        ------
        BodyError
            If a builder function is not known to have a derivative by an argument that depends on a state.
        """
        states = [self.symbols[state.name] for state in self.body.states]
        entries: dict[tuple[int, int], sympy.Expr] = {}
        for i, slope in enumerate(self.slopes):
            full = self.expanded(slope)
            for j in (j for j, state in enumerate(states) if full.has(state)):
                entry = sympy.diff(full, states[j])
                if entry.has(sympy.Derivative):
                    raise BodyError(f"the slope of {states[i]} has no known derivative by {states[j]}")
                if entry != 0:
                    entries[i, j] = entry
        return entries


def symbolic(body: Body) -> SymbolicBody:
    """Read every function of ``body`` with SymPy symbols."""
    names = [state.name for state in body.states] + list(body.constant_names)
    names += [item.name for item in body.inputs] + [term.name for term in body.readings]
    symbols = {name: sympy.Symbol(name, real=True) for name in names}

    def call(term: Any) -> sympy.Expr:
        return sympy.sympify(term.function(*(symbols[name] for name in term.needs)))

    flows = {}
    for flux in body.fluxes:
        flows[flux.name] = call(flux) * (symbols[flux.leaves] if flux.leaves else 1)
    slopes: list[sympy.Expr] = [sympy.Integer(0)] * len(body.states)
    for flux in body.fluxes:
        if flux.leaves:
            slopes[body.state_index[flux.leaves]] -= flows[flux.name]
        if flux.enters:
            slopes[body.state_index[flux.enters]] += flows[flux.name]
    for name, term in body.slopes.items():
        slopes[body.state_index[name]] = call(term)
    for name, fluxes in body.meters.items():
        slopes[body.state_index[name]] = sum((flows.get(f, symbols.get(f)) for f in fluxes), sympy.Integer(0))
    return SymbolicBody(body, symbols, {t.name: call(t) for t in body.readings}, flows, tuple(slopes))
