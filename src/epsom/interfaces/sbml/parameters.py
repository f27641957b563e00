"""Parameters of a model: a person's constants, the inputs, states that are no species, and readings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epsom.interfaces import words
from epsom.interfaces.sbml.elements import Attribute, Element, element
from epsom.interfaces.sbml.mathml import math
from epsom.interfaces.sbml.provenance import described, meta_id, publications, record_paragraphs
from epsom.interfaces.sbml.shapes import formula
from epsom.interfaces.sbml.units import unit_id
from epsom.physiology.builder.body import COVARIATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from epsom.interfaces.sbml.equations import Equations
    from epsom.interfaces.sbml.person import Person

#: What a person brings besides parameters.
_COVARIATES = {
    "age": "Age.",
    "female": "1 for a woman, 0 for a man.",
    "weight": "Body mass.",
    "height": "Height.",
    "filtration": "Usual glomerular filtration rate per 1.73 m2 of body surface.",
    "creatinine": "Usual serum creatinine.",
    "albumin": "Albumin of plasma.",
    "ph": "pH of blood.",
}


def parameter(
    name: str, unit: str, value: float | None, paragraphs: Iterable[str], *,
    constant: bool = False, publications: Sequence[str] = (),
) -> Element:  # fmt: skip
    """One parameter; without a ``value`` a rule gives it."""
    attributes: dict[str, Attribute] = {"metaid": meta_id(name), "id": name, "name": words.plain(name)}
    if value is not None:
        attributes["value"] = float(value)
    attributes |= {"units": unit_id(unit), "constant": constant}
    return element("parameter", attributes, described(name, paragraphs, isDescribedBy=publications))


def parameters(person: Person, equations: Equations) -> list[Element]:
    """Every parameter of the model."""
    return [
        *_constants(person), *_inputs(person), *_states(person, equations), *_readings(equations),
        *_flows(equations),
    ]  # fmt: skip


def _constants(person: Person) -> list[Element]:
    body, values = person.body, person.problem.constants[0]
    number = {name: float(values[i]) for name, i in body.constant_index.items()}
    found = [
        parameter(name, unit, number[name], [_COVARIATES.get(name, words.plain(name))], constant=True)
        for name, unit in COVARIATES.items()
    ]
    found += [
        parameter(
            record.name, record.canonical_unit, number[record.name], record_paragraphs(record),
            constant=True, publications=publications(record.sources),
        )
        for record in body.parameters
    ]  # fmt: skip
    return found + [
        parameter(term.name, term.unit, number[term.name], [term.meaning], constant=True)
        for term in body.derived
    ]


def _inputs(person: Person) -> list[Element]:
    values = person.problem.inputs[0]
    return [
        parameter(item.name, item.unit, values[i], [f"Input, changed by events: {item.meaning}."])
        for i, item in enumerate(person.body.inputs)
    ]


def _states(person: Person, equations: Equations) -> list[Element]:
    values = person.start
    return [
        parameter(state.name, state.unit, values[i], [f"{words.sentence(state.kind)}: {state.meaning}."])
        for i, state in enumerate(person.body.states)
        if state.name not in equations.species
    ]


def _readings(equations: Equations) -> list[Element]:
    return [parameter(t.name, t.unit, None, [f"Reading: {t.meaning}"]) for t in equations.body.readings]


def _flows(equations: Equations) -> list[Element]:
    """Flows of what is not counted as a species."""
    return [
        parameter(equations.flow_ids[flux.name], "kg/h", None, [f"Flow: {flux.meaning}"])
        for flux in equations.body.fluxes
        if not equations.is_reaction(flux)
    ]


def initial_assignments(equations: Equations) -> list[Element]:
    """How the derived constants follow from the others, so that changing one of those changes them."""
    return [
        element("initialAssignment", {"symbol": name}, [math(formula(expression))])
        for name, expression in equations.derived.items()
    ]
