"""Rules and reactions of a model: readings, flows, and what changes at which rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy

from epsom.interfaces import words
from epsom.interfaces.sbml.elements import Element, element, listed
from epsom.interfaces.sbml.mathml import apply, math, name, written
from epsom.interfaces.sbml.provenance import described, meta_id
from epsom.interfaces.sbml.shapes import formula

if TYPE_CHECKING:
    from epsom.interfaces.sbml.equations import Equations
    from epsom.physiology.builder.organ import Flux, State

#: Term of the Systems Biology Ontology: movement without change of the thing moved.
_TRANSLOCATION = "SBO:0000185"


def rules(equations: Equations) -> list[Element]:
    """Assignment rules of readings and of flows of stool, rate rules of states that are no species."""
    found = [
        _rule("assignmentRule", reading, formula(expression))
        for reading, expression in equations.readings.items()
    ]
    found += [
        _rule("assignmentRule", equations.flow_ids[flux.name], flow(flux, equations))
        for flux in equations.body.fluxes
        if not equations.is_reaction(flux)
    ]
    return found + [
        _rule("rateRule", state.name, _rate(state, equations))
        for state in equations.body.states
        if state.name not in equations.species
    ]


def _rule(kind: str, variable: str, value: Element) -> Element:
    return element(kind, {"variable": variable}, [math(value)])


def flow(flux: Flux, equations: Equations) -> Element:
    """The flow of ``flux``: its pool times the fraction that moves, or what the source brings."""
    rate = formula(equations.rates[flux.name])
    return apply("times", name(flux.leaves), rate) if flux.leaves else rate


def _rate(state: State, equations: Equations) -> Element:
    """Rate of change of a state that is no species; the identifier of a reaction stands for its rate."""
    if state.kind == "signal":
        return formula(equations.slopes[state.name])
    body, ids = equations.body, equations.flow_ids
    if state.kind == "meter":
        return written(sympy.Add(*(sympy.Symbol(ids.get(part, part)) for part in body.meters[state.name])))
    enters = [sympy.Symbol(ids[flux.name]) for flux in body.fluxes if flux.enters == state.name]
    leaves = [sympy.Symbol(ids[flux.name]) for flux in body.fluxes if flux.leaves == state.name]
    return written(sympy.Add(*enters) - sympy.Add(*leaves))


def reactions(equations: Equations) -> list[Element]:
    """Each flux of a species."""
    return [_reaction(flux, equations) for flux in equations.body.fluxes if equations.is_reaction(flux)]


def _reaction(flux: Flux, equations: Equations) -> Element:
    import inspect

    made = equations.flow_ids[flux.name]
    paragraphs = (inspect.getdoc(flux.function) or "").split("\n\n")
    attributes = {
        "metaid": meta_id(made), "sboTerm": _TRANSLOCATION, "id": made, "name": words.plain(flux.name),
        "reversible": False,
    }  # fmt: skip
    return element("reaction", attributes, [
        *described(made, paragraphs),
        *listed("listOfReactants", _ends(flux.leaves)),
        *listed("listOfProducts", _ends(flux.enters)),
        *listed("listOfModifiers", _modifiers(flux, equations)),
        element("kineticLaw", children=[math(flow(flux, equations))]),
    ])  # fmt: skip


def _ends(species: str | None) -> list[Element]:
    reference = {"species": species or "", "stoichiometry": 1.0, "constant": True}
    return [element("speciesReference", reference)] if species else []


def _modifiers(flux: Flux, equations: Equations) -> list[Element]:
    """Species that steer the reaction without taking part."""
    seen = {str(symbol) for symbol in equations.rates[flux.name].free_symbols}
    steering = seen & equations.species.keys() - {flux.leaves, flux.enters}
    return [element("modifierSpeciesReference", {"species": species}) for species in sorted(steering)]
