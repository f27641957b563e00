"""The body's functions as SymPy expressions, and the identifiers they go by in a model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import sympy

from epsom.physiology.builder.tracer import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable

    from epsom.physiology.builder.body import Body
    from epsom.physiology.builder.organ import Flux, State, Term

#: What species are counted in.
AMOUNT = "mmol"


@dataclass(frozen=True)
class Equations:
    """A body as a model has it."""

    body: Body

    @cached_property
    def readings(self) -> dict[str, sympy.Expr]:
        """Each reading, in states, constants, inputs and other readings."""
        return _expressions(self.body.readings)

    @cached_property
    def derived(self) -> dict[str, sympy.Expr]:
        """Each derived constant, in other constants."""
        return _expressions(self.body.derived)

    @cached_property
    def rates(self) -> dict[str, sympy.Expr]:
        """What the function of each flux gives: the fraction of its pool per hour, or a source's flow."""
        return _expressions(self.body.fluxes)

    @cached_property
    def slopes(self) -> dict[str, sympy.Expr]:
        """The rate of change of each signal."""
        return _expressions(self.body.slopes.values())

    @cached_property
    def everything(self) -> list[sympy.Expr]:
        """All expressions of the body."""
        groups = (self.derived, self.readings, self.rates, self.slopes)
        return [expression for group in groups for expression in group.values()]

    @cached_property
    def species(self) -> dict[str, State]:
        """The states that hold a substance counted in mmol, by name."""
        return {s.name: s for s in self.body.states if s.substance is not None and s.unit == AMOUNT}

    def is_reaction(self, flux: Flux) -> bool:
        """Whether ``flux`` moves a species; other fluxes move stool, which is counted in kg."""
        return (flux.leaves or flux.enters) in self.species

    @cached_property
    def flow_ids(self) -> dict[str, str]:
        """Identifier of the flow of each flux: its name, save where something else has that name."""
        body = self.body
        taken = {*self.readings, *self.body.constant_names, *body.state_index, *body.input_index}
        return {f.name: f"{f.name}_flow" if f.name in taken else f.name for f in body.fluxes}

    @cached_property
    def organ_of(self) -> dict[str, str]:
        """The organ that holds each state; a labeled copy is where its original is."""
        found = {state.name: organ.name for organ in self.body.organs for state in organ.states}
        return {name: found.get(name.removeprefix(PREFIX), organ) for name, organ in found.items()}


def _expressions(terms: Iterable[Term]) -> dict[str, sympy.Expr]:
    return {
        term.name: sympy.sympify(term.function(*(sympy.Symbol(name, real=True) for name in term.needs)))
        for term in terms
    }
